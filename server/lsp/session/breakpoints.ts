/**
 * Finds the places where a session can stop: a rule, which decides steps; the use of a pack, which brings rules; and a
 * step of a scenario.
 */
import { type AstNode, AstUtils, type LangiumDocument } from 'langium';
import { isRule, isStep, isUse } from '../../../language/generated/ast.js';
import { sourceOf } from '../../../language/lower/context.js';
import type { BreakpointPlace } from '../protocol.js';

/** The places, sorted by line. */
export function breakpointPlaces(document: LangiumDocument): BreakpointPlace[] {
    const root: AstNode = document.parseResult.value;
    return AstUtils.streamAllContents(root)
        .filter((node) => isRule(node) || isUse(node) || isStep(node))
        .map(sourceOf)
        .toArray()
        .sort((a, b) => a.start.line - b.start.line)
        .map(({ start, end }) => ({ first: start.line, last: end.line }));
}
