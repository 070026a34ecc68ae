/**
 * Counts and totals that the finite system represents, rewritten as monitors of the search (docs/checker.md, "Counts
 * and totals"). Those that are not represented stay unchanged, so that the gate (`unsupported.ts`) reports them.
 */
import type { Amount } from '../../model/values/amounts.js';
import { compareAmounts, numberOf } from '../../model/values/amounts.js';
import type { Condition, EventPattern, Monitor, Policy, Recorder, Rule } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { withConditions } from '../questions/parts.js';
import type { Truth } from '../../model/policy/truth.js';
import { mayBe } from '../../model/policy/truth.js';
import type { Reach } from '../reductions/cone.js';
import { reachOf } from '../reductions/cone.js';
import { withPartKeys } from '../reductions/part-keys.js';
import { digitsOf, scaled } from '../totals/amounts.js';
import type { Comparison } from '../totals/comparisons.js';
import { comparisonOf } from '../totals/comparisons.js';
import type { Sum, SumMonitor } from '../conditions/sum-monitor.js';
import { limitOf } from '../limits/limits.js';

/** A comparison, and the tools whose calls it is evaluated for; undefined if it is evaluated without a call. */
interface ToolComparison {
    readonly comparison: Comparison;
    readonly tools?: readonly Truth[] | undefined;
}

/** The policy and the claim over monitors, where what the claim sees can be represented this way. */
export function represented<C extends Question>(
    original: Policy,
    asked: C,
    of: Reach
): { policy: Policy; question: C } {
    // The search for paths back to a release does not support sums.
    if (of.recorders.size === 0 || asked.goal === 'recovery') {
        return { policy: original, question: asked };
    }
    const { policy, question } = withPartKeys(original, asked, of);
    const reach = policy === original ? of : reachOf(policy, question);
    const monitors = new Monitors(policy);
    walk(policy, question, reach, (condition, tools) => {
        monitors.note(condition, tools);
        return condition;
    });
    const written = walk(policy, question, reach, (condition) => monitors.written(condition));
    if (monitors.made.length === 0) {
        return { policy: original, question: asked };
    }
    return { ...written, policy: { ...written.policy, monitors: [...policy.monitors, ...monitors.made] } };
}

/**
 * Rewrites each comparison of the rules that the claim sees, and of the claim itself, given the tools of the calls that
 * it is evaluated for. Assumptions are evaluated without a call, and sums are not split for them.
 */
function walk<C extends Question>(
    policy: Policy,
    question: C,
    reach: Reach,
    change: (condition: Condition, tools: readonly Truth[] | undefined) => Condition
): { policy: Policy; question: C } {
    const inRule = (rule: Rule): Rule => {
        const ask = (condition: Condition): Condition => inside(condition, (part) => change(part, rule.subject.tools));
        return { ...rule, when: ask(rule.when), ...(rule.kind === 'require' && { requires: ask(rule.requires) }) };
    };
    return {
        policy: {
            ...policy,
            rules: policy.rules.map((rule) => (reach.rules.has(rule) ? inRule(rule) : rule))
        },
        question: withConditions(
            question,
            (condition) =>
                inside(condition, (part) => change(part, 'subject' in question ? question.subject.tools : undefined)),
            // A trigger does not read totals.
            (trigger) => trigger
        )
    };
}

function inside(condition: Condition, change: (part: Condition) => Condition): Condition {
    switch (condition.op) {
        case 'not':
            return { op: 'not', arg: inside(condition.arg, change) };
        case 'and':
        case 'or':
            return { op: condition.op, args: condition.args.map((arg) => inside(arg, change)) };
        default:
            return change(condition);
    }
}

/** The monitors that represent recorders. All comparisons are collected first, then each is rewritten. */
class Monitors {
    readonly made: Monitor[] = [];
    private readonly asked = new Map<number, ToolComparison[]>();
    private readonly numbers = new Map<string, number>();

    constructor(private readonly policy: Policy) {}

