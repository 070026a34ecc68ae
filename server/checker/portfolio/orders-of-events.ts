/**
 * How the values of conditions on the order of events are related: `never E after F until G` asks for an F without a G since then,
 * and a rule may ask for a G since the last F. By induction over the events, with the recurrences of
 * `server/model/events/once-and-since.ts`.
 */
import type { Condition, EventPattern, Monitor, Policy } from '../../model/policy/policy.js';
import { FALSE, TRUE } from '../../model/policy/truth.js';
import { isPart } from './events-of.js';
import type { Relation } from './truth-sets.js';

/** What the value of the first condition says about that of the second; undefined if nothing. */
export function orderRelation(policy: Policy, a: Condition, b: Condition): Relation | undefined {
    const [one, other] = [monitorOf(policy, a), monitorOf(policy, b)];
    if (!one || !other) {
        return undefined;
    }
    const open = openIn(one);
    if (open && excludesOpen(policy, other, open)) {
        return (isOpen, isMet) => isMet !== TRUE || isOpen === FALSE;
    }
    if (one.kind === other.kind && one.across === other.across && one.perAgent === other.perAgent) {
        return isNeverTruer(policy, one, other) ? (first, second) => first <= second : undefined;
    }
    return undefined;
}

function monitorOf(policy: Policy, condition: Condition): Monitor | undefined {
    const monitor = condition.op === 'monitor' ? policy.monitors[condition.monitor] : undefined;
    return monitor && monitor.window === undefined ? monitor : undefined;
}

/** An F without a G since then. */
interface Open {
    readonly begin: EventPattern;
    readonly end: EventPattern;
    /** True if an event that is an F and a G leaves it open. */
    readonly beginsLast: boolean;
}

function openIn({ kind, event, from, keys, perAgent, across }: Monitor): Open | undefined {
    if (!from || keys || perAgent || across || hasCaller(event) || hasCaller(from)) {
        return undefined;
    }
    switch (kind) {
        case 'no since':
            return { begin: from, end: event, beginsLast: true };
        case 'since or start':
            return { begin: event, end: from, beginsLast: false };
        default:
            return undefined;
    }
}

/** True if nothing is open where `met` is true. */
function excludesOpen(policy: Policy, met: Monitor, { begin, end, beginsLast }: Open): boolean {
    if (met.across) {
        return false;
    }
    const isEach = (part: EventPattern, whole: EventPattern | undefined): boolean =>
        whole !== undefined && !whole.keys && !hasCaller(whole) && isPart(policy, part, whole, 'same place');
    switch (met.kind) {
        // Each F ends what the rule asks for, and each E of the rule is a G.
        case 'since':
            return isEach(begin, met.from) && isEach(met.event, end);
        // Each F is an E of the rule, and each F of the rule is a G.
        case 'no since':
            return (
                isEach(begin, met.event) &&
                met.from !== undefined &&
                isEach(met.from, end) &&
                (!beginsLast || areDisjoint(policy, begin, met.from))
            );
        default:
            return false;
    }
}

/** True if no event matches both, not even perhaps. */
function areDisjoint({ tools }: Policy, a: EventPattern, b: EventPattern): boolean {
    return (
        tools.every(({ mayDo }) => mayDo === undefined) &&
        a.tools.every((value, tool) => value === FALSE || b.tools[tool] === FALSE) &&
        !a.outside?.some((event) => b.outside?.includes(event))
    );
}

/** True if the pattern depends on the agent of the decided call. */
function hasCaller({ agents }: EventPattern): boolean {
    return typeof agents === 'string';
}

/** The forms are monotone in E, and antitone or monotone in F. */
function isNeverTruer(policy: Policy, one: Monitor, other: Monitor): boolean {
    if (
        JSON.stringify([one.keys, one.event.keys, one.from?.keys]) !==
        JSON.stringify([other.keys, other.event.keys, other.from?.keys])
    ) {
        return false;
    }
    const isEach = (part: EventPattern | undefined, whole: EventPattern | undefined): boolean =>
        part && whole ? isPart(policy, part, whole, 'same place') : part === whole;
    const areAlike = isEach(one.from, other.from) && isEach(other.from, one.from);
    switch (one.kind) {
        case 'since':
            return areAlike && isEach(one.event, other.event);
        case 'since or start':
            return isEach(one.event, other.event) && isEach(other.from, one.from);
        case 'no since':
            return isEach(other.event, one.event) && isEach(one.from, other.from);
        case 'once then':
            return isEach(one.event, other.event) && isEach(one.from, other.from);
        default:
            return false;
    }
}
