/** The fix of a `within` that has no meaning in its place. */
import { type DiagnosticFix, withFix, withFixes } from '../edits/edit.js';
import { keywordOf, partOf, removeParts, sourceOf } from '../edits/edits.js';
import type * as ast from '../generated/ast.js';

export function withoutWindow(windowed: ast.Windowed | ast.PossibleClaim): {
    data: { fixes: readonly DiagnosticFix[] };
} {
    const word = keywordOf(windowed, 'within');
    const value = partOf(windowed, 'within') ?? partOf(windowed, 'withinParam') ?? partOf(windowed, 'period');
    const self = keywordOf(windowed, 'this') ? 'this ' : '';
    return word && value
        ? withFix(`Remove \`within ${self}${value.text}\``, removeParts(sourceOf(windowed), word, value))
        : withFixes();
}
