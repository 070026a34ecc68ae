/**
 * The product's verdict on each claim in one session: without second lines and findings, which have separate oracles.
 */
import { CheckCancelled, checkPolicy } from '../../server/checker/check.js';
import type { ClaimResult, Limits } from '../../server/checker/results/result.js';
import type { Policy } from '../../server/model/policy/policy.js';

/**
 * The verdicts in the order of the claims, of the searches alone. Throws if a proof settles a claim otherwise: the two share nothing but
 * the policy.
 */
export function firstLines(policy: Policy, limits?: Limits): ClaimResult[] {
    const searched = verdictsOn(policy, { ...(limits && { limits }), withoutProofs: true });
    const proved = verdictsOn(policy, limits ? { limits } : {});
    const apart = proved.flatMap((one, index) => {
        const { verdict } = searched[index]!;
        // Open ones tell how far the searches came in time.
        return one.verdict === verdict ||
            (IS_OPEN.test(verdict) && (one.basis.by === 'proof' || IS_OPEN.test(one.verdict)))
            ? []
            : [`"${one.name}" is ${one.verdict} by a ${one.basis.by}, and ${verdict} by searches alone`];
    });
    if (apart.length > 0) {
        throw new Error(apart.join('\n'));
    }
    return searched;
}

/** Verdicts that say that not everything was searched. */
const IS_OPEN = /in scope|undecided/;

function verdictsOn(policy: Policy, options: Parameters<typeof checkPolicy>[1]): ClaimResult[] {
    const decided = new Map<string, ClaimResult>();
    const isComplete = (): boolean => decided.size === policy.claims.length;
    try {
        checkPolicy(policy, {
            ...options,
            isCancelled: isComplete,
            onClaim: (result) => void (decided.has(result.name) || decided.set(result.name, result))
        });
    } catch (error) {
        // Once the verdicts are known, the rest of the check is abandoned.
        if (!(error instanceof CheckCancelled && isComplete())) {
            throw error;
        }
    }
    return policy.claims.map(({ name }) => decided.get(name)!);
}
