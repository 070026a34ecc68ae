/**
 * The gate of the exact search: finds the parts of a policy that a claim sees but that the finite system does not
 * represent. Such a claim is not searched exactly. `support-table.ts` lists what is represented.
 */
import type { Condition, EventPattern, Policy, Rule, Source } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { judgedCondition, stepsOf, triggerIn } from '../questions/parts.js';
import { reachesBeyond } from './machine-clocks.js';
import type { Reach } from '../reductions/cone.js';
import { patternsOf, visitParts } from '../conditions/walk.js';
import { isOfRequest } from '../reductions/environment/said.js';
import { hasPart, rewritten } from '../conditions/rewrite.js';
import { TRUE } from '../../model/policy/truth.js';
import type { Judge, KeysOf, More } from './support-table.js';
import {
    ASSUMPTION,
    QUESTION,
    MONITOR,
    PATTERN,
    POLICY,
    RULE,
    TOO_MANY_LABELS,
    TOOL,
    judgeCondition,
    judgeTerm
} from './support-table.js';
import { mixesConstants, outlivesSessions } from '../reductions/all-sessions.js';
import type { Beyond } from '../results/result.js';
import { seesHolds } from '../reductions/slice.js';

/** A state is dead only if no other session continues from it. */
const LEFT_BY_EARLIER = 'what stays possible, given what earlier sessions leave behind';

/** The finite system has one kind of session at a time, and an earlier session may be of another kind. */
const OTHER_CONSTANTS = 'what sessions with other constants leave behind';

/** The features that the bounded search does not support either. */
const UNSEARCHED: ReadonlySet<string> = new Set([LEFT_BY_EARLIER, TOO_MANY_LABELS, 'modes that are entered as steps']);

/** Everything that the claim sees but the exact search does not represent, in declaration order. */
export function unsupportedPartsOf(policy: Policy, question: Question, reach: Reach): Beyond[] {
    const walk = new Walk(policy, question.goal);
    walk.judge(POLICY, policy, policy.source);
    for (const assumption of reach.assumptions) {
        walk.judge(ASSUMPTION, assumption, assumption.usedAt ?? assumption.source);
        walk.asked(assumption.when, assumption.usedAt ?? assumption.source);
    }
    for (const index of [...reach.tools].sort((a, b) => a - b)) {
        const tool = policy.tools[index]!;
        walk.judge(TOOL, tool, tool.source);
        const { conditionalReads = [], succeeds } = tool;
        [...conditionalReads.map(({ when }) => when), ...(succeeds ? [succeeds] : [])].forEach((condition) =>
            walk.condition(condition, tool.source)
        );
    }
    const isSeen = areHoldsSeen(policy, question, reach);
    for (const rule of policy.rules.filter((other) => reach.rules.has(other))) {
        const at = rule.usedAt ?? rule.source;
        walk.judge(RULE, asJudged(rule, isSeen), at);
        walk.asked(rule.when, at);
        if (rule.kind === 'require') {
            walk.asked(rule.requires, at);
        }
    }
    for (const index of [...reach.machines].sort((a, b) => a - b)) {
        walk.machine(index);
    }
    walk.claim(question);
    if (question.goal === 'recovery' && outlivesSessions(policy, reach)) {
        walk.note(LEFT_BY_EARLIER, question.usedAt ?? question.source);
    }
    walk.note(
        mixesConstants(policy, question, reach) ? OTHER_CONSTANTS : undefined,
        question.usedAt ?? question.source
    );
    return walk.found;
}

/** True if something that the claim sees depends on calls being held or answered. */
function areHoldsSeen(policy: Policy, question: Question, reach: Reach): boolean {
    const seen: Policy = {
        ...policy,
        rules: policy.rules.filter((rule) => reach.rules.has(rule)),
        assumptions: [...reach.assumptions],
        machines: (policy.machines ?? []).filter((_, index) => reach.machines.has(index))
    };
    const recorders = [...reach.recorders].map((index) => policy.recorders![index]!);
    return seesHolds({ policy: seen, question, tools: [...reach.tools] }, [
        ...[...reach.monitors].flatMap((index) => patternsOf(policy.monitors[index]!)),
        ...recorders.flatMap(({ event, from }) => (from ? [event, from] : [event])),
        ...stepsOf(question)
    ]);
}

/** If nothing sees that a call is held, it is approved and released at once, and nothing voids its approval. */
function asJudged(rule: Rule, areSeen: boolean): Rule {
    if (rule.kind !== 'approval' || rule.per || areSeen) {
        return rule;
    }
    const { changedBy: _changedBy, ...lasting } = rule;
    return lasting;
}

