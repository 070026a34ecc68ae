/** The input of a search over concrete sessions: the choices of a scope, and the part of a policy that reads them. */
import type { EventPattern, Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { stepsOf } from '../questions/parts.js';
import { isStatic } from '../../model/conditions/reads.js';
import type { Reach } from '../reductions/cone.js';
import { mixesConstants, outlivesSessions } from '../reductions/all-sessions.js';
import { begin } from '../traces/replay.js';
import { limitOf } from '../limits/limits.js';
import { overlappingTools } from '../reductions/overlaps.js';
import { seesHolds } from '../reductions/slice.js';
import { Bounds } from './bounds.js';
import { patternsIn } from './choices.js';
import type { ClockChanges } from './clock.js';
import type { BoundedSystem } from './explore.js';
import type { StepJudge } from './judge.js';
import { Keys } from './key.js';
import { Moves } from './moves.js';
import type { ChoiceLists } from './reduced.js';
import { windowsOf } from './scope.js';
import { Symmetry } from './symmetry.js';
import type { Values } from './values.js';

/** The shared data of several searches of one scope. */
export interface SharedScope {
    readonly values: Values;
    /** Numbers that counts are compared with. */
    readonly counts: ReadonlySet<number>;
    /** The number of amounts that may be needed to reach the numbers that totals are compared with. */
    readonly summands: number;
    readonly clock: ClockChanges;
}

export interface SystemParts {
    /** The policy that `narrowed` returned. */
    readonly policy: Policy;
    readonly question: Question;
    readonly reach: Reach;
    readonly choices: ChoiceLists;
    readonly judge: StepJudge;
    /** True if calls are also let through regardless of the rules. */
    readonly isLifted: boolean;
}

export function systemOf(whole: Policy, parts: SystemParts, shared: SharedScope): BoundedSystem {
    const { policy, question, reach, choices, judge, isLifted } = parts;
    const patterns = patternsSeen(policy, question, reach);
    const holdsMatter =
        // An assumption may state that a human does not always approve.
        (policy.assumptions ?? []).some(({ kind, when }) => kind === 'approval' && !isStatic(when)) ||
        policy.rules.some((rule) => rule.kind === 'approval' && rule.per !== undefined) ||
        seesHolds({ policy, question, tools: [...reach.tools] }, patterns);
    const windows = windowsOf(policy, [question], reach, holdsMatter);
    const withoutApproval = question.goal === 'work' && question.withoutApproval;
    const epochs = shared.clock.isRead ? shared.clock.starts() : [undefined];
    return {
        policy,
        question,
        starts: choices.constants.flatMap((constants) =>
            epochs.map((epoch) => {
                const start = {
                    ...(Object.keys(constants).length > 0 && { constants }),
                    ...(epoch !== undefined && { epoch })
                };
                return { start, session: begin(policy, start) };
            })
        ),
        clock: shared.clock,
        moves: new Moves(policy, choices, {
            seesHolds: holdsMatter,
            withoutApproval,
            outlivesSessions: outlivesSessions(whole, reach),
            mixesConstants: mixesConstants(whole, question, reach),
            isLifted,
            overlapping: overlappingTools(policy, question, reach),
            mostRunning: mostRunning(shared.counts)
        }),
        keys: new Keys(policy, windowsOf(policy, [question], reach, false), shared.values.symmetric, holdsMatter),
        judge,
        bounds: new Bounds(policy, reach, shared.counts, shared.summands),
        symmetry: new Symmetry(shared.values.symmetric),
        windows
    };
}

/**
 * The maximum number of running calls: two, or one more than the largest count that calls can still reach, if that is
 * more.
 */
function mostRunning(counts: ReadonlySet<number>): number {
    const most = limitOf('runningCalls');
    return Math.max(2, ...[...counts].filter((count) => count < most).map((count) => Math.floor(count) + 1));
}

/** Every pattern over events in the claim, or in something that it reaches. */
export function patternsSeen(policy: Policy, question: Question, reach: Reach): EventPattern[] {
    return [...patternsIn(policy, reach), ...stepsOf(question)];
}
