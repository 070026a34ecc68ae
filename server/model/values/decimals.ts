/**
 * Treats numbers as the decimals that a person wrote: 0.1 and 0.2 are 0.3. JSON and JavaScript store the binary number
 * nearest to a decimal. Up to fifteen digits, each decimal has its own binary number, which therefore identifies the
 * decimal.
 */

/** The number of digits after the decimal point, without trailing zeros. */
export function digitsAfterPoint(value: number): number {
    const [, fraction = '', exponent = '0'] = DECIMAL.exec(String(value)) ?? [];
    return Math.max(0, fraction.length - Number(exponent));
}

/** The exact sum, rounded to the nearest number. */
export function addDecimals(left: number, right: number): number {
    if (!Number.isFinite(left) || !Number.isFinite(right)) {
        return left + right;
    }
    const digits = Math.max(digitsAfterPoint(left), digitsAfterPoint(right));
    if (digits === 0 || digits > MOST_DIGITS) {
        return left + right;
    }
    const sum = scaled(left, digits) + scaled(right, digits);
    const text = String(sum < 0n ? -sum : sum).padStart(digits + 1, '0');
    return Number(`${sum < 0n ? '-' : ''}${text.slice(0, -digits)}.${text.slice(-digits)}`);
}

export function subtractDecimals(left: number, right: number): number {
    return addDecimals(left, -right);
}

const DECIMAL = /^-?\d+(?:\.(\d+))?(?:e([+-]\d+))?$/;

/** The number of digits beyond which one of the two is not a decimal that a person wrote. */
const MOST_DIGITS = 30;

function scaled(value: number, digits: number): bigint {
    const [whole = '0', exponent = '0'] = String(value).split('e');
    const [before = '0', after = ''] = whole.split('.');
    return BigInt(before + after) * 10n ** BigInt(digits - after.length + Number(exponent));
}
