/** The moments at which a session can change although nothing happens. */
import type { Lasting, Policy } from '../../server/model/policy/policy.js';
import { approvalRule } from './approvals.js';
import { holds, type OracleSession } from './session.js';

/**
 * The last seconds, from now on, of answers (the latest first), requests, windows and modes, each once. One second later
 * they are over.
 */
export function lastSeconds(policy: Policy, session: OracleSession): number[] {
    const { monitors, recorders = [], machines = [] } = policy;
    const lasting = machines.flatMap(({ modes }) => modes.flatMap(({ lasts }) => lasts?.seconds ?? []));
    const windows = [...monitors, ...recorders].flatMap(({ window }) => window ?? []);
    const lengths = new Set([...windows, ...lasting]);
    const times = new Set(session.entries.slice(-RECENT).map(({ time }) => time));
    const answered = session.entries
        .filter(({ kind }) => kind === 'approve')
        .reverse()
        .flatMap(({ rules, time, lasts }) =>
            rules.flatMap((rule) => validities(policy, rule, lasts).map((length) => time + length))
        );
    const requests = holds(policy, session).map(({ until }) => until);
    const passed = [...lengths].flatMap((length) => [...times].map((time) => time + length));
    return [...new Set([...answered, ...requests, ...passed])].filter((second) => second >= session.time);
}

/**
 * The seconds to wait until one second before one of these moments (`offset` 0), exactly until it (1), or one second more
 * (2); `offset` seconds if there is none.
 */
export function waitUntil(moments: readonly number[], which: number, offset: number, now: number): number {
    const moment = moments[which % Math.max(1, moments.length)];
    return moment === undefined ? offset : Math.max(0, moment - 1 + offset - now);
}

/** Older events rarely matter. */
const RECENT = 6;

/** The seconds that an answer to the requirement may count, first for other calls as the human chose. */
function validities(policy: Policy, rule: number, lasts: Lasting | undefined): number[] {
    const { valid, choices = [] } = approvalRule(policy, rule);
    return [lasts, valid, ...choices].filter((length) => typeof length === 'number');
}
