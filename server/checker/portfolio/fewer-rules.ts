/**
 * Rules are added only when they matter: a claim that the exact search does not support is first searched under a
 * policy that allows more, with few of the rules. If the claim holds there, it holds. A session that breaks it there is
 * replayed on the whole policy, and the rules that stop it are added (counterexample-guided refinement: Clarke,
 * Grumberg, Jha, Lu, Veith, CAV 2000). Often the remaining rules are few, and the exact search supports all of them.
 *
 * Leaving a rule out only allows more if no condition can see that a call was attempted, denied, held or answered
 * (docs/checker.md, "Few rules").
 */
import { decide } from '../../model/decide.js';
import type { CallPattern, Condition, Policy, Rule } from '../../model/policy/policy.js';
import { noRelease } from '../questions/own.js';
import type { DecisionQuestion, Question } from '../questions/question.js';
import type { Decision } from '../../model/session/session.js';
import { FALSE, mayBe, TRUE } from '../../model/policy/truth.js';
import type { Answer } from '../search/answer.js';
import { readsApprovals } from '../conditions/approvals.js';
import { conditionsOf, visitParts } from '../conditions/walk.js';
import type { ExploreOptions } from '../search/breadth-first.js';
import type { FoundSession } from '../traces/found-session.js';
import type { Resumable } from '../limits/resumable.js';
import { sessionOf } from '../counterexamples/sessions.js';
import { begin, replay, ReplayMismatch } from '../traces/replay.js';
import type { SharedWork } from '../limits/shared-work.js';
import type { Witness } from './witnesses.js';
import { confirmed } from './witnesses.js';
import { conditionsOfQuestion, visibleIn } from '../reductions/visible-effects.js';

export type SearchIn = (
    policy: Policy,
    question: Question,
    options: Pick<ExploreOptions, 'isShortestWanted' | 'withoutCauses'>,
    about: About
) => Resumable<Answer>;

/** The goal of the search, given the name of the claim itself. */
type About = (claim: string) => string;

/** Undefined if leaving out rules does not help with this claim, or did not lead to a verdict. */
export function* searchRelaxed(
    policy: Policy,
    question: Question,
    searchIn: SearchIn,
    { shared, withoutCauses }: Pick<ExploreOptions, 'shared' | 'withoutCauses'>
): Resumable<Answer | undefined> {
    if (!isRelaxable(question)) {
        return undefined;
    }
    const found = yield* refine(policy, question, searchIn, (claim) => claim, withoutCauses);
    if (question.goal === 'work') {
        return found;
    }
    const holds = found?.verdict === 'holds' || found?.verdict === 'holds in scope';
    return found && holds ? yield* confirmedWithFew(found, policy, question, searchIn, shared) : found;
}

/**
 * The answer, once sessions have shown that the claim is not vacuous. The search for these sessions uses few rules too.
 */
export function confirmedWithFew(
    found: Answer,
    policy: Policy,
    question: Question,
    searchIn: SearchIn,
    shared?: SharedWork,
    isBuiltFirst = false
): Resumable<Answer> {
    return confirmed(found, policy, question, (witness) => witnessIn(policy, witness, searchIn, shared), isBuiltFirst);
}

/** Claims about the same calls need the same session, and any such session suffices. */
function witnessIn(policy: Policy, witness: Witness, searchIn: SearchIn, shared?: SharedWork): Resumable<Answer> {
    const search = function* (): Resumable<Answer> {
        const options = { isShortestWanted: () => false, withoutCauses: true as const };
        const any: SearchIn = (some, of, _, about) => searchIn(some, of, options, about);
        const about = (): string => `the opposite of "${witness.text}"`;
        const few = isRelaxable(witness)
            ? yield* refine(policy, witness, any, about, true)
            : yield* neverAsked(policy, witness, any, about);
        return few ?? (yield* any(policy, witness, options, about));
    };
    if (!shared || witness.goal !== 'release') {
        return search();
    }
    const { tools, agents, outside } = witness.subject;
    const { rules, assumptions } = policy;
    return shared.done(rules, `released ${JSON.stringify({ tools, agents, outside, assumptions })}`, search);
}

