/**
 * The parts of a held call in a state of the search, if some condition can see the hold (`seesHolds`): the part of the
 * history that the call sees differently from all other calls, because its own attempt, hold and answers are left out
 * (M4), and the parts that have an age, because a hold lapses after its time-out and an answer is valid for a limited
 * time (M5).
 */
import { matchesCall } from '../../model/conditions/evaluate.js';
import type { Condition, EventPattern } from '../../model/policy/policy.js';
import type { Memory } from '../../model/session/session.js';
import { mayBe } from '../../model/policy/truth.js';
import type { Answers } from './approvals.js';
import { patternsOf, visitConditions } from '../conditions/walk.js';
import type { Slice } from '../reductions/slice.js';
import { HOLD_STATUSES, holdableTools, transitionsOf } from '../reductions/slice.js';

/** A call that waits for a human, if some condition can see that (`seesHolds`). */
export interface Hold {
    /** The index of the action. */
    readonly action: number;
    /**
     * For each approval rule (`Answers.rules`), true if it is required, and the start of its time-out, which is `NONE`
     * if no time-out is running.
     */
    readonly asked: readonly boolean[];
    readonly deadlines: readonly number[];
    /**
     * For each answer (`Answers.all`), the second at which it was given; `NONE` if it was not given, or is no longer
     * valid.
     */
    readonly answers: readonly number[];
    /**
     * The history without the call's own attempt (M4). The part that the call sees like all other calls does not matter
     * here (`seenBy`).
     */
    readonly view: Memory;
}

/** The number of calls held at the same time, and their parts whose age matters. */
export interface HoldTimes {
    /** The number of held calls in a state. */
    readonly slots: number;
    /**
     * For each approval rule, its time-out in seconds; for each answer, the number of seconds for which it is valid.
     */
    readonly deadlines: readonly number[];
    readonly answers: readonly number[];
    /** The monitors that a held call sees differently. */
    readonly monitors: ReadonlySet<number>;
}

/** The value for a system in which no held call has an age. */
export const NO_HOLDS: HoldTimes = { slots: 0, deadlines: [], answers: [], monitors: new Set() };

export function timesOfHolds(slice: Slice, answers: Answers, own: OwnSight, slots: number): HoldTimes {
    const secondsOf = (index: number, of: 'valid' | 'timeout'): number => {
        const rule = slice.ground.rules[index]!;
        return rule.kind === 'approval' ? rule[of] : 0;
    };
    return {
        slots,
        deadlines: answers.rules.map((rule) => secondsOf(rule, 'timeout')),
        answers: answers.all.map(({ rule }) => secondsOf(rule, 'valid')),
        monitors: own.monitors
    };
}

/** The part of the history that a held call sees differently from all other calls. */
export interface OwnSight {
    readonly monitors: ReadonlySet<number>;
    readonly machines: boolean;
}

/**
 * The monitors that count an attempt, hold or answer of a call that may be held, and the machines that such a call
 * moves. The rest of the history is the same for a held call, because it contains nothing of the call's own while the
 * call is held.
 */
export function ownSightOf(slice: Slice): OwnSight {
    const { ground } = slice;
    const holdable = holdableTools(slice);
    // An approval that serves other calls too also serves its own.
    const isOwn = (pattern: EventPattern): boolean =>
        pattern.answers === undefined &&
        HOLD_STATUSES.has(pattern.status) &&
        holdable.some((tool) =>
            ground.agents.some((_, agent) => mayBe(matchesCall(pattern, { agent, tool, args: {} })))
        );
    const own = ground.monitors.flatMap((monitor, index) => (patternsOf(monitor).some(isOwn) ? [index] : []));
    const monitors = new Set(own);
    // An approved call moves a machine at its release.
    const machines = transitionsOf(ground).some(
        ({ event, when }) => (event.status !== 'approved' && isOwn(event)) || readsAny(when, monitors)
    );
    // Monitors may see modes being entered.
    const seen = [...ground.monitors.keys()].filter((index) => ground.monitors[index]!.event.answers === undefined);
    return { monitors: machines ? new Set(seen) : monitors, machines };
}

function readsAny(condition: Condition, monitors: ReadonlySet<number>): boolean {
    let reads = false;
    visitConditions(condition, (part) => {
        reads ||= (part.op === 'monitor' || part.op === 'count') && monitors.has(part.monitor);
    });
    return reads;
}

/** The history as a held call sees it: the call's own view where it differs, and otherwise the history of the state. */
export function seenBy({ view }: Hold, memory: Memory, { monitors, machines }: OwnSight): Memory {
    return {
        ...memory,
        monitors: memory.monitors.map((cells, index) => (monitors.has(index) ? view.monitors[index]! : cells)),
        ...(machines && view.machines && { machines: view.machines })
    };
}
