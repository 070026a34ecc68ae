/** Creates policies for comparing exports, with library sessions that the same policy decides. */
import { createGateway, type LoadedPolicy, parsePolicy, type Session } from '../../server/gateway/library.js';
import type { Policy } from '../../server/model/policy/policy.js';

const loaded = new WeakMap<Policy, LoadedPolicy>();

/** The policy of a text without errors. */
export async function policyOf(text: string): Promise<Policy> {
    const own = await parsePolicy(text);
    const { policy } = own.lowered as { readonly policy: Policy };
    loaded.set(policy, own);
    return policy;
}

/** A new session of a policy from `policyOf`, in a separate gateway with this clock (milliseconds). */
export function sessionOf(policy: Policy, clock?: () => number): Session {
    return createGateway(loaded.get(policy)!, clock && { clock }).session('one');
}
