/** Tests the steps that are shown, and the comparison of a session with its re-decided version, in words. */
import { describe, expect, test } from 'vitest';
import { againSummary, partingOf } from '../../client/trace/replay-on-edited-policy.js';
import { choicesOf, isFiltering, NO_FILTER, rowsOf } from '../../client/trace/filter.js';
import { stepLabel } from '../../client/trace/aria-labels.js';
import type { SessionAgain, Trace, TraceStep } from '../../server/lsp/protocol.js';
import { counterexample } from './fixtures/results.js';

const [read, fetch] = counterexample.steps as [TraceStep, TraceStep];
const quiet: TraceStep = { ...read, changes: [], breaks: false, text: 'assistant calls mail.read again' };
const approval: TraceStep = {
    kind: 'approve',
    actor: 'reviewer',
    tool: 'web.fetch',
    args: {},
    time: 300,
    rules: [],
    changes: [],
    breaks: false,
    letsThrough: false,
    judged: false,
    text: 'reviewer approves web.fetch'
};
const trace: Trace = {
    steps: [read, quiet, quiet, approval, fetch],
    facts: [[], ['a'], ['a'], ['a'], ['a'], ['a']],
    summary: ''
};

/** Writes `1 2 (3 hidden)`. */
function shown(filter: Partial<typeof NO_FILTER>, kept = 0, again?: SessionAgain['steps']): string {
    return rowsOf(trace, { ...NO_FILTER, ...filter }, kept, again)
        .map((row) => ('step' in row ? String(row.step) : `(${row.hidden} after ${row.after})`))
        .join(' ');
}

describe('the filter', () => {
    test.each([
        ['nothing is asked', {}, '1 2 3 4 5'],
        ['words, in any order', { text: 'INBOX assistant' }, '1 2 3 (2 after 3)'],
        ['a value', { text: 'evil' }, '(4 after 0) 5'],
        ['whose', { actor: 'reviewer' }, '(3 after 0) 4 (1 after 4)'],
        ['the kind', { decision: 'approved' }, '(3 after 0) 4 (1 after 4)'],
        ['what changes nothing is hidden', { hidesUnchanged: true }, '1 (3 after 1) 5']
    ])('%s', (_name, filter, expected) => {
        expect(shown(filter)).toBe(expected);
    });

    test('the selected step is always shown, and so is one with a new decision', () => {
        expect(shown({ text: 'evil' }, 2)).toBe('(1 after 0) 2 (2 after 2) 5');
        const again = trace.steps.map((step, index) => ({ step, differs: index === 2 }));
        expect(shown({ hidesUnchanged: true }, 0, again)).toBe('1 (1 after 1) 3 (1 after 3) 5');
    });

    test('lists the possible choices', () => {
        expect(choicesOf(trace)).toEqual({
            actors: ['assistant', 'reviewer'],
            decisions: ['allowed', 'approved']
        });
        expect([NO_FILTER, { ...NO_FILTER, text: ' ' }, { ...NO_FILTER, actor: 'a' }].map(isFiltering)).toEqual([
            false,
            false,
            true
        ]);
    });
});

describe('a session that is decided again', () => {
    const same = trace.steps.map((step) => ({ step, differs: false }));
    const again = (...changed: [number, SessionAgain['steps'][number]][]): SessionAgain => ({
        policy: 'Mail',
        steps: same.map((step, index) => changed.find(([at]) => at === index)?.[1] ?? step),
        facts: trace.facts
    });

    test('the same', () => {
        expect(partingOf(again())).toBe(-1);
        expect(againSummary(again(), trace)).toBe('Mail now decides every step as before.');
    });

    test('diverges at a decision, or where a step is impossible', () => {
        const held = { step: { ...fetch, decision: 'held' as const }, differs: true };
        expect(againSummary(again([4, held]), trace)).toBe(
            'Mail now diverges from this session at step 5, which is held instead of allowed.'
        );
        const gone = { impossible: 'This call is not held.', differs: true };
        expect(againSummary(again([3, gone], [4, held]), trace)).toBe(
            'Mail now diverges from this session at step 4, which is no longer possible. This call is not held. 1 later step is decided differently, too.'
        );
    });

    test('is announced with the step', () => {
        const content = { trace, again: again([3, { impossible: 'It is not held.', differs: true }]) };
        expect(stepLabel(content as never, 4)).toBe('Step 4 of 5: reviewer approves web.fetch. It is not held.');
        expect(stepLabel(content as never, 1)).toContain('Now assistant carries private');
        expect(stepLabel(content as never, 0)).toBe('Start of the session');
    });
});
