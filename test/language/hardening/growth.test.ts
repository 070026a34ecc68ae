/**
 * Tests that the parser's work grows with the text as expected. Work is counted, so that no machine is too slow for a
 * test.
 */
import { describe, expect, test, vi } from 'vitest';
import { MAX_LINKS } from '../../../language/parser/nesting.js';
import { IS_DEEP, partOf } from '../../support/depth.js';
import { build, described } from '../support.js';
import { Budget, seed, timeout } from './budget.js';
import { randoms } from '../../support/random.js';
import { policies } from './corpus.js';
import { freshParser, guardrail } from './effort.js';
import type { Shape } from './shapes.js';
import { levels, mixed, nested, repetitions, repetitionsInside } from './shapes.js';

const effortOf = freshParser();
/** The length of everything except the text around the parts. */
const LONG = MAX_LINKS - 10;
/** The number of parts of a text that is compared with one of half as many. */
const MANY = IS_DEEP ? 120 : 40;
const REFUSED = /nested too deeply|This is too long/;

/**
 * The factor of work for twice the text.
 * @param closed false to leave everything open
 */
function growth(shape: Shape, size: number, closed: boolean): number {
    const [half, whole] = [size / 2, size].map((it) => effortOf(shape.text(it, closed)));
    return whole!.tokens / half!.tokens;
}

describe.each([
    ['closed', true],
    ['left open', false]
])('%s', (_, closed) => {
    test('twice as many parts are twice the work', () => {
        const shapes = partOf([...repetitions, ...repetitionsInside], 24);
        const worse = shapes.filter((shape) => growth(shape, MANY, closed) > 2.1);
        expect(worse.map(({ name }) => name)).toEqual([]);
    });

    /** If a closing bracket must be found first, every level searches for its own, up to the limit of nesting. */
    test('twice as deep is at most four times the work', () => {
        const worse = partOf(nested, 24).filter((shape) => growth(shape, deepest(shape), closed) > 4.1);
        expect(worse.map(({ name }) => name)).toEqual([]);
    });

    test('predictions are computed once', () => {
        for (const shape of partOf([...repetitions, ...nested], 24)) {
            const text = shape.text(8, closed);
            effortOf(text);
            expect([shape.name, effortOf(text).places]).toEqual([shape.name, 0]);
        }
    });

    test('errors do not add up', () => {
        const shapes = [...repetitions, ...repetitionsInside];
        const inModes = (shape: Shape): boolean => shape.text(1, false).startsWith('modes ');
        const tried = [...partOf(shapes.filter(inModes), 24), ...partOf(shapes, 24)];
        const worse = tried.filter((shape) => effortOf(shape.text(MANY, closed)).errors.length > (closed ? 0 : 3));
        expect(worse.map(({ name }) => name)).toEqual([]);
    });
});

/** Each way alone may be harmless, but two of them alternating may not be. */
test(`no mixture of ways to nest is endless (seed ${seed})`, { timeout: timeout(0.1) }, () => {
    const random = randoms(seed);
    const any = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
    for (const budget = new Budget(8, 0.1); budget.more();) {
        const { rule, around } = any(levels);
        const kinds = Array.from({ length: 1 + Math.floor(random() * 3) }, () => any(around));
        // This throws if the parser considers too many alternatives.
        let isRead = true;
        for (let size = 2; size < 64 && isRead; size += 2) {
            isRead = !effortOf(mixed(rule, kinds, size)).errors.some((message) => REFUSED.test(message));
        }
    }
});

test('levels with several alternatives each are rejected before they take long', () => {
    const nested = (depth: number): string =>
        depth === 0
            ? '"t" in "t"'
            : `every command of x ( x : s.* where every x in "t" : last is s.* where every x in "t" : "t" or ${nested(depth - 1)} ) matches "t"`;
    for (let depth = 1; depth < (IS_DEEP ? 8 : 5); depth++) {
        // This throws if the parser considers too many alternatives.
        effortOf(`assume approval by x of s.* where ${nested(depth)} only when "t"`);
    }
});

test.each(partOf(policies, 16))('a token of $path is read only a few times', ({ text }) => {
    const { tokens } = guardrail.parser.Lexer.tokenize(text);
    expect(effortOf(text).tokens / tokens.length).toBeLessThan(8);
});

