/**
 * Tests that a scenario is a session: it decides the claims that it breaks, and those whose steps it completes. Every
 * session that a search found is written as a scenario, and must show about its claim what the search found.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkPolicy } from '../../../server/checker/check.js';
import { Pieces } from '../../../server/checker/incremental/index.js';
import type { Outcome } from '../../../server/checker/incremental/outcomes.js';
import { claimWithEvidence, resultOf } from '../../../server/checker/incremental/outcomes.js';
import type { ClaimResult, Limits, PolicyResult } from '../../../server/checker/results/result.js';
import { evidenceOf } from '../../../server/checker/scenarios/evidence.js';
import { missedSessions, withEvidence } from '../../../server/checker/results/with-evidence.js';
import type { Policy } from '../../../server/model/policy/policy.js';
import { scenarioOf } from '../../../server/simulator/session-scenario.js';
import { partOf } from '../../support/depth.js';
import { policyOf } from '../../support/policies.js';

/** Each kind of claim and of step occurs in one of these; those that take seconds are left out. */
const FILES = [
    ...['agents', 'answers', 'approvals', 'assumptions', 'attempts', 'constants', 'defaults', 'events'],
    ...['history', 'may-do', 'order', 'possible-within', 'refused', 'results', 'sessions', 'signals-history'],
    ...['stores', 'unknown']
].map((name) => `../cases/${name}.guardrail`);

interface Found {
    readonly claim: number;
    readonly verdict: string;
    readonly isAcross: boolean;
    readonly name: string;
    readonly text: string;
}

/** The sessions of claims as scenarios with a long wait at the end, because time alone may break an `always`. */
function scenariosOf({ claims }: PolicyResult): Found[] {
    return claims.flatMap(({ kind, trace, verdict, acrossSessions }, claim) => {
        const own = trace && kind !== 'stays possible' ? [{ trace, verdict, isAcross: false }] : [];
        const second = acrossSessions?.trace;
        return [...own, ...(second ? [{ trace: second, verdict: 'violated', isAcross: true }] : [])].flatMap((one) => {
            const name = `${claim} ${one.isAcross}`;
            const text = scenarioOf(one.trace, name);
            const lines = text === undefined || text.includes('\n') ? text : `scenario "${name}":`;
            return lines === undefined ? [] : [{ ...one, claim, name, text: `${lines}\n  wait 400d\n` }];
        });
    });
}

describe('sessions of searches, as scenarios', async () => {
    for (const file of partOf(FILES, 8)) {
        const text = readFileSync(new URL(file, import.meta.url), 'utf8');
        const found = scenariosOf(checkPolicy(await policyOf(text)));
        const written = await policyOf(`${text}\n${found.map((one) => one.text).join('\n')}`);
        test.each(found)(`${file}: claim $name is $verdict`, ({ claim, verdict, isAcross, name }) => {
            const scenario = written.scenarios.find((one) => one.name === name)!;
            expect(evidenceOf(written, scenario).filter((one) => one.claim === claim)).toMatchObject([
                { verdict, isAcross }
            ]);
        });
    }
});

/** The evidence of scenario "s" on the claims, by name. */
async function shown(declarations: string, ...steps: readonly string[]): Promise<{ [claim: string]: string }> {
    const policy = await policyOf(
        `policy P\n${declarations}\nscenario "s":\n${steps.map((step) => `  ${step}`).join('\n')}\n`
    );
    return Object.fromEntries(
        evidenceOf(policy, policy.scenarios[0]!).map(({ claim, verdict, isAcross }) => [
            policy.claims[claim]!.name,
            isAcross ? `${verdict} across sessions` : verdict
        ])
    );
}

const TOOLS = `
server s { tool read() returns (secret: bool)   tool post()   tool undo() }
agent a
human lead
`;

test('a call that is running at the release is judged by the end that becomes known later', async () => {
    const policy = `${TOOLS}allow a: s.*
claim "not after a secret": never s.post when once s.read where result.secret
claim "not after a failure": never s.post when once failed s.read`;
    const steps = ['a calls s.read() runs -> allowed', 'a calls s.post() -> allowed'];
    expect(await shown(policy, ...steps, 's.read returns (secret: true)')).toEqual({
        'not after a secret': 'violated'
    });
    expect(await shown(policy, ...steps, 's.read returns (secret: false)')).toEqual({});
    expect(await shown(policy, ...steps, 's.read fails')).toMatchObject({ 'not after a failure': 'violated' });
});

