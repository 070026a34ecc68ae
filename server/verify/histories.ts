/**
 * The histories that a certificate follows: the values of some monitors and labels, as states that no step leaves. The
 * effect of an event on a value is over-approximated: a condition on the event (`where`), its outcome and the time are
 * arbitrary.
 */
import { literalOf } from './literals.js';
import {
    type EventPattern,
    type JsonObject,
    listOf,
    type Monitor,
    numberBelow,
    objectOf,
    type Policy,
    textOf
} from './policy.js';
import { Refused } from './refused.js';
import { both, either, EVERY, negated, only, type Truths, type Value, VALUES } from './truth.js';

/** An event: a call by an agent, released or not, or an event from outside. If it is neither, only time passes. */
export interface Step {
    readonly tool?: number;
    readonly agent?: number;
    readonly isReleased?: boolean;
    readonly outside?: number;
}

interface Cell {
    /** The condition whose value the cell holds, in calls by the agent; if there is no agent, in calls by any agent. */
    readonly key: string;
    readonly agent?: number;
    readonly initial: Value;
    /** The properties of the step that matter to the cell, by name: cells that share a name see the same value. */
    readonly asks: (step: Step) => readonly (readonly [name: string, values: Truths])[];
    /** @param answers a value for each name */
    readonly next: (value: Value, step: Step, answers: ReadonlyMap<string, Truths>) => Truths;
}

export class Histories {
    private readonly cells: readonly Cell[];
    readonly states: readonly string[];
    private readonly known: ReadonlySet<string>;

    constructor(
        private readonly policy: Policy,
        data: unknown
    ) {
        const { cells, states } = objectOf(data, 'the history');
        this.cells = listOf(cells, 'the list of cells').map((cell) => this.cellOf(objectOf(cell, 'a cell')));
        this.states = listOf(states, 'the list of states').map((state) => textOf(state, 'a state'));
        this.known = new Set(this.states);
        const form = new RegExp(`^[012]{${this.cells.length}}$`);
        if (
            this.states.some((state) => !form.test(state)) ||
            !this.known.has(this.cells.map(({ initial }) => initial).join(''))
        ) {
            throw new Refused('the states are not combinations of values, or the first history is not among them');
        }
    }

    /** The values of conditions in a call by the agent. */
    valuesIn(state: string, agent: number): Map<string, Value> {
        const own = this.cells.map((cell, index) => ({ ...cell, value: Number(state[index]) as Value }));
        return new Map(
            own.filter((cell) => cell.agent === undefined || cell.agent === agent).map(({ key, value }) => [key, value])
        );
    }

    /** True if every state that can follow the step is one of the states. */
    isKept(state: string, step: Step): boolean {
        const asked = [...new Map(this.cells.flatMap(({ asks }) => asks(step)))];
        if (asked.length > MOST_ASKED) {
            throw new Refused('an event may have too many different effects');
        }
        const answers = new Map<string, Truths>();
        const isKept = (index: number): boolean => {
            const [name, values] = asked[index] ?? [];
            return name === undefined
                ? this.isKeptWith(state, step, answers)
                : VALUES.every((value) => {
                      answers.set(name, only(value));
                      return (values! & only(value)) === 0 || isKept(index + 1);
                  });
        };
        return isKept(0);
    }

    private isKeptWith(state: string, step: Step, answers: ReadonlyMap<string, Truths>): boolean {
        const sets = this.cells.map(({ next }, index) => next(Number(state[index]) as Value, step, answers));
        const isKept = (prefix: string): boolean =>
            prefix.length === sets.length
                ? this.known.has(prefix)
                : VALUES.every((value) => (sets[prefix.length]! & only(value)) === 0 || isKept(`${prefix}${value}`));
        return isKept('');
    }

