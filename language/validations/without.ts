/** The fixes of words that have no meaning in their places. */
import { type Fix, obvious } from '../edits/edit.js';
import { keywordOf, partOf, removeLeading, removeParts } from '../edits/edits.js';
import type * as ast from '../generated/ast.js';

export function withoutWindow(windowed: ast.Windowed | ast.PossibleClaim): Fix | undefined {
    const word = keywordOf(windowed, 'within');
    const value = partOf(windowed, 'within') ?? partOf(windowed, 'withinParam') ?? partOf(windowed, 'period');
    const self = keywordOf(windowed, 'this') ? 'this ' : '';
    return word && value && obvious(`Remove \`within ${self}${value.text}\``, removeParts(word, value));
}

export function withoutStatus(event: ast.Event): Fix {
    const word = partOf(event, 'status')!;
    return obvious(`Remove \`${word.text}\``, removeLeading(word));
}

export function withoutBy(event: ast.Event): Fix {
    const by = partOf(event, 'by')!;
    return obvious(`Remove \`by ${by.text}\``, removeParts(keywordOf(event, 'by')!, by));
}