test('an `always` claim is judged at every second, also while a call is running', async () => {
    const policy = `${TOOLS}allow a: s.*
claim "read of late, after a post": always not once s.post or once s.read within 10m or once s.undo
claim "none at once": always count(running s.read) <= 1`;
    expect(await shown(policy, 'a calls s.read() -> allowed', 'a calls s.post() -> allowed', 'wait 1h')).toEqual({
        'read of late, after a post': 'violated'
    });
    expect(await shown(policy, 'a calls s.read() -> allowed', 'a calls s.post() -> allowed', 'wait 10m')).toEqual({});
    expect(await shown(policy, 'a calls s.read() runs -> allowed', 'a calls s.read() runs -> allowed')).toEqual({
        'none at once': 'violated'
    });
});

test('a `possible` is witnessed in one session, in time, and without approvals if required', async () => {
    const policy = `${TOOLS}allow a: s.*
require approval by lead for s.undo
claim "in time": possible s.read then s.post within 5m
claim "alone": possible s.undo without approval`;
    const [read, post] = ['a calls s.read() -> allowed', 'a calls s.post() -> allowed'];
    expect(await shown(policy, read, 'wait 5m', post)).toEqual({ 'in time': 'witnessed' });
    expect(await shown(policy, read, 'wait 6m', read, post)).toEqual({ 'in time': 'witnessed' });
    expect(await shown(policy, read, 'wait 6m', post)).toEqual({});
    expect(await shown(policy, read, 'new session', post)).toEqual({});
    expect(await shown(policy, 'a calls s.read() lost -> allowed', post)).toEqual({});
    expect(
        await shown(policy, 'a calls s.undo() -> held', 'lead approves s.undo', 'a calls s.undo() -> allowed')
    ).toEqual({});
});

test('several sessions break the second line, or the first with `across sessions`', async () => {
    const policy = `${TOOLS}allow a: s.*
deny s.post when once s.read
claim "one": never s.post after s.read
claim "all" across sessions: never s.post after s.read`;
    expect(await shown(policy, 'a calls s.read() -> allowed', 'new session', 'a calls s.post() -> allowed')).toEqual({
        one: 'violated across sessions',
        all: 'violated'
    });
});

test('a result that a scenario leaves open does not count, unless the claim is judged before there is one', async () => {
    const policy = `server s { tool read() returns (ok: bool, secret: bool) succeeds when result.ok   tool post() }
agent a
allow a: s.*
claim "twice": never s.read when once s.read where result.secret
claim "posted": never s.post when once s.read where (not result.secret)
claim "read": possible s.read where result.secret
claim "decided": s.read is denied when once s.read where result.secret`;
    const open = 'a calls s.read() -> allowed';
    const given = 'a calls s.read() returns (ok: true, secret: true) -> allowed';
    expect(await shown(policy, given, open)).toEqual({ twice: 'violated', decided: 'violated', read: 'witnessed' });
    expect(await shown(policy, given, 'a calls s.read() runs -> allowed', 's.read ends')).toMatchObject({
        twice: 'violated'
    });
    expect(await shown(policy, open, open, 'a calls s.post() -> allowed')).toEqual({});
});

test('assumptions exclude sessions', async () => {
    const claim = 'claim "never": never s.post';
    const approved = ['a calls s.post() -> held', 'lead approves s.post', 'a calls s.post() -> allowed'];
    const policy = `${TOOLS}allow a: s.*\nrequire approval by lead for s.post\n${claim}`;
    expect(await shown(policy, ...approved)).toEqual({ never: 'violated' });
    expect(await shown(`${policy}\nassume approval by lead only when once s.undo`, ...approved)).toEqual({});
});

test('a session without a clock is no evidence for claims that depend on it', async () => {
    const policy = `timezone "UTC"\n${TOOLS}allow a: s.*
claim "by day": never s.post unless time in 09:00..17:00
claim "no post": never s.post`;
    expect(await shown(policy, 'a calls s.post() -> allowed')).toEqual({ 'no post': 'violated' });
    expect(await shown(policy, 'at 18:00', 'a calls s.post() -> allowed')).toEqual({
        'by day': 'violated',
        'no post': 'violated'
    });
});