class Walk {
    readonly found: Beyond[] = [];
    private readonly monitors = new Set<number>();

    constructor(
        private readonly policy: Policy,
        private readonly goal: Question['goal']
    ) {}

    claim(question: Question): void {
        const at = question.usedAt ?? question.source;
        this.judge(QUESTION, question, at);
        stepsOf(question).forEach((step) => this.step(step, at));
        [judgedCondition(question), triggerIn(question)].forEach((condition) => condition && this.asked(condition, at));
    }

    machine(index: number): void {
        const machine = this.policy.machines![index]!;
        this.note(reachesBeyond(this.policy, index), machine.source);
        for (const { event, when, source } of machine.transitions) {
            this.pattern(event, source);
            this.ofNoCall(event, when, source);
            this.condition(when, source);
            visitParts(when, (part) => {
                const monitor = 'op' in part && (part.op === 'monitor' || part.op === 'count') ? part.monitor : -1;
                this.note(this.policy.monitors[monitor]?.keys && 'transitions with conditions on values', source);
            });
        }
    }

    /** A condition for a decision needs only history if the latest request is represented as history. */
    asked(condition: Condition, at: Source): void {
        this.condition(
            rewritten(condition, (part) =>
                'op' in part && isOfRequest(part) ? { op: 'constant', value: TRUE } : undefined
            ),
            at
        );
    }

    condition(condition: Condition, at: Source): void {
        visitParts(withoutFields(condition), (part) => {
            this.note('op' in part ? judgeCondition(part, this.policy) : judgeTerm(part, this.policy), at);
            if ('op' in part && (part.op === 'monitor' || part.op === 'count')) {
                this.monitor(part.monitor, at);
            }
        });
    }

    judge<T extends object>(fields: { readonly [Field in KeysOf<T>]: Judge<T> }, part: T, at: Source): void {
        for (const field of Object.keys(fields) as KeysOf<T>[]) {
            if (part[field as keyof T] !== undefined) {
                this.note(fields[field](part, this.policy), at);
            }
        }
    }

    private monitor(index: number, at: Source): void {
        if (!this.monitors.has(index)) {
            this.monitors.add(index);
            const monitor = this.policy.monitors[index]!;
            this.judge(MONITOR, monitor, at);
            patternsOf(monitor).forEach((pattern) => this.pattern(pattern, at));
        }
    }

    /** A mode is entered at some step of the session; entering is not a step itself. */
    private step(step: EventPattern, at: Source): void {
        const enters = step.outside?.some((event) => this.policy.outsideEvents[event]!.special === 'entered');
        this.note(enters ? 'modes that are entered as steps' : undefined, at);
        this.pattern(step, at);
    }

    private pattern(pattern: EventPattern, at: Source): void {
        this.judge(PATTERN, pattern, at);
        this.ofNoCall(pattern, pattern.where, at);
        // The way out may need a value that no event has mentioned so far.
        const isKeyed = this.goal === 'recovery' && pattern.keys !== undefined && pattern.outside !== undefined;
        this.note(isKeyed ? 'outside events with a key' : undefined, at);
        this.condition(pattern.where, at);
        const readsHistory = hasPart(pattern.where, (part) => 'op' in part && OF_HISTORY.has(part.op));
        this.note(readsHistory ? 'history inside `where`' : undefined, at);
    }

    /** A step that is not a call has no session data. */
    private ofNoCall({ outside, status }: EventPattern, condition: Condition, at: Source): void {
        const isNoCall = outside !== undefined || status === 'approved' || status === 'refused';
        if (isNoCall && hasPart(condition, (part) => 'term' in part && part.term === 'session')) {
            this.note('constants of the session at something other than a call', at);
        }
    }

    note(judged: string | More | undefined, source: Source): void {
        const isMore = typeof judged === 'object';
        const what = isMore ? judged.more : judged;
        if (what !== undefined && !this.found.some((other) => other.what === what && other.source === source)) {
            this.found.push({ what, source, isSearched: !UNSEARCHED.has(what), isMore });
        }
    }
}

/** Replaces each field of a result by an argument. */
function withoutFields(condition: Condition): Condition {
    return rewritten(condition, (part) =>
        'term' in part && part.term === 'field' && part.of.term === 'result' ? { term: 'param', name: '' } : undefined
    );
}

/** The conditions that depend on more than the event. */
const OF_HISTORY: ReadonlySet<string> = new Set(['monitor', 'count', 'carries', 'received', 'in mode', 'approved by']);
