/** Splits a state into parts: within each part, a decision reads the same values from all ages and sums. */
import type { Condition } from '../../model/policy/policy.js';
import type { Memory } from '../../model/session/session.js';
import type { Action } from './actions.js';
import type { ExploredState } from './codec.js';
import { agesAsked, sumsAsked } from './principals.js';
import type { SplitState } from './successors.js';
import type { AmountRange } from '../totals/ranges.js';
import type { SumPart, Summing, Threshold } from './summing.js';
import type { Part, StandIn, Timing } from './timing.js';
import { textOf } from './timing.js';
import type { Zone } from '../search/zone.js';

/** The ages and sums of a state that are read. */
export interface Question {
    readonly ages: readonly number[];
    readonly sums: readonly Threshold[];
    /** The amounts of the decided call. */
    readonly amounts: readonly AmountRange[];
    /** A text that is equal for equal questions. */
    readonly text: string;
}

export const NOTHING: Question = { ages: [], sums: [], amounts: [], text: '' };

/** The ages and sums that the decision about an action and the claim about it read, in addition to those in `more`. */
export function questionOf(timing: Timing, summing: Summing, action: Action, more: readonly number[] = []): Question {
    return question([...agesAsked(timing, action), ...more], sumsAsked(summing, action), action.amounts);
}

export function ofAges(ages: readonly number[]): Question {
    return question(ages, [], []);
}

/** The ages and sums that conditions which are not about a call read. */
export function asking(timing: Timing, summing: Summing, conditions: readonly Condition[]): Question {
    return question(timing.asked(conditions, 0), summing.asked(conditions, 0), []);
}

/** The ages and sums that these conditions read. */
export function question(
    ages: readonly number[],
    sums: readonly Threshold[],
    amounts: readonly AmountRange[]
): Question {
    const isNothing = ages.length + sums.length + amounts.length === 0;
    return { ages, sums, amounts, text: isNothing ? '' : JSON.stringify([ages, sums, amounts]) };
}

/** Results that were computed from a packed state for its parts, for all ages and sums. */
export class KnownParts {
    readonly ages = new Map<string, StandIn>();
    readonly sums = new Map<string, Memory>();
}

/** A text; parts of one packed state with the same text have the same memory. */
export function partText({ guards }: Part, sums?: SumPart): string {
    let text = textOf(guards);
    for (const { register, bound, atMost } of sums?.guards ?? []) {
        text += ` ${register}${atMost ? '<=' : '>'}${bound}`;
    }
    return text;
}

/** The parts of one state, computed once for each question. */
export class ZoneSplits {
    private readonly known = new Map<string, SplitState[]>();
    private readonly whole: ReturnType<Timing['whole']>;

    constructor(
        private readonly timing: Timing,
        private readonly summing: Summing,
        private readonly state: ExploredState,
        private readonly zone: Zone | undefined,
        private readonly parts: KnownParts
    ) {
        this.whole = timing.whole(state, zone, parts.ages);
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
        return this.timing.split(this.whole, ages, this.parts.ages).flatMap((part): SplitState[] => {
            const sums = this.zone?.sums;
            return sums
                ? this.summing.split(this.summing.whole(sums, amounts), thresholds).map((own) => ({
                      ...before,
                      memory: this.memoryOf(part, own),
                      holds: part.holds,
                      part,
                      sums: own,
                      before
                  }))
                : [{ ...before, memory: part.memory, holds: part.holds, part, before }];
        });
    }
    /** One value of each sum represents the whole part, so any of several parts with the same text works. */
    private memoryOf(part: Part, sums: SumPart): Memory {
        const { sums: known } = this.parts;
        const text = partText(part, sums);
        const memory = known.get(text) ?? this.summing.standIn(part.memory, sums);
        known.set(text, memory);
        return memory;
    }
}