/**
 * The answer that no such call is asked for: none is released even if no rule stops the calls of these tools. Undefined if one is,
 * which says nothing, or if something in sight can see what the rules do with the calls.
 */
export function* neverAsked(
    policy: Policy,
    witness: DecisionQuestion,
    searchIn: SearchIn,
    about: About
): Resumable<Answer | undefined> {
    const { subject, when } = witness;
    const open = unstopped(policy, subject.tools);
    const released = noRelease(witness, subject, when);
    if (witness.across === true || policy.delegations?.length || visibleIn(open, released) !== undefined) {
        return undefined;
    }
    const found = yield* refine(open, released, searchIn, about);
    return found?.verdict === 'holds' ? found : undefined;
}

/** The policy in which every `allow` for these tools grants whatever the call is, and no other rule concerns them. */
function unstopped(policy: Policy, tools: CallPattern['tools']): Policy {
    const among = ({ subject, ...rule }: Rule, isJudged: boolean): Rule => ({
        ...rule,
        subject: {
            ...subject,
            tools: subject.tools.map((value, tool) => (mayBe(tools[tool] ?? FALSE) === isJudged ? value : FALSE))
        }
    });
    const rules = policy.rules.flatMap((rule): Rule[] => {
        const others = among(rule, false);
        return rule.kind === 'allow'
            ? [others, granting(among(rule, true))]
            : [rule.kind === 'withhold' ? rule : others];
    });
    return { ...policy, rules: rules.filter(({ subject }) => subject.tools.some(mayBe)) };
}

/**
 * If no other rule stops a session that was found with few rules, it is a session of the whole policy; and none is
 * shorter.
 */
type Relaxable = Exclude<Question, { goal: 'decision' | 'recovery' }>;

function isRelaxable(question: Question): question is Relaxable {
    return question.goal !== 'decision' && question.goal !== 'recovery';
}

function* refine(
    policy: Policy,
    question: Relaxable,
    searchIn: SearchIn,
    about: About,
    withoutCauses?: true
): Resumable<Answer | undefined> {
    const kept = new Set<Rule>();
    // Each round keeps at least one more rule.
    for (let round = 0; round <= policy.rules.length; round++) {
        const relaxed = relax(policy, kept);
        const visible = visibleIn(relaxed, question);
        if (visible === 'attempts') {
            return undefined;
        }
        if (
            visible === 'approvals' &&
            keep(
                kept,
                policy.rules.filter(({ kind }) => kind === 'approval')
            )
        ) {
            continue;
        }
        const { size } = kept;
        // A session that some rule stops only shows which rules to keep.
        const answer = yield* searchIn(
            relaxed,
            question,
            { isShortestWanted: (session) => !stoppedIn(policy, question, session), withoutCauses: true },
            (claim) => `${about(claim)}, with ${size} of ${policy.rules.length} rules`
        );
        if (!answer.session) {
            return answer.verdict === 'undecided' && round === 0 ? undefined : answer;
        }
        const stopped = stoppedIn(policy, question, answer.session);
        if (!stopped) {
            const { session } = answer;
            const options = { ...session, ...(withoutCauses && { withoutCauses }) };
            return { ...answer, trace: sessionOf(policy, question, session.acts, options) };
        }
        if (!stopped.some((rules) => keep(kept, rules))) {
            return undefined;
        }
    }
    return undefined;
}

/** True if a rule was added. */
function keep(kept: Set<Rule>, rules: readonly Rule[]): boolean {
    const before = kept.size;
    rules.forEach((rule) => kept.add(rule));
    return kept.size > before;
}

/**
 * Each of the rules stops the session alone: the rules that share the most reads with the claim are the most relevant.
 */
