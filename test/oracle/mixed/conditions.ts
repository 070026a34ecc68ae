/** Generates random conditions as an author writes them, on the arguments of a call and on earlier events. */
import type { Inventory, Param, Tool } from './inventory.js';
import { commonOf } from './inventory.js';
import type { Random } from './random.js';

/** The context that determines which conditions are possible. */
export interface Scope {
    readonly inventory: Inventory;
    readonly random: Random;
    /** The parameters of the decided call. */
    readonly params: readonly Param[];
    /** True if there is no call, because the condition is evaluated in a state. */
    readonly ofState?: boolean;
    /** True if approvals may be read. */
    readonly approvals?: boolean;
}

export const WINDOWS = [10, 30, 40];

const PERIODS = ['today', 'this week', 'this month'];

export function condition(scope: Scope, depth = 1): string {
    const { random } = scope;
    if (depth > 0 && random.chance(0.3)) {
        const both = [condition(scope, depth - 1), condition(scope, depth - 1)];
        return `(${both.join(random.of([' and ', ' or ', ' and ', ' implies ']))})`;
    }
    return random.chance(0.2) ? `not (${atom(scope)})` : atom(scope);
}

function atom(scope: Scope): string {
    const { random, params, ofState } = scope;
    if (ofState) {
        return random.chance(0.2) ? environment(scope) : history(scope);
    }
    const roll = random.next();
    if (roll < 0.25 && params.length > 0) {
        return onValue(random.of(params), random);
    }
    if (roll < 0.42) {
        return compared(params, params, '', random) ?? history(scope);
    }
    return roll < 0.6 ? environment(scope) : history(scope);
}

/** A condition on a single argument. */
export function onValue({ name, kind, presence }: Param, random: Random, prefix = ''): string {
    const asked = kind.ask(`${prefix}${name}`, random);
    if (presence !== 'optional') {
        return asked;
    }
    return random.chance(0.2) ? `${name} given` : `(${name} given and ${asked})`;
}

/** Two arguments compared with each other. */
export function compared(
    left: readonly Param[],
    right: readonly Param[],
    prefix: string,
    random: Random
): string | undefined {
    const pairs = left.flatMap((one) =>
        right
            .filter((other) => (prefix !== '' || one.name !== other.name) && isComparable(one, other))
            .map((other) => [one, other] as const)
    );
    if (pairs.length === 0) {
        return undefined;
    }
    const [one, other] = random.of(pairs);
    const numbers = one.kind.family === 'number' && other.kind.family === 'number';
    const cmp = random.of(numbers ? ['==', '<', '<=', '!=', '>'] : ['==', '==', '!=']);
    const sum = numbers && random.chance(0.2);
    const parts = one.kind.part !== undefined && one.kind.part === other.kind.part && random.chance(0.5);
    const text = parts
        ? `${one.kind.part} ${one.name} ${cmp} ${other.kind.part} ${prefix}${other.name}`
        : sum
          ? `${one.name} + ${prefix}${other.name} ${cmp} 3`
          : `${one.name} ${cmp} ${prefix}${other.name}`;
    const given = [one, ...(prefix === '' ? [other] : [])].filter(({ presence }) => presence === 'optional');
    return given.length > 0 ? `(${given.map(({ name }) => `${name} given`).join(' and ')} and ${text})` : text;
}

export function isComparable(one: Param, other: Param): boolean {
    const [a, b] = [one.kind.family, other.kind.family];
    const scalars = ['text', 'entity', 'number', 'bool'];
    return a === b
        ? scalars.includes(a) || a === 'any'
        : [a, b].includes('any') && [a, b].some((f) => scalars.includes(f));
}

