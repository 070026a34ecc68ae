/**
 * `E stays possible`, from the rules alone (docs/checker.md, "What stays possible"): a way out that is there in every state, or a rule
 * that denies every E for good once something has happened.
 */
import { evaluate, evaluateStatic, matchesCall, readOfCall } from '../../model/conditions/evaluate.js';
import { isStatic } from '../../model/conditions/reads.js';
import { situationIn } from '../../model/conditions/inputs.js';
import { ownField } from '../../model/values/values.js';
import { rulesOf } from '../../model/decide.js';
import type { Arguments, Comparator, Condition, Policy, Rule, Term, Value } from '../../model/policy/policy.js';
import type { Call } from '../../model/session/session.js';
import { FALSE, mayBe, type Truth, TRUE, UNKNOWN } from '../../model/policy/truth.js';
import { visitParts } from '../conditions/walk.js';
import type { RecoveryQuestion } from '../questions/question.js';
import { Aim, replaced } from '../aimed-sessions/aim.js';
import { callersOf } from '../aimed-sessions/aimed-calls.js';
import { argumentsFor, resultWith, valueOfCall } from '../aimed-sessions/fitting.js';
import { played, type PlayedSession } from '../aimed-sessions/session.js';
import { verdictOf } from '../results/verdict.js';
import type { Answer } from '../search/answer.js';
import { traceOf } from '../traces/trace.js';
import { sizeOf } from './without-search.js';

/** Undefined if the rules alone do not show it. */
export function recoveryByRules(policy: Policy, question: RecoveryQuestion): Answer | undefined {
    const { delegations = [], machines = [], assumptions = [], tools } = policy;
    if (
        delegations.length + machines.length + assumptions.length > 0 ||
        tools.some(({ mayDo }) => mayDo) ||
        question.trigger
    ) {
        return undefined;
    }
    if (question.keys.length === 0 && new WayOut(policy, question).isAlwaysThere()) {
        return answer(policy, question, {});
    }
    const session = deadEnd(policy, question);
    return session && answer(policy, question, session);
}

