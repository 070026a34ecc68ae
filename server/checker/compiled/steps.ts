/** The finite system as functions of the fields of a state, from which code is generated. */
import { agentsJudged, stepsOf } from '../questions/parts.js';
import type { Effect } from '../../model/events/effects.js';
import type { Arguments, Condition, Policy } from '../../model/policy/policy.js';
import type { Truth } from '../../model/policy/truth.js';
import { mayBe, mustBe } from '../../model/policy/truth.js';
import type { Action } from '../system/actions.js';
import type { ExploredState } from '../system/codec.js';
import { specialise } from '../conditions/walk.js';
import { NO_CALL } from '../system/situations.js';
import type { Slice } from '../reductions/slice.js';
import { NOTHING } from '../system/zone-split.js';
import type { DecidedStep, SplitState } from '../system/successors.js';
import { humanActsIn } from '../system/successors.js';
import type { PolicySystem, SystemMove } from '../system/system.js';
import { NOW } from '../system/timing.js';
import type { Diagram, Diagrams } from './diagrams.js';
import type { Field, Place } from './fields.js';
import { ALL_LABELS, fieldsOf, ReadState } from './fields.js';
import { fold } from './folding.js';
import { NOT_COMPILED } from './gate.js';
import { tabulate } from './tabulate.js';
import { Truths } from './truths.js';
import { Updates } from './updates.js';
import type { Hold } from '../system/held-call-times.js';

/** A step out of a state. */
export interface TableStep {
    /** The number of submissions and human acts in the step. */
    readonly length: number;
    readonly humanActs: number;
    /** True if the step is a goal of the search; its effect on the fields is irrelevant then. */
    readonly goal: boolean;
    /** The number of its effect; undefined if it has none. */
    readonly effect?: number;
    /** The number of the progress value afterwards; undefined if it is unchanged. */
    readonly progress?: number;
}

/** All steps of one move in a state. */
export interface StepList {
    readonly steps: readonly TableStep[];
    /** True if a call that the claim judges was released, or decided. */
    readonly judged: boolean;
}

export interface TabledSystem {
    readonly fields: readonly Field[];
    readonly diagrams: Diagrams;
    /** For each move, the index of its list of steps as a function of the state. */
    readonly moves: readonly Diagram[];
    readonly lists: readonly StepList[];
    /** For each action, the fields that its decision reads. */
    readonly reads: ReadonlyMap<number, ReadonlySet<number>>;
    /**
     * For each effect and field, the number of the value afterwards; undefined if the effect leaves the field
     * unchanged.
     */
    readonly updates: readonly (readonly (Diagram | undefined)[])[];
    /** For an `always`, a function that is 1 in the states that break the claim. */
    readonly broken?: Diagram;
    /** A function that is 1 in the states in which `after F` is or may be true; undefined if there is no trigger. */
    readonly triggered?: Diagram;
}

/** The field of the progress. */
export const PROGRESS = 0;

/** True if the system consists only of fields: no ages, sums or held calls are visible. */
export function isTabled(system: PolicySystem): boolean {
    return !(
        system.initial().zone ||
        system.seesHolds ||
        system.moves.some(({ asked }) => asked.text !== NOTHING.text)
    );
}

/**
 * @param system a separate system, since what it records on the way does not belong to a reached state
 * @throws `NOT_COMPILED` if something is not supported here, `TooLarge` if the tables would be too large
 */
export function tablesOf(slice: Slice, actions: readonly Action[], system: PolicySystem): TabledSystem {
    if (!isTabled(system)) {
        throw NOT_COMPILED;
    }
    const { state } = system.initial();
    const { ground: policy, question } = slice;
    const start = system.stateOf(state);
    const [progress, ...others] = fieldsOf(policy, start, { carried: slice.labels, received: slice.received });
    for (let step = 1; step < stepsOf(question).length; step++) {
        progress!.add(step);
    }
    const updates = new Updates(policy, start.memory);
    actions.flatMap(effectsOf).forEach((effect) => updates.numberOf(effect));
    effectsAt(system, start).forEach((effect) => updates.numberOf(effect));
    for (;;) {
        const known = updates.size;
        updates.close([progress!, ...others]);
        // Fields with many values, such as counts and modes, are tested first: they guard many steps and nearly every
        // step changes them.
        others.sort((a, b) => b.values.length - a.values.length);
        const tables = new Tabling(slice, actions, system, [progress!, ...others], updates).all();
        // Some steps have effects that are not known in advance, and these may give fields more values.
        if (updates.size === known) {
            return tables;
        }
    }
}

function effectsOf({ ends, endsAfterHold, denied }: Action): Effect[] {
    const released = [...ends, ...endsAfterHold].flatMap(({ effect, withheld }) => [
        effect,
        ...(withheld ? [withheld.effect] : [])
    ]);
    return [...released, denied];
}

/** The effects of all actions that are not submitted calls. */
function effectsAt(system: PolicySystem, start: ExploredState): Effect[] {
    const effects: Effect[] = [];
    const part = {
        zone: undefined,
        guards: [],
        memory: start.memory,
        holds: NO_HOLDS,
        holders: new Map<number, number>()
    };
    const others = system.moves.filter(({ action }) => action === undefined);
    others.forEach(({ take }) =>
        take({ ...start, part, before: start }, ({ effect }) => effect && effects.push(effect))
    );
    return effects;
}

const NO_HOLDS: readonly Hold[] = [];

class Tabling {
    private readonly policy: Policy;
    private readonly diagrams: Diagrams;
    private readonly changes: readonly (readonly (Diagram | undefined)[])[];
    private readonly state: ReadState;
    private readonly truths: Truths;
    private readonly lists: StepList[] = [];
    private readonly listNumbers = new Map<string, number>();
    private readonly reads = new Map<number, ReadonlySet<number>>();

