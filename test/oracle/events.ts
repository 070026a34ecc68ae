/** Matches events with patterns (M1, M2, M9, M10, M20). */
import type { CallPattern, EventPattern, Policy, Status, Tool } from '../../server/model/policy/policy.js';
import type { Call } from '../../server/model/session/session.js';
import { every, known, some, written, type Answer } from './answer.js';
import { answer } from './conditions.js';
import { isWithheld } from './labels.js';
import { endingOf, viewOfEvent, type Entry, type View } from './view.js';

/** The truth value of a call matching a pattern; `caller` is the agent that `by caller` refers to. */
export function isOne(policy: Policy, pattern: CallPattern, call: Call, caller: number): Answer {
    return every([written(pattern.tools[call.tool] ?? 0), known(isBy(policy, pattern, call.agent, caller))]);
}

/** The truth value of an event being an E. */
export function happened(pattern: EventPattern, entry: Entry, caller: number, view: View): Answer {
    return some([itself(pattern, entry, caller, view), onItsWay(pattern, entry, caller, view)]);
}

/** The truth value of the event itself being an E, regardless of inner calls. */
export function itself(pattern: EventPattern, entry: Entry, caller: number, view: View): Answer {
    const { policy } = view;
    const inner = viewOfEvent(entry, view);
    if (isOutside(entry)) {
        return every([
            known((pattern.outside ?? []).some((index) => isEvent(policy, index, entry))),
            entry.perhaps === true ? 'unknown' : 'yes',
            answer(pattern.where, inner)
        ]);
    }
    return every([
        known(isByThem(pattern, entry, caller, view)),
        written(pattern.tools[entry.call.tool] ?? 0),
        status(pattern.status, entry, view),
        answer(pattern.where, inner)
    ]);
}

/** A possible inner call of a general tool is an unknown occurrence with unknown arguments (M20). */
export function onItsWay(pattern: EventPattern, entry: Entry, caller: number, view: View): Answer {
    if (isOutside(entry)) {
        return 'no';
    }
    const { policy } = view;
    const may = policy.tools[entry.call.tool]?.mayDo ?? [];
    return every([
        known(isByThem(pattern, entry, caller, view)),
        known(pattern.tools.some((truth, tool) => truth !== 0 && (may[tool] ?? 0) !== 0)),
        hidden(pattern.status, entry, view)
    ]);
}

/** The view of an event about which nothing is known except that it may have happened. */
export function blankView(entry: Entry, view: View): View {
    return { ...viewOfEvent(entry, view), call: { ...entry.call, args: {} }, blank: true };
}

function isByThem(pattern: EventPattern, entry: Entry, caller: number, view: View): boolean {
    return (
        isBy(view.policy, pattern, entry.call.agent, caller) &&
        (pattern.humans === undefined ||
            !['approve', 'refuse'].includes(entry.kind) ||
            entry.humans.some((human) => pattern.humans?.includes(human)))
    );
}

export function isOutside(entry: Entry): boolean {
    return ['outside', 'says', 'return', 'entered'].includes(entry.kind);
}

/** The kind of entry that determines the place of an event with this status word (M1). */
export function place(status: Status): Entry['kind'] {
    switch (status) {
        case 'attempted':
            return 'attempt';
        case 'denied':
            return 'deny';
        case 'held':
            return 'hold';
        case 'approved':
            return 'approve';
        case 'refused':
            return 'refuse';
        case 'released':
        case 'running':
        case 'failed':
        case 'succeeded':
        case 'returned':
            return 'release';
    }
}

/**
 * True if the call succeeded; success is unknown after an error of a tool that is not atomic, and if the answer is lost
 * (M2).
 */
export function hasSucceeded(entry: Entry, view: View): Answer {
    const tool = view.policy.tools[entry.call.tool] as Tool;
    const { outcome } = endingOf(entry.id, view);
    const atomic = tool.traits['atomic'] === 2 || tool.traits['readonly'] === 2;
    if (outcome !== 'success') {
        return outcome === 'error' && atomic ? 'no' : 'unknown';
    }
    return succeedsWhen(tool, entry, view);
}

/** The value of `succeeds when`: the condition for an answer without an error to be a success. */
function succeedsWhen(tool: Tool, entry: Entry, view: View): Answer {
    return tool.succeeds === undefined ? 'yes' : answer(tool.succeeds, viewOfEvent(entry, view));
}

function hasFailed(entry: Entry, view: View): Answer {
    const tool = view.policy.tools[entry.call.tool] as Tool;
    const { outcome } = endingOf(entry.id, view);
    if (outcome !== 'success') {
        return known(outcome === 'error');
    }
    const well = succeedsWhen(tool, entry, view);
    return well === 'yes' ? 'no' : well === 'no' ? 'yes' : 'unknown';
}

function status(status: Status, entry: Entry, view: View): Answer {
    if (entry.kind !== place(status)) {
        return 'no';
    }
    switch (status) {
        case 'succeeded':
            return hasSucceeded(entry, view);
        case 'failed':
            return hasFailed(entry, view);
        case 'returned':
            return known(isReturned(entry, view));
        case 'running':
            return known(
                !view.entries.some((end) => end.kind === 'end' && end.id === entry.id && end.position < view.before)
            );
        default:
            return 'yes';
    }
}

/** True if an agent got the result: without an answer there is none, and a withheld one reaches nobody (M15). */
function isReturned(entry: Entry, view: View): boolean {
    return endingOf(entry.id, view).outcome === 'success' && !isWithheld(entry, view);
}

const MAY_BE_INNER: readonly Status[] = ['attempted', 'released', 'running', 'failed', 'succeeded', 'returned'];

/** The part of a general tool's release that may have been an event of an inner call. */
function hidden(which: Status, entry: Entry, view: View): Answer {
    if (entry.kind !== 'release' || !MAY_BE_INNER.includes(which)) {
        return 'no';
    }
    if (which === 'returned') {
        return isReturned(entry, view) ? 'unknown' : 'no';
    }
    return which === 'running' && status('running', entry, view) === 'no' ? 'no' : 'unknown';
}

/** True if the pattern selects the agent. */
export function isBy(policy: Policy, pattern: CallPattern, agent: number, caller: number): boolean {
    const principal = (which: number): number => policy.agents[which]?.principal ?? -1 - which;
    switch (pattern.agents) {
        case undefined:
            return true;
        case 'caller':
            return principal(agent) === principal(caller);
        case 'same agent':
            return agent === caller;
        default:
            return pattern.agents.includes(agent);
    }
}

function isEvent(policy: Policy, index: number, entry: Entry): boolean {
    const event = policy.outsideEvents[index];
    switch (event?.special) {
        case undefined:
            return entry.kind === 'outside' && entry.event === index;
        case 'start':
            return false;
        case 'user says':
            return entry.kind === 'says';
        case 'end of delegation':
            return entry.kind === 'return' && (event.delegate === undefined || event.delegate === entry.from);
        case 'entered':
            return (
                entry.kind === 'entered' &&
                event.mode?.machine === entry.entered?.machine &&
                event.mode?.mode === entry.entered?.mode
            );
    }
}
