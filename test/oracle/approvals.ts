/** Looks up the requests, the answers and their validity in the list each time (M5). */
import type { EventPattern, Policy, Rule, Term, Value } from '../../server/model/policy/policy.js';
import type { Call } from '../../server/model/session/session.js';
import { every } from './answer.js';
import { compare, same } from './compare.js';
import { happened } from './events.js';
import { read, readValue } from './terms.js';
import { beginning, viewOfEvent, visible, type Entry, type View } from './view.js';

/** A call with a pending request to humans that is neither released, denied, refused, void nor lapsed. */
export interface Hold {
    readonly id: number;
    readonly call: Call;
    /** The requirements that humans have been asked to answer. */
    readonly rules: readonly number[];
    readonly until: number;
}

/** The calls that humans may answer at the place of a view, oldest first. */
export function holdsAt(view: View): Hold[] {
    const begun = beginning(view.entries, view.before).position;
    const past = view.entries.filter(({ position }) => position < view.before && position >= begun);
    return past
        .filter((entry) => entry.kind === 'hold')
        .flatMap(({ id }): Hold[] => {
            const own = past.filter((entry) => entry.id === id);
            const requests = own.filter((entry) => entry.kind === 'hold' || entry.kind === 'ask more');
            const latest = requests[requests.length - 1] as Entry;
            const over = own.some((entry) => ['release', 'deny', 'refuse'].includes(entry.kind));
            const until = latest.until as number;
            const rules = requests.flatMap((entry) => entry.rules);
            const isVoid = requests.some((entry) => entry.rules.some((rule) => isChanged(rule, entry, view)));
            // A lapsed request is not reopened by an answer to another one.
            const entries = view.entries.filter((entry) => entry.id === id || entry.time <= until);
            const asking = { ...view, entries, own: id, call: latest.call };
            const answered = rules.every((rule) => isSatisfied(rule, asking));
            return over || isVoid || (view.now > until && !answered) ? [] : [{ id, call: latest.call, rules, until }];
        });
}

/**
 * True if as many different people as required have answered this requirement for a call, and their answers are still
 * valid.
 */
export function isSatisfied(rule: number, view: View): boolean {
    const { per, quorum } = approvalRule(view.policy, rule);
    const answers = [
        ...view.entries.filter((entry) => entry.id === view.own && isGood(rule, entry, view)),
        ...(per === undefined
            ? []
            : view.entries.filter((entry) => isStanding(rule, entry, view) && isOfKind(per, entry.call, view)))
    ];
    return new Set(answers.flatMap((entry) => entry.humans)).size >= quorum;
}

/**
 * The humans whose answers to this very call are valid at the place of a view; a call with the same arguments is a
 * different call (M7).
 */
export function approversOf(view: View): number[] {
    return humansOf(
        view.entries.filter((entry) =>
            rulesOf(entry).some((rule) => isGood(rule, entry, view) && entry.id === view.own)
        )
    );
}

/** The answers to calls that also authorize other calls, while they are valid. */
export function standingAt(view: View): Entry[] {
    return view.entries.filter((entry) =>
        rulesOf(entry).some(
            (rule) => approvalRule(view.policy, rule).per !== undefined && isStanding(rule, entry, view)
        )
    );
}

/** The humans whose answers to calls with these values are valid. */
export function approversPer(terms: readonly Term[], view: View): number[] {
    return humansOf(
        view.entries.filter((entry) =>
            rulesOf(entry).some(
                (rule) =>
                    approvalRule(view.policy, rule).per !== undefined &&
                    isStanding(rule, entry, view) &&
                    isOfKind(terms, entry.call, view)
            )
        )
    );
}

export function approvalRule(policy: Policy, index: number): Rule & { kind: 'approval' } {
    return policy.rules[index] as Rule & { kind: 'approval' };
}

function rulesOf(entry: Entry): readonly number[] {
    return entry.kind === 'approve' ? entry.rules : [];
}

function humansOf(entries: readonly Entry[]): number[] {
    return [...new Set(entries.flatMap((entry) => entry.humans))].sort((a, b) => a - b);
}

/**
 * The seconds for which an answer serves other calls: the longest that the requirement offers and that is not longer than
 * what the human chose; if there is none, or nothing was chosen, the shortest that it offers.
 */
export function standsFor(policy: Policy, rule: number, { lasts = 0 }: Entry): number {
    const { valid, choices = [valid] } = approvalRule(policy, rule);
    const seconds = choices.map((choice) => (choice === 'session' ? Infinity : choice));
    const wanted = seconds.filter((choice) => lasts === 'session' || choice <= lasts);
    return wanted.length > 0 ? Math.max(...wanted) : Math.min(...seconds);
}

/** True if an answer still serves other calls. */
function isStanding(rule: number, entry: Entry, view: View): boolean {
    const seconds = rulesOf(entry).includes(rule) ? standsFor(view.policy, rule, entry) : 0;
    return isGood(rule, entry, view, seconds) && (seconds > 0 || approvalRule(view.policy, rule).choices === undefined);
}

/**
 * True if an answer is to this requirement, from this session, not too old and not void.
 *
 * @param valid the seconds for which it counts
 */
function isGood(rule: number, entry: Entry, view: View, valid = approvalRule(view.policy, rule).valid): boolean {
    const requests = view.entries.filter(
        ({ id, kind, rules }) => id === entry.id && (kind === 'hold' || kind === 'ask more') && rules.includes(rule)
    );
    return (
        rulesOf(entry).includes(rule) &&
        entry.position < view.before &&
        entry.position > beginning(view.entries, view.before).position &&
        view.now - entry.time <= valid &&
        !requests.some((request) => isChanged(rule, request, view))
    );
}

/** True if the agent, tool and values are the same. */
function isOfKind(terms: readonly Term[], call: Call, view: View): boolean {
    const values = (of: Call): (Value | undefined)[] => terms.map((term) => readValue(term, { ...view, call: of }));
    const theirs = values(call);
    return (
        call.agent === (view.caller ?? view.call.agent) &&
        call.tool === view.call.tool &&
        values(view.call).every((value, i) => value !== undefined && theirs[i] !== undefined && same(value, theirs[i]))
    );
}

/**
 * True if an E with the same values (`until changed by E`) was released after the request, or had no answer at that
 * time.
 */
function isChanged(rule: number, request: Entry, view: View): boolean {
    const { changedBy } = approvalRule(view.policy, rule);
    if (changedBy === undefined) {
        return false;
    }
    const released: EventPattern = { ...changedBy.event, status: 'released' };
    const asking = { ...view, call: request.call };
    return visible({ ...view, own: NOBODY }).some((entry) => {
        const answered = view.entries.some(
            (end) => end.kind === 'end' && end.id === entry.id && end.position < request.position
        );
        const agrees = changedBy.keys.map((key) =>
            compare('==', read(key.event, viewOfEvent(entry, view)), read(key.call, asking))
        );
        return (
            entry.kind === 'release' &&
            (entry.position > request.position || !answered) &&
            every([happened(released, entry, request.call.agent, view), ...agrees]) !== 'no'
        );
    });
}

/** A number that no call has. */
const NOBODY = -2;
