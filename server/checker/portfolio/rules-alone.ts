/**
 * Claims that the rules settle, whatever happened before. Every condition on the history, the call or the environment
 * is a free truth value; a condition that both the rules and the claim contain has the same value in both (predicate
 * abstraction: Graf and Saïdi, CAV 1997). If no choice of values lets a call through that breaks the claim, no session
 * breaks it.
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

/** The answer for a claim that the rules settle, without a search of states. */
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
export const ALL: readonly Truth[] = [FALSE, UNKNOWN, TRUE];
const EVERY: Values = ALL.reduce<Values>((all, value) => all | only(value), 0);

/** The tool and the agent of a call. */
export interface Caller {
    readonly tool: number;
    readonly agent: number;
}

/**
 * The reason why, given the chosen values, no call breaks the claim, whatever the values of the other conditions are.
 */
export type ClosingReason =
    | { readonly by: 'claim' | 'no allow' | 'decision' }
    | { readonly by: 'rule'; readonly rule: Rule }
    /** The claim's condition `approved by` implies that none of the people whom the rule asks has approved the call. */
    | { readonly by: 'approval'; readonly rule: Rule; readonly key: string };

/** Searches for a choice of truth values with which a call of a tool by an agent breaks the claim. */
export class Choice {
    private readonly chosen = new Map<string, Truth>();
    /** For each atom, the atoms of the claim that its value is related to. */
    private readonly related = new Map<string, readonly { readonly to: string; readonly allows: Relation }[]>();
    /** The atoms of the claim that must be true once the call has been approved as a rule requires. */
    private readonly approvals: { readonly key: string; readonly isShownBy: (rule: ApprovalRule) => boolean }[] = [];
    private readonly subject: Truth;
    private readonly rules: readonly { readonly rule: Rule; readonly isMeant: Truth }[];
    private readonly isHeld: boolean;
    private readonly asked: Condition;
    private isNarrowed = true;
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

    /** True if there is no such choice. */
    isNone(): boolean {
        // Without an `allow`, nothing lets such a call through, and claims about decisions do not apply to it (M20).
        const { ofClaim, ofRules } = this.open();
        return this.isNeverGranted() || !this.isThere([...ofClaim, ...ofRules], 0);
    }

    /** True if nothing can let such a call through; claims about decisions then do not apply to it (M20). */
    private isNeverGranted(): boolean {
        return !this.rules.some(({ rule }) => rule.kind === 'allow');
    }