/** Limits with which no search ends. */
const NOTHING: Limits = { maxStates: 1, maxTransitions: 1, maxMemoryMB: 100, timeoutMs: 1_000 };

const UNSEARCHED = `policy P${TOOLS}allow a: s.read
allow a: s.post when once s.read
claim "broken": never s.post
claim "across": never s.post after s.undo
claim "done": possible s.read then s.post
claim "open": never s.undo
scenario "long":
  a calls s.read() -> allowed
  a calls s.read() -> allowed
  a calls s.post() -> allowed
scenario "short":
  a calls s.read() -> allowed
  a calls s.post() -> allowed
`;

test('the shortest scenario decides claims that no search does, also when only the claim is checked', async () => {
    const policy = await policyOf(UNSEARCHED);
    const { claims } = checkPolicy(policy, { limits: NOTHING });
    expect(claims.map(({ verdict, scenario, trace }) => [verdict, scenario, trace?.steps.length])).toMatchObject([
        ['violated', 'short', 2],
        [expect.not.stringMatching('violated'), undefined, undefined],
        ['witnessed', 'short', 2],
        [expect.not.stringMatching('violated'), undefined, undefined]
    ]);
    expect(checkPolicy(policy, { limits: NOTHING, claim: 'done' }).claims).toMatchObject([{ verdict: 'witnessed' }]);
});

test('a check in pieces gives the same result, and so does each claim as it is reported', async () => {
    const policy = await policyOf(UNSEARCHED);
    const pieces = Pieces.of(policy, NOTHING)!;
    const outcomes = new Map<number, Outcome>();
    const reported = new Map<string, string>();
    pieces.check(new Map(), {
        onOutcome: (piece, outcome) => {
            outcomes.set(piece, outcome);
            const result = claimWithEvidence(piece, pieces.all, outcomes);
            if (result) {
                reported.set(result.name, result.verdict);
            }
        }
    });
    const whole = checkPolicy(policy, { limits: NOTHING }).claims;
    const all = resultOf(
        policy,
        pieces.all,
        pieces.all.map((_, index) => outcomes.get(index)!)
    );
    expect(all.claims.map(({ verdict, explanation }) => [verdict, explanation])).toEqual(
        whole.map(({ verdict, explanation }) => [verdict, explanation])
    );
    expect([...reported].sort()).toEqual(whole.map(({ name, verdict }) => [name, verdict]).sort());
});

describe('combined with a search', async () => {
    const policy: Policy = await policyOf(UNSEARCHED);
    const evidence = policy.scenarios.flatMap((scenario) => evidenceOf(policy, scenario));
    const searched = checkPolicy({ ...policy, scenarios: [] }).claims;
    const of = (index: number): typeof evidence => evidence.filter(({ claim }) => claim === index);
    const said = (verdict: ClaimResult['verdict']): ClaimResult => {
        const { trace: _trace, ...rest } = searched[0]!;
        return { ...rest, verdict };
    };

    test.each(['holds', 'holds in scope', 'vacuous', 'undecided'] as const)('%s becomes violated', (verdict) => {
        expect(withEvidence(said(verdict), of(0))).toMatchObject({
            verdict: 'violated',
            scenario: 'short',
            basis: { scopes: [] }
        });
    });

    test('a contradicted complete search is reported as a defect of the checker', () => {
        const codes = (verdict: ClaimResult['verdict']): string[] =>
            missedSessions([said(verdict)], of(0)).map(({ code }) => code);
        expect(codes('holds')).toEqual(['GR599']);
        expect(codes('vacuous')).toEqual(['GR599']);
        expect(codes('holds in scope')).toEqual([]);
        expect(codes('violated')).toEqual([]);
    });

    test('a session of the search that is not longer is kept', () => {
        expect(withEvidence(searched[0]!, of(0))).toBe(searched[0]);
        const long = { ...searched[0]!.trace!, steps: [...searched[0]!.trace!.steps, ...searched[0]!.trace!.steps] };
        expect(withEvidence({ ...searched[0]!, trace: long }, of(0)).scenario).toBe('short');
    });
});
