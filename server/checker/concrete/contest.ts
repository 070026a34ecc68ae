/**
 * Checks whether the sessions of a scope could have broken the claim. If none could, the absence of a violation means
 * nothing. So the same choices are searched again with rules that stop no call, for a session that certainly breaks the
 * claim, and for a session that meets each condition of the claim and of the rules.
 */
import type { Policy, Source } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { reachOf } from '../reductions/cone.js';
import { conditionText } from '../conditions/condition-text.js';
import type { ExploreOptions } from '../search/breadth-first.js';
import { limitOf } from '../limits/limits.js';
import type { Resumable } from '../limits/resumable.js';
import { ClockChanges } from './clock.js';
import { BoundedSearch } from './explore.js';
import type { StepJudge } from './judge.js';
import { claimFor, liftedFrom } from './lifted.js';
import type { Need } from './needs.js';
import { isMetBy, isMetIn } from './needs.js';
import type { ChoiceLists } from './reduced.js';
import { reducedTo } from './reduced.js';
import { narrowed } from './scope.js';
import type { SharedScope } from './system.js';
import { systemOf } from './system.js';
import { Variables } from './variables.js';

/** A need that no session of a scope has met. */
export interface UnmetNeed {
    /** The condition that was never met; undefined if the claim was never broken. */
    readonly condition?: string;
    readonly source: Source;
}

/** The needs that are still open while sessions are searched. */
export class OpenNeeds {
    constructor(
        private readonly policy: Policy,
        private open: readonly Need[]
    ) {}

    get left(): readonly Need[] {
        return this.open;
    }

    readonly watch: NonNullable<ConstructorParameters<typeof BoundedSearch>[0]['watch']> = {
        step: (before, move) => {
            if (this.open.length > 0) {
                this.close((need) => isMetBy(need, this.policy, before, move));
            }
        },
        state: (session) => {
            if (this.open.length > 0) {
                this.close((need) => isMetIn(need, this.policy, session));
            }
        }
    };

    private close(isMet: (need: Need) => boolean): void {
        if (this.open.some(isMet)) {
            this.open = this.open.filter((need) => !isMet(need));
        }
    }
}

/**
 * The first need that no session of the scope meets; undefined if all of them are met.
 *
 * @param whole the policy before it was narrowed to what the claim sees
 * @param open the needs that the search of the claim itself did not meet
 */
export function* untriedIn(
    whole: Policy,
    question: Question,
    scope: SharedScope & { readonly choices: ChoiceLists },
    open: readonly Need[],
    options: ExploreOptions
): Resumable<UnmetNeed | undefined> {
    const lifted = liftedFrom(whole);
    let left = limitOf('contestSteps');
    for (const need of open) {
        const seen = claimFor(need, question);
        const reach = reachOf(lifted, seen);
        const policy = narrowed(lifted, reach);
        const variables = new Variables(policy, [seen], reach);
        const clock = variables.readsClock ? scope.clock : ClockChanges.NONE;
        const choices = reducedTo(scope.choices, policy, reach, variables);
        const parts = { policy, question: seen, reach, choices, judge: sought(policy, need), isLifted: true };
        const most = Math.min(left, limitOf('conditionSteps'));
        const limits = { states: most, transitions: most };
        const search = new BoundedSearch(systemOf(lifted, parts, { ...scope, clock }), limits, options);
        const { session, transitions } = yield* search.run();
        left -= transitions;
        if (!session) {
            const { condition, source, isBreach } = need;
            return isBreach ? { source } : { condition: conditionText(whole, condition), source };
        }
    }
    return undefined;
}

/** The need in words, to follow a colon. */
export function untriedText({ condition, source }: UnmetNeed): string {
    return condition === undefined
        ? 'no session that was tried could break it for certain, even if the rules let every call through'
        : `no session that was tried makes \`${condition}\` (line ${source.start.line + 1}) true`;
}

/** The judge that looks for a session that meets the need. */
function sought(policy: Policy, need: Need): StepJudge {
    return {
        isBrokenBy: (before, move) => isMetBy(need, policy, before, move),
        isBrokenIn: (session) => isMetIn(need, policy, session),
        note: () => undefined,
        completes: () => false
    };
}
