/** A shortest session to a state from which no release is reachable, and the reasons. */
import type { Policy, Value } from '../../model/policy/policy.js';
import { mustBe } from '../../model/policy/truth.js';
import type { Action } from '../system/actions.js';
import type { Answer } from '../search/answer.js';
import { durationText } from '../conditions/durations.js';
import { joined } from '../conditions/joined.js';
import { blockingRulesOf } from '../system/why-blocked.js';
import type { Edge, Exploration, ExploreOptions, TransitionSystem } from '../search/breadth-first.js';
import { explore } from '../search/breadth-first.js';
import { replay } from '../traces/replay.js';
import type { Trace } from '../results/result.js';
import type { Slice } from '../reductions/slice.js';
import type { Key, StaysPossible } from './keys.js';
import { keyOf } from './keys.js';
import { RecoverySystem } from './system.js';
import type { TimedActs } from '../system/successors.js';
import { schedule } from '../system/schedule.js';
import { traceOf } from '../traces/trace.js';
import type { Ways } from './backward.js';
import { Zone } from '../search/zone.js';

/** The dead states of one key. */
export interface Dead {
    readonly key: Key;
    /** The ages at which the state is dead, among the given ones. */
    readonly at: (state: number, zone: Zone) => Zone[];
}

export interface DeadStates {
    readonly slice: Slice;
    readonly actions: readonly Action[];
    readonly system: RecoverySystem;
    readonly ways: Ways;
    /** The dead states by key, at least one. */
    readonly dead: readonly Dead[];
}

export interface DeadEnd {
    readonly exploration: Exploration<unknown>;
    /** Undefined if no session was found, only a path that may not be one. */
    readonly trace?: Trace;
    readonly obstacles: Answer['obstacles'];
}

/** A step and the state that it leads to. */
type Step = TimedActs & { readonly target: number };

export function deadEnd(policy: Policy, question: StaysPossible, found: DeadStates, options: ExploreOptions): DeadEnd {
    const search = new SearchForDead(found);
    const exploration = explore(search, options);
    const path = search.isDeadAtStart ? [] : exploration.path;
    if (!path) {
        return { exploration, obstacles: [] };
    }
    const { dead, state, zone, times } = search.end(path);
    const acts = path.flatMap((step, index) => step.acts.map((act) => ({ act, time: times[index]! })));
    const end = times.at(-1)!;
    const { obstacles, isLater } = whyDead(question, found, dead.key, { state, zone }, options);
    const steps = replay(
        policy,
        acts.map(({ act }) => act),
        acts.map(({ time }) => time)
    );
    const waited = end - (acts.at(-1)?.time ?? 0);
    const since = acts.length === 0 ? 'the start' : 'the last step';
    const from =
        waited > 0
            ? `Once ${durationText(waited)} have passed since ${since}`
            : acts.length === 0
              ? 'From the start'
              : 'From here on';
    const which = Object.entries(dead.key.values).map(([name, value]) => ` for ${name} ${textOf(value)}`);
    const without = question.withoutApproval ? ' without approval' : '';
    const within = isLater ? ` within ${durationText(question.window)}` : '';
    const why = obstacles.map(({ text }) => text.replace(/\.$/, ''));
    const because = isLater ? ': it takes longer' : why.length > 0 ? `: ${joined(why)}` : '';
    const trace = traceOf(policy, steps, {
        shown: new Set(found.slice.policy.monitors),
        judgesLast: false,
        summary: `${from} no way leads to a release of ${question.subject.text}${which.join('')}${without}${within}, whoever cooperates${because}.`
    });
    return { exploration, trace, obstacles: isLater ? [] : obstacles };
}

function textOf(value: Value): string {
    return JSON.stringify(value);
}

/**
 * Runs the forward search again, with the dead states as its goals. A wait at the end of a session does not change its
 * length.
 */
class SearchForDead implements TransitionSystem<Step> {
    readonly width: number;
    readonly isDeadAtStart: boolean;
    private readonly start: ReturnType<RecoverySystem['initial']>;

    constructor(private readonly found: DeadStates) {
        this.width = found.system.width;
        this.start = found.system.initial();
        this.isDeadAtStart = this.isDead(this.startState, this.start.zone);
    }

    initial(): ReturnType<RecoverySystem['initial']> {
        return this.start;
    }

    edges(words: Uint32Array, zone: Zone | undefined, emit: (edge: Edge<Step>) => void): void {
        if (this.isDeadAtStart) {
            return;
        }
        this.found.system.edges(words, zone, (edge) => {
            if (!edge.goal && !this.found.system.supposes(edge.label.acts)) {
                const target = this.found.ways.stateOf(edge.target, edge.zone);
                emit({ ...edge, label: { ...edge.label, target }, goal: this.isDead(target, edge.zone) });
            }
        });
    }

    /** The earliest end of a path, with the seconds of its steps and of the end. */
    end(path: readonly Step[]): { dead: Dead; state: number; zone: Zone; times: readonly number[] } {
        const state = path.at(-1)?.target ?? this.startState;
        const ages = this.agesAfter(path);
        const ends = this.found.dead.flatMap((dead) =>
            dead.at(state, ages).map((zone) => ({ dead, state, zone, times: schedule(path, zone) }))
        );
        return ends.reduce((best, other) => (other.times.at(-1)! < best.times.at(-1)! ? other : best));
    }

    /** The exact set of all ages after the path. */
    private agesAfter(path: readonly Step[]): Zone {
        const all = path.reduce(
            (zone, { guards, moves }) => {
                const passing = guards.reduce(
                    (left, { register, window, young }) => left.restricted(register, window, young)!,
                    zone
                );
                return passing
                    .moved(
                        moves.map(({ register }) => register),
                        moves.map(({ source }) => source)
                    )
                    .later();
            },
            this.start.zone ?? Zone.of([])
        );
        const clocks = this.found.ways.clocksOf(path.at(-1)?.target ?? this.startState);
        return all.moved(clocks, clocks);
    }

    private get startState(): number {
        return this.found.ways.stateOf(this.start.state, this.start.zone);
    }

    private isDead(state: number, zone: Zone | undefined): boolean {
        return this.found.dead.some((dead) => dead.at(state, zone ?? Zone.of([])).length > 0);
    }
}

/**
 * The obstacles to a release, whatever happens from here on; `isLater` is true if the only obstacle is the time of the
 * claim.
 */
function whyDead(
    question: StaysPossible,
    { slice, actions, ways }: DeadStates,
    key: Key,
    from: { readonly state: number; readonly zone: Zone },
    options: ExploreOptions
): { readonly obstacles: Answer['obstacles']; readonly isLater: boolean } {
    const meant = actions.filter(
        ({ call, subject }) => !mustBe(subject) || keyOf(question, call.args)?.text === key.text
    );
    const stuck = new RecoverySystem(slice, meant);
    const start = stuck.settled(ways.wordsOf(from.state), from.zone.later());
    let isLater = false;
    explore<TimedActs>(
        {
            width: stuck.width,
            initial: () => start,
            edges: (words, zone, emit) =>
                stuck.edges(words, zone, (edge) => {
                    const isOpen = edge.label.acts.every(
                        ({ kind }) => kind !== 'new session' && (kind !== 'approve' || !question.withoutApproval)
                    );
                    isLater ||= edge.goal && isOpen;
                    if (!edge.goal && isOpen) {
                        emit(edge);
                    }
                })
        },
        options
    );
    return { obstacles: blockingRulesOf(slice, stuck), isLater };
}
