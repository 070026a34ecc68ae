/**
 * Computes with exact numbers, because sums must not depend on floating-point rounding, which a hijacked agent could
 * exploit. Each number means the decimal as written, so 0.1 + 0.2 is 0.3.
 */
import type { Comparator } from '../policy/policy.js';
import type { Truth } from '../policy/truth.js';
import { FALSE, not, TRUE, UNKNOWN } from '../policy/truth.js';

/**
 * A number if floating point represents it exactly as a whole number; otherwise the text of the decimal without
 * trailing zeros.
 */
export type Amount = number | string;

/** The range of an unknown number, both ends included; `null` means no bound on that side. */
export interface Interval {
    readonly least: Amount | null;
    readonly most: Amount | null;
}

/** @param value a finite number */
export function amountOf(value: number): Amount {
    return Number.isSafeInteger(value) ? value + 0 : textOf(unitsOf(plain(value)));
}

export function pointOf(value: number): Interval {
    const amount = amountOf(value);
    return { least: amount, most: amount };
}

export function add(a: Amount, b: Amount): Amount {
    if (typeof a === 'number' && typeof b === 'number' && Number.isSafeInteger(a + b)) {
        return a + b;
    }
    const [left, right] = aligned(a, b);
    return textOf({ units: left.units + right.units, scale: left.scale });
}

export function negated(a: Amount): Amount {
    return typeof a === 'number' ? 0 - a : a.startsWith('-') ? a.slice(1) : `-${a}`;
}

/** Negative, 0 or positive if `a` is less than, equal to or greater than `b`. */
export function compareAmounts(a: Amount, b: Amount): number {
    if (typeof a === 'number' && typeof b === 'number') {
        return a - b;
    }
    const [left, right] = aligned(a, b);
    return left.units < right.units ? -1 : left.units > right.units ? 1 : 0;
}

/** The nearest floating-point number. */
export function numberOf(amount: Amount): number {
    return Number(amount);
}

export function addIntervals(a: Interval, b: Interval): Interval {
    return {
        least: a.least === null || b.least === null ? null : add(a.least, b.least),
        most: a.most === null || b.most === null ? null : add(a.most, b.most)
    };
}

export function negatedInterval({ least, most }: Interval): Interval {
    return { least: most === null ? null : negated(most), most: least === null ? null : negated(least) };
}

/** Unknown unless every number of one range compares the same way with every number of the other (M3). */
export function compareIntervals(cmp: Comparator, a: Interval, b: Interval): Truth {
    switch (cmp) {
        case '<':
            return isBelow(a.most, b.least, -1) ? TRUE : isBelow(b.most, a.least, 0) ? FALSE : UNKNOWN;
        case '<=':
            return isBelow(a.most, b.least, 0) ? TRUE : isBelow(b.most, a.least, -1) ? FALSE : UNKNOWN;
        case '>':
            return not(compareIntervals('<=', a, b));
        case '>=':
            return not(compareIntervals('<', a, b));
        case '==':
            return isBelow(a.most, b.least, 0) && isBelow(b.most, a.least, 0)
                ? TRUE
                : isBelow(a.most, b.least, -1) || isBelow(b.most, a.least, -1)
                  ? FALSE
                  : UNKNOWN;
        case '!=':
            return not(compareIntervals('==', a, b));
    }
}

/** True if one end is less than the other (with `limit` 0, at most the other). Always false for an unbounded end. */
function isBelow(upper: Amount | null, lower: Amount | null, limit: -1 | 0): boolean {
    if (upper === null || lower === null) {
        return false;
    }
    const order = compareAmounts(upper, lower);
    return limit === 0 ? order <= 0 : order < 0;
}

/** An integer number of `units` (tenths, hundredths …), whose size `scale` gives. */
interface Units {
    readonly units: bigint;
    readonly scale: number;
}

function aligned(a: Amount, b: Amount): [Units, Units] {
    const [left, right] = [unitsOf(String(a)), unitsOf(String(b))];
    const scale = Math.max(left.scale, right.scale);
    const scaled = ({ units, scale: own }: Units): Units => ({ units: units * 10n ** BigInt(scale - own), scale });
    return [scaled(left), scaled(right)];
}

function unitsOf(text: string): Units {
    const [whole = '', fraction = ''] = text.split('.');
    return { units: BigInt(whole + fraction), scale: fraction.length };
}

function textOf({ units, scale }: Units): Amount {
    const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
    const fraction = digits.slice(digits.length - scale, digits.length).replace(/0+$/, '');
    const whole = digits.slice(0, digits.length - scale);
    const text = `${units < 0n ? '-' : ''}${whole}${scale > 0 && fraction !== '' ? `.${fraction}` : ''}`;
    return fraction === '' || scale === 0 ? wholeOf(text) : text;
}

function wholeOf(text: string): Amount {
    const value = Number(text);
    return Number.isSafeInteger(value) ? value : text;
}

/** The decimal that JavaScript writes for a number, without an exponent. */
function plain(value: number): string {
    const [mantissa = '', exponent] = String(value).split('e');
    if (exponent === undefined) {
        return mantissa;
    }
    const sign = mantissa.startsWith('-') ? '-' : '';
    const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
    const shift = Number(exponent);
    return shift >= 0
        ? sign + whole + fraction.padEnd(shift, '0')
        : `${sign}0.${'0'.repeat(-shift - whole.length)}${whole}${fraction}`;
}
