/**
 * Keyed history: `once verify(account)` keeps a history for each account, and there are infinitely many accounts. The
 * search tracks some values, with a monitor for each combination of them; about all others nothing is known.
 *
 * - **Tracked values only** (`others: false`): every session found is a session. Nothing is proved about other values.
 * - **Others too** (`others: true`): the history of an untracked value may be anything, so a decision that reads it may
 *   go either way. Every session of the policy is covered, but a session found may not be one.
 *
 * If values are only compared for equality, the choice of tracked values does not matter: if a claim is broken for some
 * value, it is broken for a tracked one. Constants that they are compared with are tracked too, and at least as many as
 * the claim reads of one call. If values are compared in other ways (`amount > 100`, the host of a URL), this proves
 * nothing.
 */
import { keyText } from '../../model/conditions/evaluate.js';
import { type StaticCondition, isStatic } from '../../model/conditions/reads.js';
import type { Condition, EventPattern, Monitor, Policy, Term, Type, Value } from '../../model/policy/policy.js';
import type { Call } from '../../model/session/session.js';
import { mayBe, UNKNOWN } from '../../model/policy/truth.js';
import { patternsOf, visitConditions } from '../conditions/walk.js';
import { ownField } from '../../model/values/values.js';
import type { KeyParam } from './key-values.js';
import { isWithoutNumber, meantBy, paramsOfAll, trackedValues, typesOf, witnessesFor } from './key-values.js';
import { paramsOf } from '../arguments/mentions.js';
import { amountParams } from '../conditions/sum-monitor.js';
import { poll } from '../limits/budget.js';
import type { NamedScope } from '../limits/scopes.js';

export interface Scope {
    /** The number of tracked values of each kind of key. */
    readonly values: number;
    readonly others: boolean;
}

/** A condition, and the tools whose calls it is evaluated for. */
export interface EvaluatedCondition {
    readonly condition: Condition;
    /** The indices of the tools, followed by those of the outside events (`meantBy`). */
    readonly tools: readonly number[];
}

export class Grounding {
    /** The monitors of the search, all without keys. */
    readonly monitors: readonly Monitor[];
    /** True if values of keys are only compared for equality, and the tracked values represent all others. */
    readonly isSymmetric: boolean;
    /** The values that are left out, and how many there are. */
    readonly narrowing: NamedScope | undefined;
    private readonly kinds: readonly (readonly KeyParam[])[];
    private readonly values: readonly (readonly Value[])[];
    /** For each kind, the types of its parameters and of the values that it is compared with. */
    private readonly types: readonly (readonly Type[])[];
    /** For each monitor of the policy and each combination of tracked values, its number in the search. */
    private readonly instances: readonly ReadonlyMap<string, number>[];

    constructor(
        private readonly policy: Policy,
        readonly scope: Scope,
        asked: readonly EvaluatedCondition[]
    ) {
        const linked = policy.monitors.map((monitor, index) => linkedParams(policy, monitor, index, asked));
        this.kinds = kindsOf(linked.flat());
        const comparisons = this.kinds.map((kind) => comparisonsOf(policy, kind, asked));
        const tracked = this.kinds.map((kind, index) => {
            const { conditions, with: others } = comparisons[index]!;
            const known = conditions.every(isEquality)
                ? conditions.flatMap(constantsOf)
                : witnessesFor(policy, kind, conditions, Math.min(2, scope.values));
            // An amount of zero behaves unlike all others.
            const named = isAmount(policy, kind) ? [0, ...known] : known;
            return trackedValues(policy, kind, scope.values, { named, comparedWith: others });
        });
        this.values = tracked.map(({ values }) => values);
        this.types = comparisons.map((compared) => typesOf(policy, compared.with));
        const areEqualOnly = comparisons.every(
            ({ conditions, with: others }) => conditions.every(isEquality) && !isAmount(policy, others)
        );
        const isShort = tracked.some((kind) => kind.isShort);
        this.isSymmetric = areEqualOnly && !isShort;
        this.narrowing =
            areEqualOnly && !isShort ? undefined : 'keys have some of the values that are distinguished (values)';
        const monitors: Monitor[] = [];
        this.instances = policy.monitors.map((monitor, index) => {
            const combinations = this.combinations(linked[index]!);
            return new Map(
                combinations.map((combination) => [
                    keyText(combination),
                    monitors.push(instance(monitor, combination)) - 1
                ])
            );
        });
        this.monitors = monitors;
    }

