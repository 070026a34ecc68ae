/**
 * The search of a claim's finite system. It first searches the system directly, since most systems are small and a
 * session that breaks a claim is often short. If the system turns out to be large, it continues with generated code.
 */
import type { Action } from '../system/actions.js';
import { LimitMet, overdrawn, within } from '../limits/budget.js';
import type { Edge, Exploration, ExploreOptions, SearchedState, TransitionSystem } from '../search/breadth-first.js';
import { budgetOf, exploring, SAMPLE } from '../search/breadth-first.js';
import type { Resumable } from '../limits/resumable.js';
import type { Slice } from '../reductions/slice.js';
import type { TimedActs } from '../system/successors.js';
import { PolicySystem } from '../system/system.js';
import { bestPath } from './best.js';
import { TooLarge } from './diagrams.js';
import { ALL_LABELS, ReadState } from './fields.js';
import { NotCompiled } from './gate.js';
import { Layout } from './layout.js';
import { observe } from './observe.js';
import { GeneratedSearch } from './run.js';
import type { TabledSystem } from './steps.js';
import { isTabled, tablesOf } from './steps.js';
import { limitOf } from '../limits/limits.js';

/** A system with larger counters has larger tables, so generating code pays off later. */
const LOW_CAP = 10;

/** Thrown when a system turns out to be large. */
const LARGE = new Error('the system is large');

/** Explores the system like `exploring`. */
export function exploreSystem(
    slice: Slice,
    actions: readonly Action[],
    system: PolicySystem,
    options: ExploreOptions
): Resumable<Exploration<TimedActs>> {
    return within(budgetOf(options), searching(slice, actions, system, options));
}

function* searching(
    slice: Slice,
    actions: readonly Action[],
    system: PolicySystem,
    options: ExploreOptions
): Resumable<Exploration<TimedActs>> {
    if (!isTabled(system)) {
        return yield* exploring(system, options);
    }
    const samples: Sample[] = [];
    try {
        return yield* exploring(untilLarge(system, manyOf(slice), samples), options);
    } catch (error) {
        if (error !== LARGE) {
            throw error;
        }
    }
    return (yield* exploreGenerated(slice, actions, system, options, samples)) ?? (yield* exploring(system, options));
}

/** A state and its outgoing steps. */
interface Sample {
    readonly words: Uint32Array;
    readonly edges: readonly Edge<TimedActs>[];
}

/**
 * A copy of the system that records the steps that were tried. It throws `LARGE` once the states found so far have many
 * steps, because all of these steps would be tried unless a goal is met first.
 */
function untilLarge(system: PolicySystem, many: number, samples: Sample[]): TransitionSystem<TimedActs> {
    const few = limitOf('stepsTriedFirst');
    const steps = system.moves.length;
    const found = new Set([system.initial().state.join()]);
    return {
        width: system.width,
        stepsToGoal: system.stepsToGoal,
        get isOfScope() {
            return system.isOfScope;
        },
        initial: () => system.initial(),
        edges: (words, zone, emit) => {
            const edges: Edge<TimedActs>[] = [];
            system.edges(words, zone, (edge) => {
                edges.push(edge);
                if (!edge.goal) {
                    found.add(edge.target.join());
                }
                emit(edge);
            });
            samples.push({ words, edges });
            if (found.size * steps > many && samples.length * steps > few) {
                throw LARGE;
            }
        }
    };
}

function manyOf({ ground }: Slice): number {
    const caps = ground.monitors.map(({ cap = 0 }) => cap);
    return (limitOf('stepsUntilCompiled') * Math.max(LOW_CAP, ...caps)) / LOW_CAP;
}

/** Searches by generated code; undefined if the system has an unsupported part, or is too large. */
export function exploreGenerated(
    slice: Slice,
    actions: readonly Action[],
    system: PolicySystem,
    options: ExploreOptions,
    samples: readonly Sample[] = []
): Resumable<Exploration<TimedActs> | undefined> {
    return within(budgetOf(options), searchingGenerated(slice, actions, system, options, samples), ({ text }) => ({
        states: 0,
        transitions: 0,
        depth: 0,
        exhausted: false,
        limit: `${text}; every session of up to 0 steps was covered`
    }));
}

