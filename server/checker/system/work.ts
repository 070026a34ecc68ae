/**
 * The steps of `possible E then F within W`. Their time runs from the first release to the last (M21): the search
 * chooses the E with which the work starts, and stores its second in a monitor that no other event changes.
 */
import { evaluate } from '../../model/conditions/evaluate.js';
import type { Effect } from '../../model/events/effects.js';
import type { Condition } from '../../model/policy/policy.js';
import type { Memory } from '../../model/session/session.js';
import { FALSE, mustBe, TRUE } from '../../model/policy/truth.js';
import type { Act } from '../traces/steps.js';
import { NO_CALL, situationOf } from './situations.js';
import type { Slice } from '../reductions/slice.js';
import type { DecidedStep, SplitState } from './successors.js';
import type { Timing } from './timing.js';
import { monitorOfBeginning } from '../reductions/work-beginning.js';

export class Work {
    /** The monitor of the start in the search of a slice; undefined if the claim has no time limit. */
    private readonly beginning: number | undefined;

    constructor(
        private readonly slice: Slice,
        private readonly timing: Timing
    ) {
        this.beginning = monitorOfBeginning(slice.question).length > 0 ? slice.grounding.monitors.length : undefined;
    }

    /** The ages that are read by an event that may complete these steps, for each of its possible ends. */
    asked(ends: readonly { readonly completes: readonly boolean[] }[]): number[] {
        return this.beginning !== undefined && ends.some(({ completes }) => completes.at(-1))
            ? this.timing.asked([this.isRecent], 0)
            : [];
    }

    /** The effect of an event that may be the next step. */
    after(
        state: SplitState,
        effect: Effect,
        completes: readonly boolean[],
        acts: readonly Act[]
    ): readonly DecidedStep[] {
        const elsewhere = { state, effect, acts, goal: false };
        const progress = state.progress + 1;
        if (!completes[state.progress]) {
            return [elsewhere];
        }
        if (progress === completes.length) {
            return this.isInTime(state.memory) ? [{ state, acts, goal: true }] : [elsewhere];
        }
        const done = { ...elsewhere, state: { ...state, progress } };
        return progress === 1 && this.beginning !== undefined
            ? [{ ...done, effect: this.beginningAt(effect) }, elsewhere]
            : [done];
    }

    private get isRecent(): Condition {
        return { op: 'monitor', monitor: this.beginning! };
    }

    private isInTime(memory: Memory): boolean {
        return (
            this.beginning === undefined ||
            mustBe(evaluate(this.slice.ground, this.isRecent, situationOf(NO_CALL, memory)))
        );
    }

    /** The effect of an event that starts the work. */
    private beginningAt(effect: Effect): Effect {
        const begins = [{ e: TRUE, f: FALSE }];
        return { ...effect, values: effect.values.map((value, index) => (index === this.beginning ? begins : value)) };
    }
}
