/** Prints a rule that decided something: its text, its place, and its author's reason. */
import type { RuleReference } from '../../checker/results/result.js';
import { type ReportContext, placeOf } from './context.js';
import { hang, printable, sentences, widthOf } from '../terminal/layout.js';

/** @param left the text before every line */
export function printRule(rule: RuleReference, left: string, context: ReportContext): string[] {
    const { style } = context;
    const used = rule.usedAt ? `, used at ${placeOf(rule.usedAt, context)}` : '';
    const place = placeOf(rule.source, context) + used;
    const text = printable(rule.text);
    const isShort = widthOf(left) + widthOf(text) + 2 + widthOf(place) <= style.width;
    const lines = isShort
        ? [`${left}${style.cyan(text)}  ${style.dim(place)}`]
        : [...hang(left, text, { width: style.width, rest: left, color: style.cyan }), left + style.dim(place)];
    const because = rule.because === undefined ? [] : [`${style.signs.because} ${printable(rule.because)}`];
    return [...lines, ...sentences(because, left, style.width, style.dim)];
}
