/**
 * Represents amounts as whole numbers of units: hundredths, for example, if some amount has two digits after the
 * decimal point.
 */
import type { Amount } from '../../model/values/amounts.js';

/** The number of digits after the decimal point. */
export function digitsOf(amount: Amount): number {
    return String(amount).split('.')[1]?.length ?? 0;
}

/**
 * The number of units, where a unit has the given number of digits after the decimal point; the amount has no more
 * digits.
 */
export function scaled(amount: Amount, digits: number): number {
    const [whole = '', fraction = ''] = String(amount).split('.');
    return Number(whole + fraction.padEnd(digits, '0'));
}

/** The number that has this many units. */
export function unscaled(units: number, digits: number): number {
    const text = String(units).padStart(digits + 1, '0');
    return Number(`${text.slice(0, text.length - digits)}.${text.slice(text.length - digits)}`);
}
