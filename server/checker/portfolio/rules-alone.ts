/**
 * Claims that the rules settle, whatever happened before. Every condition on the history, the call or the environment
 * is a free truth value; a condition that both the rules and the claim contain has the same value in both (predicate
 * abstraction: Graf and Saïdi, CAV 1997). If no choice of values lets a call through that breaks the claim, no session
 * breaks it.
 */
import { matchesCall } from '../../model/conditions/evaluate.js';
import type { Condition, EventPattern, Policy, Rule, Status } from '../../model/policy/policy.js';
import { and, FALSE, mayBe, not, or, type Truth, TRUE, UNKNOWN } from '../../model/policy/truth.js';
import { visitParts } from '../conditions/walk.js';
import { spend } from '../limits/budget.js';
import { limitOf } from '../limits/limits.js';
import type { DecisionQuestion, Question, ReleaseQuestion } from '../questions/question.js';
import { eventsBehind } from '../reductions/events-behind.js';
import type { Decision } from '../../model/policy/decision.js';
import { type Atom, isOneForBoth, type Literal, literalOf, relationsOf } from './atoms.js';
import { type ApprovalRule, type Caller, covers, isAnswered, servesAlike } from './answered-requirements.js';
import { boundRelation } from './never-exceeded.js';
import { ALL, both, canMatch, has, mapped, only, type Relation, type Values } from './truth-sets.js';

/** A question about the decisions of calls. */
export type CallQuestion = ReleaseQuestion | DecisionQuestion;

export function asksCalls(question: Question): question is CallQuestion {
    return question.goal === 'release' || question.goal === 'decision';
}

/** True if the rules alone guarantee the claim. */
export function settledByRules(policy: Policy, question: CallQuestion): boolean {
    const tried = { rules: 0 };
    return (
        judgedCallers(policy, question)?.every((caller) => new Choice(policy, question, caller, tried).isNone()) ??
        false
    );
}

/** The tools and agents of the calls that the claim judges; undefined if the claim is left to other methods. */
export function judgedCallers(policy: Policy, question: CallQuestion): Caller[] | undefined {
    if (policy.delegations?.length && question.goal === 'decision' && question.decision !== 'denied') {
        // The rules of each agent that the caller acts for can only make the decision stricter (M16).
        return undefined;
    }
    const { tools } = question.subject;
    const judged = policy.tools.flatMap((_, tool) => (mayBe(tools[tool] ?? FALSE) ? [tool] : []));
    // The arguments of an inner call are unknown, so the claim's condition on it differs from that of the rules.
    const isInner =
        question.goal === 'release' &&
        policy.tools.some(({ mayDo }) => judged.some((tool) => mayBe(mayDo?.[tool] ?? FALSE)));
    return isInner ? undefined : judged.flatMap((tool) => policy.agents.map((_, agent) => ({ tool, agent })));
}

