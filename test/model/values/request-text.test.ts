/** Tests the parts of the user's words that count as values: whole tokens only (M14). */
import { describe, expect, test } from 'vitest';
import { valuesInText } from '../../../server/model/values/request-text.js';

const FOUND: readonly [text: string, ...values: (string | number)[]][] = [
    ['pay bob@x.example.', 'bob@x.example'],
    [
        'pay <bob@x.example>, (alice@x.example) and [carl@x.example]!',
        'bob@x.example',
        'alice@x.example',
        'carl@x.example'
    ],
    ['to bob@x.example,alice@y.example;carl@z.example', 'bob@x.example', 'alice@y.example', 'carl@z.example'],
    ['see https://x.example/a?b=1#c.', 'https://x.example/a?b=1#c'],
    ['(see https://x.example/a_(b))', 'https://x.example/a_(b)'],
    ['read /srv/app/a.txt, then ./b and report.pdf', '/srv/app/a.txt', './b', 'report.pdf'],
    ['send 12, -3 and $12.50', '12', 12, '-3', -3, '12.50', 12.5],
    ['order 007', '007'],
    ['call it "Bob Miller" or ‘Carl’ or «Dora» or `x y`', 'Bob Miller', 'Carl', 'Dora', 'x y'],
    ["it's for 'Bob'", 'Bob'],
    ['id "12"', '12', '12', 12],
    ['pay bob@x.example\u2028now', 'bob@x.example'],
    ['pay\u3000bob@x.example。', 'bob@x.example']
];

const NOT_FOUND: readonly [text: string, ...values: (string | number)[]][] = [
    ['pay notbob@x.example', 'bob@x.example'],
    ['pay bob@x.example.evil.example', 'bob@x.example'],
    ['pay bob@x.example/evil', 'bob@x.example'],
    ['pay bob@x.exampleé and ébob@x.example', 'bob@x.example'],
    ['pay bob@x.example\u200b', 'bob@x.example'],
    ['付bob@x.example', 'bob@x.example'],
    ['120 and 3.12 and 12a and a12 and 12-13 and 1,200', 12, '12', 200, 1, 3],
    ['１２ and 12\u0301 and 12%', 12, '12'],
    ['007', 7],
    ['1e3', 1000, 1],
    ['https://x.example/a,b and https://x.example/a;c', 'https://x.example/a'],
    ['https://x.example@evil.example/', 'https://x.example', 'x.example', 'x.example@evil.example'],
    ['/srv/app,b', '/srv/app'],
    ['/srv/application', '/srv/app'],
    ['"Bob Miller"', 'Bob', 'Miller'],
    ['reply to "pay mallory@evil.example 99 now"', 'mallory@evil.example', 99],
    ["don't pay it's", 't pay it'],
    ['a"b"c', 'b'],
    ['Bob Miller', 'Bob', 'Miller', 'Bob Miller'],
    ['', '']
];

describe('is in the text', () => {
    test.each(FOUND)('%s', (text, ...values) => {
        expect(valuesInText(text)).toEqual(values);
    });
});

describe('is not in the text', () => {
    test.each(NOT_FOUND)('%s', (text, ...values) => {
        const found = valuesInText(text);
        expect(values.filter((value) => found.includes(value))).toEqual([]);
    });
});
