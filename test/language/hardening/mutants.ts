/**
 * Makes texts that are nearly correct: parts of policies, and sentences of the grammar, with a few changes that a
 * person or a tool could make.
 */
import fc from 'fast-check';
import type { GrammarAST } from 'langium';
import { allTexts, policies } from './corpus.js';
import { entry, join, keywords, sentence, shortest } from './sentences.js';
import { randoms } from '../../support/random.js';

/** Words, signs and texts that occur in policies, and others that do not. */
const VOCABULARY: readonly string[] = [
    ...keywords,
    ...['x', 'mail', 'read', '_', '`a b`', '``', '`', '"x"', '""', '"\\u00e9"', '"\\', '"', '/[a-z]+/', '/(/', '/'],
    ...['0', '-1', '1.5', '99999999999999999999', '5m', '0s', '09:00', '25:61', '2026-02-31', '1..', '*', 'a.*', '*.b'],
    ...[
        '/*',
        '*/',
        '/**',
        '//',
        '\n',
        '\r\n',
        '\t',
        '\uFEFF',
        '\0',
        '\ud800',
        '\u2028',
        '📬',
        ';',
        '#',
        '$',
        '\\',
        "'"
    ],
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'true', 'false']
];

type Change =
    | { readonly kind: 'delete' | 'double' | 'swap'; readonly at: number; readonly count: number }
    | { readonly kind: 'cut line'; readonly at: number }
    | { readonly kind: 'insert' | 'replace'; readonly at: number; readonly word: string }
    | { readonly kind: 'splice'; readonly at: number; readonly other: number; readonly from: number };

const place = fc.noBias(fc.nat({ max: 999_999 })).map((millionth) => millionth / 1_000_000);
const word = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...VOCABULARY) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) }
);

const change: fc.Arbitrary<Change> = fc.oneof(
    fc.record({
        kind: fc.constantFrom('delete', 'double', 'swap'),
        at: place,
        count: fc.integer({ min: 1, max: 8 })
    }),
    fc.record({ kind: fc.constant('cut line'), at: place }),
    fc.record({ kind: fc.constantFrom('insert', 'replace'), at: place, word }),
    fc.record({ kind: fc.constant('splice'), at: place, other: place, from: place })
);

const wholes = policies.filter(({ text }) => text.length < 3500);

/** A part of a policy, so that many can be tried in little time; a whole policy; or any sentence. */
const base: fc.Arbitrary<string> = fc.oneof(
    {
        weight: 2,
        arbitrary: fc.tuple(place, place, fc.integer({ min: 200, max: 2500 })).map(([file, from, length]) => {
            const { text } = allTexts[Math.floor(file * allTexts.length)]!;
            const start = text.lastIndexOf('\n', from * text.length) + 1;
            return text.slice(start, start + length);
        })
    },
    { weight: 1, arbitrary: place.map((file) => wholes[Math.floor(file * wholes.length)]!.text) },
    { weight: 1, arbitrary: fc.noBias(fc.integer()).map((seed) => anySentence(seed)) }
);

export const mutant: fc.Arbitrary<string> = fc
    .tuple(base, fc.array(change, { maxLength: 5 }))
    .map(([text, changes]) => changes.reduce(changed, text));

/** A sentence by random choices of the grammar: syntactically possible, meaningful or not. */
function anySentence(seed: number): string {
    const random = randoms(seed);
    let words = 0;
    return join(
        sentence(entry.definition, {
            alternative: (element) => {
                words++;
                return words > 120 ? shortest.alternative(element) : Math.floor(random() * element.elements.length);
            },
            times: (element: GrammarAST.AbstractElement) => {
                const { cardinality } = element;
                const least = cardinality === '?' || cardinality === '*' ? 0 : 1;
                const most = cardinality === '*' || cardinality === '+' ? 3 : 1;
                return words > 120 ? least : least + Math.floor(random() * (most - least + 1));
            }
        })
    );
}

function changed(text: string, change: Change): string {
    const parts = partsOf(text);
    const at = Math.floor(change.at * parts.length);
    switch (change.kind) {
        case 'delete':
            parts.splice(at, change.count);
            break;
        case 'double':
            parts.splice(at, 0, ...parts.slice(at, at + change.count));
            break;
        case 'swap':
            parts.splice(at, 2, ...parts.slice(at, at + 2).reverse());
            break;
        case 'cut line': {
            const next = parts.findIndex((part, index) => index > at && part.startsWith('\n'));
            parts.splice(at, (next < 0 ? parts.length : next) - at);
            break;
        }
        case 'insert':
            parts.splice(at, 0, ` ${change.word} `);
            break;
        case 'replace':
            parts.splice(at, 1, ` ${change.word}`);
            break;
        case 'splice': {
            const other = partsOf(allTexts[Math.floor(change.other * allTexts.length)]!.text);
            const from = Math.floor(change.from * other.length);
            parts.splice(at, parts.length, ...other.slice(from, from + 100));
            break;
        }
    }
    return parts.join('');
}

/** The words with the white space before them. */
function partsOf(text: string): string[] {
    return text.match(/\s*(?:\w+|"(?:[^"\\\n]|\\.)*"|\S|$)/g) ?? [];
}
