/** Attacks findings that report what never happens with random sessions: no session may do it. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sessionsOf } from '../../server/attack/random-sessions.js';
import { PlayedSession } from '../../server/checker/aimed-sessions/session.js';
import { withClock } from '../../server/checker/limits/budget.js';
import { findingsIn } from '../../server/checker/check.js';
import type { Finding } from '../../server/checker/results/result.js';
import type { Decision } from '../../server/model/session/session.js';
import type { Policy, ScenarioStep } from '../../server/model/policy/policy.js';
import { partOf, runs, SHARE } from '../support/depth.js';
import { policyOf } from '../support/policies.js';
import { corpora } from './corpora.js';

const SESSIONS = runs(40, 2);
const SEED = 7 + SHARE;

const folder = new URL('../checker/findings/', import.meta.url);
/** Every finding is in one of these categories; the last should have few. */
const withFindings = readdirSync(folder).map((file) => ({
    file,
    read: () => policyOf(readFileSync(new URL(file, folder), 'utf8'))
}));
const others = partOf(corpora, 48).map(({ file, read }) => ({ file, read: async () => (await read()).policy }));

const tried = new Map<string, number>();

test.each([...withFindings, ...others])('no session contradicts a finding of $file', async ({ read }) => {
    const policy = await read();
    const findings = withClock(
        () => 0,
        () => findingsIn(policy, [], {})
    );
    const refuters = findings.flatMap((finding) => {
        const refutes = refuterOf(policy, finding);
        return refutes ? [{ finding, refutes }] : [];
    });
    refuters.forEach(({ finding: { code } }) => tried.set(code, (tried.get(code) ?? 0) + 1));
    const sessions = sessionsOf(policy, SEED);
    for (let played = 0; refuters.length > 0 && played < SESSIONS; played++) {
        const { steps } = sessions.next().value;
        const decided = decisionsOf(policy, steps);
        for (const { finding, refutes } of refuters) {
            expect(
                decided.find(refutes) ?? (refutesAll(policy, finding, steps, decided) && steps),
                finding.message
            ).toBe(false);
        }
    }
});

describe('coverage of the attacks', () => {
    test.each(['GR504', 'GR505', 'GR506', 'GR507', 'GR508'])('%s', (code) => {
        expect(tried.get(code) ?? 0).toBeGreaterThan(0);
    });
});

test('a wrong finding is contradicted', async () => {
    const policy = await policyOf(`policy P
server s { tool x() }
agent a
human h
allow a: s.x
require approval by h for s.x when once s.x
`);
    const sessions = sessionsOf(policy, SEED);
    const decided = Array.from({ length: SESSIONS }, () => decisionsOf(policy, sessions.next().value.steps)).flat();
    const claimed = [
        { code: 'GR504', rule: 0, message: '' },
        { code: 'GR505', rule: 0, message: 's.x is allowed here, but no session ever reaches it.' },
        { code: 'GR506', rule: 0, message: '' },
        { code: 'GR508', rule: 1, message: '' }
    ] as const;
    for (const { code, rule, message } of claimed) {
        const { source } = policy.rules[rule]!;
        const refutes = refuterOf(policy, { code, severity: 'warning', message, source })!;
        expect(decided.some(refutes), code).toBe(true);
    }
});

interface Decided {
    readonly tool: number;
    readonly decision: Decision;
}

function decisionsOf(policy: Policy, steps: readonly ScenarioStep[]): Decided[] {
    const session = new PlayedSession(policy);
    steps.forEach((step) => session.take(step));
    return session.replayed.flatMap((step) =>
        'call' in step && step.decision ? [{ tool: step.call.tool, decision: step.decision }] : []
    );
}

/** The test for a decision that no call may get; undefined if the finding makes no such statement. */
function refuterOf(policy: Policy, { code, source, message }: Finding): ((decided: Decided) => boolean) | undefined {
    const rules = policy.rules.flatMap((rule, index) => (rule.source === source ? [index] : []));
    const isBy = ({ decision }: Decided): boolean => decision.rules.some((index) => rules.includes(index));
    const isPast = ({ decision }: Decided): boolean => decision.kind !== 'denied';
    switch (code) {
        case 'GR504':
            // For a tool that nobody may call, this rule may well be the one that denies the call.
            return (one) => isBy(one) && isGranted(policy, one.tool);
        case 'GR505': {
            const names = message.slice(0, message.search(/ (?:is|are) allowed here/));
            return (one) => isPast(one) && namesIn(names).includes(policy.tools[one.tool]!.name);
        }
        case 'GR506':
            return (one) => one.decision.kind === 'allowed' && isBy(one);
        case 'GR508':
            return (one) => one.decision.kind === 'held' && isBy(one);
        case 'GR507':
            return () => false;
        default:
            return undefined;
    }
}

function namesIn(list: string): string[] {
    return list.split(/, | and /);
}

function isGranted({ rules }: Policy, tool: number): boolean {
    return rules.some(({ kind, audit, subject }) => kind === 'allow' && audit !== true && subject.tools[tool] === 2);
}

/** True if the session is decided differently without the rule of GR507. */
function refutesAll(
    policy: Policy,
    { code, source }: Finding,
    steps: readonly ScenarioStep[],
    decided: readonly Decided[]
): boolean {
    if (code !== 'GR507') {
        return false;
    }
    const without = { ...policy, rules: policy.rules.filter((rule) => rule.source !== source) };
    const kinds = (all: readonly Decided[]): string =>
        all.map(({ tool, decision }) => `${tool} ${decision.kind}`).join();
    return kinds(decisionsOf(without, steps)) !== kinds(decided);
}
