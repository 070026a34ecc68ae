/** One claim, from its slice to its verdict. */
import type { Claim, Policy } from '../model/policy.js';
import { TRUE } from '../model/truth.js';
import { actionsOf } from './actions.js';
import { causesOf } from './cause.js';
import { explain, obstaclesOf, violationSummary, witnessSummary } from './explain.js';
import type { ExploreOptions, Exploration } from './explore.js';
import { explore } from './explore.js';
import { replay } from './replay.js';
import type { Basis, ClaimResult, Trace, VerdictWord } from './result.js';
import type { Slice } from './slice.js';
import { sliceFor } from './slice.js';
import type { Act } from './system.js';
import { PolicySystem } from './system.js';
import { traceOf } from './trace.js';
import { verdictOf } from './verdict.js';

export function checkClaim(policy: Policy, claim: Claim, options: ExploreOptions): ClaimResult {
    const started = performance.now();
    const { slice, system, found, trace, scopes, verdict } = search(policy, claim, options);
    const saysNothing = verdict === 'holds' && holdsWithoutRules(policy, claim, options);
    return {
        name: claim.name,
        kind: claim.kind,
        annotations: claim.annotations ?? [],
        text: claim.text,
        source: claim.source,
        verdict,
        explanation: explain(claim, {
            verdict,
            scopes,
            saysNothing,
            furthest: system.furthest,
            ...(found.limit !== undefined && { limit: found.limit }),
            ...(trace && { summary: trace.summary })
        }),
        basis: basisOf(slice, found, scopes, performance.now() - started),
        ...(trace && { trace }),
        obstacles: verdict === 'impossible' ? obstaclesOf(slice, system) : [],
        saysNothing,
        expected: verdict === 'vacuous' && expectsVacuous(claim)
    };
}

function expectsVacuous({ annotations = [] }: Claim): boolean {
    return annotations.some(({ name, values }) => name === 'expected' && values.includes('vacuous'));
}

interface Searched {
    readonly slice: Slice;
    readonly system: PolicySystem;
    readonly found: Exploration<readonly Act[]>;
    readonly trace?: Trace;
    readonly scopes: readonly string[];
    readonly verdict: VerdictWord;
}

function search(policy: Policy, claim: Claim, options: ExploreOptions): Searched {
    const slice = sliceFor(policy, claim);
    const actions = actionsOf(slice);
    const system = new PolicySystem(slice, Array.isArray(actions) ? actions : []);
    const found: Exploration<readonly Act[]> = Array.isArray(actions)
        ? explore(system, options)
        : unexplored(actions.undecidable);
    const trace = found.path && sessionOf(policy, claim, slice, found.path.flat());
    const scopes = [...system.scopes];
    const verdict = verdictOf({
        kind: claim.kind === 'possible' ? 'possible' : 'safety',
        session: trace !== undefined,
        exhausted: found.exhausted,
        scopes,
        empty: isEmpty(claim, system)
    });
    return { slice, system, found, ...(trace && { trace }), scopes, verdict };
}

/** M22: what the claim speaks of can never happen. A plain `never E` is not empty, whatever E does. */
function isEmpty(claim: Claim, system: PolicySystem): boolean {
    switch (claim.kind) {
        case 'never':
            return claim.trigger !== undefined && !system.triggered;
        case 'requires':
        case 'decided':
            return !system.judged;
        case 'no flow':
            return !system.judged || !system.triggered;
        default:
            return false;
    }
}

function sessionOf(policy: Policy, claim: Claim, slice: Slice, acts: readonly Act[]): Trace {
    const steps = replay(policy, acts);
    const shown = new Set(slice.policy.monitors);
    if (claim.kind === 'possible') {
        return traceOf(policy, steps, { shown, judgesLast: false, summary: witnessSummary(policy, steps) });
    }
    const causes = causesOf(policy, claim, steps);
    const summary = violationSummary(policy, claim, steps, causes);
    return traceOf(policy, steps, { shown, causes, judgesLast: true, summary });
}

/** Whether the claim says nothing about the rules: it would hold if every call were allowed (M22). */
function holdsWithoutRules(policy: Policy, claim: Claim, options: ExploreOptions): boolean {
    const everything: Policy = {
        ...policy,
        rules: [
            {
                kind: 'allow',
                subject: { tools: policy.tools.map(() => TRUE), text: 'any tool' },
                when: { op: 'constant', value: TRUE },
                text: 'allow any agent: any tool',
                source: policy.source
            }
        ]
    };
    return search(everything, claim, options).verdict === 'holds';
}

function basisOf(slice: Slice, found: Exploration<unknown>, scopes: readonly string[], milliseconds: number): Basis {
    const { states, transitions, depth, exhausted } = found;
    return {
        states,
        transitions,
        depth,
        exhausted,
        scopes,
        ...(found.limit !== undefined && { limit: found.limit }),
        slice: {
            tools: slice.tools.length,
            rules: slice.policy.rules.length,
            monitors: slice.policy.monitors.length
        },
        milliseconds
    };
}

function unexplored(limit: string): Exploration<never> {
    return { states: 0, transitions: 0, depth: 0, exhausted: false, limit };
}