    private cellOf(cell: JsonObject): Cell {
        const { policy } = this;
        const agent =
            cell['agent'] === undefined
                ? undefined
                : numberBelow(cell['agent'], policy.agents.length, 'the agent of a cell');
        if (cell['label'] !== undefined) {
            const label = numberBelow(cell['label'], policy.labels.length, 'the label of a cell');
            if (agent === undefined) {
                throw new Refused('a label is of an agent');
            }
            const isEver = cell['ever'] === true;
            const name = `gains ${label} ${agent}`;
            const { key } = literalOf(policy, { op: isEver ? 'received' : 'carries', label }, 'rules', true);
            return {
                key,
                agent,
                initial: 0,
                asks: (step) => [[name, this.gains(label, agent, step)]],
                next: (value, step, answers) => {
                    const isLost =
                        !isEver && this.isOf(agent, step) && policy.tools[step.tool!]!.clears.includes(label);
                    return either(only(value) | (isLost ? only(0) : 0), answers.get(name)!);
                }
            };
        }
        const number = numberBelow(cell['monitor'], policy.monitors.length, 'the monitor of a cell');
        const monitor = policy.monitors[number]!;
        const { key, side } = literalOf(policy, { op: 'monitor', monitor: number }, 'rules', true);
        const isFollowed = FOLLOWED.includes(monitor.kind) && !monitor.keys && side === 'both';
        if (!isFollowed || monitor.perAgent !== (agent !== undefined) || readsRunning(monitor)) {
            throw new Refused(`the history of monitor ${number} cannot be followed`);
        }
        const patterns = [monitor.event, ...(monitor.from ? [monitor.from] : [])];
        return {
            key,
            ...(agent !== undefined && { agent }),
            initial: monitor.kind === 'no since' && !monitor.from ? 2 : 0,
            asks: (step) => patterns.map((pattern) => [nameOf(pattern, agent), this.matches(pattern, agent, step)]),
            next: (value, _, answers) => {
                const [e, f = only(0)] = patterns.map((pattern) => answers.get(nameOf(pattern, agent))!);
                return after(monitor, value, e!, f);
            }
        };
    }

    private matches(pattern: EventPattern, viewer: number | undefined, step: Step): Truths {
        const { tool, agent, outside } = step;
        if (tool === undefined) {
            const selected = pattern['outside'] as readonly number[] | undefined;
            return outside !== undefined && selected?.includes(outside) ? EVERY : only(0);
        }
        const { agents, where, status } = pattern;
        // Agents that declared delegation connects count as one agent (M16).
        const isOther = agent !== viewer && viewer !== undefined && !this.policy.delegations?.length;
        if (Array.isArray(agents) ? !agents.includes(agent) : agents !== undefined && isOther) {
            return only(0);
        }
        const isOfRelease = ['released', 'succeeded', 'failed'].includes(status);
        const has = isOfRelease && !step.isReleased ? only(0) : status === 'released' ? only(2) : EVERY;
        const isMeant = typeof agents === 'string' && agent !== viewer ? EVERY : only(2);
        const asked = where.op === 'constant' ? only(where['value'] as Value) : EVERY;
        const itself = [only(pattern.tools[tool] ?? 0), has, isMeant, asked].reduce(both);
        const inner = this.policy.tools[tool]!.mayDo?.some((value, other) => value !== 0 && pattern.tools[other] !== 0);
        return inner ? either(itself, EVERY) : itself;
    }

    /** True if an agent may get a label in the step: by its own release (M15), or from another agent (M16). */
    private gains(label: number, owner: number, step: Step): Truths {
        const { delegations, rules, tools } = this.policy;
        const passed = delegations?.length ? only(2) : 0;
        if (!this.isOf(owner, step)) {
            return only(0) | passed;
        }
        const { reads, conditionalReads } = tools[step.tool!]!;
        if (reads.includes(label)) {
            // A result that is withheld brings no labels.
            return only(2) | (rules.some(({ kind }) => kind === 'withhold') ? only(0) : 0);
        }
        // A server that stores returns the labels of the data that was written to it.
        const mayGain =
            conditionalReads?.some(({ labels }) => labels.includes(label)) ||
            tools.some((tool) => tool['stores'] !== undefined);
        return only(0) | (mayGain ? only(2) : 0) | passed;
    }

    private isOf(owner: number, { agent, isReleased }: Step): boolean {
        return isReleased === true && agent === owner;
    }
}

/** The recurrences of M8; a value with a window may also become less true as time passes. */
function after(monitor: Monitor, value: Value, e: Truths, f: Truths): Truths {
    const began = monitor.from ? EVERY : only(2);
    const next = {
        once: () => either(only(value), e),
        'no since': () => either(f, both(only(value), negated(e))),
        'since or start': () => both(either(only(value), e), negated(f)),
        since: () => both(negated(f), either(only(value), both(e, began))),
        'once then': () => either(only(value), both(e, EVERY))
    }[monitor.kind as 'once']();
    return monitor.window === undefined ? next : both(next, EVERY);
}

/** Two patterns with the same name match the same events. */
function nameOf({ text: _, ...pattern }: EventPattern, viewer: number | undefined): string {
    return JSON.stringify([pattern, viewer ?? null]);
}

/** The number of binary properties of an event. */
const MOST_ASKED = 12;

const FOLLOWED = ['once', 'no since', 'since or start', 'since', 'once then'];

/** The end of a running call is not a separate event. */
function readsRunning({ event, from }: Monitor): boolean {
    return [event, from].some((pattern) => pattern?.status === 'running');
}
