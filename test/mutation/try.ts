/** The fate of a mutant: some claim catches it, no session distinguishes it from its policy, or it survives. */
import { checkClaim } from '../../server/checker/portfolio/claims.js';
import { reachOf } from '../../server/checker/reductions/cone.js';
import { differenceOf } from '../../server/checker/difference/index.js';
import type { VerdictWord } from '../../server/checker/results/result.js';
import type { Claim, Policy, Rule } from '../../server/model/policy/policy.js';
import { mayBe } from '../../server/model/policy/truth.js';
import type { Mutant } from './mutants.js';
import { questionOf } from '../../server/checker/questions/question.js';

export type Fate =
    | { readonly kind: 'caught'; readonly claim: string; readonly verdict: VerdictWord }
    /** It is proved that every session is decided the same way. */
    | { readonly kind: 'equivalent' }
    /** A session distinguishes the two, but no claim is affected. */
    | { readonly kind: 'survives'; readonly because: string }
    /** No such session was found, which is not a proof. */
    | { readonly kind: 'open'; readonly because: string };

const LIMITS = { maxStates: 50_000, maxMemoryMB: 500, timeoutMs: 20_000 };

/** The verdicts on the policy itself, for comparison with those on its mutants. */
export function verdictsOf(policy: Policy): Map<string, VerdictWord> {
    return new Map(policy.claims.map((claim) => [claim.name, checkClaim(policy, claim, { limits: LIMITS }).verdict]));
}

/**
 * The claim that most probably catches the mutant: one that reads what the rule reads, and is about few other tools.
 */
function nearestFirst(claims: readonly Claim[], rule: Rule): Claim[] {
    const asked = new Set(atomsIn(rule));
    const distance = (claim: Claim): number => {
        const shared = atomsIn(claim).filter((atom) => asked.has(atom)).length;
        const tools = 'subject' in claim ? claim.subject.tools : [];
        const others = tools.filter((value, tool) => mayBe(value) && !mayBe(rule.subject.tools[tool]!)).length;
        const common = tools.some((value, tool) => mayBe(value) && mayBe(rule.subject.tools[tool]!));
        return others - 100 * shared - (common ? 50 : 0);
    };
    return [...claims].sort((a, b) => distance(a) - distance(b));
}

/** The innermost conditions, as texts. */
function atomsIn(part: object): string[] {
    const inner = Object.values(part)
        .flat()
        .filter((value): value is object => typeof value === 'object' && value !== null);
    const deeper = inner.flatMap(atomsIn);
    const isAtom = 'op' in part && part.op !== 'and' && part.op !== 'or' && part.op !== 'not';
    return isAtom && part.op !== 'constant' ? [JSON.stringify(part), ...deeper] : deeper;
}

export function fateOf(policy: Policy, mutant: Mutant, verdicts: ReadonlyMap<string, VerdictWord>): Fate {
    for (const claim of nearestFirst(policy.claims, mutant.rule)) {
        // A claim that does not see the rule keeps its verdict.
        if (!reachOf(policy, questionOf(claim)).rules.has(mutant.rule)) {
            continue;
        }
        const { verdict } = checkClaim(mutant.policy, claim, { limits: LIMITS });
        if (verdict !== verdicts.get(claim.name) && verdict !== 'undecided') {
            return { kind: 'caught', claim: claim.name, verdict };
        }
    }
    const { verdict, differences, explanation } = differenceOf(policy, mutant.policy, { most: 1, limits: LIMITS });
    if (verdict === 'equivalent') {
        return { kind: 'equivalent' };
    }
    const [difference] = differences;
    return difference
        ? { kind: 'survives', because: difference.trace.steps.map(({ text }) => text).join('; ') }
        : { kind: 'open', because: explanation };
}
