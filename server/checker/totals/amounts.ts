/** Amounts as whole numbers of units: the hundredth, say, where some amount has two digits after the point. */
import type { Amount } from '../../model/values/amounts.js';

/** Digits after the point. */
export function digitsOf(amount: Amount): number {
    return String(amount).split('.')[1]?.length ?? 0;
}

/** The number of units, each the given digit after the point; the amount has no more digits. */
export function scaled(amount: Amount, digits: number): number {
    const [whole = '', fraction = ''] = String(amount).split('.');
    return Number(whole + fraction.padEnd(digits, '0'));
}

/** The number that so many units are, as it is written. */
export function unscaled(units: number, digits: number): number {
    const text = String(units).padStart(digits + 1, '0');
    return Number(`${text.slice(0, text.length - digits)}.${text.slice(text.length - digits)}`);
}