/** Searches for a choice of truth values with which a call of a tool by an agent breaks the claim. */
class Choice {
    private readonly chosen = new Map<string, Truth>();
    /** For each atom, the atoms of the claim that its value is related to. */
    private readonly related = new Map<string, readonly { readonly to: string; readonly allows: Relation }[]>();
    /** The atoms of the claim that must be true once the call has been approved as a rule requires. */
    private readonly approvals: Shown[] = [];
    private readonly subject: Truth;
    private readonly rules: readonly { readonly rule: Rule; readonly isMeant: Truth }[];
    private readonly isHeld: boolean;
    private readonly asked: Condition;
    private readonly literals = { rules: new Map<Condition, Literal>(), claim: new Map<Condition, Literal>() };
    private readonly numbers = new Map<string, number>();
    /** The open choices, as texts, for which no values were found. */
    private readonly refuted = new Set<string>();

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
        // The rules of an agent that the caller acts for may hold the call, too (M16). Decisions are judged of calls that are not held yet.
        const { tool } = caller;
        this.isHeld =
            question.goal === 'release' &&
            (policy.delegations?.length
                ? policy.rules.some(({ kind, subject }) => kind === 'approval' && mayBe(subject.tools[tool] ?? FALSE))
                : this.rules.some(({ rule }) => rule.kind === 'approval'));
    }

    /** True if there is no such choice. */
    isNone(): boolean {
        // Without an `allow`, nothing lets such a call through, and claims about decisions do not apply to it (M20).
        const { ofClaim, ofRules } = this.open();
        const open = [...ofClaim, ...ofRules];
        return this.isNeverGranted() || !this.isThere(open, 0);
    }

    /** True if nothing can let such a call through; claims about decisions then do not apply to it (M20). */
    private isNeverGranted(): boolean {
        return !this.rules.some(({ rule }) => rule.kind === 'allow');
    }

    /** The conditions to choose values for: those of the claim, and those of the rules that are related to them. Call this only once. */
    private open(): { readonly ofClaim: readonly string[]; readonly ofRules: readonly string[] } {
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
                this.approvals.push({ key, isShownBy: (rule) => isAnswered(rule, this.caller, count) });
            }
        }
        const near = this.rules
            .map(({ rule }) => this.atomsOf(rule))
            .flatMap((atoms) => {
                atoms.forEach((atom) => this.relate(atom, asked));
                return atoms.some(({ key }) => keys.has(key) || this.related.has(key)) ? atoms : [];
            });
        asked.forEach((atom) => this.relate(atom, asked));
        const others = near.filter(({ key }) => !keys.has(key)).map(({ key }) => key);
        return { ofClaim: [...keys], ofRules: [...new Set(others)] };
    }

    /** True if the remaining atoms can be given values with which the claim breaks, or if the limit is reached. */
    private isThere(open: readonly string[], at: number): boolean {
        spend(this.rules.length);
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
        const left = this.left(open, at);
        if (this.refuted.has(left)) {
            return false;
        }
        const values = this.valuesOfAtom(key);
        for (const value of ALL.filter((one) => has(values, one))) {
            this.chosen.set(key, value);
            if (this.isThere(open, at + 1)) {
                return true;
            }
        }
        this.chosen.delete(key);
        this.refuted.add(left);
        return false;
    }

    /**
     * A text for the open choices: the conditions without the parts that the chosen values settle, and
     * the chosen values on which the open ones depend. Most choices leave the same, as in a decision diagram.
     */
    private left(open: readonly string[], at: number): string {
        const rules = new Set(this.rules.map(({ rule, isMeant }) => this.leftOfRule(rule, isMeant)));
        const related = open.slice(at).flatMap((key) => this.related.get(key) ?? []);
        const shown = this.approvals.filter((one) => this.rules.some(({ rule }) => isShownBy(rule, one)));
        const read = new Set([...related.map(({ to }) => to), ...shown.map(({ key }) => key)]);
        const values = [...read].map((key) => this.chosen.get(key) ?? '');
        return JSON.stringify([at, this.leftOf(this.asked, 'claim'), [...rules], values]);
    }

    /** Rules with the same text do the same, whatever values the open conditions get. */
    private leftOfRule(rule: Rule, isMeant: Truth): string {
        const isOfOne = this.approvals.some((one) => isShownBy(rule, one));
        const kind = [rule.kind, rule.mode !== undefined, isMeant, isOfOne && this.policy.rules.indexOf(rule)];
        const requires = rule.kind === 'require' ? this.leftOf(rule.requires, 'rules') : '';
        const when = this.leftOf(rule.when, 'rules');
        // An unknown condition stops a call, and never grants or satisfies anything (M3).
        const matches = when === String(UNKNOWN) ? String(rule.kind === 'allow' ? FALSE : TRUE) : when;
        return [...kind, matches, requires === String(UNKNOWN) ? String(FALSE) : requires].join(' ');
    }

    /** The condition, as a text, without the parts that the chosen values settle. */
    private leftOf(condition: Condition, side: Side): string {
        const parts = new Set(this.partsLeft(condition, side, 'or', false));
        return parts.size > 0 ? [...parts].join(' ') : String(FALSE);
    }

    /** The open parts of the condition, as parts of an `and` or `or`, without those that make no difference. */
    private partsLeft(condition: Condition, side: Side, joint: 'and' | 'or', isNegated: boolean): string[] {
        switch (condition.op) {
            case 'not':
                return this.partsLeft(condition.arg, side, joint, !isNegated);
            case 'and':
            case 'or': {
                const op = isNegated === (condition.op === 'or') ? 'and' : 'or';
                const parts = condition.args.flatMap((arg) => this.partsLeft(arg, side, op, isNegated));
                const all = String(op === 'and' ? FALSE : TRUE);
                const left = parts.includes(all) ? [all] : parts;
                if (op === joint) {
                    return left;
                }
                const [first, ...others] = new Set(left);
                return first === undefined || others.length === 0
                    ? valueLeft(first ?? (op === 'and' ? TRUE : FALSE), joint)
                    : [`(${[op, first, ...others].join(' ')})`];
            }
            default: {
                const values = this.valuesOf(condition, side);
                const settled = ALL.find((value) => values === only(value));
                if (settled !== undefined) {
                    return valueLeft(isNegated ? not(settled) : settled, joint);
                }
                const { atom, isNegated: isOpposite } = this.literal(condition, side);
                const number = this.numbers.get(atom.key) ?? this.numbers.size;
                this.numbers.set(atom.key, number);
                return [`${isOpposite === isNegated ? '' : 'not '}#${number}`];
            }
        }
    }

    /** Records how the values of an atom are related to those of the claim's atoms. */
    private relate(atom: Atom, asked: readonly Atom[]): void {
        if (this.related.has(atom.key)) {
            return;
        }
        const related = asked.flatMap((other) => {
            const over = this.relations(atom, other);
            const under = this.relations(other, atom).map(
                (allows): Relation =>
                    (own, its) =>
                        allows(its, own)
            );
            return [...over, ...under].map((allows) => ({ to: other.key, allows }));
        });
        if (related.length > 0) {
            this.related.set(atom.key, related);
        }
    }

    private relations(a: Atom, b: Atom): readonly Relation[] {
        const isApart = a.side !== b.side && a.side !== 'both' && b.side !== 'both';
        const isOne = !isApart || isOneForBoth(this.policy, a, (condition) => this.isSeenOtherwise(condition));
        if (!isOne && a.side === 'rules') {
            return [];
        }
        const bounds = boundRelation(this.policy, a, b, (question) => settledByRules(this.policy, question));
        return [...(isOne ? relationsOf(this.policy, a, b) : []), ...(bounds ? [bounds] : [])];
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
        if (!this.isAsked()) {
            return false;
        }
        const can = this.decisions();
        return question.goal === 'release'
            ? can.released
            : (['denied', 'held', 'allowed'] as const).some((kind) => kind !== question.decision && can[kind]);
    }

    /** True if the claim may concern the call. */
    private isAsked(): boolean {
        const { question } = this;
        const asked = both(and, only(this.subject), this.valuesOf(this.asked, 'claim'));
        return question.goal === 'decision' && question.decision === 'allowed' ? has(asked, TRUE) : canMatch(asked);
    }

    /**
     * The decisions that are still possible without approvals (M4) with the values chosen so far, and whether the call
     * may be released in the end.
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
                    // An answer that serves other calls too lets them through at once.
                    isHeld ||= rule.per === undefined && !has(applies, FALSE);
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

    /** True if a condition of the claim implies that the call has not been approved as the rule requires. */
    private isUnapproved(rule: ApprovalRule): boolean {
        return this.approvals.some(({ key, isShownBy }) => isShownBy(rule) && !has(this.valuesOfAtom(key), TRUE));
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
        return this.literalsOf(rule).map(({ atom }) => atom);
    }

    private atomsIn(condition: Condition, side: Side): Atom[] {
        return this.literalsIn(condition, side).map(({ atom }) => atom);
    }

    private literalsOf(rule: Rule): Meant[] {
        const conditions = rule.kind === 'require' ? [rule.when, rule.requires] : [rule.when];
        return conditions.flatMap((condition) => this.literalsIn(condition, 'rules'));
    }

    private literalsIn(condition: Condition, side: Side): Meant[] {
        switch (condition.op) {
            case 'not':
                return this.literalsIn(condition.arg, side);
            case 'and':
            case 'or':
                return condition.args.flatMap((arg) => this.literalsIn(arg, side));
            case 'constant':
            case 'caller is':
            case 'tool is':
                return [];
            default:
                return [{ ...this.literal(condition, side), of: condition }];
        }
    }

    private literal(condition: Condition, side: Side): Literal {
        const known = this.literals[side].get(condition);
        const literal = known ?? literalOf(this.policy, condition, this.isSeenOtherwise(condition) ? side : 'both');
        this.literals[side].set(condition, literal);
        return literal;
    }

    /**
     * True if the rules and the claim see different histories for the condition: a held call is decided without its own
     * attempt and hold (M4), but a claim judges it with them (M20).
     */
    private isSeenOtherwise(condition: Condition): boolean {
        return this.isHeld && eventsBehind(this.policy, condition).some((events) => this.isOfOwnHold(events));
    }

    /** True if the attempt, hold or approval of the call may be such an event. */
    private isOfOwnHold({ status, tools }: EventPattern): boolean {
        return OF_A_HOLD.includes(status) && mayBe(tools[this.caller.tool] ?? FALSE);
    }
}

export type Side = 'rules' | 'claim';
/** A condition of the claim that certain approvals make true. */
interface Shown {
    readonly key: string;
    readonly isShownBy: (rule: ApprovalRule) => boolean;
}
/** A literal with the condition that it stands for. */
type Meant = Literal & { readonly of: Condition };
/** A part of an `and` or `or`; none if the value is the one that makes no difference there. */
function valueLeft(part: string | Truth, joint: 'and' | 'or'): string[] {
    const text = String(part);
    return text === String(joint === 'and' ? TRUE : FALSE) ? [] : [text];
}

/** True if the rule asks for an approval that shows the condition of the claim. */
function isShownBy(rule: Rule, shown: Shown): boolean {
    return rule.kind === 'approval' && shown.isShownBy(rule);
}

const OF_A_HOLD: readonly Status[] = ['attempted', 'held', 'approved'];
