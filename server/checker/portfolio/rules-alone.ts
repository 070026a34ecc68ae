/**
 * Claims that the rules settle whatever happened before. Every condition on the history, the call or the environment is a
 * free truth value, the same wherever rules and the claim ask the same (predicate abstraction: Graf and Saïdi, CAV 1997). If
 * no choice of values lets a call through that breaks the claim, no session does.
 */
import { matchesCall } from '../../model/conditions/evaluate.js';
import type { Condition, Policy, Rule, Status, Term } from '../../model/policy/policy.js';
import { and, FALSE, mayBe, not, or, type Truth, TRUE, UNKNOWN } from '../../model/policy/truth.js';
import { visitParts } from '../conditions/walk.js';
import { poll } from '../limits/budget.js';
import { limitOf } from '../limits/limits.js';
import type { DecisionQuestion, Question, ReleaseQuestion } from '../questions/question.js';
import { reachOf } from '../reductions/cone.js';
import { eventsBehind } from '../reductions/events-behind.js';
import { verdictOf } from '../results/verdict.js';
import type { Decision } from '../../model/policy/decision.js';
import type { Answer } from '../search/answer.js';
import { type Atom, type Literal, literalOf, type Relation, relationOf } from './atoms.js';

/** A question about the decisions of calls. */
export type CallQuestion = ReleaseQuestion | DecisionQuestion;

export function asksCalls(question: Question): question is CallQuestion {
    return question.goal === 'release' || question.goal === 'decision';
}

/** True if the rules alone keep the claim. */
export function settledByRules(policy: Policy, question: CallQuestion): boolean {
    if (policy.delegations?.length && question.goal === 'decision' && question.decision !== 'denied') {
        // The rules of each agent that the caller acts for can only make the decision stricter (M16).
        return false;
    }
    const { tools } = question.subject;
    const judged = policy.tools.flatMap((_, tool) => (mayBe(tools[tool] ?? FALSE) ? [tool] : []));
    // The arguments of an inner call are unknown, so its claim asks something else than the rules.
    const isInner =
        question.goal === 'release' &&
        policy.tools.some(({ mayDo }) => judged.some((tool) => mayBe(mayDo?.[tool] ?? FALSE)));
    const tried = { rules: 0 };
    return (
        !isInner &&
        judged.every((tool) =>
            policy.agents.every((_, agent) => new Choice(policy, question, { tool, agent }, tried).isNone())
        )
    );
}

/** The answer for a claim that the rules settle. No state was searched. */
export function settledAnswer(policy: Policy, question: CallQuestion): Answer {
    return {
        verdict: verdictOf({ goal: question.goal, session: false, exhausted: true, scopes: [], empty: false }),
        exploration: { states: 0, transitions: 0, depth: 0, exhausted: true },
        scopes: [],
        slice: sizeOf(policy, question),
        furthest: 0,
        obstacles: []
    };
}

/** The part of the policy that the claim sees. */
export function sizeOf(policy: Policy, question: Question): Answer['slice'] {
    const { tools, rules, monitors } = reachOf(policy, question);
    return { tools: tools.size, rules: rules.size, monitors: monitors.size };
}

/** Sets of truth values as bits: false, unknown, true. */
type Values = number;
const only = (value: Truth): Values => 1 << value;
const has = (values: Values, value: Truth): boolean => (values & only(value)) !== 0;
const ALL: readonly Truth[] = [FALSE, UNKNOWN, TRUE];

interface Caller {
    readonly tool: number;
    readonly agent: number;
}

/** A choice of truth values with which the decision of a call of a tool by an agent breaks the claim. */
class Choice {
    private readonly chosen = new Map<string, Truth>();
    /** For each atom, the atoms of the claim that its value depends on. */
    private readonly related = new Map<string, readonly { readonly to: string; readonly allows: Relation }[]>();
    /** The atoms of the claim that are true once the call has been approved as a rule requires. */
    private readonly approvals: { readonly key: string; readonly isShownBy: (rule: ApprovalRule) => boolean }[] = [];
    private readonly subject: Truth;
    private readonly rules: readonly { readonly rule: Rule; readonly isMeant: Truth }[];
    private readonly isHeld: boolean;
    private readonly asked: Condition;
    private readonly literals = { rules: new Map<Condition, Literal>(), claim: new Map<Condition, Literal>() };

    constructor(
        private readonly policy: Policy,
        private readonly question: CallQuestion,
        private readonly caller: Caller,
        private readonly tried: { rules: number }
    ) {
        const call = { ...caller, args: {} };
        this.subject = matchesCall(question.subject, call);
        this.rules = policy.rules
            .map((rule) => ({ rule, isMeant: rule.audit === true ? FALSE : matchesCall(rule.subject, call) }))
            .filter(({ isMeant }) => mayBe(isMeant));
        this.asked = question.goal === 'release' ? question.bad : question.when;
        // The rules of an agent that the caller acts for may hold the call, too (M16).
        const { tool } = caller;
        this.isHeld = policy.delegations?.length
            ? policy.rules.some(({ kind, subject }) => kind === 'approval' && mayBe(subject.tools[tool] ?? FALSE))
            : this.rules.some(({ rule }) => rule.kind === 'approval');
    }