function answer(policy: Policy, question: RecoveryQuestion, dead: Partial<DeadEnd>): Answer {
    const { session, rules = [] } = dead;
    const because = rules.length > 0 ? `: ${rules.map(({ text }) => `\`${text}\``).join(' and ')}` : '';
    return {
        verdict: verdictOf({
            goal: 'recovery',
            session: session !== undefined,
            exhausted: true,
            scopes: [],
            empty: false
        }),
        exploration: { states: 0, transitions: 0, depth: session?.steps.length ?? 0, exhausted: true },
        scopes: [],
        slice: sizeOf(policy, question),
        furthest: 0,
        ...(session && {
            trace: traceOf(policy, session.replayed, {
                shown: new Set(),
                judgesLast: false,
                summary: `From here on no way leads to a release of ${question.subject.text}, whoever cooperates${because}.`
            })
        }),
        obstacles: []
    };
}

/** The most calls that lead to each other in a way out. */
const DEPTH = 3;

/** What has to be done before a call, in any state. */
interface Needs {
    /** Texts that the user says. */
    readonly says: readonly Value[];
    readonly calls: readonly { readonly call: Call; readonly result: Arguments; readonly needs: Needs }[];
    /** The seconds to wait at the end, after which no event of a window is left. */
    readonly seconds: number;
}

const NOTHING: Needs = { says: [], calls: [], seconds: 0 };

/** Steps that lead to a release of the subject from every state: the user speaks, other calls return values, and time passes. */
class WayOut {
    constructor(
        private readonly policy: Policy,
        private readonly question: RecoveryQuestion
    ) {}

    isAlwaysThere(): boolean {
        const { policy, question } = this;
        return callersOf(policy, question.subject)
            .filter((caller) => matchesCall(question.subject, { ...caller, args: {} }) === TRUE)
            .some((caller) =>
                argumentsFor(policy, caller, {}, ALWAYS).some((args) => {
                    const call = { ...caller, args };
                    const needs = this.needsOf(call, DEPTH);
                    return needs !== undefined && secondsOf(needs) <= question.window && this.isPlayed(call, needs);
                })
            );
    }

    /** What lets the call through in every state; undefined if that is not known. */
    private needsOf(call: Call, depth: number): Needs | undefined {
        let [needs, isGranted]: [Needs | undefined, boolean] = [NOTHING, false];
        for (const { rule } of rulesOf(this.policy, call.tool)) {
            const isMeant = matchesCall(rule.subject, call);
            if (rule.kind === 'allow') {
                isGranted ||= isMeant === TRUE && this.truthOf(rule.when, call) === TRUE;
                continue;
            }
            if (rule.audit === true || !mayBe(isMeant)) {
                continue;
            }
            needs = needs && both(needs, this.passes(rule, call, depth));
        }
        return isGranted ? needs : undefined;
    }

    private passes(rule: Rule, call: Call, depth: number): Needs | undefined {
        switch (rule.kind) {
            case 'deny':
                return this.needsFor(rule.when, false, call, depth);
            case 'require':
                return this.needsFor(rule.requires, true, call, depth) ?? this.needsFor(rule.when, false, call, depth);
            case 'approval': {
                const isApprovable =
                    !rule.changedBy && rule.quorum <= rule.humans.length && !this.question.withoutApproval;
                return isApprovable ? NOTHING : this.needsFor(rule.when, false, call, depth);
            }
            default:
                return NOTHING;
        }
    }

    /** What makes the condition certainly true, or false, at the call. */
    private needsFor(condition: Condition, isWanted: boolean, call: Call, depth: number): Needs | undefined {
        if (this.truthOf(condition, call) === (isWanted ? TRUE : FALSE)) {
            return NOTHING;
        }
        switch (condition.op) {
            case 'not':
                return this.needsFor(condition.arg, !isWanted, call, depth);
            case 'and':
            case 'or': {
                const each = (arg: Condition): Needs | undefined => this.needsFor(arg, isWanted, call, depth);
                return (condition.op === 'and') === isWanted
                    ? condition.args.reduce<Needs | undefined>((needs, arg) => needs && both(needs, each(arg)), NOTHING)
                    : condition.args.map(each).find((needs) => needs !== undefined);
            }
            case 'monitor':
                return isWanted ? undefined : this.expired(condition.monitor, call);
            case 'count':
                return isWanted === compares(0, condition.cmp, condition.bound)
                    ? this.expired(condition.monitor, call)
                    : undefined;
            case 'recorded':
                return isWanted ? undefined : this.forgotten(condition.recorder, ['once'], call);
            case 'compare':
                return this.withoutEvents(condition, isWanted, call);
            case 'from':
                return isWanted ? this.given(condition, call, depth) : undefined;
            case 'every':
            case 'some': {
                const elements = valueOfTerm(condition.list, call);
                const each = (element: Value): Needs | undefined =>
                    this.needsFor(replaced(condition.arg, condition.level, element), isWanted, call, depth);
                return !Array.isArray(elements)
                    ? undefined
                    : (condition.op === 'every') === isWanted
                      ? elements.reduce<Needs | undefined>(
                            (needs, one: Value) => needs && both(needs, each(one)),
                            NOTHING
                        )
                      : elements.map(each).find((needs) => needs !== undefined);
            }
            default:
                return undefined;
        }
    }

    private truthOf(condition: Condition, call: Call): Truth {
        return valueOfCall(condition, call);
    }

    /** The wait after which such events are too old. */
    private expired(index: number, call: Call): Needs | undefined {
        const { kind, event, from, keys = [], window } = this.policy.monitors[index]!;
        const isOfWindow = (kind === 'once' || kind === 'count') && !from && event.status !== 'running';
        return isOfWindow && window !== undefined && areRead(keys, call)
            ? { ...NOTHING, seconds: window + 1 }
            : undefined;
    }

    private forgotten(index: number, kinds: readonly string[], call: Call): Needs | undefined {
        const { kind, event, from, keys = [], window } = this.policy.recorders![index]!;
        const isOfWindow = kinds.includes(kind) && !from && event.status !== 'running';
        const isRead = areRead(
            keys.map(({ call: of }) => of),
            call
        );
        return isOfWindow && window !== undefined && isRead ? { ...NOTHING, seconds: window + 1 } : undefined;
    }

    /** A comparison of counts and totals, which are 0 once their events are too old. */
    private withoutEvents(
        condition: Condition & { readonly op: 'compare' },
        isWanted: boolean,
        call: Call
    ): Needs | undefined {
        let needs: Needs | undefined = NOTHING;
        visitParts(condition, (part) => {
            if ('term' in part && part.term === 'aggregate') {
                needs =
                    needs &&
                    both(needs, this.forgotten(part.recorder, ['count', 'distinct', 'total', 'total distinct'], call));
            }
        });
        const emptied = JSON.parse(JSON.stringify(condition), (_, part: unknown) =>
            withoutAggregate(part)
        ) as Condition;
        return isStatic(emptied) && evaluateStatic(emptied, call) === (isWanted ? TRUE : FALSE) ? needs : undefined;
    }

    /** The user, or a call that can always be made, gives the value; what was given stays given. */
    private given({ term, source }: Condition & { readonly op: 'from' }, call: Call, depth: number): Needs | undefined {
        const { policy } = this;
        const value = valueOfTerm(term, call);
        const from = policy.sources![source]!;
        const values = Array.isArray(value) ? (value as readonly Value[]) : value === undefined ? [] : [value];
        if (from.kind === 'user') {
            return values.length === 0 ? undefined : { ...NOTHING, says: values };
        }
        return values.reduce<Needs | undefined>(
            (needs, one) => {
                for (const { tool, agent } of needs && depth > 0 ? callersOf(policy, from.event) : []) {
                    const { returns = [], succeeds } = policy.tools[tool]!;
                    const result = resultWith(returns, from.fields, one);
                    const isWithheld = policy.rules.some(
                        ({ kind, subject }) => kind === 'withhold' && mayBe(subject.tools[tool] ?? FALSE)
                    );
                    const isSure = from.event.tools[tool] === TRUE && typeof from.event.agents !== 'string';
                    for (const args of result && !succeeds && !isWithheld && isSure
                        ? argumentsFor(policy, { tool, agent }, {}, ALWAYS)
                        : []) {
                        const first = this.needsOf({ tool, agent, args }, depth - 1);
                        if (first) {
                            return both(needs!, {
                                ...NOTHING,
                                calls: [{ call: { tool, agent, args }, result: result!, needs: first }]
                            });
                        }
                    }
                }
                return undefined;
            },
            values.length === 0 ? undefined : NOTHING
        );
    }

    /** True if the steps lead to a release from the beginning, too. */
    private isPlayed(call: Call, needs: Needs): boolean {
        const aim = new Aim(this.policy);
        return isPlayed(aim, call, needs, undefined);
    }
}

function isPlayed(aim: Aim, call: Call, { says, calls, seconds }: Needs, result: Arguments | undefined): boolean {
    return (
        says.every((value) => aim.says(value)) &&
        calls.every((one) => isPlayed(aim, one.call, one.needs, one.result)) &&
        (seconds === 0 || aim.waits(seconds)) &&
        aim.isLetThrough(call, result ? { result } : {})
    );
}

function secondsOf({ calls, seconds }: Needs): number {
    return calls.reduce((sum, { needs }) => sum + secondsOf(needs), seconds);
}

/** What is needed for both, the waiting at the end. */
function both(a: Needs, b: Needs | undefined): Needs | undefined {
    return (
        b && { says: [...a.says, ...b.says], calls: [...a.calls, ...b.calls], seconds: Math.max(a.seconds, b.seconds) }
    );
}

/** True if the keys are arguments that the call has. */
function areRead(keys: readonly Term[], { args }: Call): boolean {
    return keys.every((key) => key.term === 'param' && ownField(args, key.name) !== undefined);
}

function valueOfTerm(term: Term, call: Call): Value | undefined {
    const isOfCall = isStatic({ op: 'compare', cmp: '==', left: term, right: term });
    return isOfCall ? readOfCall(term, call) : undefined;
}

/** The term with 0 for counts and totals, and without a sum of which one part is 0. */
function withoutAggregate(part: unknown): unknown {
    if (typeof part !== 'object' || part === null || !('term' in part)) {
        return part;
    }
    const term = part as Term;
    if (term.term === 'aggregate') {
        return { term: 'constant', value: 0 };
    }
    const isZero = (of: Term): boolean => of.term === 'constant' && of.value === 0;
    return term.term !== 'sum'
        ? term
        : isZero(term.right)
          ? term.left
          : isZero(term.left) && !term.minus
            ? term.right
            : term;
}

function compares(value: number, cmp: Comparator, bound: number): boolean {
    const condition: Condition = {
        op: 'compare',
        cmp,
        left: { term: 'constant', value },
        right: { term: 'constant', value: bound }
    };
    return valueOfCall(condition, { agent: 0, tool: 0, args: {} }) === TRUE;
}

interface DeadEnd {
    readonly session: PlayedSession;
    /** The rules that deny every call from then on. */
    readonly rules: readonly Rule[];
}

/** A session after which a rule denies each call of the subject for good. */
function deadEnd(policy: Policy, { subject }: RecoveryQuestion): DeadEnd | undefined {
    const rules: { readonly rule: Rule; readonly call: Call }[] = [];
    for (const caller of callersOf(policy, subject)) {
        const call = { ...caller, args: {} };
        const own = rulesOf(policy, caller.tool).filter(({ rule }) => mayBe(matchesCall(rule.subject, call)));
        if (own.some(({ rule }) => rule.kind === 'allow')) {
            const denial = own.find(
                ({ rule }) =>
                    rule.kind === 'deny' &&
                    rule.audit !== true &&
                    matchesCall(rule.subject, call) === TRUE &&
                    lasting(policy, rule.when) === TRUE
            );
            if (!denial) {
                return undefined;
            }
            rules.push({ rule: denial.rule, call });
        }
    }
    const aim = new Aim(policy);
    if (rules.length === 0 || !rules.every(({ rule, call }) => aim.achieve(rule.when, true, call, 0))) {
        return undefined;
    }
    const isDead = (session: PlayedSession | undefined): session is PlayedSession =>
        session !== undefined &&
        session.steps.every(({ kind }) => kind !== 'session') &&
        session.state.unsettled.length === 0 &&
        rules.every(({ rule, call }) => hasHappened(policy, rule.when, session, call));
    let { session } = aim;
    if (!isDead(session)) {
        return undefined;
    }
    for (let at = session.steps.length - 1; at >= 0; at--) {
        const shorter = played(
            policy,
            session.steps.filter((_, index) => index !== at)
        );
        session = isDead(shorter) ? shorter : session;
    }
    return { session, rules: [...new Set(rules.map(({ rule }) => rule))] };
}

/** True if everything in the condition that stays true once it was true has happened, and makes it true whatever the call is. */
function lasting(policy: Policy, condition: Condition, happened: (part: Condition) => Truth = () => TRUE): Truth {
    return valueOfCall(marked(policy, condition, happened), { agent: -1, tool: -1, args: {} });
}

function hasHappened(policy: Policy, condition: Condition, { state }: PlayedSession, call: Call): boolean {
    const situation = situationIn(state, { call });
    return lasting(policy, condition, (part) => evaluate(policy, part, situation)) === TRUE;
}

/** The condition with the values of the parts that stay true once they are. */
function marked(policy: Policy, condition: Condition, happened: (part: Condition) => Truth): Condition {
    switch (condition.op) {
        case 'and':
        case 'or':
            return { op: condition.op, args: condition.args.map((arg) => marked(policy, arg, happened)) };
        case 'monitor': {
            const { kind, keys, window, from } = policy.monitors[condition.monitor]!;
            const lasts = kind === 'once' && !keys && window === undefined && !from;
            return { op: 'constant', value: lasts && happened(condition) === TRUE ? TRUE : UNKNOWN };
        }
        case 'carries': {
            const lasts = policy.tools.every(({ clears }) => !clears.includes(condition.label));
            return { op: 'constant', value: lasts && happened(condition) === TRUE ? TRUE : UNKNOWN };
        }
        case 'constant':
            return condition;
        default:
            return { op: 'constant', value: UNKNOWN };
    }
}

const ALWAYS: Condition = { op: 'constant', value: TRUE };