    /**
     * The conditions to choose values for. Call this only once.
     *
     * @param isOfAll true to include the conditions of all rules for the call; otherwise only those related to the
     * claim
     */
    open(isOfAll = false): { readonly ofClaim: readonly string[]; readonly ofRules: readonly string[] } {
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
                return isOfAll || atoms.some(({ key }) => keys.has(key) || this.related.has(key)) ? atoms : [];
            });
        asked.forEach((atom) => this.relate(atom, asked));
        const others = near.filter(({ key }) => !keys.has(key)).map(({ key }) => key);
        return { ofClaim: [...keys], ofRules: [...new Set(others)] };
    }

    /** Runs `work` with one more value chosen. */
    with<T>(key: string, value: Truth, work: () => T): T {
        this.chosen.set(key, value);
        try {
            return work();
        } finally {
            this.chosen.delete(key);
        }
    }

    /** The key of the condition, and whether the condition is the negation of the atom with that key. */
    meant(condition: Condition, side: Side): { readonly key: string; readonly isNegated: boolean } {
        const { atom, isNegated } = this.literal(condition, side);
        return { key: atom.key, isNegated };
    }

    /**
     * The key of a chosen condition whose value excludes this value, because one of the two conditions implies the
     * other.
     */
    excluding(key: string, value: Truth): string | undefined {
        const isExcluded = (of: string, to: string, one: Truth, other: Truth): boolean =>
            this.related.get(of)?.some((related) => related.to === to && !related.allows(one, other)) ?? false;
        for (const [other, chosen] of this.chosen) {
            if (isExcluded(key, other, value, chosen) || isExcluded(other, key, chosen, value)) {
                return other;
            }
        }
        return undefined;
    }

    /** The reason, if the chosen values alone suffice for one. */
    closing(): ClosingReason | undefined {
        this.isNarrowed = false;
        try {
            if (this.isNeverGranted()) {
                return { by: 'no allow' };
            }
            if (!this.isAsked()) {
                return { by: 'claim' };
            }
            if (this.question.goal === 'decision' && this.question.decision !== 'denied') {
                return this.canBe() ? undefined : { by: 'decision' };
            }
            return this.stopping();
        } finally {
            this.isNarrowed = true;
        }
    }

    /** The rule, or the lack of an `allow`, that certainly stops the call. */
    private stopping(): ClosingReason | undefined {
        const isReleased = this.question.goal === 'release';
        for (const { rule, isMeant } of this.rules) {
            const applies = both(and, only(isMeant), this.valuesOf(rule.when, 'rules'));
            if (has(applies, FALSE)) {
                continue;
            }
            if (
                rule.kind === 'deny' ||
                (rule.kind === 'require' && !has(this.valuesOf(rule.requires, 'rules'), TRUE))
            ) {
                return { by: 'rule', rule };
            }
            const unapproved = rule.kind === 'approval' && isReleased ? this.unapprovedIn(rule) : undefined;
            if (unapproved !== undefined) {
                return { by: 'approval', rule, key: unapproved };
            }
        }
        return this.decisions().canBeGranted ? undefined : { by: 'no allow' };
    }

    /** True if the remaining atoms can be given values with which the claim breaks, or if the limit is reached. */
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
    valuesOfAtom(key: string): Values {
        const chosen = this.chosen.get(key);
        if (chosen !== undefined || !this.isNarrowed) {
            return chosen === undefined ? EVERY : only(chosen);
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
    canBe(): boolean {
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
    private decisions(): { readonly [kind in Decision['kind'] | 'released' | 'canBeGranted']: boolean } {
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
                    isUnapproved ||= !has(applies, FALSE) && this.unapprovedIn(rule) !== undefined;
                    break;
                default:
            }
        }
        const passes = canPass && canBeGranted;
        return {
            denied: canBeStopped || !isGranted,
            held: passes && canBeHeld,
            allowed: passes && !isHeld,
            released: passes && !isUnapproved,
            canBeGranted
        };
    }

    /** The condition of the claim whose value implies that the call has not been approved as the rule requires. */
    private unapprovedIn(rule: ApprovalRule): string | undefined {
        return this.approvals.find(({ key, isShownBy }) => isShownBy(rule) && !has(this.valuesOfAtom(key), TRUE))?.key;
    }

    /**
     * True if the counted events include every answer that satisfies the rule. A reusable approval may have been given
     * for other arguments.
     */
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
     * True if the rules and the claim see different histories for the condition: a held call is decided without its own
     * attempt and hold (M4), but a claim judges it with them (M20).
     */
    private isSeenOtherwise(condition: Condition): boolean {
        return (
            condition.op === 'approved by' ||
            (this.isHeld && eventsBehind(this.policy, condition).some(({ status }) => OF_A_HOLD.includes(status)))
        );
    }
}

export type Side = 'rules' | 'claim';
type ApprovalRule = Rule & { readonly kind: 'approval' };

/** True if everyone who can satisfy the rule is among these people. */
function covers(rule: ApprovalRule, humans: readonly number[]): boolean {
    return rule.humans.every((human) => humans.includes(human));
}

/**
 * True if every approval that satisfies the rule counts for `approved by … per`. With `per`, the approval may have been
 * given for another call.
 */
function servesAlike(rule: ApprovalRule, per: readonly Term[] | undefined): boolean {
    return rule.per === undefined || (per !== undefined && JSON.stringify(rule.per) === JSON.stringify(per));
}

/**
 * The events that a hold adds to the history of its own call. A refusal or a `deny` ends the call, and a resubmission
 * is a new call (M5, M6).
 */
const OF_A_HOLD: readonly Status[] = ['attempted', 'held', 'approved'];

/** An unknown condition matches, except in an `allow` (M3). */
function canMatch(values: Values): boolean {
    return has(values, UNKNOWN) || has(values, TRUE);
}

function mapped(of: (value: Truth) => Truth, values: Values): Values {
    return ALL.reduce<Values>((all, value) => (has(values, value) ? all | only(of(value)) : all), 0);
}

function both(of: (a: Truth, b: Truth) => Truth, left: Values, right: Values): Values {
    return ALL.reduce<Values>((all, a) => (has(left, a) ? all | mapped((b) => of(a, b), right) : all), 0);
}