test('the possible continuations are computed for only one word', () => {
    const paths = vi.spyOn(guardrail.parser.ParserErrorMessageProvider, 'buildNoViableAltMessage');
    effortOf('deny t when\nuse p(x:\nclaim:\ndeny t when f(e: )');
    const lengths = paths.mock.calls.flatMap(([{ expectedPathsPerAlt }]) =>
        expectedPathsPerAlt.flat().map(({ length }) => length)
    );
    expect(lengths.length).toBeGreaterThan(10);
    expect(Math.max(...lengths)).toBe(1);
});

describe('limits', () => {
    test('shapes exist', () => {
        expect([nested, repetitions, repetitionsInside].map(({ length }) => length >= 30)).toEqual([true, true, true]);
    });

    test.each(partOf(nested, 48))('$name is accepted up to a depth, and rejected beyond', async (shape) => {
        expect(effortOf(shape.text(deepest(shape))).errors).toEqual([]);
        const { diagnostics } = await build(`label before\n${shape.text(3000)}`);
        expect(described(diagnostics).filter((line) => REFUSED.test(line))).toHaveLength(1);
        expect(described(diagnostics).filter((line) => /rror occurred/.test(line))).toEqual([]);
    });

    test.each(partOf(repetitions, 48))(
        '$name is accepted up to a length, and may be rejected beyond',
        async (shape) => {
            expect(effortOf(shape.text(LONG)).errors).toEqual([]);
            const { errors } = effortOf(shape.text(2 * MAX_LINKS));
            expect(errors.filter((message) => !REFUSED.test(message))).toEqual([]);
            expect(errors.length).toBeLessThan(2);
            // A rejected text makes a deep tree, which everything that walks the tree must handle.
            const { diagnostics } = await build(shape.text(errors.length > 0 ? LONG : 100));
            expect(described(diagnostics).filter((line) => /GR10[12]|rror occurred/.test(line))).toEqual([]);
        }
    );

    test('a statement that is rejected for its number of words does not affect others', async () => {
        const { file } = await build(`label a\ndefine d = ${'not '.repeat(5000)}x\nlabel b`);
        expect(file.elements.map(({ $cstNode }) => $cstNode?.text.slice(0, 8))).toEqual([
            'label a',
            'define d',
            'label b'
        ]);
    });
});

/** About as many levels of a shape as are accepted, as an even number. */
function deepest(shape: Shape): number {
    const sizes = [62, 30, 20, 16, 14, 10, 8, 6, 4, 2];
    return sizes.find((size) => !effortOf(shape.text(size)).errors.some((message) => REFUSED.test(message)))!;
}

/** The functions of lists that read their elements. */
const LOOKING = ['indexOf', 'includes', 'filter', 'map', 'flatMap', 'find', 'findIndex', 'some', 'every'] as const;

/** The number of list elements that were read while the text was parsed and validated. */
async function looked(text: string, functions: readonly (typeof LOOKING)[number][] = LOOKING): Promise<number> {
    let elements = 0;
    const originals = functions.map(
        (name) => [name, Array.prototype[name] as (...args: unknown[]) => unknown] as const
    );
    // A spy would keep the arguments and results of millions of calls.
    for (const [name, own] of originals) {
        Reflect.set(Array.prototype, name, function (this: unknown[], ...args: unknown[]) {
            elements += this.length;
            return own.apply(this, args);
        });
    }
    try {
        await build(text);
    } finally {
        originals.forEach(([name, own]) => Reflect.set(Array.prototype, name, own));
    }
    return elements;
}

const many = (size: number, part: (index: number) => string, between = '\n'): string =>
    Array.from({ length: size }, (_, index) => part(index)).join(between);
const toolWith = (params: string, returns = ''): string =>
    `policy P\nagent a\nserver s { tool t(${params}) ${returns} }\nallow a: s.t\n`;
const tools = (size: number, more: (index: number) => string = () => ''): string =>
    `policy P\nagent a\nserver s { ${many(size, (index) => `tool t${index}() ${more(index)}`)} }\nallow a: s.*\n`;