function environment(scope: Scope): string {
    const { inventory, random, params } = scope;
    const { features } = inventory;
    const { ofState = false } = scope;
    const choices = [
        ...(features.labels && !ofState ? [`carries ${random.of(['secret', 'dirty'])}`] : []),
        ...(features.agents === 2 && !ofState ? [`caller is ${random.of(['ann', 'bob'])}`] : []),
        ...(features.modes && !ofState ? [`in mode ${random.of(['work.rest', 'work.busy', 'work.late'])}`] : []),
        ...(features.signals && !ofState ? ['risk > 50', 'frozen == true'] : []),
        ...(features.constants ? ['session.tier >= 2', 'session.owner == "a"'] : []),
        ...(features.request && !ofState ? ['request.id == "a"'] : []),
        ...(features.clock ? ['time in 09:00..17:00', 'day in mon..fri'] : []),
        ...(scope.approvals && features.humans > 0 ? ['approved by rita'] : []),
        ...(scope.approvals && features.humans === 2 ? ['approved by both', 'approved by 2 of both'] : [])
    ];
    const texts = params.filter(({ kind, presence }) => kind.family === 'text' && presence !== 'optional');
    if (texts.length > 0) {
        const { name, kind } = random.of(texts);
        choices.push(
            ...(features.constants ? [`${name} == session.owner`] : []),
            ...(features.request ? [`${name} == request.id`, `${name} from user`] : []),
            ...(features.signals && kind.type === 'string' ? [`pii(${name}) > 50`] : [])
        );
        const sources = inventory.tools.filter(({ returns }) => returns.length > 0);
        if (sources.length > 0 && random.chance(0.3)) {
            choices.push(`${name} from ${random.of(sources).name}.result.out`);
        }
    }
    const [first] = params;
    return choices.length > 0 ? random.of(choices) : first ? onValue(first, random) : history(scope);
}

/** An event of one or several tools, with the parameters that can be read. */
export interface Event {
    readonly text: string;
    readonly tools: readonly Tool[];
}

const STATUSES = ['', '', '', '', 'released ', 'attempted ', 'failed ', 'denied '];

/** @param keyed true if it may refer to the decided call */
export function event(scope: Scope, keyed = true): Event {
    const { inventory, random, params } = scope;
    const { features } = inventory;
    if (features.event && random.chance(0.15)) {
        const texts = params.filter(({ kind, presence }) => kind.family === 'text' && presence !== 'optional');
        return { text: keyed && texts.length > 0 ? `ci(id: ${random.of(texts).name})` : 'ci', tools: [] };
    }
    if (features.humans > 0 && random.chance(0.08)) {
        const tool = random.of(inventory.tools);
        return { text: `${random.of(['approved', 'refused', 'held'])} ${tool.name}`, tools: [] };
    }
    const { tools, name } = someOf(scope);
    const own = commonOf(tools);
    let text = `${random.of(STATUSES)}${name}`;
    if (keyed && random.chance(0.55)) {
        text += key(own, params, random);
    }
    if (features.agents === 2 && random.chance(0.12)) {
        text += random.of([' by caller', ' by ann', ' by same agent']);
    }
    if (random.chance(0.25)) {
        text += where(own, tools, params, keyed, random);
    }
    return { text, tools };
}

/** One tool, all of them, or all but one. */
function someOf({ inventory: { tools }, random }: Scope): { readonly tools: readonly Tool[]; readonly name: string } {
    if (tools.length === 1 || random.chance(0.8)) {
        const tool = random.of(tools);
        return { tools: [tool], name: tool.name };
    }
    const all = random.of(['any tool', 's.*']);
    if (random.chance(0.5)) {
        return { tools, name: all };
    }
    const [out, others] = random.of(excepted(tools));
    return { tools: others, name: `${all} except (${out})` };
}

/** For each tool, its name and the other tools. */
export function excepted(tools: readonly Tool[]): (readonly [name: string, others: readonly Tool[]])[] {
    return tools.map((one) => [one.name, tools.filter((other) => other !== one)]);
}

/** A key of a pattern, `E(p)` or `E(p: q)`. */
function key(own: readonly Param[], params: readonly Param[], random: Random): string {
    const alike = own.filter(
        (param) =>
            param.presence !== 'optional' &&
            params.some(
                ({ name, kind, presence }) =>
                    name === param.name && kind.type === param.kind.type && presence === param.presence
            )
    );
    const linked = own.flatMap((param) =>
        (param.presence !== 'optional' && param.kind.family === 'text') || param.kind.family === 'number'
            ? params
                  .filter(
                      (other) =>
                          other.name !== param.name && isComparable(param, other) && other.presence !== 'optional'
                  )
                  .map((other) => `${param.name}: ${other.name}`)
            : []
    );
    const constants = own.flatMap(({ name, kind, presence }) =>
        presence !== 'optional' && kind.literals.length > 0 ? [`${name}: ${random.of(kind.literals)}`] : []
    );
    const ways = [alike.map(({ name }) => name), alike.map(({ name }) => name), linked, constants].filter(
        (way) => way.length > 0
    );
    return ways.length > 0 ? `(${random.of(random.of(ways))})` : '';
}

