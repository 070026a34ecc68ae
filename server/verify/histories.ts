/**
 * The histories that a certificate follows: the values of some monitors and labels, as states that no step leaves. The
 * effect of an event on a value is over-approximated: a condition on the event (`where`), its outcome and the time are
 * arbitrary.
 */
import { historyOf, literalOf } from './literals.js';
import { assert, listOf, numberBelow, objectOf, text } from './policy.js';
import type { EventPattern, JsonObject, Monitor, Policy } from './policy.js';
import { both, either, EVERY, negated, only, type Truths, type Value, valuesIn } from './truth.js';

/** An event: of a call by an agent, released or not, or from outside; or another session begins. If it is none, only time passes. */
export type Step = Partial<
    Record<'tool' | 'agent' | 'outside', number> & { readonly isReleased: boolean; readonly isAnew: boolean }
>;

/** The values of conditions, or of properties of a step, by their names. */
type Named = readonly (readonly [name: string, values: Truths])[];

/** A part of the history: the value of a condition, or the greatest that it has for any key. */
interface Cell {
    /** The key of the condition. */
    readonly key: string;
    /** The agent in whose calls the condition has the value; undefined for any agent. */
    readonly agent: number | undefined;
    readonly isMost: boolean;
    readonly initial: Value;
    /** True if the cell keeps its value in the next session (M19). */
    readonly isKept: boolean;
    /** The properties of the step that matter to the cell: cells that share a name see the same value. */
    readonly asks: (step: Step) => Named;
    /** The values that may follow. @param answers a value for each name */
    readonly next: (value: Value, step: Step, answers: ReadonlyMap<string, Value>) => Truths;
}

/** What a step does to the cells, with the first step that does so. */
export interface Effects {
    readonly step: Step;
    readonly asked: Named;
}

export class Histories {
    private readonly cells: readonly Cell[];
    readonly states: readonly string[];
    private readonly effects = new Map<string, Effects>();
    /** A server that stores gives back the labels of what was written to it. */
    private readonly isStored: boolean;
    /** A result that is withheld brings no labels. */
    private readonly isWithheld: boolean;

    constructor(
        private readonly policy: Policy,
        data: unknown
    ) {
        const { cells, states } = objectOf(data, 'the history');
        this.isStored = policy.tools.some((tool) => tool['stores'] !== undefined);
        this.isWithheld = policy.rules.some(({ kind }) => kind === 'withhold');
        this.cells = listOf(cells, 'the list of cells').map((cell) => this.cellOf(objectOf(cell, 'a cell')));
        const first = stateOf(this.cells.map(({ initial }) => initial));
        this.states = listOf(states ?? [first], 'the list of states').map(String);
        // A small file may name many states, and a large proof for each of them.
        assert(this.states.includes(first) && this.states.length <= 1_000, 'the first state is missing, or too many');
    }

    /** The values that conditions may have in a call by the agent. */
    valuesIn(state: string, agent: number): Map<string, Truths> {
        const own = this.cells.flatMap(({ key, agent: owner = agent, isMost }, index) => {
            const value = valueIn(state, index);
            // With any key, the value is at most that of the cell, or unknown if the key cannot be read.
            return owner === agent ? [[key, isMost ? ((2 << value) - 1) | only(1) : only(value)] as const] : [];
        });
        return new Map(own);
    }

    /** The effects of a step: one object for all steps that do the same in every state. */
    effectsOf(step: Step): Effects {
        const asked = [...new Map(this.cells.flatMap(({ asks }) => asks(step)))];
        const shed = step.isReleased ? this.policy.tools[step.tool!]!.clears : [];
        const name = text([step.isAnew, asked.map(([_, truths]) => truths), shed.length > 0 && [step.agent, shed]]);
        const effects = this.effects.get(name) ?? { step, asked };
        this.effects.set(name, effects);
        return effects;
    }