    /**
     * The maximum number of keys of one kind that a condition reads of one call: at least this many values must be
     * tracked to judge it.
     */
    neededFor(condition: Condition, tools: readonly number[]): number {
        const read = new Map<number, Set<string>>();
        visitConditions(condition, (part) => {
            if (part.op !== 'monitor' && part.op !== 'count') {
                return;
            }
            for (const term of this.policy.monitors[part.monitor]!.keys ?? []) {
                const tool = tools.findIndex((value) => value !== 0);
                const kind = term.term === 'param' ? this.kindOf(tool, term.name) : -1;
                if (term.term === 'param' && kind >= 0) {
                    read.set(kind, (read.get(kind) ?? new Set()).add(term.name));
                }
            }
        });
        return Math.max(1, ...[...read.values()].map((names) => names.size));
    }

    get isKeyed(): boolean {
        return this.kinds.length > 0;
    }

    /** The tracked values of a parameter, or undefined if it is not a key. */
    tracked(tool: number, param: string): readonly Value[] | undefined {
        return this.values[this.kindOf(tool, param)];
    }

    /** True if all values of all keys are tracked. */
    get isComplete(): boolean {
        return this.kinds.every((kind) =>
            typesOf(this.policy, kind).every((type) => type.kind === 'literals' || type.kind === 'bool')
        );
    }

    /**
     * True if the call has one of the last tracked values of a kind of key with infinitely many values. If a search
     * excludes these, they represent values that no call has used.
     */
    isOfSpare({ tool, args }: Call, spares: number): boolean {
        return Object.entries(args).some(([name, value]) => {
            const kind = this.kindOf(tool, name);
            return (
                kind >= 0 &&
                isWithoutNumber(this.types[kind]!) &&
                this.values[kind]!.slice(this.scope.values - spares, this.scope.values).includes(value)
            );
        });
    }

    /** The number in the search of the monitor that a call reads; undefined if its value is not tracked. */
    private monitorFor(index: number, call: Call | undefined): number | undefined | 'unknown' {
        const keys = this.policy.monitors[index]!.keys ?? [];
        if (keys.length > 0 && !call) {
            return undefined;
        }
        const values = keys.map((term) => (term.term === 'param' && call ? ownField(call.args, term.name) : undefined));
        return values.some((value) => value === undefined)
            ? 'unknown'
            : this.instances[index]!.get(keyText(values as Value[]));
    }

    /** The policy's monitor that a monitor of the search is an instance of. */
    origin(number: number): Monitor {
        return this.policy.monitors[this.instances.findIndex((all) => [...all.values()].includes(number))]!;
    }

    /** True if no value can have such a history, because it needs a call that no rule grants. */
    isNever(index: number): boolean {
        const { kind, event, from } = this.policy.monitors[index]!;
        switch (kind) {
            case 'once':
                return neverHappens(this.policy, event);
            case 'once then':
                return neverHappens(this.policy, event) || (from !== undefined && neverHappens(this.policy, from));
            case 'since':
            case 'no since':
                return from !== undefined && neverHappens(this.policy, from);
            default:
                return false;
        }
    }

    /** The numbers in the search of all instances of a monitor, for conditions without a call. */
    allOf(index: number): number[] {
        return [...this.instances[index]!.values()];
    }

    /**
     * The condition over the monitors of the search, as the call reads it. `free` decides conditions on untracked
     * values, and without a call those on all keys.
     */
    resolve(
        condition: Condition,
        call: Call | undefined,
        free: (index: number, part: Condition) => Condition
    ): Condition {
        poll();
        switch (condition.op) {
            case 'monitor':
            case 'count': {
                const number = this.monitorFor(condition.monitor, call);
                return number === undefined
                    ? free(condition.monitor, condition)
                    : number === 'unknown'
                      ? { op: 'constant', value: UNKNOWN }
                      : { ...condition, monitor: number };
            }
            case 'not':
                return { op: 'not', arg: this.resolve(condition.arg, call, free) };
            case 'and':
            case 'or':
                return { op: condition.op, args: condition.args.map((arg) => this.resolve(arg, call, free)) };
            default:
                return condition;
        }
    }

