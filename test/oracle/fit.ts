/** Fits a draft to the inventory, so that the result is still a policy after shrinking. */
import type fc from 'fast-check';
import type {
    Claim,
    Condition,
    EventPattern,
    Monitor,
    Policy,
    Rule,
    Source,
    Term,
    Tool,
    Value
} from '../../server/model/policy/policy.js';
import type { Truth } from '../../server/model/policy/truth.js';
import { COLUMNS, HOSTS, type Column } from './columns.js';
import type { callPattern, claim, eventPattern, monitor, RawAtom, RawCondition, rule } from './generate.js';

export const SOURCE: Source = {
    uri: 'oracle:policy',
    start: { line: 0, character: 0 },
    end: { line: 0, character: 0 }
};

export interface Inventory {
    readonly agents: number;
    readonly humans: number;
    readonly labels: number;
    readonly outside: number;
    readonly tools: readonly Tool[];
    readonly monitors: readonly Monitor[];
    /** The monitors that a condition may read. */
    readonly askable: readonly number[];
    /** True if there is no call in scope. */
    readonly noCall?: boolean;
}

/** The policy with counts that saturate above every number that they are compared with. */
export function capped(policy: Policy): Policy {
    const bounds = policyConditions(policy)
        .flatMap((condition) => atoms(condition))
        .flatMap((atom) => (atom.op === 'count' ? [[atom.monitor, atom.bound] as const] : []));
    const capOf = (index: number): number =>
        Math.max(0, ...bounds.filter(([monitor]) => monitor === index).map(([, bound]) => bound)) + 1;
    return {
        ...policy,
        monitors: policy.monitors.map((monitor, i) =>
            monitor.kind === 'count' ? { ...monitor, cap: capOf(i) } : monitor
        )
    };
}

/** Every condition of the rules and claims. */
export function policyConditions(policy: Policy): Condition[] {
    const rules = policy.rules.flatMap((rule) => (rule.kind === 'require' ? [rule.when, rule.requires] : [rule.when]));
    const claims = policy.claims.flatMap((claim) => {
        switch (claim.kind) {
            case 'possible':
            case 'stays possible':
                return [];
            case 'always':
            case 'withheld':
                return [claim.condition];
            case 'decided':
                return [claim.when];
            default:
                return [claim.bad];
        }
    });
    return [...rules, ...claims];
}

/** The parts of a condition. */
export function atoms(condition: Condition): Condition[] {
    switch (condition.op) {
        case 'not':
            return atoms(condition.arg);
        case 'and':
        case 'or':
            return condition.args.flatMap(atoms);
        default:
            return [condition];
    }
}

type Generated<A> = A extends fc.Arbitrary<infer T> ? T : never;

export function fitMonitor(raw: Generated<ReturnType<typeof monitor>>, inventory: Inventory): Monitor {
    const isLast = raw.kind === 'last is';
    const plain = fitEvent(raw.event, isLast ? { ...inventory, outside: 0 } : inventory, !isLast);
    const window = raw.timed && raw.kind !== 'count' && raw.kind !== 'since or start' ? { window: raw.window } : {};
    if (isLast) {
        const status = ['succeeded', 'released', 'failed'].includes(plain.status) ? plain.status : 'succeeded';
        return { kind: raw.kind, event: { ...plain, status }, ...window, perAgent: !raw.byAnyAgent, text: 'last is' };
    }
    const needsFrom = raw.kind === 'once then';
    const plainFrom =
        raw.kind === 'once' || (raw.from === undefined && !needsFrom)
            ? undefined
            : fitEvent(raw.from ?? raw.event, inventory, true);
    const { event, from, keys } = withKeys(raw.keys, plain, plainFrom, inventory);
    return {
        kind: raw.kind,
        event,
        ...(from === undefined ? {} : { from }),
        ...window,
        ...(keys === undefined ? {} : { keys }),
        perAgent: event.agents === 'caller' || from?.agents === 'caller',
        text: raw.kind
    };
}

