/** A view of a session that belongs to no call. */
import type { Policy } from '../../server/model/policy/policy.js';
import type { Call } from '../../server/model/session/session.js';
import type * as oracle from './decide.js';
import type { View } from './view.js';

/** An id that no call of the session has. */
export const NO_CALL = -2;

/** The history as seen by an agent that has submitted nothing. */
export function bystander(policy: Policy, session: oracle.OracleSession, agent: number): View {
    const call: Call = { agent, tool: -1, args: {} };
    const { entries } = session;
    return {
        policy,
        entries,
        call,
        own: NO_CALL,
        approvers: [],
        before: Infinity,
        now: session.time,
        assumed: new Map()
    };
}