    note(condition: Condition, tools: readonly Truth[] | undefined): void {
        const comparison = comparisonOf(condition);
        if (comparison) {
            const known = this.asked.get(comparison.recorder) ?? [];
            this.asked.set(comparison.recorder, [...known, { comparison, tools }]);
        }
    }

    written(condition: Condition): Condition {
        const comparison = comparisonOf(condition);
        const asked = comparison && this.asked.get(comparison.recorder);
        const kept = asked && this.keptFor(comparison, asked);
        if (!kept) {
            return condition;
        }
        const bound = scaled(comparison.bound, kept.digits);
        return { op: 'count', monitor: this.numberOf(kept.monitor), cmp: comparison.cmp, bound };
    }

    /** The same monitor for all comparisons of one kind with one recorder. */
    private numberOf(monitor: Monitor): number {
        const key = JSON.stringify(monitor);
        let number = this.numbers.get(key);
        if (number === undefined) {
            number = this.policy.monitors.length + this.made.push(monitor) - 1;
            this.numbers.set(key, number);
        }
        return number;
    }

    private keptFor(
        { recorder: index, param }: Comparison,
        asked: readonly ToolComparison[]
    ): { monitor: Monitor; digits: number } | undefined {
        const recorder = this.policy.recorders![index]!;
        const plain = plainMonitor(this.policy, recorder);
        if (!plain) {
            return undefined;
        }
        const bounds = asked.map(({ comparison: { bound } }) => bound);
        if (recorder.kind === 'total') {
            const sum = this.sumOf(index, recorder, asked);
            const isOwn = param === undefined || param === sum?.param;
            return sum && isOwn ? sumMonitor(plain, { ...sum, withCall: param !== undefined }) : undefined;
        }
        if (param !== undefined || !bounds.every(isCount)) {
            return undefined;
        }
        const cap = Math.max(...asked.map(({ comparison }) => capFor(comparison)));
        const { window } = recorder;
        if (window !== undefined && cap > limitOf('countedAges')) {
            const tools = this.policy.tools.map(() => false);
            const most = Math.max(...bounds.map(numberOf));
            return sumMonitor(plain, { recorder: index, withCall: false, digits: 0, most, window, tools });
        }
        return { monitor: { ...plain, cap, ...(window !== undefined && { window }) }, digits: 0 };
    }

    /**
     * The number of digits, which is the same for all totals, so that one amount is the same number of units in each of
     * them.
     */
    private get digits(): number {
        return Math.max(
            0,
            ...[...this.asked].flatMap(([index, asked]) => {
                const { event, value } = this.policy.recorders![index]!;
                const param = value?.term === 'param' ? value.name : '';
                const ofTools = this.toolsOf(event, asked).map((isMeant, tool) =>
                    isMeant ? (digitsIn(this.policy, tool, param) ?? 0) : 0
                );
                return [...ofTools, ...asked.map(({ comparison: { bound } }) => digitsOf(bound))];
            })
        );
    }

    /** The tools whose amounts are summed, or compared together with the sum. */
    private toolsOf(event: EventPattern, asked: readonly ToolComparison[]): boolean[] {
        const compared = asked.filter(({ comparison }) => comparison.param !== undefined);
        return this.policy.tools.map(
            (_, tool) =>
                mayBe(event.tools[tool]!) || compared.some(({ tools: asking }) => asking && mayBe(asking[tool]!))
        );
    }

    /** The total, if its amounts are non-negative whole numbers of units. */
    private sumOf(
        index: number,
        { event, value, window }: Recorder,
        asked: readonly ToolComparison[]
    ): Sum | undefined {
        const param = value?.term === 'param' ? value.name : undefined;
        if (param === undefined || event.outside || !RELEASED.has(event.status) || !hasOwnAmounts(this.policy, event)) {
            return undefined;
        }
        const tools = this.toolsOf(event, asked);
        if (tools.some((isMeant, tool) => isMeant && digitsIn(this.policy, tool, param) === undefined)) {
            return undefined;
        }
        const { digits } = this;
        const most = Math.max(0, ...asked.map(({ comparison: { bound } }) => scaled(bound, digits)));
        const span = window === undefined ? {} : { window };
        return most <= limitOf('sumUnits')
            ? { recorder: index, param, withCall: false, digits, most, tools, ...span }
            : undefined;
    }
}

