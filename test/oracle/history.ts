/**
 * The oracle's memory: everything that happened, as a list. Conditions are answered straight from their
 * definitions, by quantifying over the list (M8-M11, M15). Slow on purpose; shares no code with the product.
 */
import type {
    CallPattern,
    Comparator,
    Condition,
    EventPattern,
    Monitor,
    Outcome,
    Policy,
    Status,
    Term,
    Tool,
    Value
} from '../../server/model/policy.js';
import type { Call } from '../../server/model/session.js';
import { every, known, opposite, some, written, type Answer } from './answer.js';
import { hostIsIn, hostOf } from './host.js';

/**
 * One thing that happened. What happens at once has one position: the attempt and the release of a call that is
 * allowed at once, an attempt and its denial, an attempt and its hold (M1).
 */
export interface Entry {
    readonly kind: 'attempt' | 'deny' | 'hold' | 'ask more' | 'approve' | 'refuse' | 'release' | 'end' | 'outside';
    readonly position: number;
    readonly time: number;
    /** The call's number in the session. */
    readonly id: number;
    readonly call: Call;
    /** `hold`, `ask more`: the requirements that humans are newly asked. `approve`: those that it answers. */
    readonly rules: readonly number[];
    /** `hold`, `ask more`: when the request lapses unanswered. */
    readonly until?: number;
    /** `approve`, `refuse`: who. `release`: whose approvals were good at that moment. */
    readonly humans: readonly number[];
    /** `end`: how. */
    readonly outcome?: Outcome;
    /** `outside`: which event; it is nobody's call. */
    readonly event?: number;
}

/** What a condition is about, and from where it looks at the history. */
export interface View {
    readonly policy: Policy;
    readonly entries: readonly Entry[];
    readonly call: Call;
    /** The call's own number: its attempt and hold are left out (M4). */
    readonly own: number;
    /** Whose approvals of this very call are good. */
    readonly approvers: readonly number[];
    /** Only what happened before this position is seen. */
    readonly before: number;
    /** The second from which ages are counted. */
    readonly now: number;
    /** How each call that is still running is taken to end. */
    readonly assumed: ReadonlyMap<number, Outcome>;
}

export function answer(condition: Condition, view: View): Answer {
    switch (condition.op) {
        case 'constant':
            return written(condition.value);
        case 'not':
            return opposite(answer(condition.arg, view));
        case 'and':
            return every(condition.args.map((arg) => answer(arg, view)));
        case 'or':
            return some(condition.args.map((arg) => answer(arg, view)));
        case 'compare':
            return compare(condition.cmp, read(condition.left, view), read(condition.right, view));
        case 'in': {
            const value = read(condition.term, view);
            return value === undefined ? 'unknown' : known(condition.values.some((other) => same(value, other)));
        }
        case 'host in': {
            const host = read(condition.term, view);
            return typeof host === 'string' ? known(hostIsIn(host, condition.hosts)) : 'unknown';
        }
        case 'given':
            return known(view.call.args[condition.param] !== undefined);
        case 'monitor':
            return remembered(view.policy.monitors[condition.monitor] as Monitor, view);
        case 'count':
            return compareCount(
                condition.cmp,
                view.policy.monitors[condition.monitor] as Monitor,
                condition.bound,
                view
            );
        case 'carries':
            return carries(condition.label, view);
        case 'approved by':
            return known(condition.humans.some((human) => view.approvers.includes(human)));
        case 'caller is':
            return known(view.call.agent === condition.agent);
        default:
            throw new Error(`the oracle does not know ${condition.op}`);
    }
}

/** Whether a call is one of a pattern's; `caller` is the agent that `by caller` names. */
export function isOne(pattern: CallPattern, call: Call, caller: number): Answer {
    const byWhom =
        pattern.agents === undefined ||
        (typeof pattern.agents === 'string' ? call.agent === caller : pattern.agents.includes(call.agent));
    return every([written(pattern.tools[call.tool] ?? 0), known(byWhom)]);
}

