/** Tests the treatment of an answer from an over-approximated system. */
import { expect, test } from 'vitest';
import type { Answer } from '../../../server/checker/search/answer.js';
import type { Attempt } from '../../../server/checker/portfolio/attempts.js';
import { searchExactly } from '../../../server/checker/portfolio/exact.js';
import { Problem, tried } from '../../../server/checker/portfolio/attempts.js';
import { TABLE } from '../../../server/checker/portfolio/table.js';
import type { Resumable } from '../../../server/checker/limits/resumable.js';
import { finished } from '../../../server/checker/limits/resumable.js';
import type { Claim, Policy } from '../../../server/model/policy/policy.js';
import { DEFAULT_LIMITS } from '../../../server/checker/results/default-limits.js';
import { policyOf } from '../../support/policies.js';
import { questionOf } from '../../../server/checker/questions/question.js';

const TEXT = `policy P
agent a
server s { tool x() tool y() }
allow a: s.x, s.y
claim "y first": s.x requires once s.y
`;
const policy = await policyOf(TEXT);

const at = { uri: '', start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
const subject = { tools: [2], text: 'a.x' } as const;
const bad = { op: 'constant', value: 2 } as const;
const claim: Claim = { kind: 'requires', name: '', text: '', source: at, subject, bad };

function answer(verdict: Answer['verdict'], more: Partial<Answer> = {}): Answer {
    const exhausted = verdict !== 'undecided';
    const exploration = { states: 0, transitions: 0, depth: 0, exhausted };
    const slice = { tools: 0, rules: 0, monitors: 0 };
    return { verdict, exploration, scopes: [], slice, furthest: 0, obstacles: [], ...more };
}

function* pausing<T>(result: T): Resumable<T> {
    yield 1;
    return result;
}

const session = { acts: [], shown: new Set<never>(), end: 0 };
const approximates = ['sums'];

/** The rows of the table, with these answers in place of their searches. */
function answering(answers: Readonly<Record<string, Answer>>): Attempt[] {
    return TABLE.flatMap((attempt) => {
        const found = answers[attempt.method];
        return found ? [{ ...attempt, search: () => pausing(found) }] : [];
    });
}

function settledIn(whole: Policy, of: Claim, found: Answer, concrete: Answer, witness: Answer): Answer {
    const ask = (): Resumable<Answer> => pausing(witness);
    const options = { limits: DEFAULT_LIMITS };
    const problem = new Problem(whole, questionOf(of), options, [], false, { whole: ask, plain: ask });
    const table = answering({ 'finite system': found, 'concrete sessions': concrete });
    expect(table).toHaveLength(2);
    return finished(tried(table, problem));
}

function settle(found: Answer, concrete: Answer, witness: Answer['verdict'] = 'violated'): Answer['verdict'] {
    return settledIn(policy, claim, found, concrete, answer(witness)).verdict;
}

const never = answer('undecided', { scopes: ['nobody asks (values)'] });

test('an exact answer is final', () => {
    expect(settle(answer('holds'), never, 'holds')).toBe('holds');
    expect(settle(answer('violated', { session }), never)).toBe('violated');
    expect(settle(answer('undecided'), answer('violated', { session }))).toBe('undecided');
});

test('a claim proved for an over-approximation holds, if a session shows that it is not vacuous', () => {
    expect(settle(answer('holds', { approximates }), never)).toBe('holds');
    expect(settle(answer('holds', { approximates }), never, 'holds')).toBe('vacuous');
    expect(settle(answer('holds', { approximates }), never, 'undecided')).toBe('holds in scope');
    expect(settle(answer('vacuous', { approximates }), never)).toBe('vacuous');
    expect(settle(answer('impossible', { approximates }), never)).toBe('impossible');
});

test('a scenario that shows it saves the search', async () => {
    const shown = await policyOf(`${TEXT}scenario "it happens":\n  a calls s.x() -> allowed\n`);
    // No random session shows the violation either.
    const without = TEXT.replace('allow a: s.x, s.y', 'allow a: s.y');
    const other = await policyOf(`${without}scenario "something else":\n  a calls s.y() -> allowed\n`);
    const found = answer('holds', { approximates });
    expect(settledIn(shown, shown.claims[0]!, found, never, answer('holds')).verdict).toBe('holds');
    expect(settledIn(other, other.claims[0]!, found, never, answer('holds')).verdict).toBe('vacuous');
});

test('a path that is not a session is left to the concrete search', () => {
    const found = answer('undecided', { approximates });
    expect(settle(found, answer('violated', { session }))).toBe('violated');
    expect(settle(found, answer('holds in scope'))).toBe('holds in scope');
    expect(settle(answer('violated', { approximates, session }), never)).toBe('violated');
});

test('of two answers within a scope, a session takes precedence', () => {
    const found = answer('holds in scope', { approximates, scopes: ['of more sessions (values)'] });
    expect(settle(found, answer('violated', { session }))).toBe('violated');
    expect(settle(found, never)).toBe('holds in scope');
});

test.each([
    ['more steps of all sessions', { steps: 9, isOfScope: false }, [], 'finite'],
    ['fewer steps', { steps: 3, isOfScope: false }, [], 'concrete'],
    ['more steps in a scope', { steps: 9, isOfScope: true }, [], 'concrete'],
    [
        'more steps, with another scope',
        { steps: 9, isOfScope: false },
        ['calls run one at a time (overlaps)'],
        'concrete'
    ],
    ['a path that is not a session', undefined, [], 'concrete']
] as const)('what the finite system covered before a limit: %s', (_, covered, scopes, expected) => {
    const cut = (limit: string, of: Answer['exploration']['covered'], more: Partial<Answer> = {}): Answer =>
        answer('undecided', {
            exploration: { states: 0, transitions: 0, depth: 0, exhausted: false, limit, ...(of && { covered: of }) },
            ...more
        });
    const found = cut('finite', covered, { approximates, scopes });
    const concrete = cut('concrete', { steps: 4, isOfScope: true }, { scopes: ['some values (values)'] });
    const { verdict, exploration } = settledIn(policy, claim, found, concrete, answer('violated'));
    expect([verdict, exploration.limit]).toEqual(['undecided', expected]);
});

test.each([
    ['a claim without keys', 'count(s.y) >= 3', false],
    ['a few values of a key', 'count(s.y(k)) >= 3 and not once s.x(k)', true]
])('whether a search that a limit ends covered all sessions: %s', async (_, granted, isOfScope) => {
    const limited = await policyOf(`policy P
agent a
server s { tool x(k: string) tool y(k: string) }
allow a: s.y
allow a: s.x when ${granted}
claim "c": at most 1 s.x
`);
    const limits = { ...DEFAULT_LIMITS, maxStates: 3 };
    const { verdict, exploration } = finished(searchExactly(limited, questionOf(limited.claims[0]!), { limits }));
    expect([verdict, exploration.covered?.isOfScope]).toEqual(['undecided', isOfScope]);
});