test.each<[string, (size: number) => string]>([
    [
        'parameters, each in a rule of its own',
        (size) => toolWith(many(size, (i) => `p${i}: int`, ', ')) + many(size, (i) => `deny s.t when p${i} == 1`)
    ],
    [
        'fields of a record',
        (size) =>
            toolWith(`x: { ${many(size, (i) => `f${i}: int`, ', ')} }`) +
            many(size, (i) => `deny s.t when x.f${i} == 1`)
    ],
    [
        'fields of a result',
        (size) =>
            toolWith('x: int', `returns (${many(size, (i) => `f${i}: int`, ', ')})`) +
            many(size, (i) => `deny s.t when once s.t where result.f${i} == 1`)
    ],
    [
        'session constants',
        (size) =>
            `${toolWith('x: int')}${many(size, (i) => `session c${i}: int`)}\n` +
            many(size, (i) => `deny s.t when x == session.c${i}`)
    ],
    [
        'fields of a request',
        (size) =>
            `${toolWith('x: int')}request { ${many(size, (i) => `c${i}: int`, ', ')} }\n` +
            many(size, (i) => `deny s.t when x == request.c${i}`)
    ],
    [
        'traits',
        (size) => `${tools(size, (i) => `r${i}`)}${many(size, (i) => `trait r${i}\ndeny r${i} tools when caller is a`)}`
    ],
    ['groups in groups', (size) => `${toolWith('')}group g0 = s.t\n${many(size, (i) => `group g${i + 1} = g${i}`)}`],
    [
        'groups in groups, backwards',
        (size) => `${toolWith('')}${many(size, (i) => `group g${i} = g${i + 1}`)}\ngroup g${size} = s.t`
    ],
    ['groups that use each other', (size) => `${toolWith('')}${many(size, (i) => `group g${i} = g${(i + 1) % size}`)}`],
    [
        'definitions in definitions',
        (size) => `${toolWith('')}define d0 = once s.t\n${many(size, (i) => `define d${i + 1} = d${i}`)}`
    ],
    [
        'definitions that use each other',
        (size) => `${toolWith('')}${many(size, (i) => `define d${i} = d${(i + 1) % size}`)}`
    ],
    [
        'modes',
        (size) =>
            `${toolWith('')}modes m {\nm0 initial { on s.t enter m1 }\n${many(size, (i) => `m${i + 1} { on s.t enter m${i} }`)}\n}`
    ],
    [
        'rules that call a signal',
        (size) => `${toolWith('x: int')}${many(size, (i) => `signal g${i}(q: int): bool\ndeny s.t when g${i}(x)`)}`
    ],
    [
        'uses of a pack',
        (size) => `${toolWith('x: int')}pack q(p: int) { deny s.t when x == p }\n${many(size, (i) => `use q(p: ${i})`)}`
    ]
])('twice as many %s do not take four times the work', async (_name, text) => {
    await looked(text(10));
    const [half, whole] = [await looked(text(150)), await looked(text(300))];
    expect(whole / half).toBeLessThan(2.6);
});

test.each([
    ['labels', (list: string) => `label l\nserver u { tool t() reads ${list} }`, () => 'l', ', '],
    ['equal values', (list: string) => `server u { tool t(x: ${list}) }`, () => '1', ' | '],
    ['other values', (list: string) => `server u { tool t(x: ${list}) }`, (index: number) => String(index), ' | '],
    ['tools', (list: string) => `agent a\nserver u { tool t() }\nallow a: ${list}`, () => 'u.t', ', '],
    ['humans', (list: string) => `human h\nrole r = ${list}`, () => 'h', ', ']
])('a list of twice as many %s does not take four times the work', async (_name, around, element, between) => {
    const text = (size: number): string =>
        `policy P\n${around(Array.from({ length: size }, (_, i) => element(i)).join(between))}\n`;
    // Langium flattens the list for each message about one of its elements.
    const searched = (size: number): Promise<number> => looked(text(size), ['indexOf', 'filter', 'find', 'findIndex']);
    await searched(10);
    const [half, whole] = [await searched(400), await searched(800)];
    expect(whole / half).toBeLessThan(2.5);
});

test('no message about the parts of one node is lost', async () => {
    const { diagnostics } = await build(
        `policy P\nlabel l\nserver u { tool t() reads ${Array(300).fill('l').join(', ')} }\n`
    );
    const places = diagnostics.map(
        ({ range }) => `${range.start.line}:${range.start.character}-${range.end.character}`
    );
    expect(diagnostics.length).toBeGreaterThanOrEqual(299);
    expect(new Set(places).size).toBeGreaterThan(99);
});
