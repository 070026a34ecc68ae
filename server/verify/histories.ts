/**
 * The histories that a certificate follows: the values of some monitors and labels, as states that no step leaves. The
 * effect of an event on a value is over-approximated: a condition on the event (`where`), its outcome and the time are
 * arbitrary.
 */
import { literalOf } from './literals.js';
import { assert, listOf, numberBelow, objectOf, textOf } from './policy.js';
import type { EventPattern, JsonObject, Monitor, Policy } from './policy.js';
import { both, either, EVERY, negated, only, type Truths, type Value, valuesIn } from './truth.js';

/** An event: of a call by an agent, released or not, or from outside. If it is neither, only time passes. */
export type Step = Partial<Record<'tool' | 'agent' | 'outside', number> & { readonly isReleased: boolean }>;

interface Cell {
    /** The condition whose value the cell holds, in calls by the agent; if there is no agent, in calls by any agent. */
    readonly key: string;
    readonly agent?: number;
    /** True if the cell has the value for no special key: with any key it is at most that, or unknown if the key cannot be read. */
    readonly isMost?: boolean;
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
        this.states = listOf(states ?? [this.first], 'the list of states').map((state) => textOf(state, 'a state'));
        this.known = new Set(this.states);
        const form = new RegExp(`^[012]{${this.cells.length}}$`);
        const isOther = this.states.some((state) => !form.test(state));
        assert(!isOther && this.known.has(this.first), 'the states have another form, or the first one is missing');
    }

    get first(): string {
        return this.cells.map(({ initial }) => initial).join('');
    }

    /** The values that conditions may have in a call by the agent. */
    valuesIn(state: string, agent: number): Map<string, Truths> {
        const values = this.cells.map(({ key, isMost }, index) => {
            const value = Number(state[index]) as Value;
            return [key, isMost ? ((2 << value) - 1) | only(1) : only(value)] as const;
        });
        return new Map(values.filter((_, index) => (this.cells[index]!.agent ?? agent) === agent));
    }

    /** True if every state that can follow the step is one of the states. */
    isKept(state: string, step: Step): boolean {
        let left = MOST_AFTER;
        return this.everyAfter(state, step, (after) => --left >= 0 && this.known.has(after));
    }

    /** True if the states after the step all pass the test. */
    everyAfter(state: string, step: Step, test: (after: string) => boolean): boolean {
        const asked = [...new Map(this.cells.flatMap(({ asks }) => asks(step)))];
        assert(asked.length <= MOST_ASKED, 'an event may have too many different effects');
        const isKept = (chosen: Value[]): boolean => {
            const answers = new Map(asked.map(([name], index) => [name, only(chosen[index]!)]));
            const sets = this.cells.map(({ next }, cell) => next(Number(state[cell]) as Value, step, answers));
            return everyChoice(sets, (values) => test(values.join('')));
        };
        const values = asked.map(([_, values]) => values);
        return everyChoice(values, isKept);
    }

    private cellOf(cell: JsonObject): Cell {
        const { policy } = this;
        const isAny = cell['agent'] === undefined;
        const agent = isAny ? undefined : numberBelow(cell['agent'], policy.agents.length, 'the agent of a cell');
        if (cell['label'] !== undefined) {
            const label = numberBelow(cell['label'], policy.labels.length, 'the label of a cell');
            assert(agent !== undefined, 'a label is of an agent');
            const isEver = cell['ever'] === true;
            // What an agent has shed, it may still pass on: the other one then receives it, and does not carry it (M15, M16, M20).
            const { delegations, tools } = policy;
            const isPassedOn = Boolean(delegations?.length) || tools.some(({ stores }) => stores !== undefined);
            const isShed = isPassedOn && tools.some(({ clears }) => clears.includes(label));
            const name = `gains ${label} ${agent} ${isEver && isShed}`;
            const { key } = literalOf(policy, { op: isEver ? 'received' : 'carries', label }, 'rules', true);
            return {
                key,
                agent,
                initial: 0,
                asks: (step) => [[name, this.gains(label, agent, step)]],
                next: (value, step, answers) => {
                    const isOwn = !isEver && step.isReleased && step.agent === agent;
                    const clears = isOwn && tools[step.tool!]!.clears.includes(label);
                    return either(only(value) | (clears ? only(0) : 0), answers.get(name)!);
                }
            };
        }
        const isRecorded = cell['recorder'] !== undefined;
        const [field, op] = isRecorded ? ['recorder', 'recorded'] : ['monitor', 'monitor'];
        const all = isRecorded ? (policy.recorders ?? []) : policy.monitors;
        const number = numberBelow(cell[field], all.length, `the ${field} of a cell`);
        const monitor = all[number]! as Monitor;
        const { key, side } = literalOf(policy, { op, [field]: number }, 'rules', true);
        const isMost = isRecorded || monitor.keys !== undefined;
        const isFollowed = isMost ? monitor.kind === 'once' && !monitor.from : FOLLOWED.includes(monitor.kind);
        const isOfAgent = !isRecorded && monitor.perAgent;
        const patterns = [monitor.event, ...(monitor.from ? [monitor.from] : [])];
        // A running call ends without an event of its own.
        const isPlain = side === 'both' && isOfAgent !== isAny && !patterns.some(({ status }) => status === 'running');
        assert(isFollowed && isPlain, `the history of ${field} ${number} is not one that can be followed`);
        return {
            key,
            isMost,
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
        const passed = only(0) | (delegations?.length ? only(2) : 0);
        const { reads, conditionalReads } = tools[step.tool ?? -1] ?? { reads: [] as number[] };
        // A server that stores gives back the labels of what was written to it.
        const isBack = tools.some((tool) => tool['stores'] !== undefined);
        const mayGain = isBack || conditionalReads?.some(({ labels }) => labels.includes(label));
        // A result that is withheld brings no labels.
        const isCertain = reads.includes(label) && !rules.some(({ kind }) => kind === 'withhold');
        const own = isCertain ? only(2) : passed | (mayGain || reads.includes(label) ? only(2) : 0);
        return step.isReleased && step.agent === owner ? own : passed;
    }
}

/** True if each choice of one value from each set passes the test. */
function everyChoice(sets: readonly Truths[], test: (of: Value[]) => boolean, chosen: Value[] = []): boolean {
    const values = sets[chosen.length];
    const isPassed = (value: Value): boolean => everyChoice(sets, test, [...chosen, value]);
    return values === undefined ? test(chosen) : valuesIn(values).every(isPassed);
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

/** The number of states that one event may lead to from a state. */
const MOST_AFTER = 20_000;

const FOLLOWED = ['once', 'no since', 'since or start', 'since', 'once then'];
