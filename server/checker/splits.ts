/** A state in parts: in each, what a decision reads of ages and sums is the same for all of them. */
import type { Condition } from '../model/policy.js';
import type { Action } from './actions.js';
import type { ExploredState } from './codec.js';
import { agesAsked, sumsAsked } from './principals.js';
import type { SplitState } from './successors.js';
import type { AmountRange } from './sums/ranges.js';
import type { Summing, Threshold } from './sums/summing.js';
import type { Timing } from './timing.js';
import type { Zone } from './zone.js';

/** What is asked of a state. */
export interface Question {
    readonly ages: readonly number[];
    readonly sums: readonly Threshold[];
    /** Of the call that is decided. */
    readonly amounts: readonly AmountRange[];
    /** Questions with the same text are the same. */
    readonly text: string;
}

export const NOTHING: Question = { ages: [], sums: [], amounts: [], text: '' };

/** What the decision of an action, and the claim about it, ask; `more` ages are asked besides. */
export function questionOf(timing: Timing, summing: Summing, action: Action, more: readonly number[] = []): Question {
    return question([...agesAsked(timing, action), ...more], sumsAsked(summing, action), action.amounts);
}

export function ofAges(ages: readonly number[]): Question {
    return question(ages, [], []);
}

/** What conditions ask that are asked of no call. */
export function asking(timing: Timing, summing: Summing, conditions: readonly Condition[]): Question {
    return question(timing.asked(conditions, 0), summing.asked(conditions, 0), []);
}

/** What is asked of these. */
export function question(
    ages: readonly number[],
    sums: readonly Threshold[],
    amounts: readonly AmountRange[]
): Question {
    const isNothing = ages.length + sums.length + amounts.length === 0;
    return { ages, sums, amounts, text: isNothing ? '' : JSON.stringify([ages, sums, amounts]) };
}

/** The parts of one state, for each question once. */
export class Splits {
    private readonly known = new Map<string, SplitState[]>();
    private readonly whole: ReturnType<Timing['whole']>;

    constructor(
        private readonly timing: Timing,
        private readonly summing: Summing,
        private readonly state: ExploredState,
        private readonly zone: Zone | undefined
    ) {
        this.whole = timing.whole(state, zone);
    }

    of(question: Question): SplitState[] {
        let states = this.known.get(question.text);
        if (!states) {
            states = this.split(question);
            this.known.set(question.text, states);
        }
        return states;
    }

    private split({ ages, sums: thresholds, amounts }: Question): SplitState[] {
        const before = this.state;
        return this.timing.split(this.whole, ages).flatMap((part): SplitState[] => {
            const sums = this.zone?.sums;
            return sums
                ? this.summing.split(this.summing.whole(sums, amounts), thresholds).map((own) => ({
                      ...before,
                      memory: this.summing.standIn(part.memory, own),
                      holds: part.holds,
                      part,
                      sums: own,
                      before
                  }))
                : [{ ...before, memory: part.memory, holds: part.holds, part, before }];
        });
    }
}
