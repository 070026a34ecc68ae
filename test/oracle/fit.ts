/** Raw draws made to parts of a policy: every index is taken modulo what the inventory has of its kind. */
import type fc from 'fast-check';
import type {
    Claim,
    Condition,
    EventPattern,
    Monitor,
    Rule,
    Source,
    Term,
    Tool,
    Value
} from '../../server/model/policy.js';
import type { Truth } from '../../server/model/truth.js';
import { COLUMNS, HOSTS, type Column } from './columns.js';
import type { callPattern, claim, eventPattern, monitor, RawAtom, RawCondition, rule } from './generate.js';

export const SOURCE: Source = {
    uri: 'oracle:policy',
    start: { line: 0, character: 0 },
    end: { line: 0, character: 0 }
};

/** What the raw indices are fitted to. */
export interface Inventory {
    readonly agents: number;
    readonly humans: number;
    readonly labels: number;
    readonly tools: readonly Tool[];
    readonly monitors: number;
}

type Generated<A> = A extends fc.Arbitrary<infer T> ? T : never;

export function fitMonitor(raw: Generated<ReturnType<typeof monitor>>, inventory: Inventory): Monitor {
    const event = fitEvent(raw.event, inventory, raw.kind !== 'last is');
    if (raw.kind === 'last is') {
        const status = ['succeeded', 'released', 'failed'].includes(event.status) ? event.status : 'succeeded';
        return { kind: raw.kind, event: { ...event, status }, perAgent: !raw.byAnyAgent, text: 'last is' };
    }
    if (raw.kind === 'once') {
        return { kind: raw.kind, event, perAgent: event.agents === 'caller', text: 'once' };
    }
    const from = raw.from === undefined ? undefined : fitEvent(raw.from, inventory, true);
    return {
        kind: raw.kind,
        event,
        ...(from === undefined ? {} : { from }),
        perAgent: event.agents === 'caller' || from?.agents === 'caller',
        text: raw.kind
    };
}

export function fitRule(raw: Generated<ReturnType<typeof rule>>, inventory: Inventory): Rule {
    const subject = fitPattern(raw.subject, inventory);
    const columns = common(subject.tools, inventory);
    const when: Condition =
        raw.plain && raw.kind !== 'deny' ? { op: 'constant', value: 2 } : fitCondition(raw.when, inventory, columns);
    const approved: Condition = { op: 'approved by', human: raw.human % Math.max(1, inventory.humans) };
    const guarded: Condition =
        raw.unlessApproved && raw.kind === 'deny' && inventory.humans > 0
            ? { op: 'and', args: [when, { op: 'not', arg: approved }] }
            : when;
    const base = { subject, when: guarded, text: raw.kind, source: SOURCE };
    if (raw.kind === 'approval' && inventory.humans > 0) {
        const { valid, timeout } = raw;
        return { ...base, kind: 'approval', human: raw.human % inventory.humans, valid, timeout };
    }
    if (raw.kind === 'require') {
        return { ...base, kind: 'require', requires: fitCondition(raw.requires, inventory, columns) };
    }
    return { ...base, kind: raw.kind === 'approval' ? 'allow' : raw.kind };
}

export function fitClaim(raw: Generated<ReturnType<typeof claim>>, name: string, inventory: Inventory): Claim {
    const base = { name, text: raw.kind, source: SOURCE };
    if (raw.kind === 'possible') {
        const steps = raw.steps
            .map((step) => fitEvent(step, inventory, false))
            .map((step): EventPattern => ({ ...step, status: raw.status }));
        return { ...base, kind: 'possible', steps, withoutApproval: raw.withoutApproval };
    }
    const subject = fitPattern(raw.subject, inventory);
    const bad = fitCondition(raw.bad, inventory, common(subject.tools, inventory));
    const unless: Condition = { op: 'approved by', human: raw.human % Math.max(1, inventory.humans) };
    const guarded: Condition[] = raw.unlessApproved && inventory.humans > 0 ? [bad, { op: 'not', arg: unless }] : [bad];
    if (raw.kind === 'requires' || raw.trigger === undefined || inventory.monitors === 0) {
        return { ...base, kind: raw.kind, subject, bad: { op: 'and', args: guarded } };
    }
    const trigger: Condition = { op: 'monitor', monitor: raw.trigger % inventory.monitors };
    return { ...base, kind: raw.kind, subject, bad: { op: 'and', args: [trigger, ...guarded] }, trigger };
}

function fitEvent(
    raw: Generated<ReturnType<typeof eventPattern>>,
    inventory: Inventory,
    byCaller: boolean
): EventPattern {
    const plain = fitPattern(raw.pattern, inventory);
    const pattern = raw.pattern.caller && byCaller ? { ...plain, agents: 'caller' as const } : plain;
    return {
        ...pattern,
        status: raw.status,
        where: fitCondition(
            raw.where,
            { ...inventory, monitors: 0, labels: 0, humans: 0 },
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
    // What the inventory has nothing for asks the history instead, which is where the difficulties are.
    return inventory.monitors > 0 && raw.op !== 'true' && raw.op !== 'unknown'
        ? { op: 'monitor', monitor: raw.b % inventory.monitors }
        : { op: 'constant', value: raw.op === 'unknown' ? 1 : raw.a % 5 === 4 ? 0 : 2 };
}

/** Nothing where the inventory has nothing to speak of. */
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
            return inventory.monitors === 0 ? undefined : { op: 'monitor', monitor: raw.a % inventory.monitors };
        case 'carries':
            return inventory.labels === 0 ? undefined : { op: 'carries', label: raw.a % inventory.labels };
        case 'caller':
            return { op: 'caller is', agent: raw.a % inventory.agents };
        case 'approved':
            return inventory.humans === 0 ? undefined : { op: 'approved by', human: raw.a % inventory.humans };
    }
}

/** Two parameters that may be compared with each other: two numbers, or two texts. */
function comparable(columns: readonly Column[], which: number): Column[] {
    const numbers = columns.filter((c) => c.ordered);
    const texts = columns.filter((c) => c.param.type.kind === 'string');
    const [first, second] = which % 3 === 0 ? [texts, numbers] : [numbers, texts];
    return first.length >= 2 ? first : second.length >= 2 ? second : [];
}

function param(c: Column): Term {
    return { term: 'param', name: c.param.name };
}