    private kindOf(tool: number, param: string): number {
        return this.kinds.findIndex((kind) => kind.some((key) => key.tool === tool && key.name === param));
    }

    /**
     * Every combination of tracked values for the keys of a monitor; the values at each position are those of the
     * parameters there.
     */
    private combinations(positions: readonly (readonly KeyParam[])[]): Value[][] {
        return positions.reduce<Value[][]>(
            (all, [param]) => {
                const values = param ? this.tracked(param.tool, param.name)! : [];
                return all.flatMap((some) => {
                    poll();
                    return values.map((value) => [...some, value]);
                });
            },
            [[]]
        );
    }
}

/** True if only released calls count, and no `allow` grants any of them, or a tool that may call them. */
function neverHappens(policy: Policy, { tools, outside, status }: EventPattern): boolean {
    const isMeant = (tool: number): boolean =>
        mayBe(tools[tool]!) ||
        (policy.tools[tool]!.mayDo ?? []).some((value, done) => mayBe(value) && mayBe(tools[done]!));
    const isReleased = status === 'succeeded' || status === 'released' || status === 'failed';
    return (
        isReleased &&
        outside === undefined &&
        !policy.rules.some(
            ({ kind, subject }) =>
                kind === 'allow' && subject.tools.some((value, tool) => mayBe(value) && isMeant(tool))
        )
    );
}

/** The monitor for one combination of values: `E(p)` becomes `E where p == value`. */
function instance(monitor: Monitor, values: readonly Value[]): Monitor {
    if (!monitor.keys) {
        return monitor;
    }
    const bind = (pattern: Monitor['event']): Monitor['event'] => {
        const { keys, ...unkeyed } = pattern;
        const bound = (keys ?? []).map((param, position): Condition => ({
            op: 'compare',
            cmp: '==',
            left: { term: 'param', name: param },
            right: { term: 'constant', value: values[position]! }
        }));
        // As in the decision procedure, an event without one of the arguments may belong to any key.
        const lacks: Condition[] = (keys ?? []).map((param) => ({ op: 'not', arg: { op: 'given', param } }));
        const perhaps: Condition = {
            op: 'and',
            args: [
                { op: 'or', args: lacks },
                { op: 'constant', value: UNKNOWN }
            ]
        };
        const isTheirs: Condition[] =
            bound.length < 2 ? bound : [{ op: 'or', args: [{ op: 'and', args: bound }, perhaps] }];
        return { ...unkeyed, where: { op: 'and', args: [pattern.where, ...isTheirs] } };
    };
    const { keys: _keys, ...unkeyed } = monitor;
    return {
        ...unkeyed,
        event: bind(monitor.event),
        ...(monitor.from && { from: bind(monitor.from) }),
        text: `${monitor.text} [${values.map((value) => JSON.stringify(value)).join(', ')}]`
    };
}

/**
 * For each key of a monitor, the parameters whose values meet in it: those of its events, and of the calls that read
 * it.
 */
function linkedParams(
    policy: Policy,
    monitor: Monitor,
    index: number,
    asked: readonly EvaluatedCondition[]
): KeyParam[][] {
    return (monitor.keys ?? []).map((term, position) => {
        const events = patternsOf(monitor).flatMap((pattern) =>
            paramsNamed(policy, meantBy(policy, pattern), pattern.keys?.[position])
        );
        const callers = asked
            .filter(({ condition }) => reads(condition, index))
            .flatMap(({ tools }) => paramsNamed(policy, tools, term.term === 'param' ? term.name : undefined));
        return [...events, ...callers];
    });
}

