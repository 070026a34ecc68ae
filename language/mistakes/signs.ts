/** Signs and comparisons of other languages. */
import type { Form } from './form.js';

/** Matches a value: a parameter, a field or a part such as `host of url`. */
const VALUE = String.raw`(?:(?:host|domain|name|extension|command|program|length|bytes|size)\s+of\s+)?[A-Za-z_][\w.]*`;
/** Matches a constant or a name. */
const OPERAND = String.raw`(?:"[^"]*"|'[^']*'|-?[\d.]+|[A-Za-z_][\w.]*)`;

const COMPARISONS: readonly (readonly [words: string, operator: string])[] = [
    [String.raw`(?:is\s+)?not\s+equal(?:\s+to)?|does\s+not\s+equal|differs\s+from|is\s+different\s+from|ne|neq`, '!='],
    [String.raw`(?:is\s+)?greater\s+than\s+or\s+equal(?:\s+to)?|(?:is\s+)?at\s+least|gte|ge`, '>='],
    [String.raw`(?:is\s+)?less\s+than\s+or\s+equal(?:\s+to)?|(?:is\s+)?at\s+most|lte|le`, '<='],
    [String.raw`(?:is\s+)?(?:greater|more|larger|bigger|higher)\s+than|exceeds|(?:is\s+)?(?:above|over)|gt`, '>'],
    [String.raw`(?:is\s+)?(?:less|fewer|smaller|lower)\s+than|(?:is\s+)?(?:below|under)|lt`, '<'],
    [String.raw`is\s+equal\s+to|equals|is\s+exactly|eq`, '=='],
    [String.raw`is\s+not(?=\s+["\d])`, '!='],
    [String.raw`is(?=\s+["\d])`, '==']
];

const TEXT_METHODS: { readonly [name: string]: string } = {
    startswith: 'starts with',
    hasprefix: 'starts with',
    endswith: 'ends with',
    hassuffix: 'ends with',
    contains: 'contains',
    includes: 'contains',
    matches: 'matches',
    match: 'matches'
};