    constructor(
        private readonly slice: Slice,
        private readonly actions: readonly Action[],
        private readonly system: PolicySystem,
        private readonly fields: readonly Field[],
        private readonly updates: Updates
    ) {
        this.policy = slice.ground;
        const { diagrams, of } = updates.tables(fields);
        this.diagrams = diagrams;
        this.changes = of;
        const { state } = system.initial();
        this.state = new ReadState(this.policy, fields, system.stateOf(state).memory);
        this.truths = new Truths(this.policy, diagrams, this.state);
    }

    all(): TabledSystem {
        const { question, moments } = this.slice;
        if (question.goal === 'state' && moments.length > 1) {
            // Each moment that breaks the claim would be a separate goal.
            throw NOT_COMPILED;
        }
        const moves = this.system.moves.map((move) => this.move(move));
        const { trigger } = this.system;
        return {
            fields: this.fields,
            diagrams: this.diagrams,
            moves,
            lists: this.lists,
            reads: this.reads,
            updates: this.changes,
            ...(question.goal === 'state' && {
                broken: this.someOf(
                    agentsJudged(this.policy, question).map((agent) =>
                        this.valuesAt(this.system.always, moments[0]!, agent)
                    ),
                    (value) => !mustBe(value)
                )
            }),
            ...(trigger && { triggered: this.triggered(trigger) })
        };
    }

    private triggered(trigger: Condition): Diagram {
        const { moments } = this.slice;
        return this.someOf(
            this.policy.agents.flatMap((_, agent) => moments.map((args) => this.valuesAt(trigger, args, agent))),
            mayBe
        );
    }

    /** 1 where one of the values is such a value, otherwise 0. */
    private someOf(values: readonly Diagram[], isMeant: (value: Truth) => boolean): Diagram {
        const some = this.diagrams.combiner((any, value) => (any === 1 || isMeant(value as Truth) ? 1 : 0));
        return values.reduce(some, this.diagrams.constant(0));
    }

    /** The values, at a moment of the clock, of a condition that does not read a call. */
    private valuesAt(condition: Condition, args: Arguments, agent: number): Diagram {
        const call = { ...NO_CALL, agent, args };
        return this.truths.values(specialise(condition, call), { call, time: NOW });
    }

    /** A submitted call is a function of the values of its conditions; all other moves are evaluated as they are. */
    private move({ action: index, take }: SystemMove): Diagram {
        if (index === undefined) {
            return this.stepsOf(take);
        }
        const { diagram, actions, reads } = fold(this.actions[index]!, this.diagrams, this.truths);
        const anyway = this.fields.flatMap(({ place: { kind } }, field) => (ANYWAY.has(kind) ? [field] : []));
        this.reads.set(index, new Set([...reads, ...anyway]));
        return this.diagrams.bind(diagram, (number) =>
            this.stepsOf((state, takeStep) => this.system.submit(state, actions[number]!, index, takeStep))
        );
    }

    private stepsOf(take: SystemMove['take']): Diagram {
        return tabulate(this.diagrams, (read) => {
            this.state.readBy(read, ALL_LABELS);
            return this.listOf(take);
        });
    }

    private listOf(take: SystemMove['take']): number {
        const { memory } = this.state;
        const readState = this.state;
        const before: ExploredState = {
            memory,
            get progress() {
                return readState.progress;
            },
            holds: NO_HOLDS
        };
        const part = { zone: undefined, guards: [], memory, holds: NO_HOLDS, holders: new Map<number, number>() };
        const state: SplitState = Object.defineProperty({ ...NO_PROGRESS, memory, part, before }, 'progress', {
            get: () => readState.progress,
            enumerable: true
        });
        const steps: TableStep[] = [];
        this.system.judged = false;
        take(state, (step) => {
            if (!isOfEffectAlone(step, state)) {
                throw NOT_COMPILED;
            }
            const moved = step.state !== state && !step.goal && step.state.progress !== state.progress;
            steps.push({
                length: step.acts.length,
                humanActs: humanActsIn(step.acts),
                goal: step.goal,
                ...(step.effect && !step.goal && { effect: this.updates.numberOf(step.effect) }),
                ...(moved && { progress: this.fields[PROGRESS]!.numberOf(step.state.progress)! })
            });
        });
        if (this.system.scopes.size > 0) {
            throw NOT_COMPILED;
        }
        const list = { steps, judged: this.system.judged };
        const key = JSON.stringify(list);
        let number = this.listNumbers.get(key);
        if (number === undefined) {
            number = this.lists.push(list) - 1;
            this.listNumbers.set(key, number);
        }
        return number;
    }
}

/** True if the step changes nothing in the state except by its effect and the progress. */
function isOfEffectAlone(
    { state: after, acts: _, effect: __, goal: ___, own, ...more }: DecidedStep,
    state: SplitState
): boolean {
    // The clock is unconstrained at each step, and only shown in the session.
    const { memory, part, before, holds, progress: ____, phase: _____, ...others } = after;
    return (
        own === undefined &&
        memory === state.memory &&
        part === state.part &&
        before === state.before &&
        holds.length === 0 &&
        Object.keys(more).length === 0 &&
        Object.keys(others).length === 0
    );
}

/** The places that decisions read without a condition: the humans who are asked, and the grants of modes. */
const ANYWAY: ReadonlySet<Place['kind']> = new Set(['progress', 'machine', 'delegated']);

const NO_PROGRESS = { progress: 0, holds: NO_HOLDS };