    /** True if there is none. */
    isNone(): boolean {
        if (!this.rules.some(({ rule }) => rule.kind === 'allow')) {
            // Nothing lets such a call through, and a claim about decisions is not about it (M20).
            return true;
        }
        const asked = this.atomsIn(this.asked, 'claim');
        const keys = new Set(asked.map(({ key }) => key));
        visitParts(this.asked, (part) => {
            if ('op' in part && part.op === 'approved by') {
                const { key } = this.literal(part, 'claim').atom;
                this.approvals.push({
                    key,
                    isShownBy: (rule) => covers(rule, part.humans) && servesAlike(rule, part.per)
                });
            }
        });
        for (const { key, count } of asked) {
            if (count) {
                this.approvals.push({ key, isShownBy: (rule) => this.isAnswered(rule, count) });
            }
        }
        const near = this.rules
            .map(({ rule }) => this.atomsOf(rule))
            .flatMap((atoms) => {
                atoms.forEach((atom) => this.relate(atom, asked));
                return atoms.some(({ key }) => keys.has(key) || this.related.has(key)) ? atoms : [];
            });
        asked.forEach((atom) => this.relate(atom, asked));
        return !this.isThere([...new Set([...asked, ...near].map(({ key }) => key))], 0);
    }

    /** Also true where the limit is met: the rules may not settle it. */
    private isThere(open: readonly string[], at: number): boolean {
        poll();
        this.tried.rules += this.rules.length;
        if (this.tried.rules > limitOf('rulesWeighed')) {
            return true;
        }
        if (!this.canBe()) {
            return false;
        }
        const key = open[at];
        if (key === undefined) {
            return true;
        }
        const values = this.valuesOfAtom(key);
        for (const value of ALL.filter((one) => has(values, one))) {
            this.chosen.set(key, value);
            if (this.isThere(open, at + 1)) {
                return true;
            }
        }
        this.chosen.delete(key);
        return false;
    }

    /** Records how the values of an atom are related to those of the claim's atoms. */
    private relate(atom: Atom, asked: readonly Atom[]): void {
        if (this.related.has(atom.key)) {
            return;
        }
        const related = asked.flatMap((other) => {
            const [over, under] = [relationOf(this.policy, atom, other), relationOf(this.policy, other, atom)];
            return [
                ...(over ? [{ to: other.key, allows: over }] : []),
                ...(under ? [{ to: other.key, allows: (own: Truth, its: Truth) => under(its, own) }] : [])
            ];
        });
        if (related.length > 0) {
            this.related.set(atom.key, related);
        }
    }

    /** The values that an atom can still have, given those of the claim's atoms. */
    private valuesOfAtom(key: string): Values {
        const chosen = this.chosen.get(key);
        if (chosen !== undefined) {
            return only(chosen);
        }
        const related = this.related.get(key) ?? [];
        const isPossible = (value: Truth): boolean =>
            related.every(({ to, allows }) => {
                const other = this.chosen.get(to);
                return other === undefined || allows(value, other);
            });
        return ALL.reduce<Values>((all, value) => (isPossible(value) ? all | only(value) : all), 0);
    }

    /** False if no choice of the values that are still open leads to a decision that breaks the claim. */
    private canBe(): boolean {
        const { question } = this;
        const asked = both(and, only(this.subject), this.valuesOf(this.asked, 'claim'));
        const isAsked =
            question.goal === 'decision' && question.decision === 'allowed' ? has(asked, TRUE) : canMatch(asked);
        if (!isAsked) {
            return false;
        }
        const can = this.decisions();
        return question.goal === 'release'
            ? can.released
            : (['denied', 'held', 'allowed'] as const).some((kind) => kind !== question.decision && can[kind]);
    }

    /**
     * The decisions that are still possible without approvals (M4), given the values chosen so far; and whether the call may
     * be released in the end.
     */
    private decisions(): { readonly [kind in Decision['kind'] | 'released']: boolean } {
        let [canPass, canBeStopped, canBeHeld, isHeld] = [true, false, false, false];
        let [canBeGranted, isGranted, isUnapproved] = [false, false, false];
        for (const { rule, isMeant } of this.rules) {
            const applies = both(and, only(isMeant), this.valuesOf(rule.when, 'rules'));
            switch (rule.kind) {
                case 'allow':
                    // What a mode grants depends on the other modes.
                    canBeGranted ||= rule.mode !== undefined || has(applies, TRUE);
                    isGranted ||= rule.mode === undefined && applies === only(TRUE);
                    break;
                case 'deny':
                    canPass &&= has(applies, FALSE);
                    canBeStopped ||= canMatch(applies);
                    break;
                case 'require': {
                    const met = this.valuesOf(rule.requires, 'rules');
                    canPass &&= has(applies, FALSE) || has(met, TRUE);
                    canBeStopped ||= canMatch(applies) && met !== only(TRUE);
                    break;
                }
                case 'approval':
                    canBeHeld ||= canMatch(applies);
                    isHeld ||= !has(applies, FALSE);
                    isUnapproved ||= !has(applies, FALSE) && this.isUnapproved(rule);
                    break;
                default:
            }
        }
        const passes = canPass && canBeGranted;
        return {
            denied: canBeStopped || !isGranted,
            held: passes && canBeHeld,
            allowed: passes && !isHeld,
            released: passes && !isUnapproved
        };
    }