/** Whether something that happened is an E. */
export function happened(pattern: EventPattern, entry: Entry, caller: number, view: View): Answer {
    if (entry.kind === 'outside') {
        return known((pattern.outside ?? []).includes(entry.event as number));
    }
    return every([
        isOne(pattern, entry.call, caller),
        status(pattern.status, entry, view),
        answer(pattern.where, {
            ...view,
            call: entry.call,
            own: entry.id,
            approvers: entry.kind === 'release' ? entry.humans : [],
            before: entry.position,
            now: entry.time
        })
    ]);
}

/** M15: some release of the caller brought the label, and none after it is known to have taken it away. */
function carries(label: number, view: View): Answer {
    const releases = view.entries.filter(
        (entry) => entry.kind === 'release' && entry.position < view.before && entry.call.agent === view.call.agent
    );
    const tool = (entry: Entry): Tool => view.policy.tools[entry.call.tool] as Tool;
    const clears = (entry: Entry): boolean =>
        tool(entry).clears.includes(label) && howItEnded(entry.id, view) === 'success';
    return known(
        releases.some(
            (brings) =>
                tool(brings).reads.includes(label) &&
                !releases.some((takes) => takes.position > brings.position && clears(takes))
        )
    );
}

export function same(a: Value, b: Value): boolean {
    return canonical(a) === canonical(b);
}

export function sameCall(a: Call, b: Call): boolean {
    return a.agent === b.agent && a.tool === b.tool && same(a.args, b.args);
}

interface Occurrence {
    readonly at: number;
    readonly time: number;
    readonly is: Answer;
}

/** The beginning: before everything else, at second 0. */
const START: Occurrence = { at: -1, time: 0, is: 'yes' };

function visible(view: View): Entry[] {
    return view.entries.filter((entry) => entry.position < view.before && entry.id !== view.own);
}

/** What may be an E, where a key of the monitor asks for what the decided call has: `keys` are its values. */
function occurrences(pattern: EventPattern, keys: readonly Value[], view: View): Occurrence[] {
    return visible(view)
        .filter((entry) => entry.kind === place(pattern.status) || entry.kind === 'outside')
        .map((entry) => ({
            at: entry.position,
            time: entry.time,
            is: every([happened(pattern, entry, view.call.agent, view), hasKeys(pattern, entry, keys)])
        }));
}

/**
 * `E(p)`: the event's arguments are the decided call's, unknown if the event lacks one (M3). An event from outside has
 * none, and is everyone's.
 */
function hasKeys(pattern: EventPattern, entry: Entry, keys: readonly Value[]): Answer {
    const names = pattern.keys ?? [];
    if (entry.kind === 'outside') {
        return 'yes';
    }
    return names.some((param) => entry.call.args[param] === undefined)
        ? 'unknown'
        : every(names.map((param, i) => compare('==', entry.call.args[param], keys[i])));
}

/** What the decided call has for the keys of a monitor; nothing if it cannot be read. */
function keysOf(monitor: Monitor, view: View): Value[] | undefined {
    const values = (monitor.keys ?? []).map((term) => read(term, view));
    return values.includes(undefined) ? undefined : (values as Value[]);
}

/** The definitions of M8 and M9. */
function remembered(monitor: Monitor, view: View): Answer {
    const keys = keysOf(monitor, view);
    if (keys === undefined) {
        return 'unknown';
    }
    const isYoung = ({ time }: { time: number }): boolean =>
        monitor.window === undefined || view.now - time <= monitor.window;
    const es = monitor.kind === 'last is' ? [] : occurrences(monitor.event, keys, view);
    const fs = monitor.from === undefined ? [START] : occurrences(monitor.from, keys, view);
    switch (monitor.kind) {
        case 'once':
            return some(es.filter(isYoung).map((e) => e.is));
        case 'once then':
            return some(
                es.filter(isYoung).map((e) => every([e.is, some(fs.filter((f) => f.at < e.at).map((f) => f.is))]))
            );
        case 'count':
            throw new Error('a count is no condition');
        case 'since':
            return some(
                es.map((e) =>
                    every([
                        e.is,
                        some(fs.filter((f) => f.at < e.at && isYoung(f)).map((f) => f.is)),
                        every(fs.filter((f) => f.at >= e.at).map((f) => opposite(f.is)))
                    ])
                )
            );
        case 'no since':
            return some(
                fs
                    .filter(isYoung)
                    .map((f) => every([f.is, every(es.filter((e) => e.at > f.at).map((e) => opposite(e.is)))]))
            );
        case 'since or start':
            return some(es.map((e) => every([e.is, every(fs.filter((f) => f.at >= e.at).map((f) => opposite(f.is)))])));
        case 'last is': {
            const releases = visible(view).filter(
                (entry) => entry.kind === 'release' && (!monitor.perAgent || entry.call.agent === view.call.agent)
            );
            const latest = releases[releases.length - 1];
            return latest === undefined || !isYoung(latest)
                ? 'no'
                : happened(monitor.event, latest, view.call.agent, view);
        }
    }
}

