/**
 * The representation of held calls in the search, if some condition can see that a call is held (docs/checker.md, "Held
 * calls").
 */
import type { Decision } from '../../model/session/session.js';
import type { Action } from './actions.js';
import type { Act } from '../traces/steps.js';
import type { Answers } from './approvals.js';
import type { ExploredState, StateSizes } from './codec.js';
import type { SystemParts } from './held-calls-tracked.js';
import { HeldCalls } from './held-calls-tracked.js';
import type { Hold, HoldTimes, OwnSight } from './held-call-times.js';
import { NO_HOLDS, ownSightOf, timesOfHolds } from './held-call-times.js';
import { OtherHeldCalls } from './held-calls-abstract.js';
import type { Scopes } from '../limits/scopes.js';
import type { Slice } from '../reductions/slice.js';
import { seesHolds } from '../reductions/slice.js';
import type { Question, ZoneSplits } from './zone-split.js';
import { question } from './zone-split.js';
import type { SplitState, TakeStep } from './successors.js';
import { isSum } from '../conditions/sum-monitor.js';
import type { Timing } from './timing.js';
import { limitOf } from '../limits/limits.js';

export interface HoldScope {
    /** The number of calls held at the same time that are represented in full. */
    readonly most: number;
    /** True if held calls lapse, and answers to them are valid for a limited time only. */
    readonly lapse: boolean;
    /** True if other held calls are over-approximated in addition (`held-calls-abstract.ts`). */
    readonly others: boolean;
}

/** The scope in which only real sessions exist. */
export function fewHolds(): HoldScope {
    return { most: limitOf('heldCalls'), lapse: true, others: false };
}

/** The scope with more sessions than exist. A claim about releases is about only one of the held calls. */
export function allHolds({ question }: Slice): HoldScope {
    return { most: 'bad' in question ? 1 : 0, lapse: true, others: true };
}

export class Holding {
    /** True if some condition sees that calls are held; otherwise they are approved and released at once. */
    readonly isVisible: boolean;
    readonly own: OwnSight;
    readonly times: HoldTimes;
    readonly sizes: Pick<StateSizes, 'approvalRules' | 'answers' | 'maxHolds' | 'others' | 'own'>;
    private readonly held: HeldCalls;
    private readonly others: OtherHeldCalls | undefined;
    /** A lapsed call could be answered again by the approval of another call, so it is dropped as soon as it lapses. */
    private readonly lapsesAtOnce: boolean;
    private readonly hasTwins: boolean;

    /** @param scopes receives the bounds that leave something out */
    constructor(
        private readonly slice: Slice,
        private readonly actions: readonly Action[],
        answers: Answers,
        private readonly scope: HoldScope,
        deciding: SystemParts,
        private readonly scopes: Scopes
    ) {
        this.isVisible = seesHolds(slice);
        this.own = ownSightOf(slice);
        const maxHolds = this.isVisible ? scope.most : 0;
        this.times = scope.lapse ? timesOfHolds(slice, answers, this.own, maxHolds) : NO_HOLDS;
        this.held = new HeldCalls(slice.ground, answers, this.own, deciding);
        this.others =
            this.isVisible && scope.others
                ? new OtherHeldCalls(actions, answers, this.own, deciding, scopes)
                : undefined;
        // Lapsing later makes more possible.
        this.lapsesAtOnce = !scope.others && actions.some(({ served }) => served.size > 0);
        this.hasTwins = actions.some(({ twinOf }) => twinOf);
        this.sizes = {
            approvalRules: this.isVisible ? answers.rules.length : 0,
            answers: this.isVisible ? answers.all.length : 0,
            maxHolds,
            others: this.others?.size ?? 0,
            own: this.own
        };
    }

    /** The features of time and sums that cannot be explored together with these holds, as a noun phrase. */
    beyond(timing: Timing, hasSums: boolean): string | undefined {
        if (!this.isVisible) {
            return undefined;
        }
        if (!this.scope.lapse && (timing.isTimed || hasSums)) {
            return 'windows of time or totals';
        }
        if (this.slice.ground.monitors.some((monitor, index) => isSum(monitor) && this.own.monitors.has(index))) {
            return 'totals of calls that are attempted, held or answered';
        }
        return this.own.machines && timing.hasEntries ? 'modes with a time limit that they enter' : undefined;
    }

