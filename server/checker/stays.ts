/**
 * `E stays possible` (M21): from every state that hijacked agents can reach, some way leads to a release of E if everyone
 * cooperates. A search forwards finds all states; from the releases of E it goes backwards, and a state that is not met
 * is dead. Without windows of time a way takes no time, so it is within every window of the claim.
 */
import type { Claim, Policy } from '../model/policy.js';
import { isStatic } from '../model/static.js';
import { mustBe } from '../model/truth.js';
import type { Action } from './actions.js';
import { actionsOf } from './actions.js';
import type { Answer } from './answer.js';
import { visitConditions } from './conditions.js';
import { joined, obstaclesOf } from './explain.js';
import type { Edge, Exploration, ExploreOptions, TransitionSystem } from './explore.js';
import { explore } from './explore.js';
import { paramsOf } from './mentions.js';
import { replay } from './replay.js';
import type { Trace } from './result.js';
import type { Slice } from './slice.js';
import { sliceFor, transitionsOf } from './slice.js';
import { StateStore } from './store.js';
import type { TimedActs } from './successors.js';
import { PolicySystem } from './system.js';
import { traceOf } from './trace.js';
import { verdictOf } from './verdict.js';

type StaysPossible = Claim & { readonly kind: 'stays possible' };

export function searchStaysPossible(policy: Policy, claim: StaysPossible, options: ExploreOptions): Answer {
    const slice = sliceFor(policy, claim);
    const actions = actionsOf(slice);
    if (!Array.isArray(actions)) {
        return undecided(slice, actions.undecidable);
    }
    const system = new PolicySystem(slice, actions);
    const limit = whyNot(slice, claim, system);
    if (limit !== undefined) {
        return undecided(slice, limit);
    }
    const graph = new Graph(system);
    const explored = explore(graph, options);
    if (!explored.exhausted) {
        return answer(slice, explored, { session: false, empty: false });
    }
    // The first key for which a state is dead stands for the others.
    const dead = new Map<number, string>();
    for (const key of keysIn(actions, claim)) {
        graph.deadFor(key, claim).forEach((state) => dead.has(state) || dead.set(state, key));
    }
    if (dead.size > 0) {
        return deadEnd(policy, claim, slice, actions, { graph, dead }, options);
    }
    return answer(slice, explored, { session: false, empty: claim.trigger !== undefined && !system.triggered });
}

/** Why the claim is beyond this search, in words. */
function whyNot(slice: Slice, claim: StaysPossible, system: PolicySystem): string | undefined {
    const timed = slice.policy.monitors.find(({ window }) => window !== undefined);
    if (timed) {
        return `whether something stays possible is not searched together with windows of time (\`${timed.text}\`)`;
    }
    const ending = [...slice.reach.machines]
        .flatMap((index) => slice.policy.machines![index]!.modes)
        .find(({ lasts }) => lasts);
    if (ending) {
        return `whether something stays possible is not searched together with modes that end by time (\`${ending.name}\`)`;
    }
    if (system.initial().zone) {
        return 'whether something stays possible is not searched together with modes that end by themselves';
    }
    if (system.seesHolds) {
        return 'whether something stays possible is not searched together with conditions that see held calls';
    }
    const keyed = slice.policy.monitors.find(({ keys }) => keys && keys.length > 0);
    if (keyed) {
        return `whether something stays possible is not searched together with histories for each key (\`${keyed.text}\`)`;
    }
    const related = relatedKey(slice, claim);
    return related && `it is said for every ${related}, which some rule compares with another argument`;
}

/** A key that some condition relates to another parameter: its values are not told apart alone. */
function relatedKey(slice: Slice, claim: StaysPossible): string | undefined {
    let found: string | undefined;
    const conditions = [
        ...slice.policy.rules.flatMap((rule) => (rule.kind === 'require' ? [rule.when, rule.requires] : [rule.when])),
        ...transitionsOf(slice.policy).flatMap(({ event, when }) => [event.where, when]),
        ...slice.policy.monitors.flatMap(({ event, from }) => [event.where, ...(from ? [from.where] : [])])
    ];
    for (const condition of conditions) {
        visitConditions(condition, (part) => {
            const names = isStatic(part) ? paramsOf(part) : [];
            found ??= names.length > 1 ? names.find((name) => claim.keys.includes(name)) : undefined;
        });
    }
    return found;
}

/** The values of the keys that some call can have, each combination as one text. */
function keysIn(actions: readonly Action[], claim: StaysPossible): Set<string> {
    const subjects = actions.filter(({ subject }) => mustBe(subject));
    return new Set(subjects.map(({ call }) => keyOf(claim, call.args)).filter((key) => key !== undefined));
}

function keyOf({ keys }: StaysPossible, args: { readonly [name: string]: unknown }): string | undefined {
    const values = keys.map((key) => args[key]);
    return values.includes(undefined) ? undefined : JSON.stringify(values);
}

interface Way {
    readonly target: number;
    readonly approved: boolean;
}

/** The system as it is searched, with its edges kept. */
class Graph implements TransitionSystem<TimedActs> {
    readonly width: number;
    private readonly store: StateStore;
    private readonly ways: Way[][] = [];
    /** Of each state the releases that it lets through. */
    private readonly releases: Edge<TimedActs>[][] = [];
    private readonly required: boolean[] = [];

    constructor(private readonly system: PolicySystem) {
        this.width = system.width;
        this.store = new StateStore(system.width);
    }

    initial(): ReturnType<PolicySystem['initial']> {
        return this.system.initial();
    }

