import { expect, test } from 'vitest';
import type { TraceStep } from '../../server/checker/results/result.js';
import { cut, sequenceLayout } from '../../server/diagrams/sequence-layout.js';

const SIZES = { top: 8, row: 54, gap: 26, gutter: 58, distance: 150, label: 330, character: 7 };

function step(
    kind: TraceStep['kind'],
    actor: string,
    tool: string,
    time = 0,
    others: Partial<TraceStep> = {}
): TraceStep {
    const no = { breaks: false, letsThrough: false, judged: false };
    return { kind, actor, tool, args: {}, time, rules: [], changes: [], text: '', ...no, ...others };
}

const STEPS = [
    step('call', 'assistant', 'mail.read'),
    step('approve', 'reviewer', 'web.fetch', 300),
    step('call', 'assistant', 'web.fetch', 300),
    step('event', 'outside', 'ci.passed', 300),
    step('event', '', '', 301, { text: 'an hour passes, in which nothing happens' })
];

const layoutOf = (steps: readonly TraceStep[], label = (of: TraceStep): string => of.tool || of.text) =>
    sequenceLayout(steps, label, SIZES);

test('every participant has a lifeline, people first, and none overlaps another', () => {
    const { lifelines, width } = layoutOf(STEPS);
    expect(lifelines.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
        'human reviewer',
        'agent assistant',
        'server mail',
        'server web',
        'outside outside'
    ]);
    lifelines.slice(1).forEach((line, index) => {
        const before = lifelines[index]!;
        expect(line.x - line.width / 2).toBeGreaterThan(before.x + before.width / 2);
    });
    expect(lifelines.at(-1)!.x).toBeLessThan(width);
});

test('a row goes from the actor to the target, below the previous row, and after a gap if time passes', () => {
    const { rows, height } = layoutOf(STEPS);
    expect(rows.map(({ from, to }) => [from?.name, to?.name])).toEqual([
        ['assistant', 'mail'],
        ['reviewer', 'web'],
        ['assistant', 'web'],
        ['outside', undefined],
        [undefined, undefined]
    ]);
    expect(rows.map(({ passed }) => passed)).toEqual([undefined, 300, undefined, undefined, 1]);
    expect(rows.map(({ y }) => y)).toEqual([8, 88, 142, 196, 276]);
    expect(rows.at(-1)!.y + SIZES.row).toBeLessThanOrEqual(height);
});

test('the end of a delegation goes from agent to agent', () => {
    const input = { kind: 'return', agent: 'coder', to: 'planner' } as NonNullable<TraceStep['input']>;
    const { rows } = layoutOf([step('event', 'coder', 'ends', 0, { input })]);
    expect(rows.map(({ from, to }) => [from?.name, to?.name])).toEqual([['coder', 'planner']]);
});

test('a label fits between its lifelines, or is cut', () => {
    const [near, far] = ['x'.repeat(20), 'x'.repeat(200)];
    const short = layoutOf(STEPS.slice(0, 1), () => near);
    expect(short.rows[0]!.label).toBe(near);
    const long = layoutOf(STEPS.slice(0, 1), () => far);
    const [agent, server] = long.lifelines;
    expect(server!.x - agent!.x).toBe(SIZES.label);
    expect(long.rows[0]!.label).toMatch(/^x+…$/);
    expect(long.rows[0]!.label.length * SIZES.character).toBeLessThan(SIZES.label);
});

test('a single label is not wider than the drawing', () => {
    const { rows, width } = layoutOf(STEPS.slice(4));
    expect(rows[0]!.label).toBe(STEPS[4]!.text);
    expect(width).toBeGreaterThan(STEPS[4]!.text.length * SIZES.character);
});

test.each([
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['x', 1, 'x'],
    ['xy', 0, 'x…']
])('%s in %i characters', (text, most, expected) => expect(cut(text, most)).toBe(expected));
