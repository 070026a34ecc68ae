/** One claim, from what it sees to its verdict. */
import type { Claim, Policy } from '../model/policy.js';
import { TRUE } from '../model/truth.js';
import type { Answer } from './answer.js';
import type { Beyond } from './beyond.js';
import { beyondOf } from './beyond.js';
import { searchWithin } from './bounded/search.js';
import { reachOf } from './cone.js';
import { searchExactly } from './exact.js';
import { explain } from './explain.js';
import type { ExploreOptions } from './explore.js';
import type { Basis, ClaimResult } from './result.js';

export function checkClaim(policy: Policy, claim: Claim, options: ExploreOptions): ClaimResult {
    const started = performance.now();
    const reach = reachOf(policy, claim);
    const beyond = beyondOf(policy, claim, reach);
    const answer = search(policy, claim, options, beyond);
    const { verdict, trace, scopes, exploration } = answer;
    const saysNothing = verdict === 'holds' && holdsWithoutRules(policy, claim, options);
    return {
        name: claim.name,
        kind: claim.kind,
        annotations: claim.annotations ?? [],
        text: claim.text,
        source: claim.source,
        ...(claim.usedAt && { usedAt: claim.usedAt }),
        verdict,
        explanation: explain(claim, {
            verdict,
            scopes,
            saysNothing,
            furthest: answer.furthest,
            ...(exploration.limit !== undefined && { limit: exploration.limit }),
            ...(trace && { summary: trace.summary })
        }),
        basis: basisOf(answer, performance.now() - started),
        ...(beyond.length > 0 && { beyond }),
        ...(trace && { trace }),
        obstacles: answer.obstacles,
        saysNothing,
        expected: verdict === 'vacuous' && expectsVacuous(claim)
    };
}

function expectsVacuous({ annotations = [] }: Claim): boolean {
    return annotations.some(({ name, values }) => name === 'expected' && values.includes('vacuous'));
}

/** Exactly, unless the claim sees something that the exact search does not represent. */
function search(policy: Policy, claim: Claim, options: ExploreOptions, beyond: readonly Beyond[]): Answer {
    return beyond.length === 0 ? searchExactly(policy, claim, options) : searchWithin(policy, claim, beyond, options);
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
    const beyond = beyondOf(everything, claim, reachOf(everything, claim));
    return search(everything, claim, options, beyond).verdict === 'holds';
}

function basisOf({ exploration, scopes, slice }: Answer, milliseconds: number): Basis {
    const { states, transitions, depth, exhausted, limit } = exploration;
    return {
        states,
        transitions,
        depth,
        exhausted,
        scopes,
        ...(limit !== undefined && { limit }),
        slice,
        milliseconds
    };
}