function where(
    own: readonly Param[],
    tools: readonly Tool[],
    params: readonly Param[],
    keyed: boolean,
    random: Random
): string {
    const results = tools.length === 1 ? tools[0]!.returns : [];
    const linked = keyed ? compared(own, params, 'call.', random) : undefined;
    if (results.length > 0 && random.chance(0.5)) {
        const [{ kind }] = results as [Param];
        const texts = params.filter((other) => isComparable(results[0]!, other) && other.presence !== 'optional');
        return keyed && texts.length > 0 && random.chance(0.5)
            ? ` where (result.out == call.${random.of(texts).name})`
            : ` where (${kind.ask('result.out', random)})`;
    }
    if (linked !== undefined && random.chance(0.4)) {
        return ` where (${linked})`;
    }
    return own.length > 0 ? ` where (${onValue(random.of(own), random)})` : '';
}

/** The window of a condition, and its sessions. */
export function span({ inventory: { features }, random }: Scope, likely = 0.35): string {
    const period = features.clock && random.chance(likely) ? ` within ${random.of(PERIODS)}` : '';
    const within =
        period === '' && features.windows && random.chance(likely) ? ` within ${random.of(WINDOWS)}s` : period;
    return within + (features.across && random.chance(0.3) ? ' across sessions' : '');
}

function history(scope: Scope): string {
    const { random, inventory, params } = scope;
    const keyed = !scope.ofState;
    const roll = random.next();
    const e = event(scope, keyed);
    if (roll < 0.4) {
        return `once ${e.text}${span(scope)}`;
    }
    if (roll < 0.46) {
        return `once ${event(scope, keyed).text} then ${e.text}${span(scope)}`;
    }
    if (roll < 0.62) {
        const from = random.chance(0.2) ? 'start' : event(scope, keyed).text;
        return `${random.of(['', 'no '])}${e.text} since ${from}${from === 'start' ? '' : span(scope, 0.2)}`;
    }
    if (roll < 0.68) {
        return scope.ofState ? `once ${e.text}` : `last is ${random.of(inventory.tools).name}`;
    }
    if (roll < 0.72 && keyed) {
        const same = random.of(['same call', 'same tool']);
        return `count(${random.of(['attempted', 'released', 'denied'])} ${same}) >= ${random.of([1, 2])}`;
    }
    if (roll < 0.86) {
        return counted(scope, e);
    }
    if (roll < 0.96) {
        return totalled(scope) ?? counted(scope, e);
    }
    const tool = random.of(inventory.tools);
    const asked = [...tool.params.filter(({ presence }) => presence === 'always'), ...tool.returns];
    if (asked.length === 0) {
        return `once ${e.text}`;
    }
    const field = random.of(asked);
    const path = `${tool.name}${keyed && random.chance(0.5) ? key(tool.params, params, random) : ''}.${field.name === 'out' ? 'result.' : ''}${field.name}`;
    const same = params.filter((other) => isComparable(field, other) && other.presence !== 'optional');
    return keyed && same.length > 0 && random.chance(0.4)
        ? `latest ${path} == ${random.of(same).name}`
        : field.kind.literals.length > 0
          ? `latest ${path} ${random.of(['==', '!='])} ${random.of(field.kind.literals)}`
          : `once ${e.text}`;
}

function counted(scope: Scope, { text, tools }: Event): string {
    const { random } = scope;
    const own = commonOf(tools).filter(({ kind, presence }) => presence !== 'optional' && kind.family !== 'list');
    const distinct = own.length > 0 && random.chance(0.2) ? `distinct ${random.of(own).name} of ` : '';
    const since = random.chance(0.15) && distinct === '' ? ` since ${event(scope, !scope.ofState).text}` : '';
    return `count(${distinct}${text}${since}${span(scope)}) ${random.of(['>=', '<', '==', '>='])} ${random.of([1, 2, 3])}`;
}

function totalled(scope: Scope): string | undefined {
    const { random, inventory, params } = scope;
    const tools = inventory.tools.filter((tool) => summable(tool).length > 0);
    if (tools.length === 0) {
        return undefined;
    }
    const tool = random.of(tools);
    const field = random.of(summable(tool));
    const keys = !scope.ofState && random.chance(0.3) ? key(tool.params, params, random) : '';
    const own = params.find(
        ({ name, kind, presence }) => name === field.name && kind === field.kind && presence !== 'optional'
    );
    const plus = own && random.chance(0.7) ? ` + ${own.name}` : '';
    return `total(${tool.name}${keys}.${field.name}${span(scope)})${plus} ${random.of(['>', '<=', '>='])} ${random.of([2, 3, 5])}`;
}

export function summable(tool: Tool): Param[] {
    return tool.params.filter(({ kind, presence }) => kind.sums && presence === 'always');
}