/** The patterns with the drawn keys, as far as their tools have parameters for them; F has all keys or none. */
function withKeys(
    drawn: readonly number[],
    event: EventPattern,
    from: EventPattern | undefined,
    inventory: Inventory
): { event: EventPattern; from: EventPattern | undefined; keys?: Term[] } {
    const keysIn = (pattern: EventPattern): Column[] => common(pattern.tools, inventory).filter((c) => c.key);
    const own = keysIn(event);
    if (drawn.length === 0 || own.length === 0) {
        return { event, from };
    }
    const chosen = drawn.map((i) => own[i % own.length] as Column);
    const alike = (columns: readonly Column[], c: Column, i: number): Column | undefined => {
        const same = columns.filter((other) => other.key === c.key);
        return same[i % Math.max(1, same.length)];
    };
    const theirs = from === undefined ? [] : chosen.map((c, at) => alike(keysIn(from), c, drawn[at] as number));
    const named = theirs.every((c) => c !== undefined) && (drawn[0] as number) % 3 !== 0;
    const asked = chosen.map((c, at) => alike(COLUMNS, c, Math.floor((drawn[at] as number) / 3)) as Column);
    return {
        event: { ...event, keys: chosen.map((c) => c.param.name) },
        from: from && named ? { ...from, keys: theirs.map((c) => c.param.name) } : from,
        keys: asked.map(param)
    };
}

export function fitRule(raw: Generated<ReturnType<typeof rule>>, inventory: Inventory): Rule {
    const subject = fitPattern(raw.subject, inventory);
    const columns = common(subject.tools, inventory);
    const when: Condition =
        raw.plain && raw.kind !== 'deny' ? { op: 'constant', value: 2 } : fitCondition(raw.when, inventory, columns);
    const humans = raw.both && inventory.humans > 1 ? [0, 1] : [raw.human % Math.max(1, inventory.humans)];
    const approved: Condition = { op: 'approved by', humans };
    const guarded: Condition =
        raw.unlessApproved && raw.kind === 'deny' && inventory.humans > 0
            ? { op: 'and', args: [when, { op: 'not', arg: approved }] }
            : when;
    const base = { subject, when: guarded, text: raw.kind, source: SOURCE };
    if (raw.kind === 'approval' && inventory.humans > 0) {
        const { valid, timeout } = raw;
        return { ...base, kind: 'approval', humans, quorum: raw.quorum ? humans.length : 1, valid, timeout };
    }
    const audit = raw.audit && raw.kind !== 'allow' && raw.kind !== 'approval' ? { audit: true } : {};
    if (raw.kind === 'require') {
        return { ...base, ...audit, kind: 'require', requires: fitCondition(raw.requires, inventory, columns) };
    }
    return { ...base, ...audit, kind: raw.kind === 'approval' ? 'allow' : raw.kind };
}