function reads(condition: Condition, monitor: number): boolean {
    let found = false;
    visitConditions(condition, (part) => {
        found ||= (part.op === 'monitor' || part.op === 'count') && part.monitor === monitor;
    });
    return found;
}

/** Groups of parameters whose values meet through keys (union of linked parameters). */
function kindsOf(linked: readonly (readonly KeyParam[])[]): KeyParam[][] {
    const kinds: KeyParam[][] = [];
    for (const params of linked.filter((some) => some.length > 0)) {
        const touched = kinds.filter((kind) => kind.some((key) => params.some((param) => same(key, param))));
        const merged = [...touched.flat(), ...params];
        touched.forEach((kind) => kinds.splice(kinds.indexOf(kind), 1));
        kinds.push(merged.filter((param, at) => merged.findIndex((other) => same(other, param)) === at));
    }
    return kinds;
}

/** True if some of the values are summed, so that their sizes matter even if they are not compared. */
function isAmount({ monitors }: Policy, params: readonly KeyParam[]): boolean {
    return params.some(({ tool, name }) => amountParams(monitors, tool).has(name));
}

function paramsNamed(policy: Policy, tools: readonly number[], name: string | undefined): KeyParam[] {
    return paramsOfAll(policy).flatMap((params, index) =>
        name !== undefined && (tools[index] ?? 0) !== 0 && params.some((param) => param.name === name)
            ? [{ tool: index, name }]
            : []
    );
}

function same(a: KeyParam, b: KeyParam): boolean {
    return a.tool === b.tool && a.name === b.name;
}

interface KeyComparisons {
    /** The conditions on arguments that contain a parameter of the kind, or one that conditions compare with it. */
    readonly conditions: readonly StaticCondition[];
    /** The set of parameters that can have a value distinguishes the values of the kind. */
    readonly with: readonly KeyParam[];
}

function comparisonsOf(
    policy: Policy,
    kind: readonly KeyParam[],
    asked: readonly EvaluatedCondition[]
): KeyComparisons {
    const patterns = policy.monitors
        .flatMap(patternsOf)
        .map((pattern) => ({ condition: pattern.where, tools: meantBy(policy, pattern) }));
    const parts: { readonly part: StaticCondition; readonly names: readonly string[]; readonly tools: number[] }[] = [];
    for (const { condition, tools } of [...asked, ...patterns]) {
        visitConditions(condition, (part) => {
            if (isStatic(part)) {
                const meant = tools.flatMap((value, tool) => (value === 0 ? [] : [tool]));
                parts.push({ part, names: paramsOf(part), tools: meant });
            }
        });
    }
    const linked = new Map(kind.map((key) => [keyOf(key), key]));
    for (let size = -1; size !== linked.size;) {
        size = linked.size;
        for (const { names, tools } of parts) {
            tools
                .filter((tool) => names.some((name) => linked.has(keyOf({ tool, name }))))
                .forEach((tool) => names.forEach((name) => linked.set(keyOf({ tool, name }), { tool, name })));
        }
    }
    const conditions = parts
        .filter(({ names, tools }) => tools.some((tool) => names.some((name) => linked.has(keyOf({ tool, name })))))
        .map(({ part }) => part);
    return { conditions, with: [...linked.values()] };
}

function keyOf({ tool, name }: KeyParam): string {
    return `${tool} ${name}`;
}

/** True if a condition has the same value for all values except those that it names. */
function isEquality(condition: StaticCondition): boolean {
    const isPlain = (term: Term): boolean => term.term === 'param' || term.term === 'constant';
    switch (condition.op) {
        case 'compare':
            return (
                (condition.cmp === '==' || condition.cmp === '!=') &&
                isPlain(condition.left) &&
                isPlain(condition.right)
            );
        case 'in':
            return isPlain(condition.term);
        case 'given':
        case 'caller is':
        case 'tool is':
            return true;
        default:
            return false;
    }
}

function constantsOf(condition: StaticCondition): Value[] {
    switch (condition.op) {
        case 'compare':
            return [condition.left, condition.right].flatMap((term) => (term.term === 'constant' ? [term.value] : []));
        case 'in':
            return [...condition.values];
        default:
            return [];
    }
}