/** M3: a count is an interval, since an event that is unknown contributes or does not. */
function compareCount(cmp: Comparator, monitor: Monitor, bound: number, view: View): Answer {
    const keys = keysOf(monitor, view);
    if (keys === undefined) {
        return 'unknown';
    }
    const es = occurrences(monitor.event, keys, view);
    const fs = monitor.from === undefined ? [] : occurrences(monitor.from, keys, view);
    // Since the latest F or the start: an E counts that no F is at or after.
    const counts = es.map((e) => every([e.is, every(fs.filter((f) => f.at >= e.at).map((f) => opposite(f.is)))]));
    const least = counts.filter((is) => is === 'yes').length;
    const most = counts.filter((is) => is !== 'no').length;
    const numbers = Array.from({ length: most - least + 1 }, (_, i) => least + i);
    const answers = new Set(numbers.map((number) => compare(cmp, number, bound)));
    return answers.size === 1 ? ([...answers][0] as Answer) : 'unknown';
}

/** The kind of entry at which an event with this status word has its place (M1). */
function place(status: Status): Entry['kind'] {
    switch (status) {
        case 'attempted':
            return 'attempt';
        case 'denied':
            return 'deny';
        case 'held':
            return 'hold';
        case 'released':
        case 'succeeded':
        default:
            return 'release';
    }
}

/** M2: after an error of a tool that is not atomic, and when lost, success is unknown. */
function status(status: Status, entry: Entry, view: View): Answer {
    if (status !== 'succeeded' && status !== 'failed') {
        return known(entry.kind === place(status));
    }
    if (entry.kind !== 'release') {
        return 'no';
    }
    const outcome = howItEnded(entry.id, view);
    if (status === 'failed') {
        return known(outcome === 'error');
    }
    const traits = view.policy.tools[entry.call.tool]?.traits ?? {};
    const atomic = traits['atomic'] === 2 || traits['readonly'] === 2;
    return outcome === 'success' ? 'yes' : outcome === 'error' && atomic ? 'no' : 'unknown';
}

function howItEnded(id: number, view: View): Outcome {
    const end = view.entries.find((entry) => entry.kind === 'end' && entry.id === id);
    const outcome = end?.outcome ?? view.assumed.get(id);
    if (outcome === undefined) {
        throw new Error(`the oracle was asked about call ${id}, which still runs`);
    }
    return outcome;
}

/** `undefined` is unknown. */
function read(term: Term, view: View): Value | undefined {
    switch (term.term) {
        case 'constant':
            return term.value;
        case 'param':
            return view.call.args[term.name];
        case 'host': {
            const url = read(term.of, view);
            return typeof url === 'string' ? hostOf(url) : undefined;
        }
        case 'element':
        case 'field':
        case 'length':
        case 'part':
            throw new Error(`the oracle does not know ${term.term}`);
    }
}

function compare(comparator: Comparator, left: Value | undefined, right: Value | undefined): Answer {
    if (left === undefined || right === undefined) {
        return 'unknown';
    }
    if (comparator === '==') {
        return known(same(left, right));
    }
    if (comparator === '!=') {
        return known(!same(left, right));
    }
    if (typeof left !== 'number' || typeof right !== 'number') {
        return 'unknown';
    }
    switch (comparator) {
        case '<':
            return known(left < right);
        case '<=':
            return known(left <= right);
        case '>':
            return known(left > right);
        case '>=':
            return known(left >= right);
    }
}

function canonical(value: Value): string {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        const fields = Object.entries(value as { readonly [field: string]: Value }).sort(([a], [b]) =>
            a < b ? -1 : 1
        );
        return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`;
    }
    return Array.isArray(value) ? `[${value.map(canonical).join(',')}]` : JSON.stringify(value);
}