/** @param monitors receives the monitors that claims need in addition */
export function fitClaim(
    raw: Generated<ReturnType<typeof claim>>,
    name: string,
    inventory: Inventory,
    monitors: Monitor[]
): Claim {
    const base = { name, text: raw.kind, source: SOURCE };
    if (raw.kind === 'possible') {
        const steps = raw.steps
            .map((step) => fitEvent(step, inventory, false))
            .map((step): EventPattern => ({ ...step, status: raw.status }));
        return { ...base, kind: 'possible', steps, withoutApproval: raw.withoutApproval };
    }
    const free = inventory.askable.filter((i) => inventory.monitors[i]?.keys === undefined);
    if (raw.kind === 'always') {
        const askable = free.filter((i) => inventory.monitors[i]?.perAgent === false);
        const noCall = { ...inventory, humans: 0, labels: 0, askable, noCall: true };
        const condition = fitCondition(raw.bad, noCall, []);
        // Most monitors are false at the start, so a claim that one is always true breaks at once.
        return { ...base, kind: 'always', condition: raw.perKey ? condition : { op: 'not', arg: condition } };
    }
    const subject = fitPattern(raw.subject, inventory);
    const columns = common(subject.tools, inventory);
    const bad = fitCondition(raw.bad, inventory, columns);
    if (raw.kind === 'decided') {
        const when: Condition = raw.unlessApproved ? { op: 'constant', value: 2 } : bad;
        return { ...base, kind: 'decided', subject, when, decision: raw.decision };
    }
    const unless: Condition = { op: 'approved by', humans: [raw.human % Math.max(1, inventory.humans)] };
    const guards: Condition[] = raw.unlessApproved && inventory.humans > 0 ? [{ op: 'not', arg: unless }] : [];
    const always: Condition = { op: 'constant', value: 2 };
    if (raw.kind === 'at most') {
        const key = raw.perKey ? columns.find((c) => c.key) : undefined;
        monitors.push({
            kind: 'count',
            event: { ...subject, status: 'succeeded', where: always, ...(key && { keys: [key.param.name] }) },
            ...(key && { keys: [param(key)] }),
            perAgent: false,
            text: 'at most'
        });
        const tooMany: Condition = { op: 'count', monitor: monitors.length - 1, cmp: '>=', bound: raw.bound };
        return { ...base, kind: 'at most', subject, bad: { op: 'and', args: [tooMany] } };
    }
    if (raw.kind === 'no flow' && inventory.labels > 0) {
        const label = raw.human % inventory.labels;
        monitors.push({
            kind: 'once',
            event: {
                tools: inventory.tools.map((tool) => (tool.reads.includes(label) ? 2 : 0)),
                agents: 'caller',
                status: 'released',
                where: always,
                text: 'reads'
            },
            perAgent: true,
            text: 'no flow'
        });
        const received: Condition = { op: 'monitor', monitor: monitors.length - 1 };
        const flows: Condition = { op: 'and', args: [received, ...guards] };
        return { ...base, kind: 'no flow', subject, bad: flows, trigger: received };
    }
    const guarded = [bad, ...guards];
    const triggers = free.filter((i) => inventory.monitors[i]?.kind !== 'count');
    const kind = raw.kind === 'requires' ? 'requires' : 'never';
    if (kind === 'requires' || raw.trigger === undefined || triggers.length === 0) {
        return { ...base, kind, subject, bad: { op: 'and', args: guarded } };
    }
    const trigger: Condition = { op: 'monitor', monitor: triggers[raw.trigger % triggers.length] as number };
    return { ...base, kind, subject, bad: { op: 'and', args: [trigger, ...guarded] }, trigger };
}

function fitEvent(
    raw: Generated<ReturnType<typeof eventPattern>>,
    inventory: Inventory,
    byCaller: boolean
): EventPattern {
    const plain = fitPattern(raw.pattern, inventory);
    if (raw.outside !== undefined && inventory.outside > 0) {
        // Either only outside events are selected, or calls too.
        const tools = raw.pattern.one % 2 === 0 ? plain.tools : plain.tools.map((): Truth => 0);
        const outside = [raw.outside % inventory.outside];
        return { tools, outside, text: 'event', status: 'succeeded', where: { op: 'constant', value: 2 } };
    }
    const pattern = raw.pattern.caller && byCaller ? { ...plain, agents: 'caller' as const } : plain;
    return {
        ...pattern,
        status: raw.status,
        where: fitCondition(
            raw.where,
            { ...inventory, askable: [], labels: 0, humans: 0 },
            common(plain.tools, inventory)
        )
    };
}

function fitPattern(
    raw: Generated<typeof callPattern>,
    inventory: Inventory
): { tools: Truth[]; agents?: number[]; text: string } {
    const drawn = raw.tools.slice(0, inventory.tools.length);
    const empty = drawn.every((truth) => truth === 0) && raw.one % 10 !== 0;
    const tools = drawn.map((truth, i): Truth => (empty && i === raw.one % drawn.length ? 2 : truth));
    const agents = raw.agents === undefined ? undefined : [...new Set(raw.agents.map((a) => a % inventory.agents))];
    return { tools, ...(agents === undefined ? {} : { agents }), text: 'pattern' };
}

/** The columns that all of these tools have. */
function common(tools: readonly Truth[], inventory: Inventory): Column[] {
    const meant = inventory.tools.filter((_, i) => tools[i] !== 0);
    return meant.length === 0
        ? []
        : COLUMNS.filter((c) => meant.every((tool) => tool.params.some((param) => param.name === c.param.name)));
}

