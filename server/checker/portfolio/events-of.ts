/**
 * The events that a condition counts, regardless of the form of the condition: a pattern, its keys, and the comparisons
 * with the call.
 */
import type { Condition, EventPattern, Policy, Status, Term } from '../../model/policy/policy.js';
import { TRUE } from '../../model/policy/truth.js';
import { isOfCallAlone } from '../reductions/slice.js';
import { entails } from './entails.js';

export interface Events {
    /** Monitors and recorders treat keys that cannot be read differently. */
    readonly kind: 'monitor' | 'recorder';
    readonly pattern: EventPattern;
    /** The comparisons of the events with the decided call, such as `id = call.id`. */
    readonly keys: readonly string[];
    readonly asked: Condition;
    readonly window?: number;
    readonly across: boolean;
    readonly perAgent: boolean;
}

const ALWAYS: Condition = { op: 'constant', value: TRUE };

/** Undefined if the condition requires the events in some order. */
export function eventsOfMonitor(policy: Policy, index: number): Events | undefined {
    const { kind, event, from, keys = [], window, across = false, perAgent } = policy.monitors[index]!;
    return (kind === 'once' || kind === 'count') && !from
        ? {
              kind: 'monitor',
              pattern: event,
              keys: keys.map((term, at) => keyText(event.keys?.[at] ?? '', term)),
              asked: ALWAYS,
              ...(window !== undefined && { window }),
              across,
              perAgent
          }
        : undefined;
}

/** For `latest`, the events among which the latest is selected. */
export function eventsOfRecorder(policy: Policy, index: number): Events | undefined {
    const { kind } = policy.recorders![index]!;
    const isCounted = kind === 'once' || kind === 'count' || kind === 'latest';
    return isCounted ? eventsAdded(policy, index) : undefined;
}

/** The same for a recorder of any kind, such as a total. */
export function eventsAdded(policy: Policy, index: number): Events | undefined {
    const { kind, event, from, keys = [], sameCall, asked, window, across = false } = policy.recorders![index]!;
    return !from
        ? {
              kind: 'recorder',
              pattern: event,
              keys: [
                  ...keys.map((key) =>
                      key.event.term === 'param' ? keyText(key.event.name, key.call) : JSON.stringify(key)
                  ),
                  ...(sameCall ? ['same call'] : [])
              ],
              asked: (kind === 'latest' ? undefined : asked) ?? ALWAYS,
              ...(window !== undefined && kind !== 'latest' && { window }),
              across,
              perAgent: event.agents === 'caller' || event.agents === 'same agent'
          }
        : undefined;
}

function keyText(param: string, call: Term): string {
    return `${param} = ${JSON.stringify(call)}`;
}

/**
 * Returns undefined unless each of the first events is, or belongs to, one of the second events; returns `alike` if the
 * two are also unknown for the same calls.
 *
 * @param inWindow `same place` if a call that ended counts as released at the time of its release
 */
export function certainlyMore(
    policy: Policy,
    a: Events,
    b: Events,
    inWindow: 'same time' | 'same place' = 'same time'
): 'alike' | 'more' | undefined {
    const isMore =
        (a.window ?? Infinity) <= (b.window ?? Infinity) &&
        isPart(policy, a.pattern, b.pattern, b.window === undefined ? 'ever' : inWindow) &&
        (a.across === b.across || b.across) &&
        b.keys.every((key) => a.keys.includes(key) || keysAsked(a.asked).includes(key)) &&
        entails(policy, a.asked, b.asked);
    const areAlike =
        a.kind === b.kind &&
        a.across === b.across &&
        // Only where agents act for others may it be unknown whose event it was.
        (a.perAgent === b.perAgent || !policy.delegations?.length) &&
        JSON.stringify(a.keys) === JSON.stringify(b.keys);
    return !isMore ? undefined : areAlike ? 'alike' : 'more';
}

/** The keys that comparisons of the form `where p == call.q` are equivalent to. */
function keysAsked(asked: Condition): string[] {
    if (asked.op === 'and') {
        return asked.args.flatMap(keysAsked);
    }
    return asked.op === 'compare' && asked.cmp === '==' && asked.left.term === 'param' && asked.right.term === 'call'
        ? [keyText(asked.left.name, asked.right.of)]
        : [];
}

/**
 * True if each of the first events is one of the second.
 *
 * @param when `ever` if neither times nor places of the events matter: a call is attempted before it is released
 */
function isPart(policy: Policy, a: EventPattern, b: EventPattern, when: 'ever' | 'same time' | 'same place'): boolean {
    const text = (value: unknown): string => JSON.stringify(value ?? null);
    // The history at the attempt differs from the history at the release, and at the attempt there is no result yet.
    const isSameThen = b.status !== 'attempted' || isOfCallAlone(b.where);
    return (
        (a.status === b.status ||
            (when === 'ever' && isSameThen && WIDER[a.status]?.includes(b.status) === true) ||
            // A call that ends has its place in the history where it was released (M1).
            (when === 'same place' && b.status === 'released' && WIDER[a.status]?.includes('released') === true)) &&
        a.tools.every((value, tool) => value <= (b.tools[tool] ?? 0)) &&
        (b.agents === undefined || text(a.agents) === text(b.agents)) &&
        entails(policy, a.where, b.where) &&
        [a.outside, a.humans, a.answers].every(
            (value, at) => text(value) === text([b.outside, b.humans, b.answers][at])
        )
    );
}

/** For each status, the other statuses that every event with it has as well. */
const WIDER: { readonly [status in Status]?: readonly Status[] } = {
    succeeded: ['released', 'attempted'],
    failed: ['released', 'attempted'],
    released: ['attempted']
};
