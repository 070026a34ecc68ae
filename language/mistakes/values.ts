/** Comparisons and values of other languages. */
import { regexOf } from '../text/text-patterns.js';
import type { Form } from './form.js';

/** Matches a value: a parameter, a field or a part such as `host of url`. */
const VALUE = String.raw`(?:(?:host|domain|name|extension|command|program|length|bytes|size)\s+of\s+)?[A-Za-z_][\w.]*`;
/** The names that other languages use for parts of a text. */
const PARTS: { readonly [name: string]: string } = {
    host: 'host',
    hostname: 'host',
    domain: 'domain',
    basename: 'name',
    filename: 'name',
    ext: 'extension',
    extension: 'extension',
    program: 'program'
};

export const VALUES: readonly Form[] = [
    // Values that are not constants of the language
    {
        written: /(?<mark>(?:[$€£]\s?)?\b(\d{1,3}(?:[,_' ]\d{3})+|\d+)(k|K|%)?(?![\w.]))/dg,
        says: 'Write a number in digits only: `10000`.',
        instead: ([written, , digits, unit]) => {
            if (unit === '%') {
                return undefined;
            }
            const number = digits!.replace(/\D/g, '') + (unit === 'k' || unit === 'K' ? '000' : '');
            return number === written ? '' : number;
        }
    },
    {
        written: /(?<mark>\b(\d+)\s*([kKmMgG][bB]|[eE]\d))\b/dg,
        says: 'Write a number in digits only: `10000`.',
        instead: ([, , digits, unit]) => `${digits}${'0'.repeat(zerosOf(unit!))}`
    },
    {
        isAboutNames: true,
        written: new RegExp(
            String.raw`(?<mark>\b(${VALUE})\s*==\s*("[^"]*")(?:\s*(?:or|,|\|\|?)\s*("[^"]*")))(?!\s*[=!<>,])`,
            'dg'
        ),
        says: 'To test for one of several values, write `$2 in [$3, $4]`.',
        instead: '$2 in [$3, $4]'
    },
    {
        isAboutNames: true,
        written: new RegExp(
            String.raw`(?<mark>\b(${VALUE})\s+(contains|starts\s+with|matches)\s+("[^"]*")\s*(?:or|,)\s*("[^"]*"))(?!\s*[=!<>,])`,
            'dg'
        ),
        says: 'Test each text separately: `$2 $3 $4 or $2 $3 $5`.',
        instead: '($2 $3 $4 or $2 $3 $5)'
    },
    {
        written: new RegExp(
            String.raw`(?<mark>\b(${VALUE})\s+(contains|starts\s+with|matches)\s+(?:(?:any|one)\s+of\s+)?\[([^\]]*)\])`,
            'dg'
        ),
        says: 'Test each text separately: `$2 $3 "a" or $2 $3 "b"`.',
        instead: ([, , value, test, texts]) =>
            `(${(texts!.match(/"[^"]*"/g) ?? []).map((text) => `${value} ${test} ${text}`).join(' or ')})`
    },
    {
        written: /\bin\s+(?<mark>("[^"]*"(?:\s*,?\s*"[^"]*")*))/dg,
        says: 'Put a list of constants in brackets: `in ["a", "b"]`.',
        instead: ([, , texts]) => `[${texts!.match(/"[^"]*"/g)!.join(', ')}]`
    },
    {
        written: /\bin\s+(?<mark>\[\s*("[^"]*"(?:\s+"[^"]*")+)\s*\])/dg,
        says: 'Separate the constants of a list by commas: `in ["a", "b"]`.',
        instead: ([, , texts]) => `[${texts!.match(/"[^"]*"/g)!.join(', ')}]`
    },
    {
        written: /(?<mark>\b([A-Za-z_][\w.]*)\s+is\s+(not\s+)?empty)\b/dg,
        says: 'To test for an empty list, write `size of $2 == 0`; for an empty text, write `$2 == ""`.',
        instead: ([, , value, not]) => `size of ${value} ${not ? '>' : '=='} 0`
    },
    {
        written: /(?<mark>\b(?!in\b)([A-Za-z_][\w.]*)\s*\[\s*("[^"]*")\s*\]\s*(==|!=)\s*("[^"]*"|[\w.]+))/dg,
        says: 'To test an entry of a map, write `some k, v in $2: k == $3 and v $4 …`.',
        instead: '(some k, v in $2: k == $3 and v $4 $5)'
    },
    {
        written: /(?<mark>\b(?!in\b)([A-Za-z_][\w.]*)\s*\[\s*-?\w+\s*\])/dg,
        says: 'The elements of a list cannot be accessed by number. Test all of them: `some x in $2: CONDITION`, `every x in $2: CONDITION`.'
    },
    {
        isAboutNames: true,
        written: /(?<mark>\bcount\(\s*([A-Za-z_]\w*)\s*\))/dg,
        says: '`count` counts earlier calls. For the size of a list, write `size of $2`.',
        instead: ([, , name], { parameters }) => (parameters.includes(name!) ? `size of ${name}` : '')
    },
    {
        written: /\b[A-Za-z_][\w.]*\s*(?<mark>[*/%]|\bmod\b|\bdiv\b)\s*\d+/dg,
        says: 'Numbers can be added and subtracted, but not multiplied or divided. Compare with a constant that you have computed.'
    },
    {
        written: /(?<mark>\(\s*([\w.]+\s*[+-]\s*[\w.]+)\s*\))\s*[<>=!]/dg,
        says: 'Write a sum without parentheses: `$2`.',
        instead: '$2'
    },
    {
        isAboutNames: true,
        written:
            /(?<mark>\b(?:lower|upper|to_lower|tolower|lowercase|toLowerCase)\(\s*([A-Za-z_][\w.]*)\s*\)\s*==\s*"(\w*)")/dg,
        says: 'To ignore case, use a pattern with the flag `i`: `$2 matches /$3/i`.',
        instead: '$2 matches /$3/i'
    },
    {
        isAboutNames: true,
        written:
            /(?<mark>\b(?:lower|upper|to_lower|lowercase)\(\s*([A-Za-z_][\w.]*)\s*\)|\b[A-Za-z_]\w*\.(?:lower|upper|toLowerCase|toUpperCase|strip|trim)\(\))/dg,
        says: 'To ignore case, use a pattern with the flag `i`, as in `x matches /abc/i`, or an entity with `[canonical lower]`.'
    },
    {
        written: new RegExp(String.raw`(?<mark>\b(${VALUE})\s*(==?|!=)\s*(\/(?:[^\/\\]|\\.)+\/i?))`, 'dg'),
        says: 'To compare a text with a pattern, write `$2 matches $4`.',
        instead: ([, , value, sign, pattern]) =>
            sign === '!=' ? `not (${value} matches ${pattern})` : `${value} matches ${pattern}`
    },
    {
        written: /\bmatches\s+(?<mark>([\w.@/*?-]+))(?=\s|$)/dg,
        says: 'Write a pattern as a text with `*`, or as a regular expression: `matches "a*"`, `matches /a.*/`.',
        instead: '"$2"'
    },
    {
        isAboutNames: true,
        written:
            /(?<mark>\b(?:regex|regexp|re_match|regex\.match|matches_regex|re\.match|REGEXP_LIKE)\(\s*(?:"([^"]*)"\s*,\s*([A-Za-z_][\w.]*)|([A-Za-z_][\w.]*)\s*,\s*"([^"]*)")\s*\))/dg,
        says: 'To compare a text with a pattern, write `x matches /.*a.*/`; the pattern must match the whole text.',
        instead: ([, , before, value, other, after]) => `${value || other} matches ${regexOf(before || after || '')}`
    },
    {
        isAboutNames: true,
        written:
            /(?<mark>\b(?:glob|glob\.match|fnmatch)\(\s*"([^"]*)"\s*,\s*(?:\[[^\]]*\]\s*,\s*)?([A-Za-z_][\w.]*)\s*\))/dg,
        says: 'To compare a text with a pattern, write `$3 matches "$2"`.',
        instead: '$3 matches "$2"'
    },
    {
        isAboutNames: true,
        written: /(?<mark>\b(host|domain|name|extension|program|commands|command)\s*\(\s*([A-Za-z_][\w.]*)\s*\))/dg,
        says: 'Read a part of a text with `of`: `$2 of $3`.',
        instead: '$2 of $3'
    },
    {
        isAboutNames: true,
        written:
            /(?<mark>\b([A-Za-z_]\w*)\.(host|hostname|domain|basename|filename|ext|extension|program)(?:\(\))?)(?![\w.(])/dg,
        says: 'Read a part of a text with `of`: `host of url`, `domain of address`, `name of path`.',
        instead: ([, , value, part]) => `${PARTS[part!]} of ${value}`
    }
];

/** The zeros behind a number with this unit: `10kb`, `1e6`. */
function zerosOf(unit: string): number {
    const [, exponent] = /^e(\d)$/i.exec(unit) ?? [];
    return exponent === undefined ? { k: 3, m: 6, g: 9 }[unit[0]!.toLowerCase() as 'k' | 'm' | 'g'] : Number(exponent);
}