function fitCondition(raw: RawCondition, inventory: Inventory, columns: readonly Column[]): Condition {
    if ('arg' in raw) {
        return { op: 'not', arg: fitCondition(raw.arg, inventory, columns) };
    }
    if ('args' in raw) {
        return { op: raw.op, args: raw.args.map((arg) => fitCondition(arg, inventory, columns)) };
    }
    const atom = fitAtom(raw, inventory, columns);
    if (atom !== undefined) {
        return atom;
    }
    // The condition fitted to the inventory; one that the inventory does not support becomes one on the history, which
    // is where the difficulties are.
    return inventory.askable.length > 0 && raw.op !== 'true' && raw.op !== 'unknown'
        ? history(raw, raw.b, inventory)
        : { op: 'constant', value: raw.op === 'unknown' ? 1 : raw.a % 5 === 4 ? 0 : 2 };
}

/** Undefined if the inventory has nothing to refer to. */
function fitAtom(raw: RawAtom, inventory: Inventory, columns: readonly Column[]): Condition | undefined {
    const any = columns[raw.a % Math.max(1, columns.length)];
    const url = columns.find((c) => c.url);
    switch (raw.op) {
        case 'true':
        case 'unknown':
            return undefined;
        case 'compare': {
            if (any === undefined) {
                return undefined;
            }
            const value = any.constants[raw.b % any.constants.length] as Value;
            const cmp = any.ordered ? raw.cmp : raw.b % 2 === 0 ? '==' : '!=';
            return { op: 'compare', cmp, left: param(any), right: { term: 'constant', value } };
        }
        case 'two': {
            const [left, right] = comparable(columns, raw.a);
            if (left === undefined || right === undefined) {
                return undefined;
            }
            const cmp = left.ordered ? raw.cmp : raw.b % 2 === 0 ? '==' : '!=';
            return {
                op: 'compare',
                cmp,
                left: left.url && raw.a % 2 === 0 ? { term: 'host', of: param(left) } : param(left),
                right: param(right)
            };
        }
        case 'in':
            return any === undefined
                ? undefined
                : { op: 'in', term: param(any), values: any.constants.filter((_, i) => ((raw.b + 1) >> i) % 2 === 1) };
        case 'host': {
            if (url === undefined) {
                return undefined;
            }
            const host: Term = { term: 'host', of: param(url) };
            const hosts = HOSTS.filter((_, i) => ((raw.b + 1) >> i) % 2 === 1);
            return raw.a % 4 === 0
                ? {
                      op: 'compare',
                      cmp: raw.b % 2 === 0 ? '==' : '!=',
                      left: host,
                      right: { term: 'constant', value: 'a.example' }
                  }
                : { op: 'host in', term: host, hosts };
        }
        case 'given':
            return any === undefined ? undefined : { op: 'given', param: any.param.name };
        case 'monitor':
            return inventory.askable.length === 0 ? undefined : history(raw, raw.a, inventory);
        case 'carries':
            return inventory.labels === 0 ? undefined : { op: 'carries', label: raw.a % inventory.labels };
        case 'caller':
            return inventory.noCall ? undefined : { op: 'caller is', agent: raw.a % inventory.agents };
        case 'approved':
            return inventory.humans === 0
                ? undefined
                : {
                      op: 'approved by',
                      humans: raw.b % 3 === 0 ? [...humansOf(inventory)] : [raw.a % inventory.humans]
                  };
    }
}

function humansOf(inventory: Inventory): number[] {
    return Array.from({ length: inventory.humans }, (_, i) => i);
}

/** A condition on a monitor: a count is compared with a number. */
function history(raw: RawAtom, which: number, inventory: Inventory): Condition {
    const monitor = inventory.askable[which % inventory.askable.length] as number;
    return inventory.monitors[monitor]?.kind === 'count'
        ? { op: 'count', monitor, cmp: raw.cmp, bound: raw.b % 4 }
        : { op: 'monitor', monitor };
}

/** Two parameters that may be compared with each other: two numbers, or two texts. */
function comparable(columns: readonly Column[], which: number): Column[] {
    const numbers = columns.filter((c) => c.ordered);
    // The values of two texts meet, unlike those of keys.
    const texts = [false, true]
        .map((key) => columns.filter((c) => c.param.type.kind === 'string' && (c.key !== undefined) === key))
        .find((some) => some.length >= 2);
    const [first, second] = which % 3 === 0 ? [texts ?? [], numbers] : [numbers, texts ?? []];
    return first.length >= 2 ? first : second.length >= 2 ? second : [];
}

function param(c: Column): Term {
    return { term: 'param', name: c.param.name };
}