    /**
     * The parts of a state in which an event happens. A held call prevents others until it has lapsed; lapsed calls
     * make room for others.
     *
     * @param action the action of the submitted call
     */
    statesFor(
        asked: Question,
        action: number | undefined,
        { holds }: ExploredState,
        splits: ZoneSplits,
        timing: Timing
    ): SplitState[] {
        const twin = action === undefined ? undefined : this.actions[action]!.twinOf;
        if (twin && !holds.some((hold) => this.actions[hold.action] === twin)) {
            return [];
        }
        const own = holds.findIndex((hold) => hold.action === action);
        const isFull = own < 0 && holds.length >= this.scope.most && !this.others;
        const isJudged = action !== undefined && this.slice.question.goal === 'decision';
        const asksAll = holds.length > 0 && (this.lapsesAtOnce || isJudged || (action !== undefined && isFull));
        if (!asksAll && (own < 0 || this.others)) {
            return splits.of(asked);
        }
        const slots = asksAll ? [...holds.keys()] : [own];
        const withHolds = asking(
            asked,
            slots.flatMap((slot) => this.askedOf(holds[slot]!, slot, timing))
        );
        return splits.of(withHolds).flatMap((state): SplitState[] => {
            const lapsed = slots.filter((slot) => this.hasLapsed(state, slot));
            const isOwn = own >= 0 && !this.others && !lapsed.includes(own);
            const left = state.holds.filter((_, slot) => !lapsed.includes(slot));
            return isOwn ? [] : [lapsed.length > 0 ? { ...state, holds: left } : state];
        });
    }

    /** The ages that determine if a held call has lapsed. */
    private askedOf({ action: index }: Hold, slot: number, timing: Timing): number[] {
        const { served, call } = this.actions[index]!;
        return [...timing.askedOfHold(slot), ...timing.asked([...served.values()], call.agent)];
    }

    private hasLapsed({ holds, memory }: SplitState, slot: number): boolean {
        const hold = holds[slot]!;
        return this.held.hasLapsed(hold, this.actions[hold.action]!, memory);
    }

    /** True if some held call has a valid answer. */
    isAnswered(state: ExploredState): boolean {
        return state.holds.some((hold) => this.held.goodAnswers(hold).length > 0);
    }

    /** Adds a held call. */
    hold(state: SplitState, index: number, decision: Decision, take: TakeStep): void {
        const action = this.actions[index]!;
        const acts: Act[] = [{ kind: 'submit', ...action.made, decision }];
        if (this.others) {
            const others = this.others.asked(state.others ?? [], index, decision.rules);
            take({ state: { ...state, others }, effect: action.held, acts, goal: false });
        } else {
            const lasting = this.scope.lapse ? '' : 'held calls and approvals do not lapse, and ';
            this.scopes.note(
                `${lasting}${this.hasTwins ? 'at most two calls of each kind are' : 'one call of each kind is'} held at a time (holds)`
            );
        }
        if (state.holds.length < this.scope.most) {
            const own = this.held.heldAt(state.memory, index, decision);
            take({ state, effect: action.held, acts, own, goal: false });
        } else if (!this.others) {
            this.scopes.add(`at most ${this.scope.most} calls are held at a time (holds)`);
        }
    }

    /**
     * Takes all possible steps of the held calls.
     * @param askedOf returns what a call of an action reads of a state
     */
    goOn(
        state: ExploredState,
        splits: ZoneSplits,
        timing: Timing,
        askedOf: (action: Action) => Question,
        take: TakeStep
    ): void {
        state.holds.forEach(({ action: index }, slot) => {
            const action = this.actions[index]!;
            const plain = askedOf(action);
            const slots = this.lapsesAtOnce ? [...state.holds.keys()] : [slot];
            const asked = asking(plain, [
                ...timing.seenByHold(slot, plain.ages),
                ...slots.flatMap((one) => this.askedOf(state.holds[one]!, one, timing))
            ]);
            for (const part of splits.of(asked)) {
                const left = (other: number): boolean => !slots.includes(other) || !this.hasLapsed(part, other);
                const others = part.holds.filter((_, other) => other !== slot && left(other));
                this.held.goOnWith(part.holds[slot]!, action, { ...part, holds: others }, take);
            }
        });
        for (const index of this.others?.held(state.others ?? []) ?? []) {
            for (const part of splits.of(askedOf(this.actions[index]!))) {
                this.others!.goOnWith(index, part, take);
            }
        }
    }
}

/** The same question with these additional ages. */
function asking({ ages, sums, amounts }: Question, more: readonly number[]): Question {
    return question([...new Set([...ages, ...more])], sums, amounts);
}