function nearest(rules: readonly Rule[], question: Relaxable): readonly Rule[] {
    const asked = new Set(conditionsOfQuestion(question).flatMap(readBy));
    const shares = rules.map((rule) => {
        const reads = new Set(conditionsOf(rule).flatMap(readBy));
        return [...reads].filter((what) => asked.has(what)).length;
    });
    const most = Math.max(...shares);
    return rules.filter((_, index) => shares[index] === most);
}

/** The history parts that a condition reads. */
function readBy(condition: Condition): string[] {
    const reads: string[] = [];
    visitParts(condition, (part) => {
        if ('op' in part && (part.op === 'monitor' || part.op === 'count')) {
            reads.push(`monitor ${part.monitor}`);
        } else if ('recorder' in part) {
            reads.push(`recorder ${part.recorder}`);
        }
    });
    return reads;
}

/**
 * The policy without the rules that are not kept; an `allow` that is not kept grants unconditionally. A `withhold`
 * stays.
 */
function relax(policy: Policy, kept: ReadonlySet<Rule>): Policy {
    const rules = policy.rules.flatMap((rule): Rule[] => {
        if (kept.has(rule) || rule.kind === 'withhold') {
            return [rule];
        }
        return rule.kind === 'allow' ? [granting(rule)] : [];
    });
    return { ...policy, rules };
}

function granting(rule: Rule): Rule {
    const always = { ...rule, when: { op: 'constant', value: TRUE } as const };
    delete always.mode;
    return always;
}

/**
 * The rules of the whole policy that stop a session found with fewer rules, the most relevant first; undefined if none
 * does.
 */
function stoppedIn(
    policy: Policy,
    question: Relaxable,
    { acts, start }: FoundSession
): readonly (readonly Rule[])[] | undefined {
    for (let length = 1; length <= acts.length; length++) {
        const { act } = acts[length - 1]!;
        try {
            replay(
                policy,
                acts.slice(0, length).map((each) => each.act),
                acts.slice(0, length).map(({ time }) => time),
                start
            );
        } catch (error) {
            if (!(error instanceof ReplayMismatch) || act.kind !== 'submit') {
                throw error;
            }
            const steps = replay(
                policy,
                acts.slice(0, length - 1).map((each) => each.act),
                acts.slice(0, length - 1).map(({ time }) => time),
                start
            );
            const state = steps.at(-1)?.after ?? begin(policy, start ?? {});
            const decided = (by: Policy): Outcome =>
                decide(by, { ...state, time: acts[length - 1]!.time }, act.call, act.readings);
            const decision = decided(policy);
            return decision.kind === 'waits'
                ? []
                : [
                      ...requirementsOf(policy, question, decided),
                      rulesBehind(policy, question, decision, act.call.tool)
                  ];
        }
    }
    return undefined;
}

type Outcome = ReturnType<typeof decide>;

/** The requirements that hold the call, whatever else stops it, if the claim asks who approved it. */
function requirementsOf(
    policy: Policy,
    question: Relaxable,
    decided: (by: Policy) => Outcome
): readonly (readonly Rule[])[] {
    if (!conditionsOfQuestion(question).some(readsApprovals)) {
        return [];
    }
    const asking = relax(policy, new Set(policy.rules.filter(({ kind }) => kind === 'approval')));
    const decision = decided(asking);
    return decision.kind === 'held' ? [decision.rules.map((index) => asking.rules[index]!)] : [];
}

/** If nothing grants the call, every `allow` for its tool. */
function rulesBehind(policy: Policy, question: Relaxable, decision: Decision, tool: number): readonly Rule[] {
    const deciding = decision.kind === 'allowed' ? [] : decision.rules.map((index) => policy.rules[index]!);
    return deciding.some(({ kind }) => kind !== 'allow')
        ? nearest(deciding, question)
        : policy.rules.filter(({ kind, subject }) => kind === 'allow' && mayBe(subject.tools[tool] ?? 0));
}