    /** A release of E is no goal here: the search must see every state. */
    edges(words: Uint32Array, zone: undefined, emit: (edge: Edge<TimedActs>) => void): void {
        const state = this.store.add(words);
        const ways: Way[] = [];
        const releases: Edge<TimedActs>[] = [];
        this.system.edges(words, zone, (edge) => {
            if (edge.goal) {
                releases.push(edge);
            } else {
                ways.push({ target: this.store.add(edge.target), approved: isApproved(edge) });
                emit(edge);
            }
        });
        this.ways[state] = ways;
        this.releases[state] = releases;
        this.required[state] = this.system.isTriggered(words);
    }

    /** The states, of those that the claim speaks of, from which no way leads to a release with this key. */
    deadFor(key: string, claim: StaysPossible): Set<number> {
        const before: number[][] = [];
        const isOpen = (approved: boolean): boolean => !approved || !claim.withoutApproval;
        this.ways.forEach((ways, state) =>
            ways.filter(({ approved }) => isOpen(approved)).forEach(({ target }) => (before[target] ??= []).push(state))
        );
        const alive = new Set<number>();
        const queue = [...this.releases.keys()].filter((state) =>
            (this.releases[state] ?? []).some(
                (edge) => isOpen(isApproved(edge)) && keyOf(claim, lastArguments(edge)) === key
            )
        );
        for (const state of queue) {
            if (!alive.has(state)) {
                alive.add(state);
                queue.push(...(before[state] ?? []));
            }
        }
        return new Set([...this.ways.keys()].filter((state) => this.required[state] && !alive.has(state)));
    }

    stateOf(words: Uint32Array): number {
        return this.store.add(words);
    }

    /** The states that can be reached from one, itself included. */
    from(start: number): Uint32Array[] {
        const seen = new Set([start]);
        for (const state of seen) {
            (this.ways[state] ?? []).forEach(({ target }) => seen.add(target));
        }
        return [...seen].map((state) => this.store.get(state).slice());
    }
}

interface DeadEnd {
    readonly graph: Graph;
    /** The dead states, each with the key for which it is. */
    readonly dead: ReadonlyMap<number, string>;
}

/** A shortest session to a dead state, and why nothing leads out. */
function deadEnd(
    policy: Policy,
    claim: StaysPossible,
    slice: Slice,
    actions: readonly Action[],
    { graph, dead }: DeadEnd,
    options: ExploreOptions
): Answer {
    const system = new PolicySystem(slice, actions);
    const start = system.initial();
    const startsDead = dead.has(graph.stateOf(start.state));
    let end = start.state;
    const found = explore<TimedActs>(
        {
            width: system.width,
            initial: () => start,
            edges: (words, zone, emit) =>
                startsDead
                    ? undefined
                    : system.edges(
                          words,
                          zone,
                          (edge) => edge.goal || emit({ ...edge, goal: dead.has(graph.stateOf(edge.target)) })
                      )
        },
        options
    );
    const path = startsDead ? [] : (found.path ?? []);
    const acts = path.flatMap((edge) => edge.acts);
    if (!startsDead) {
        end = targetOf(system, path, start.state);
    }
    const key = dead.get(graph.stateOf(end)) ?? '[]';
    const subjects = actions.filter(({ call, subject }) => !mustBe(subject) || keyOf(claim, call.args) === key);
    const stuck = new PolicySystem(slice, subjects);
    graph.from(graph.stateOf(end)).forEach((words) => stuck.edges(words, undefined, () => undefined));
    const obstacles = obstaclesOf(slice, stuck);
    const steps = replay(
        policy,
        acts,
        acts.map(() => 0)
    );
    const which = claim.keys.map((name, at) => ` for ${name} ${JSON.stringify((JSON.parse(key) as unknown[])[at])}`);
    const without = claim.withoutApproval ? ' without approval' : '';
    const why = obstacles.map(({ text }) => text.replace(/\.$/, ''));
    const trace = traceOf(policy, steps, {
        shown: new Set(slice.policy.monitors),
        judgesLast: false,
        summary: `${acts.length === 0 ? 'From the start' : 'From here on'} no way leads to a release of ${claim.subject.text}${which.join('')}${without}, whoever cooperates${why.length > 0 ? `: ${joined(why)}` : ''}.`
    });
    return { ...answer(slice, found, { session: true, empty: false, trace }), obstacles };
}

/** The state that a path of the search ends in. */
function targetOf(system: PolicySystem, path: readonly TimedActs[], start: Uint32Array): Uint32Array {
    return path.reduce((words, label) => {
        let target = words;
        const wanted = JSON.stringify(label.acts);
        system.edges(words, undefined, (edge) => {
            if (!edge.goal && JSON.stringify(edge.label.acts) === wanted) {
                target = edge.target;
            }
        });
        return target;
    }, start);
}

function isApproved(edge: Edge<TimedActs>): boolean {
    return edge.label.acts.some(({ kind }) => kind === 'approve');
}

function lastArguments(edge: Edge<TimedActs>): { readonly [name: string]: unknown } {
    const last = edge.label.acts.at(-1);
    return last?.kind === 'submit' ? last.call.args : {};
}

function answer(
    slice: Slice,
    exploration: Exploration<unknown>,
    found: { readonly session: boolean; readonly empty: boolean; readonly trace?: Trace }
): Answer {
    return {
        verdict: verdictOf({
            kind: 'safety',
            session: found.session,
            exhausted: exploration.exhausted,
            scopes: [],
            empty: found.empty
        }),
        exploration,
        scopes: [],
        slice: { tools: slice.tools.length, rules: slice.policy.rules.length, monitors: slice.policy.monitors.length },
        furthest: 0,
        ...(found.trace && { trace: found.trace }),
        obstacles: []
    };
}

function undecided(slice: Slice, limit: string): Answer {
    const nothing = { states: 0, transitions: 0, depth: 0, exhausted: false, limit };
    return answer(slice, nothing, { session: false, empty: false });
}
