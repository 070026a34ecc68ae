/** Judges a step or a state of a concrete session by a claim (M20), and tracks the progress of a `possible`. */
import { evaluate, matchesCall } from '../../model/conditions/evaluate.js';
import { situationIn } from '../../model/conditions/inputs.js';
import { matchesStep } from '../../model/session/known-ends.js';
import type { CallPattern, Condition, Policy } from '../../model/policy/policy.js';
import type { DecisionQuestion, Question } from '../questions/question.js';
import { agentsJudged, stepsOf, triggerIn } from '../questions/parts.js';
import type { Call, SessionState } from '../../model/session/session.js';
import { and, mayBe, mustBe } from '../../model/policy/truth.js';
import type { Truth } from '../../model/policy/truth.js';
import type { Move, Submission } from './moves.js';
import type { NamedScope } from '../limits/scopes.js';

/** The judgements that a search needs for its steps and states. */
export type StepJudge = Pick<Judge, 'isBrokenBy' | 'isBrokenIn' | 'note' | 'completes'>;

export class Judge {
    /** True if a call that the claim judges was released; for a `decided` claim, if a call was decided. */
    judged = false;
    /** True if `after F` was true or unknown in some reachable state. */
    triggered = false;

    constructor(
        private readonly policy: Policy,
        private readonly question: Question
    ) {}

    /** True if taking the step in this state breaks the claim. */
    isBrokenBy(before: SessionState, { submitted }: Move): boolean {
        const { question } = this;
        if (!submitted || question.goal === 'work' || question.goal === 'state' || question.goal === 'recovery') {
            return false;
        }
        if (question.goal === 'decision') {
            return this.isDecidedOtherwise(question, before, submitted);
        }
        if (submitted.decision.kind !== 'allowed') {
            return false;
        }
        const bad = subjectsOf(this.policy, question.subject, submitted.call).map(({ subject, call }) => {
            this.judged = true;
            return and(subject, this.evaluate(question.bad, before, { ...submitted, call }));
        });
        return bad.some(mayBe);
    }

    /**
     * True if the decision breaks the claim. The decision is judged only while no held call has an answer, of a call that is not held
     * yet, and only for the agents that some `allow` names (M20).
     */
    private isDecidedOtherwise(question: DecisionQuestion, before: SessionState, submitted: Submission): boolean {
        const { call, decision, wasHeld } = submitted;
        const isGranted = this.policy.rules.some(
            (rule) => rule.kind === 'allow' && rule.audit !== true && mayBe(matchesCall(rule.subject, call))
        );
        const isApproved = before.held.items.some(({ approvals }) => approvals.length > 0);
        if (!isGranted || isApproved || wasHeld || decision.by === 'inventory') {
            return false;
        }
        const asked = and(matchesCall(question.subject, call), this.evaluate(question.when, before, submitted));
        const counts = question.decision === 'allowed' ? mustBe(asked) : mayBe(asked);
        this.judged ||= counts;
        return counts && decision.kind !== question.decision;
    }

    /** True if an `always` is violated in the state. */
    isBrokenIn(session: SessionState): boolean {
        const { question } = this;
        return (
            question.goal === 'state' &&
            agentsJudged(this.policy, question).some((agent) => {
                const situation = situationIn(session, { call: { ...NO_CALL, agent } });
                return !mustBe(evaluate(this.policy, question.condition, situation));
            })
        );
    }

    /** Notes the state of a session that the search has reached. */
    note(session: SessionState): void {
        const { question } = this;
        const trigger = triggerIn(question);
        if (!this.triggered && trigger) {
            this.triggered = this.policy.agents.some((_, agent) =>
                mayBe(evaluate(this.policy, trigger, situationIn(session, { call: { agent, tool: 0, args: {} } })))
            );
        }
    }

    /** The subject of the claim, if no session that was tried reached it, worded to follow `as long as` (M22). */
    unseen(): NamedScope[] {
        const { question, judged, triggered } = this;
        const unseen: NamedScope[] = [];
        for (const premise of question.premises) {
            if (!(premise === 'judged' ? judged : triggered)) {
                const words = question.words[premise === 'judged' ? 'unjudged' : 'untriggered'];
                unseen.push(`${words}, as in every session that was tried (values)`);
            }
        }
        return unseen;
    }

    /** True if the step is certainly this step of a `possible`. */
    completes(progress: number, { act, event }: Move, before: SessionState): boolean {
        const step = stepsOf(this.question)[progress];
        // The place of a call that ends later is that of its release, whose history is not known here.
        const known = act.kind === 'end' ? undefined : before;
        return step !== undefined && event !== undefined && mustBe(matchesStep(this.policy, step, event, known));
    }

    private evaluate(condition: Condition, session: SessionState, submitted: Submission): Truth {
        const { call, approvals, readings } = submitted;
        return evaluate(this.policy, condition, situationIn(session, { call, approvals, readings }));
    }
}

/** The call for conditions that do not read one. */
const NO_CALL: Call = { agent: 0, tool: 0, args: {} };

/** The call itself and its possible inner calls, each of which counts as a release with unknown arguments (M20). */
function subjectsOf(
    policy: Policy,
    subject: CallPattern,
    call: Call
): { readonly subject: Truth; readonly call: Call }[] {
    const does = (policy.tools[call.tool]?.mayDo ?? []).flatMap((value, tool) =>
        mayBe(value) ? [{ agent: call.agent, tool, args: {} }] : []
    );
    return [call, ...does]
        .map((other) => ({ subject: matchesCall(subject, other), call: other }))
        .filter((candidate) => mayBe(candidate.subject));
}
