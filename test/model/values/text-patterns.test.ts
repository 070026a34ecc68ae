/**
 * Tests that patterns are decided by lazily built automata: with the same results as the engine and the checker, in
 * linear time.
 */
import fc from 'fast-check';
import { DFA, JS, NFA, Words } from 'refa';
import { expect, test } from 'vitest';
import { regexProblem } from '../../../language/text/text-patterns.js';
import { modelLimit, withLimits } from '../../../server/model/policy/limits.js';
import type { TextPattern } from '../../../server/model/policy/policy.js';
import { matchesPattern } from '../../../server/model/values/text-patterns.js';
import { truth, UNKNOWN } from '../../../server/model/policy/truth.js';
import { SEED } from '../../support/depth.js';

/** Letters that differ by case folding, characters outside of the basic plane, and lone surrogates. */
const LETTERS = ['a', 'b', 'A', 'k', '\u212a', 's', 'ſ', 'é', 'É', 'ß', '😀', '\n', '0', '_', '.', '\ud83d', '\ude00'];

const atom = fc.oneof(
    fc.constantFrom(
        'a',
        'b',
        'k',
        's',
        'é',
        '😀',
        '.',
        '\\d',
        '\\w',
        '\\W',
        '\\s',
        '\\.',
        '\\n',
        '\\u{1f600}',
        '\\x61'
    ),
    fc.constantFrom(
        '[ab]',
        '[^a]',
        '[a-z]',
        '[^\\w]',
        '[\\d.]',
        '[😀a]',
        '[]',
        '[^]',
        '\\p{L}',
        '\\P{Lu}',
        '[\\p{Lu}0]'
    )
);
const regex: fc.Arbitrary<string> = fc.letrec<{ one: string }>((tie) => ({
    one: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        atom,
        fc.tuple(tie('one'), tie('one')).map(([left, right]) => left + right),
        fc.tuple(tie('one'), tie('one')).map(([left, right]) => `(?:${left}|${right})`),
        fc
            .tuple(tie('one'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{2,}', '*?', '+?'))
            .map(([inner, quantifier]) => `(${inner})${quantifier}`)
    )
})).one;
const pattern = fc.record({ regex, ignoreCase: fc.boolean() });
const text = fc.array(fc.constantFrom(...LETTERS), { maxLength: 9 }).map((letters) => letters.join(''));

test("the answer matches the engine and the checker's automaton", () => {
    fc.assert(
        fc.property(pattern, fc.array(text, { maxLength: 8 }), (one, texts) => {
            const engine = new RegExp(`^(?:${one.regex})$`, flagsOf(one));
            const automaton = automatonOf(one);
            for (const each of texts) {
                const expected = truth(engine.test(each));
                expect(matchesPattern(each, one)).toBe(expected);
                expect(truth(automaton.test(Words.fromStringToUnicode(each)))).toBe(expected);
            }
        }),
        { seed: SEED, numRuns: 400 }
    );
});

test.each([
    ['(a+)+', `${'a'.repeat(100_000)}!`],
    ['.*a.*a.*a.*b', 'a'.repeat(100_000)],
    ['(.*)*(.*)*(x|xx)*y', 'x'.repeat(100_000)]
])('/%s/ takes few steps of a long text', (source, long) => {
    const few = 50;
    expect(withLimits({ patternSteps: few }, () => matchesPattern(long, { regex: source, ignoreCase: false }))).toBe(
        truth(false)
    );
});

test('the part of the automaton that a text needs is bounded, regardless of earlier texts', () => {
    const one = { regex: '(a|b)*a(a|b){18}', ignoreCase: false };
    const short = 'ab'.repeat(50);
    const long = manyKinds(200_000);
    const asked = (texts: readonly string[]): unknown[] => texts.map((each) => matchesPattern(each, { ...one }));
    expect(matchesPattern(short, one)).not.toBe(UNKNOWN);
    expect(matchesPattern(long, one)).toBe(UNKNOWN);
    const inOneOrder = asked([long, short, long.slice(0, 5_000)]);
    expect(asked([long.slice(0, 5_000), short, long]).reverse()).toEqual(inOneOrder);
});

test('a pattern can be decided exactly if the validation accepts it', () => {
    const largest = modelLimit('patternNodes');
    const sizes = [largest / 2 - 3, largest / 2, largest - 2, largest - 1, largest, largest + 1, largest * 2];
    const isValid = sizes.map((size) => regexProblem(`/a{${size}}/`) === undefined);
    const isDecided = sizes.map((size) => matchesPattern('b', { regex: `a{${size}}`, ignoreCase: false }) !== UNKNOWN);
    expect(isDecided).toEqual(isValid);
    expect(new Set(isValid)).toEqual(new Set([true, false]));
});

function flagsOf({ ignoreCase }: TextPattern): string {
    return ignoreCase ? 'sui' : 'su';
}

function automatonOf(one: TextPattern): DFA {
    const parser = JS.Parser.fromLiteral({ source: one.regex, flags: flagsOf(one) });
    const { expression, maxCharacter } = parser.parse({ backreferences: 'throw', assertions: 'throw' });
    return DFA.fromFA(NFA.fromRegex(expression, { maxCharacter }));
}

/** A text of letters without a short period, which would make it easy. */
function manyKinds(length: number): string {
    let seed = 1;
    return Array.from({ length }, () => {
        seed ^= seed << 13;
        seed ^= seed >>> 17;
        seed ^= seed << 5;
        return (seed >>> 16) % 2 === 0 ? 'a' : 'b';
    }).join('');
}
