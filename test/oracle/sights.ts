/** Defines when two sessions of the naive checkers are equal: every pattern saw the same things in the same order. */
import type { Policy } from '../../server/model/policy/policy.js';
import { standingAt, standsFor } from './approvals.js';
import { bystander } from './bystander.js';
import { answer } from './conditions.js';
import * as oracle from './decide.js';
import { happened } from './events.js';
import type { Entry } from './view.js';

/** The view of one event by every pattern, and by every agent that may read it; undefined if nothing sees it. */
export interface Sight {
    readonly position: number;
    readonly time: number;
    readonly id: number;
    readonly seen: string;
}

/**
 * One second more than the longest window, because all ages beyond it are equivalent. Undefined if no condition reads
 * an age.
 */
export function oldestAge(policy: Policy): number | undefined {
    // The age of a reusable approval is read too.
    const standing = policy.rules.flatMap((rule) =>
        rule.kind === 'approval' && rule.per
            ? [rule.valid, ...(rule.choices ?? []).filter((choice) => choice !== 'session')]
            : []
    );
    const windows = [...policy.monitors.flatMap((monitor) => monitor.window ?? []), ...standing];
    return windows.length === 0 ? undefined : Math.max(...windows) + 1;
}

export function look(policy: Policy, entry: Entry, session: oracle.OracleSession): Sight[] {
    const view = bystander(policy, session, 0);
    const seen = policy.monitors
        .filter((monitor) => monitor.kind !== 'last is')
        .flatMap((monitor) => (monitor.from === undefined ? [monitor.event] : [monitor.event, monitor.from]))
        .flatMap((pattern) => [...policy.agents.keys()].map((agent) => happened(pattern, entry, agent, view)));
    const keys = policy.monitors.some((monitor) => monitor.keys !== undefined) ? entry.call.args : {};
    const { position, time, id } = entry;
    return seen.some((is) => is !== 'no') ? [{ position, time, id, seen: JSON.stringify([seen, keys]) }] : [];
}

/**
 * Everything that can still make a difference: the view of each pattern, the labels of each agent, and the open
 * requests.
 */
export function stateText(
    policy: Policy,
    session: oracle.OracleSession,
    sights: readonly Sight[],
    oldest: number | undefined
): string {
    const open = oracle.holds(policy, session);
    const agents = [...policy.agents.keys()];
    const age = (time: number): number => Math.min(session.time - time, oldest ?? -1);
    const seen = sights.map((sight, _, all) => [
        new Set(all.filter((other) => other.position < sight.position).map((other) => other.position)).size,
        open.findIndex((hold) => hold.id === sight.id),
        age(sight.time),
        sight.seen
    ]);
    const last = agents.flatMap((agent) =>
        policy.monitors.flatMap((monitor, index) => {
            const releases = session.entries.filter(
                ({ kind, call }) => kind === 'release' && (call.agent === agent || !monitor.perAgent)
            );
            return monitor.kind === 'last is'
                ? [
                      answer({ op: 'monitor', monitor: index }, bystander(policy, session, agent)),
                      age(releases[releases.length - 1]?.time ?? session.time)
                  ]
                : [];
        })
    );
    const carried = agents.flatMap((agent) =>
        policy.labels.map((_, label) => answer({ op: 'carries', label }, bystander(policy, session, agent)))
    );
    const requests = open.map((hold) => [
        hold.call,
        hold.rules,
        Math.max(-1, hold.until - session.time),
        session.entries
            .filter((entry) => entry.kind === 'approve' && entry.id === hold.id)
            .flatMap((entry) =>
                entry.rules.map((rule) => [rule, entry.humans, rest(policy, entry, rule, session.time)])
            )
    ]);
    const standing = standingAt(bystander(policy, session, 0)).map((entry) => [
        entry.call,
        entry.humans,
        entry.rules.map((rule) => [rule, Math.max(-1, entry.time + standsFor(policy, rule, entry) - session.time) + 1])
    ]);
    return JSON.stringify([seen, age(0), last, carried, requests, standing]);
}

/** The remaining validity of an approval. */
function rest(policy: Policy, approval: Entry, rule: number, time: number): number {
    const asking = policy.rules[rule];
    return Math.max(-1, approval.time + (asking?.kind === 'approval' ? asking.valid : 0) - time);
}