    /** True if, by the values chosen for the claim, the call has not been approved as the rule requires. */
    private isUnapproved(rule: ApprovalRule): boolean {
        return this.approvals.some(({ key, isShownBy }) => isShownBy(rule) && !has(this.valuesOfAtom(key), TRUE));
    }

    /** True if whatever satisfies the rule is an answer that is counted. A standing approval may have been given for other arguments. */
    private isAnswered(rule: ApprovalRule, { events, least }: NonNullable<Atom['count']>): boolean {
        const { tool, agent } = this.caller;
        const { pattern, keys, asked, window = Infinity } = events;
        const { status, agents, humans, where, answers } = pattern;
        return (
            status === 'approved' &&
            least <= 1 &&
            pattern.tools[tool] === TRUE &&
            (typeof agents !== 'object' || agents.includes(agent)) &&
            (humans === undefined || covers(rule, humans)) &&
            answers === undefined &&
            keys.length === 0 &&
            [where, asked].every((part) => part.op === 'constant' && part.value === TRUE) &&
            window >= rule.valid
        );
    }

    private valuesOf(condition: Condition, side: Side): Values {
        switch (condition.op) {
            case 'constant':
                return only(condition.value);
            case 'not':
                return mapped(not, this.valuesOf(condition.arg, side));
            case 'and':
                return condition.args.reduce((values, arg) => both(and, values, this.valuesOf(arg, side)), only(TRUE));
            case 'or':
                return condition.args.reduce((values, arg) => both(or, values, this.valuesOf(arg, side)), only(FALSE));
            case 'caller is':
                return only(condition.agent === this.caller.agent ? TRUE : FALSE);
            case 'tool is':
                return only(condition.tools[this.caller.tool] ?? FALSE);
            default: {
                const { atom, isNegated } = this.literal(condition, side);
                const values = this.valuesOfAtom(atom.key);
                return isNegated ? mapped(not, values) : values;
            }
        }
    }

    private atomsOf(rule: Rule): Atom[] {
        const conditions = rule.kind === 'require' ? [rule.when, rule.requires] : [rule.when];
        return conditions.flatMap((condition) => this.atomsIn(condition, 'rules'));
    }

    private atomsIn(condition: Condition, side: Side): Atom[] {
        switch (condition.op) {
            case 'not':
                return this.atomsIn(condition.arg, side);
            case 'and':
            case 'or':
                return condition.args.flatMap((arg) => this.atomsIn(arg, side));
            case 'constant':
            case 'caller is':
            case 'tool is':
                return [];
            default:
                return [this.literal(condition, side).atom];
        }
    }

    private literal(condition: Condition, side: Side): Literal {
        const known = this.literals[side].get(condition);
        const literal = known ?? literalOf(this.policy, condition, this.isSeenOtherwise(condition) ? side : 'both');
        this.literals[side].set(condition, literal);
        return literal;
    }

    /**
     * A held call is decided without its own attempt and hold (M4), and a claim is judged with them (M20).
     */
    private isSeenOtherwise(condition: Condition): boolean {
        return (
            condition.op === 'approved by' ||
            (this.isHeld && eventsBehind(this.policy, condition).some(({ status }) => OF_A_HOLD.includes(status)))
        );
    }
}

type Side = 'rules' | 'claim';
type ApprovalRule = Rule & { readonly kind: 'approval' };

/** True if everybody who may satisfy the rule is among these people. */
function covers(rule: ApprovalRule, humans: readonly number[]): boolean {
    return rule.humans.every((human) => humans.includes(human));
}

/** True if an approval that satisfies the rule counts for `approved by … per`. With `per`, it may have been given for another call. */
function servesAlike(rule: ApprovalRule, per: readonly Term[] | undefined): boolean {
    return rule.per === undefined || (per !== undefined && JSON.stringify(rule.per) === JSON.stringify(per));
}

/** What the hold of a call adds to its history. A refusal or a `deny` ends the call, and the next one is another (M5, M6). */
const OF_A_HOLD: readonly Status[] = ['attempted', 'held', 'approved'];

/** A condition that is unknown matches, except for an `allow` (M3). */
function canMatch(values: Values): boolean {
    return has(values, UNKNOWN) || has(values, TRUE);
}

function mapped(of: (value: Truth) => Truth, values: Values): Values {
    return ALL.reduce<Values>((all, value) => (has(values, value) ? all | only(of(value)) : all), 0);
}

function both(of: (a: Truth, b: Truth) => Truth, left: Values, right: Values): Values {
    return ALL.reduce<Values>((all, a) => (has(left, a) ? all | mapped((b) => of(a, b), right) : all), 0);
}