function* searchingGenerated(
    slice: Slice,
    actions: readonly Action[],
    system: PolicySystem,
    options: ExploreOptions,
    samples: readonly Sample[]
): Resumable<Exploration<TimedActs> | undefined> {
    const generated = generate(slice, actions, options);
    if (!generated) {
        return undefined;
    }
    const { search, layout } = generated;
    const packed = (words: Uint32Array): bigint => layout.pack(slice.ground, system.stateOf(words))!;
    // A defect of the generated code must not change a verdict, so the code must reproduce the results that are already
    // known.
    if (!samples.every((sample) => agrees(search, packed, sample))) {
        return undefined;
    }
    const { goal, judged, triggered, ...found } = yield* search.run(packed(system.initial().state));
    if (found.limit !== undefined) {
        options.onLimit?.(sampled(slice, generated, system));
    }
    system.judged ||= judged;
    system.triggered ||= triggered;
    const exhausted = goal === undefined && found.limit === undefined;
    const isCompiled = true as const;
    if (goal === undefined) {
        if (slice.question.goal === 'work') {
            observe(slice, actions, generated, system);
        }
        return { ...found, exhausted, isCompiled };
    }
    const path = pathTo(goal, search, packed, system);
    return path
        ? { ...found, exhausted, isCompiled, path, paths: [path] }
        : {
              ...found,
              exhausted,
              isCompiled,
              limit: `${overdrawn()?.text ?? `more than ${options.limits.maxMemoryMB} MB`}, of sessions that end in ${goal} steps`
          };
}

/** States that the generated code has reached, packed as in the search without it. */
function sampled(slice: Slice, { tables, layout, search }: CompiledSearch, system: PolicySystem): SearchedState[] {
    const start = system.stateOf(system.initial().state);
    const state = new ReadState(slice.ground, tables.fields, start.memory);
    return search.sample(SAMPLE).map((packed) => {
        state.readBy((field) => layout.read(packed, field), ALL_LABELS);
        const { memory, progress } = state;
        return { state: system.packed({ ...start, memory, progress }), zone: undefined };
    });
}

/**
 * True if the generated code agrees with the system about a state (Pnueli, Siegel, Singerman, "Translation validation",
 * 1998).
 */
function agrees(
    search: GeneratedSearch,
    packed: (words: Uint32Array) => bigint | undefined,
    { words, edges }: Sample
): boolean {
    const state = packed(words);
    if (state === undefined) {
        return false;
    }
    const { targets, goal } = search.leaving(state);
    const said = new Set(edges.flatMap((edge) => (edge.goal ? [] : [`${edge.steps.length} ${packed(edge.target)}`])));
    const generated = new Set(targets.map(({ length, target }) => `${length} ${target}`));
    return (
        goal === edges.some((edge) => edge.goal) &&
        said.size === generated.size &&
        [...said].every((one) => generated.has(one))
    );
}

/** The best of the shortest sessions (M23); undefined if memory or time runs out before it is found. */
function pathTo(
    goal: number,
    search: GeneratedSearch,
    packed: (words: Uint32Array) => bigint,
    system: PolicySystem
): TimedActs[] | undefined {
    try {
        const ways = search.waysTo(goal);
        return bestPath(system, goal, (words, length) => ways(packed(words), length));
    } catch (error) {
        if (error instanceof LimitMet) {
            return undefined;
        }
        throw error;
    }
}

interface CompiledSearch {
    readonly tables: TabledSystem;
    readonly layout: Layout;
    readonly search: GeneratedSearch;
}

function generate(slice: Slice, actions: readonly Action[], options: ExploreOptions): CompiledSearch | undefined {
    try {
        const system = new PolicySystem(slice, actions);
        const tables = tablesOf(slice, actions, system);
        const layout = new Layout(tables);
        return { tables, layout, search: new GeneratedSearch(tables, layout, options, system.isOfScope) };
    } catch (error) {
        if (error instanceof NotCompiled || error instanceof TooLarge) {
            return undefined;
        }
        throw error;
    }
}
