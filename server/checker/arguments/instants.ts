/** Texts that name instants: one for each order that comparisons of instants can distinguish. */
import { instantOf } from '../../model/values/instants.js';
import type { Mentions } from './mentions.js';

/** Instants are read to the millisecond. */
const FINEST = 0.001;

/**
 * Texts on, before and after each instant that some constant names: between two of them as many as there are values that
 * are compared with each other.
 *
 * @param avoid the texts that conditions name
 */
export function instantTexts(
    { constants, width, spellings }: Pick<Mentions, 'constants' | 'width' | 'spellings'>,
    timezone: string,
    avoid: ReadonlySet<string> = new Set()
): string[] {
    const named = constants.flatMap((text) => (typeof text === 'string' ? (instantOf(text, timezone) ?? []) : []));
    const thresholds = [...new Set(named.length > 0 ? named : [USUAL])].sort((a, b) => a - b);
    const between = (gap: number): number => (gap > 2 * width ? 1 : FINEST);
    const instants = thresholds.flatMap((at, index) => {
        const before = between(at - (thresholds[index - 1] ?? -Infinity));
        const after = between((thresholds[index + 1] ?? Infinity) - at);
        const steps = Array.from({ length: width }, (_, i) => i + 1);
        return [at, ...steps.flatMap((step) => [at + step * after, at - step * before])];
    });
    return [...new Set(instants.map((at) => Math.round(at / FINEST)))]
        .flatMap((milliseconds) => spelled(milliseconds, spellings, avoid))
        .filter((text) => instantOf(text, timezone) !== undefined);
}

/** 1 January 2026. */
const USUAL = 1_767_225_600;

/** Different texts of one instant that no condition names: with more and more zeros. */
function spelled(milliseconds: number, count: number, avoid: ReadonlySet<string>): string[] {
    const date = new Date(milliseconds);
    if (Number.isNaN(date.getTime())) {
        return [];
    }
    const text = date.toISOString().replace(/(\.000)?Z$/, '');
    const found: string[] = [];
    for (let zeros = 0; found.length < count; zeros++) {
        const point = zeros > 0 && !text.includes('.') ? '.' : '';
        const one = `${text}${point}${'0'.repeat(zeros)}Z`;
        if (!avoid.has(one)) {
            found.push(one);
        }
    }
    return found;
}