const RELEASED: ReadonlySet<EventPattern['status']> = new Set(['succeeded', 'released', 'failed']);

function sumMonitor(plain: Monitor, sum: Sum): { monitor: SumMonitor; digits: number } {
    return { monitor: { ...plain, cap: 0, sum }, digits: sum.digits };
}

/** Undefined if the recorder needs more than a monitor stores. */
function plainMonitor(policy: Policy, recorder: Recorder): Monitor | undefined {
    const { kind, event, from, keys = [], fromKeys, sameCall, asked, across, text } = recorder;
    const isPlain = (kind === 'count' || kind === 'total') && !sameCall && !asked;
    const terms = keys.map(({ call }) => JSON.stringify(call));
    const sameKeys =
        !fromKeys || JSON.stringify(fromKeys.map(({ call }) => call)) === JSON.stringify(keys.map(({ call }) => call));
    if (!isPlain || !sameKeys || new Set(terms).size < terms.length || mayDoTwo(policy, event)) {
        return undefined;
    }
    const names = keysOf(keys);
    const fromNames = fromKeys && keysOf(fromKeys);
    if (!names || (fromKeys && !fromNames)) {
        return undefined;
    }
    const isOfCaller = (pattern: EventPattern | undefined): boolean => typeof pattern?.agents === 'string';
    return {
        kind: 'count',
        event: names.length > 0 ? { ...event, keys: names } : event,
        ...(from && { from: fromNames ? { ...from, keys: fromNames } : from }),
        ...(keys.length > 0 && { keys: keys.map(({ call }) => call) }),
        ...(across && { across }),
        perAgent: isOfCaller(event) || isOfCaller(from),
        text
    };
}

/** The names of the parameters of the event that are keys; undefined if a key is another term. */
function keysOf(keys: NonNullable<Recorder['keys']>): string[] | undefined {
    const names = keys.flatMap(({ event }) => (event.term === 'param' ? [event.name] : []));
    return names.length === keys.length ? names : undefined;
}

/** True if a call that is one of these may call another of them, and so count as two events at one place (M20). */
function mayDoTwo(policy: Policy, { tools }: EventPattern): boolean {
    return policy.tools.some(
        ({ mayDo }, index) => mayBe(tools[index]!) && mayDo?.some((value, done) => mayBe(value) && mayBe(tools[done]!))
    );
}

/** No other tool may call this one, since that would add an amount that cannot be read. */
function hasOwnAmounts(policy: Policy, { tools }: EventPattern): boolean {
    return !policy.tools.some(({ mayDo }) => mayDo?.some((value, done) => mayBe(value) && mayBe(tools[done]!)));
}

/**
 * The number of digits after the decimal point of an amount that is present and not negative; undefined if it may be
 * something else.
 */
function digitsIn(policy: Policy, tool: number, name: string): number | undefined {
    const param = policy.tools[tool]!.params.find((one) => one.name === name);
    if (!param || (param.optional && param.default === undefined)) {
        return undefined;
    }
    const { type } = param;
    const isAmount = (type.kind === 'int' || type.kind === 'decimal') && type.min !== undefined && type.min >= 0;
    return !isAmount ? undefined : type.kind === 'decimal' ? type.scale : 0;
}

function isCount(bound: Amount): boolean {
    return Number.isSafeInteger(bound) && compareAmounts(bound, 0) >= 0;
}

/** The number of events above which a comparison does not change. */
function capFor({ cmp, bound }: Comparison): number {
    return numberOf(bound) + (cmp === '>=' || cmp === '<' ? 0 : 1);
}