export const SIGNS: readonly Form[] = [
    // Signs
    {
        written: /(?<mark>(?:&&?|\/\\))/dg,
        says: 'Join conditions with `and`.',
        instead: 'and'
    },
    {
        written: /(?<mark>(?:\|\||\\\/))/dg,
        says: 'Join alternatives with `or`.',
        instead: 'or'
    },
    {
        written: new RegExp(
            String.raw`(?<mark>=~|~=|\blike\b|\bilike\b|\bLIKE\b|\bmatch(?=\s+["/])|\bregex(?:p)?\b(?!\())`,
            'dg'
        ),
        says: 'To compare a text with a pattern, write `x matches "a*"` or `x matches /a.*/`.',
        instead: 'matches'
    },
    {
        written: /(?<mark>(?:=>|-->|==>)(?!\s*(?:allowed|denied|held|waits)))\s*(?=[A-Za-z(])/dg,
        says: 'Write an implication as `A implies B`.',
        instead: 'implies'
    },
    {
        written: /(?<mark>\bif\s+(.+?)\s+then\s+(.+?)(?:\s+else\b.*)?)(?=\s+because|$)/dg,
        says: 'Write an implication as `A implies B`: `$2 implies $3`.',
        instead: ([written, , condition, then]) =>
            /\selse\s|^\s*(?:allow|deny)/.test(written!) ? undefined : `(${condition} implies ${then})`
    },
    {
        written: /(?<=[\w)]\s*)(?<mark>~)(?=\s*["/])/dg,
        says: 'To compare a text with a pattern, write `x matches "a*"` or `x matches /a.*/`.',
        instead: 'matches'
    },
    {
        written: /(?<mark>[!~¬](?!=)\s*)(?=[\w(])/dg,
        says: 'Negate a condition with `not`.',
        instead: 'not '
    },
    {
        written:
            /(?<=\b(?:when|unless|where|require|requires|always|and|or|not|implies|define)\b.*)(?<![=!<>])(?<mark>===?=?|=|:=|≡)(?![=<>~])(?=\s*["'\w-])/dg,
        says: 'Compare values with `==`.',
        instead: ([written]) => (written === '==' ? '' : '==')
    },
    {
        written: /(?<mark>!==|<>|≠|\/=|=\/=|~=)/dg,
        says: 'To test that values differ, write `!=`.',
        instead: '!='
    },
    {
        written: /(?<mark>\s*;)\s*$/dg,
        says: 'A statement ends without a sign. Remove it.',
        instead: ''
    },
    {
        written: /(?<mark>'((?:[^'"\\]|\\.)*)')/dg,
        says: 'Put a text in double quotes: `"$2"`.',
        instead: '"$2"'
    },

    {
        written: new RegExp(String.raw`(?<mark>(-?\d[\d.]*)\s*(<=?)\s*(${VALUE})\s*(<=?)\s*(-?\d[\d.]*))`, 'dg'),
        says: 'Write a range of numbers as two comparisons: `$4 >= 3 and $4 <= 5`.',
        instead: ([, , from, low, value, high, to]) =>
            `(${value} ${low === '<' ? '>' : '>='} ${from} and ${value} ${high} ${to})`
    },

    // Comparisons in words
    ...COMPARISONS.map(([words, operator]): Form => ({
        written: new RegExp(String.raw`(?<=[\w)\]]\s+)(?<mark>\b(?:${words}))(?=\s+["\w(-])`, 'dg'),
        says: `Values are compared with \`${operator}\`.`,
        instead: operator
    })),
    {
        written: new RegExp(
            String.raw`(?<mark>(${VALUE})\s+(?:is\s+)?between\s+(${OPERAND})\s+and\s+(${OPERAND}))`,
            'dg'
        ),
        says: 'Write a range of numbers as two comparisons: `$2 >= $3 and $2 <= $4`.',
        instead: '($2 >= $3 and $2 <= $4)'
    },
    {
        written: /(?<mark>([A-Za-z_][\w.]*)\s+(?:in|within)\s+(-?\d+)\s*(?:\.\.|-|to)\s*(-?\d+))(?![\w:-])/dg,
        says: 'Write a range of numbers as two comparisons: `$2 >= $3 and $2 <= $4`.',
        instead: '($2 >= $3 and $2 <= $4)'
    },
    {
        written: /\bin\s+(?<mark>[({]\s*((?:"[^"]*"|-?[\d.]+)(?:\s*,\s*(?:"[^"]*"|-?[\d.]+))*)\s*[)}])/dg,
        says: 'Put a list of constants in brackets: `in [$2]`.',
        instead: '[$2]'
    },
    {
        written: /(?<mark>\b(?:is\s+)?(?:one\s+of|any\s+of|is\s+in|elem|∈))\s*(?=\[)/dg,
        says: 'To test for a value in a list of constants, write `x in ["a", "b"]`.',
        instead: 'in'
    },
    {
        written: new RegExp(
            String.raw`(?<mark>(${VALUE})\s+(?:not\s+|does\s+not\s+|doesn't\s+)(contains?|matches|match|starts?\s+with|ends?\s+with)\s+("[^"]*"|\/(?:[^\/\\]|\\.)+\/i?))`,
            'dg'
        ),
        says: 'Negate the test of a text as a whole: `not ($2 contains "…")`.',
        instead: ([, , value, test, text]) => `not (${value} ${thirdPerson(test!)} ${text})`
    },
    {
        written: new RegExp(
            String.raw`(?<mark>\b(${VALUE})\.(startsWith|hasPrefix|endsWith|hasSuffix|contains|includes|matches|match)\(\s*("[^"]*"|\/(?:[^\/\\]|\\.)+\/i?)\s*\))`,
            'dgi'
        ),
        says: 'Test texts with words: `$2 starts with "…"`, `$2 contains "…"`, `$2 matches "…"`.',
        instead: ([, , value, method, text]) => `${value} ${TEXT_METHODS[method!.toLowerCase()]} ${text}`
    },
    {
        isAboutNames: true,
        written: new RegExp(
            String.raw`(?<mark>\b(startswith|startsWith|endswith|endsWith|contains|matches|includes)\(\s*(${VALUE})\s*,\s*("[^"]*"|\/(?:[^\/\\]|\\.)+\/i?)\s*\))`,
            'dg'
        ),
        says: 'Test texts with words: `$3 starts with "…"`, `$3 contains "…"`, `$3 matches "…"`.',
        instead: ([, , method, value, text]) => `${value} ${TEXT_METHODS[method!.toLowerCase()]} ${text}`
    },
    {
        written:
            /(?<mark>\b(?:starts_with|startsWith|startswith|start\s+with|begins\s+with|beginning\s+with|has\s+prefix))\s+(?=["\w])/dg,
        says: 'Test the beginning of a text with `starts with`.',
        instead: 'starts with'
    },
    {
        written:
            /(?<mark>\b(?:ends_with|endsWith|endswith|end\s+with|ends\s+in|ending\s+with|has\s+suffix))\s+(?=["\w])/dg,
        says: 'Test the end of a text with `ends with`.',
        instead: 'ends with'
    },
    {
        written: /(?<mark>\b(?:includes|contain|has|containing|including))\s+(?=")/dg,
        says: 'Test for a part of a text with `contains`.',
        instead: 'contains'
    },
    {
        isAboutNames: true,
        written: new RegExp(String.raw`(?<mark>\b(?:len|length|strlen|LENGTH)\s*\(\s*(${VALUE})\s*\))`, 'dg'),
        says: 'Write `length of $2` for the length of a text, and `size of $2` for the size of a list.',
        instead: 'length of $2'
    },
    {
        isAboutNames: true,
        written: /(?<mark>\b([A-Za-z_]\w*)\.(length|len|size|count)(?:\(\))?)/dg,
        says: 'Write `length of $2` for the length of a text, and `size of $2` for the size of a list.',
        instead: ([, , value, word]) => `${/^len/.test(word!) ? 'length' : 'size'} of ${value}`
    },
    {
        written:
            /(?<mark>\b(?:for\s*all|forall|all|each|for\s+each|\\A|∀)\s+(\w+)\s+(?:in|\\in|∈|of)\s+([\w.]+)\s*:)/dg,
        says: 'For a condition on all elements of a list, write `every $2 in $3: CONDITION`.',
        instead: 'every $2 in $3:'
    },
    {
        written:
            /(?<mark>\b(?:exists|any|there\s+is|\\E|∃)\s+(?:an?\s+)?(\w+)\s+(?:in|\\in|∈|of)\s+([\w.]+)\s*(?::|such\s+that|where|with))/dg,
        says: 'For a condition on some element of a list, write `some $2 in $3: CONDITION`.',
        instead: 'some $2 in $3:'
    },
    {
        written: /\b(?:every|some)\s+\w+\s+in\s+[\w.]+(?<mark>\s*)\(\s*\w+/dg,
        says: 'Write a colon between a list and the condition on its elements: `some x in xs: CONDITION`.',
        instead: ': '
    },
    {
        written: /\b(?:every|some)\s+\w+\s+in\s+[\w.]+\s*(?<mark>\||,|=>|->|where|such\s+that|satisfies)\s*/dg,
        says: 'Write a colon between a list and the condition on its elements: `some x in xs: CONDITION`.',
        instead: ': '
    }
];

function thirdPerson(test: string): string {
    return test
        .replace(/^contain$/, 'contains')
        .replace(/^match$/, 'matches')
        .replace(/^start /, 'starts ')
        .replace(/^end /, 'ends ');
}
