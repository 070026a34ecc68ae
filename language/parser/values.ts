import { type CstNode, DefaultValueConverter, type GrammarAST, type ValueType } from 'langium';
import type { Period } from '../../server/model/policy/clock.js';
import type { Windowed } from '../generated/ast.js';

/** Converts the text of a token to a value: names lose their backquotes. */
export class GuardrailValueConverter extends DefaultValueConverter {
    protected override runConverter(rule: GrammarAST.AbstractRule, input: string, cstNode: CstNode): ValueType {
        switch (rule.name) {
            case 'Name':
            case 'StrictName':
            case 'QUOTED_NAME':
                return unquoteName(input);
            case 'STRING':
                return textValue(input);
            default:
                return super.runConverter(rule, input, cstNode);
        }
    }
}

const JSON_ESCAPE = /\\(?:(["\\/bfnrt])|u([0-9a-fA-F]{4}))/g;
const ESCAPED: { readonly [letter: string]: string } = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** The value of a STRING token; its escapes are those of JSON. `badEscapes` finds invalid ones. */
export function textValue(image: string): string {
    const inside = image.slice(1, image.length > 1 && image.endsWith('"') ? -1 : undefined);
    return inside.replace(JSON_ESCAPE, (_escape, letter?: string, code?: string) =>
        letter === undefined ? String.fromCharCode(parseInt(code!, 16)) : (ESCAPED[letter] ?? letter)
    );
}

/** The escapes of a STRING token that denote no character: those that JSON lacks, and lone surrogates. */
export function badEscapes(image: string): { readonly offset: number; readonly text: string }[] {
    return [...image.matchAll(ESCAPE_OR_PAIR)]
        .filter(([, bad]) => bad !== undefined)
        .map(({ 0: text, index }) => ({ offset: index, text }));
}

const ESCAPE_OR_PAIR =
    /\\(?:["\\/bfnrt]|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}|(u[0-9a-fA-F]{0,4}|[^]))/gu;

/**
 * True if the stored number is exactly the decimal of the NUMBER token. A whole number beyond 2^53 is not exact even if
 * its digits survive, because its neighbours have the same value.
 */
export function isExactNumber(image: string): boolean {
    const value = Number(image);
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
        return false;
    }
    const [, whole = '', fraction = ''] = /^-?0*([0-9]*)(?:\.([0-9]*?)0*)?$/.exec(image) ?? [];
    const [, mantissa = '', exponent = '0'] = /^-?([0-9.]+)(?:e([+-][0-9]+))?$/.exec(String(value)) ?? [];
    const [before = '', after = ''] = mantissa.split('.');
    const places = after.length - Number(exponent);
    const digits = (text: string): string => text.replace(/^0+/, '');
    return places <= 0
        ? fraction === '' && digits(whole) === digits(before + after + '0'.repeat(-places))
        : fraction.length === places && digits(whole + fraction) === digits(before + after);
}

export function unquoteName(text: string): string {
    return text.startsWith('`') && text.endsWith('`') && text.length > 1 ? text.slice(1, -1) : text;
}

const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

/** The text of a window after `within`: a duration, `today` or `this month`; undefined if there is none. */
export function windowText({ within, period, withinParam }: Windowed): string | undefined {
    return period === undefined ? (within ?? withinParam?.$refText) : period === 'today' ? period : `this ${period}`;
}

/** No period of the calendar is longer in any time zone, even if the zone counts a day twice. In seconds. */
export const LONGEST = { day: 2 * 86_400, week: 9 * 86_400, month: 33 * 86_400 } as const satisfies {
    readonly [period in Period]: number;
};

/** The number of seconds of a duration such as `15m`. */
export function durationSeconds(text: string): number {
    return Number(text.slice(0, -1)) * UNIT_SECONDS[text.slice(-1) as keyof typeof UNIT_SECONDS];
}
