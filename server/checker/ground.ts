/**
 * Keyed history: `once verify(account)` keeps a history for each account, and accounts are without number. The search
 * tracks some values and keeps a monitor for each combination of them; about all others it knows nothing.
 *
 * - **Tracked values only** (`others: false`): every session found is a session. Nothing is proved about more values.
 * - **Others too** (`others: true`): the history of an untracked value may be anything, so that a decision that reads
 *   it may fall either way. Every session of the policy is covered, and a session found may not be one.
 *
 * Values are compared for equality alone, so which ones are tracked does not matter: that a claim is broken for some
 * value is that it is broken for a tracked one.
 */
import { keyText } from '../model/evaluate.js';
import type { Condition, Monitor, Policy, Type, Value } from '../model/policy.js';
import type { Call } from '../model/session.js';
import { UNKNOWN } from '../model/truth.js';
import { misfit } from '../model/values.js';
import { patternsOf, visitConditions } from './conditions.js';

export interface Scope {
    /** Tracked values of each kind of key. */
    readonly values: number;
    readonly others: boolean;
}

/** A condition, and the tools whose calls it is asked of. */
export interface Asked {
    readonly condition: Condition;
    readonly tools: readonly number[];
}

/** A parameter whose values are tracked. */
interface KeyParam {
    readonly tool: number;
    readonly name: string;
}

export class Grounding {
    /** The monitors of the search: none has keys. */
    readonly monitors: readonly Monitor[];
    private readonly kinds: readonly (readonly KeyParam[])[];
    private readonly values: readonly (readonly Value[])[];
    /** For each monitor of the policy and each combination of tracked values, its number in the search. */
    private readonly instances: readonly ReadonlyMap<string, number>[];

    constructor(
        private readonly policy: Policy,
        readonly scope: Scope,
        asked: readonly Asked[]
    ) {
        const linked = policy.monitors.map((monitor, index) => linkedParams(policy, monitor, index, asked));
        this.kinds = kindsOf(linked.flat());
        this.values = this.kinds.map((kind) => trackedValues(policy, kind, scope.values));
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

    get isKeyed(): boolean {
        return this.kinds.length > 0;
    }

    /** The values that are tracked for a parameter, or undefined if it is no key. */
    tracked(tool: number, param: string): readonly Value[] | undefined {
        return this.values[this.kindOf(tool, param)];
    }

    /** The number in the search of the monitor that a call reads: undefined if its value is not tracked. */
    private monitorFor(index: number, call: Call | undefined): number | undefined | 'unknown' {
        const keys = this.policy.monitors[index]!.keys ?? [];
        if (keys.length > 0 && !call) {
            return undefined;
        }
        const values = keys.map((term) => (term.term === 'param' ? call?.args[term.name] : undefined));
        return values.some((value) => value === undefined)
            ? 'unknown'
            : this.instances[index]!.get(keyText(values as Value[]));
    }

    /** All numbers in the search of a monitor: for what is asked of no call. */
    allOf(index: number): number[] {
        return [...this.instances[index]!.values()];
    }

    /**
     * The condition over the monitors of the search, as the call reads it; `free` decides what is not tracked, and all
     * keys where there is no call.
     */
    resolve(condition: Condition, call: Call | undefined, free: (index: number) => Condition): Condition {
        switch (condition.op) {
            case 'monitor':
            case 'count': {
                const number = this.monitorFor(condition.monitor, call);
                return number === undefined
                    ? free(condition.monitor)
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

    /** Every combination of tracked values for the keys of a monitor, given by the parameters at each position. */
    private combinations(positions: readonly (readonly KeyParam[])[]): Value[][] {
        return positions.reduce<Value[][]>(
            (all, [param]) => {
                const values = param ? this.tracked(param.tool, param.name)! : [];
                return all.flatMap((some) => values.map((value) => [...some, value]));
            },
            [[]]
        );
    }
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
        return { ...unkeyed, where: { op: 'and', args: [pattern.where, ...bound] } };
    };
    const { keys: _keys, ...unkeyed } = monitor;
    return {
        ...unkeyed,
        event: bind(monitor.event),
        ...(monitor.from && { from: bind(monitor.from) }),
        text: `${monitor.text} [${values.map((value) => JSON.stringify(value)).join(', ')}]`
    };
}

/** For each key of a monitor the parameters whose values meet in it: of its events, and of the calls that are asked. */
function linkedParams(policy: Policy, monitor: Monitor, index: number, asked: readonly Asked[]): KeyParam[][] {
    return (monitor.keys ?? []).map((term, position) => {
        const events = patternsOf(monitor).flatMap((pattern) =>
            paramsNamed(policy, pattern.tools, pattern.keys?.[position])
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

/** Parameters whose values meet through keys, each kind together (union by what is linked). */
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

function paramsNamed(policy: Policy, tools: readonly number[], name: string | undefined): KeyParam[] {
    return policy.tools.flatMap((tool, index) =>
        name !== undefined && tools[index] !== 0 && tool.params.some((param) => param.name === name)
            ? [{ tool: index, name }]
            : []
    );
}

function same(a: KeyParam, b: KeyParam): boolean {
    return a.tool === b.tool && a.name === b.name;
}

/** All values of a finite type; of the others as many as asked for. */
function trackedValues(policy: Policy, kind: readonly KeyParam[], count: number): Value[] {
    const types = kind.map((key) => policy.tools[key.tool]!.params.find((param) => param.name === key.name)!.type);
    const finite = types.find((type) => type.kind === 'literals' || type.kind === 'bool');
    if (finite) {
        return finite.kind === 'literals' ? [...finite.values] : [false, true];
    }
    const name = kind[0]!.name;
    const values: Value[] = [];
    for (let i = 1; values.length < count && i < count + 1000; i++) {
        const candidates: Value[] = [`${name}${i}`, i, -i];
        const value = candidates.find((candidate) => types.every((type) => fits(type, candidate)));
        if (value !== undefined) {
            values.push(value);
        }
    }
    return values;
}

function fits(type: Type, value: Value): boolean {
    return misfit(type, value) === undefined;
}