    /** True if the states after a step with these effects all pass the test. */
    everyAfter(state: string, { step, asked }: Effects, test: (after: string) => boolean): boolean {
        if (step.isAnew) {
            const begun = this.cells.map(({ initial, isKept }, index) => (isKept ? valueIn(state, index) : initial));
            return test(stateOf(begun));
        }
        assert(asked.length <= MOST_ASKED, 'an event may have too many different effects');
        const values = asked.map(([_, truths]) => valuesIn(truths));
        return everyChoice(values, (chosen) => {
            const answers = new Map(asked.map(([name], index) => [name, chosen[index] as Value]));
            const next = this.cells.map((cell, index) => valuesIn(cell.next(valueIn(state, index), step, answers)));
            return everyChoice(next, (after) => test(stateOf(after)));
        });
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
            const { tools } = policy;
            const isShed = tools.some(({ clears }) => clears.includes(label));
            const name = `gains ${label} ${agent} ${isEver && isShed}`;
            const { key } = literalOf(policy, { op: isEver ? 'received' : 'carries', label }, 'rules', true);
            return {
                key,
                agent,
                isMost: false,
                initial: 0,
                isKept: policy.labels[label]!['across'] === true,
                asks: (step) => [[name, this.gains(label, agent, step)]],
                next: (value, step, answers) => {
                    const isOwn = !isEver && step.isReleased && step.agent === agent;
                    const clears = isOwn && tools[step.tool!]!.clears.includes(label);
                    return either(only(value) | (clears ? only(0) : 0), only(answers.get(name)!));
                }
            };
        }
        const { monitor, recorder } = cell;
        const asked = recorder === undefined ? { op: 'monitor', monitor } : { op: 'recorded', recorder };
        const of = historyOf(policy, asked);
        const { key } = literalOf(policy, asked, 'rules', false);
        const { kind, from, keys } = of;
        const isMost = recorder !== undefined || keys !== undefined;
        // If only E has a key, the keyed history is never truer than the one without keys.
        const isOfAll = !from || !(from.keys ?? of['fromKeys'] ?? of['sameCall']);
        const isFollowed = isMost ? isOfAll && ['once', 'since', 'once then'].includes(kind) : FOLLOWED.includes(kind);
        const patterns = [of.event, ...(from ? [from] : [])];
        // Only `once` sees the release of a call like its approval, which was before.
        const names = patterns.map((one) => nameOf(one, agent, one.status === 'approved' ? kind : null));
        // A running call ends without an event of its own.
        const isPlain = (of.perAgent !== true) === isAny && patterns.every(({ status }) => status !== 'running');
        assert(isFollowed && isPlain, 'the history of a cell is not one that can be followed');
        return {
            key,
            agent,
            isMost,
            initial: kind === 'no since' && !from ? 2 : 0,
            isKept: of['across'] === true,
            asks: (step) => patterns.map((pattern, at) => [names[at]!, this.matches(pattern, step, agent)]),
            next: (value, _, answers) => {
                const [e, f = only(0)] = names.map((name) => only(answers.get(name)!));
                return after(of, value, e!, f);
            }
        };
    }

    private matches(pattern: EventPattern, step: Step, viewer?: number): Truths {
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
        const { isStored, isWithheld } = this;
        const { delegations, tools } = this.policy;
        const passed = only(0) | (delegations?.length ? only(2) : 0);
        const { reads, conditionalReads } = tools[step.tool ?? -1] ?? { reads: [] as number[] };
        const isRead = reads.includes(label) || conditionalReads?.some(({ labels }) => labels.includes(label));
        const isCertain = reads.includes(label) && !isWithheld;
        const own = isCertain ? only(2) : passed | (isStored || isRead ? only(2) : 0);
        return step.isReleased && step.agent === owner ? own : passed;
    }
}

/** True if each choice of one value from each set passes the test. */
function everyChoice(sets: number[][], test: (of: number[]) => boolean, chosen: number[] = []): boolean {
    const isPassed = (one: number): boolean => everyChoice(sets, test, [...chosen, one]);
    return sets[chosen.length]?.every(isPassed) ?? test(chosen);
}

/** A state as a text, with a digit for each cell. */
const stateOf = (values: readonly number[]): string => values.join('');

const valueIn = (state: string, cell: number): Value => Number(state[cell]) as Value;

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

/** Two patterns with the same name match the same events, with any keys. */
export function nameOf({ text: _, keys: __, ...pattern }: EventPattern, viewer?: number, more?: unknown): string {
    return text([pattern, typeof pattern.agents === 'string' ? viewer : null, more]);
}

/** The number of binary properties of an event. */
const MOST_ASKED = 12;

const FOLLOWED = ['once', 'no since', 'since or start', 'since', 'once then'];
