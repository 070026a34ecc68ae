/** The conditions that depend on the call alone, not on what happened before. */
import { isHostWithin } from './addresses.js';
import { hostMatches, hostOf } from './hosts.js';
import { domainOf, extensionOfPath, isPathWithin, nameOfPath } from './parts.js';
import type { Comparator, Condition, Term, TextPattern, Value } from './policy.js';
import type { Call } from './memory.js';
import { commandsOf, commandStartsWith, onlyCommandOf, onlyProgramOf, redirects } from './commands.js';
import { LineBudget } from './shell.js';
import { matchesPattern } from './texts.js';
import { type Truth, and, FALSE, not, or, truth, TRUE, UNKNOWN } from './truth.js';
import { sameValue } from './values.js';

const STATIC = [
    'compare',
    'in',
    'host in',
    'host within',
    'path within',
    'matches',
    'starts with',
    'contains',
    'every',
    'some',
    'any text',
    'redirects',
    'command starts with',
    'given',
    'caller is',
    'tool is'
] as const;

export type StaticCondition = Extract<Condition, { op: (typeof STATIC)[number] }>;

/** True if the condition is of values, and those of the call alone. */
export function isStatic(condition: Condition): condition is StaticCondition {
    return isOfValues(condition) && !readsOuter(condition);
}

function isOfValues(condition: Condition): condition is StaticCondition {
    return (STATIC as readonly string[]).includes(condition.op);
}

const readingOuter = new WeakMap<object, boolean>();

/** True if a term of the condition, or of one inside it, is not of the call's arguments. */
function readsOuter(part: Condition | Term): boolean {
    let reads = readingOuter.get(part);
    if (reads === undefined) {
        reads =
            ('term' in part && OUTER.has(part.term)) ||
            ('op' in part && part.op === 'from') ||
            Object.values(part)
                .flat()
                .some((inner: unknown) => isPart(inner) && readsOuter(inner));
        readingOuter.set(part, reads);
    }
    return reads;
}

export type OuterTerm = Extract<
    Term,
    { term: 'result' | 'session' | 'request' | 'signal' | 'call' | 'sum' | 'aggregate' | 'latest' }
>;

const OUTER: ReadonlySet<unknown> = new Set<OuterTerm['term']>([
    'result',
    'session',
    'request',
    'signal',
    'call',
    'sum',
    'aggregate',
    'latest'
]);

function isPart(value: unknown): value is Condition | Term {
    return typeof value === 'object' && value !== null && ('op' in value || 'term' in value);
}

/** Decides, of an element, what the session knows about values. */
export type AskOuter = (condition: Condition & { op: 'from' }, elements: readonly Value[]) => Truth;

/** Reads what is not an argument of the call. */
export type ReadOuter = (term: OuterTerm, elements: readonly Value[]) => Value | undefined;

/**
 * `elements` are those that the quantifiers around the condition are asking about. Without `outer` the terms must be
 * of the call alone.
 */
export function evaluateStatic(
    condition: StaticCondition,
    call: Call,
    elements: readonly Value[] = [],
    outer?: ReadOuter,
    ask?: AskOuter
): Truth {
    switch (condition.op) {
        case 'compare':
            return compare(
                condition.cmp,
                valueOf(condition.left, call, elements, outer),
                valueOf(condition.right, call, elements, outer)
            );
        case 'in': {
            const value = valueOf(condition.term, call, elements, outer);
            return value === undefined ? UNKNOWN : truth(condition.values.some((other) => sameValue(value, other)));
        }
        case 'host in':
            return ofText(valueOf(condition.term, call, elements, outer), (host) =>
                condition.hosts.some((pattern) => hostMatches(host, pattern))
            );
        case 'host within':
            return ofText(valueOf(condition.term, call, elements, outer), (host) =>
                isHostWithin(host, condition.network)
            );
        case 'path within': {
            const path = valueOf(condition.term, call, elements, outer);
            const inside = typeof path === 'string' ? isPathWithin(path, condition.root, condition.base) : undefined;
            return inside === undefined ? UNKNOWN : truth(inside);
        }
        case 'matches':
            return matching(valueOf(condition.term, call, elements, outer), condition.pattern);
        case 'starts with':
            return ofText(valueOf(condition.term, call, elements, outer), (text) => text.startsWith(condition.prefix));
        case 'contains':
            return contains(valueOf(condition.term, call, elements, outer), condition.value);
        case 'every':
        case 'some':
            return quantify(condition, valueOf(condition.list, call, elements, outer), call, elements, outer, ask);
        case 'any text':
            return anyText(
                condition.term ? valueOf(condition.term, call, elements, outer) : Object.values(call.args),
                condition.pattern
            );
        case 'redirects':
            return redirects(valueOf(condition.term, call, elements, outer));
        case 'command starts with':
            return commandStartsWith(valueOf(condition.term, call, elements, outer), condition.prefix);
        case 'given':
            return truth(call.args[condition.param] !== undefined);
        case 'caller is':
            return truth(call.agent === condition.agent);
        case 'tool is':
            return condition.tools[call.tool] ?? FALSE;
    }
}

function quantify(
    { op, arg, list: term }: StaticCondition & { op: 'every' | 'some' },
    list: Value | undefined,
    call: Call,
    elements: readonly Value[],
    outer: ReadOuter | undefined,
    ask: AskOuter | undefined
): Truth {
    if (!isList(list)) {
        return UNKNOWN;
    }
    if (term.term !== 'commands' && readsLines(arg) && !isOneLine(list)) {
        return UNKNOWN;
    }
    const [start, combine, end] = op === 'every' ? ([TRUE, and, FALSE] as const) : ([FALSE, or, TRUE] as const);
    let value: Truth = start;
    // One list for all elements, since there may be very many: nobody keeps it.
    const within: Value[] = [...elements, null];
    for (const element of list) {
        within[elements.length] = element;
        value = combine(value, evaluateOfValues(arg, call, within, outer, ask));
        if (value === end) {
            break;
        }
    }
    return value;
}

/** True if all texts in the list together are within the limits for one line. */
function isOneLine(list: readonly Value[]): boolean {
    const budget = new LineBudget();
    const take = (value: Value): boolean =>
        typeof value === 'string'
            ? budget.take(value)
            : isList(value)
              ? value.every(take)
              : !isRecord(value) || Object.values(value).every(take);
    return list.every(take);
}

const readingLines = new WeakMap<object, boolean>();

/** True if the condition reads a shell line. */
function readsLines(part: Condition | Term): boolean {
    let reads = readingLines.get(part);
    if (reads === undefined) {
        reads =
            ('term' in part && (part.term === 'commands' || (part.term === 'part' && LINE_PARTS.has(part.part)))) ||
            ('op' in part && (part.op === 'redirects' || part.op === 'command starts with')) ||
            Object.values(part)
                .flat()
                .some((inner: unknown) => isPart(inner) && readsLines(inner));
        readingLines.set(part, reads);
    }
    return reads;
}

const LINE_PARTS: ReadonlySet<string> = new Set(['command', 'program']);

/** Logic over static conditions. Throws if the condition reads anything but values. */
function evaluateOfValues(
    condition: Condition,
    call: Call,
    elements: readonly Value[],
    outer: ReadOuter | undefined,
    ask: AskOuter | undefined
): Truth {
    switch (condition.op) {
        case 'constant':
            return condition.value;
        case 'not':
            return not(evaluateOfValues(condition.arg, call, elements, outer, ask));
        case 'and':
            return condition.args.reduce<Truth>(
                (value, arg) =>
                    value === FALSE ? FALSE : and(value, evaluateOfValues(arg, call, elements, outer, ask)),
                TRUE
            );
        case 'or':
            return condition.args.reduce<Truth>(
                (value, arg) => (value === TRUE ? TRUE : or(value, evaluateOfValues(arg, call, elements, outer, ask))),
                FALSE
            );
        case 'from':
            return ask ? ask(condition, elements) : UNKNOWN;
        default:
            if (!isOfValues(condition)) {
                throw new TypeError(`a condition on ${condition.op} cannot be asked of an element`);
            }
            return evaluateStatic(condition, call, elements, outer, ask);
    }
}

/** Undefined: cannot be read, since the argument is absent or the text does not fit the grammar of its part. */
export function valueOf(term: Term, call: Call, elements: readonly Value[] = [], outer?: ReadOuter): Value | undefined {
    switch (term.term) {
        case 'constant':
            return term.value;
        case 'param':
            return call.args[term.name];
        case 'element':
            return elements[term.level];
        case 'field': {
            const record = valueOf(term.of, call, elements, outer);
            return isRecord(record) && Object.hasOwn(record, term.field) ? record[term.field] : undefined;
        }
        case 'length': {
            const value = valueOf(term.of, call, elements, outer);
            return typeof value === 'string' ? charactersIn(value) : isList(value) ? value.length : undefined;
        }
        case 'part': {
            const text = valueOf(term.of, call, elements, outer);
            return typeof text === 'string' ? PARTS[term.part](text) : undefined;
        }
        case 'host': {
            const url = valueOf(term.of, call, elements, outer);
            return typeof url === 'string' ? hostOf(url) : undefined;
        }
        case 'commands': {
            const line = valueOf(term.of, call, elements, outer);
            return typeof line === 'string' ? commandsOf(line) : undefined;
        }
        default:
            return outer?.(term, elements);
    }
}

/** Characters, and not the halves in which JavaScript keeps some of them. */
function charactersIn(text: string): number {
    let seconds = 0;
    for (let index = 0; index < text.length; index++) {
        if (text.codePointAt(index)! > 0xffff) {
            seconds++;
            index++;
        }
    }
    return text.length - seconds;
}

const PARTS = {
    domain: domainOf,
    name: nameOfPath,
    extension: extensionOfPath,
    command: onlyCommandOf,
    program: onlyProgramOf
} as const;

function ofText(value: Value | undefined, test: (text: string) => boolean): Truth {
    return typeof value === 'string' ? truth(test(value)) : UNKNOWN;
}

function matching(value: Value | undefined, pattern: TextPattern): Truth {
    return typeof value === 'string' ? matchesPattern(value, pattern) : UNKNOWN;
}

function contains(whole: Value | undefined, part: Value): Truth {
    if (isList(whole)) {
        return truth(whole.some((element) => sameValue(element, part)));
    }
    return typeof part === 'string' ? ofText(whole, (text) => text.includes(part)) : UNKNOWN;
}

function anyText(value: Value | undefined, pattern: TextPattern): Truth {
    if (value === undefined) {
        return UNKNOWN;
    }
    if (typeof value === 'string') {
        return matchesPattern(value, pattern);
    }
    const inside = isList(value) ? value : isRecord(value) ? Object.values(value) : [];
    let found: Truth = FALSE;
    for (let index = 0; index < inside.length && found !== TRUE; index++) {
        found = or(found, anyText(inside[index], pattern));
    }
    return found;
}

function compare(cmp: Comparator, left: Value | undefined, right: Value | undefined): Truth {
    if (left === undefined || right === undefined) {
        return UNKNOWN;
    }
    if (cmp === '==' || cmp === '!=') {
        return truth(sameValue(left, right) === (cmp === '=='));
    }
    if (typeof left !== 'number' || typeof right !== 'number') {
        return UNKNOWN;
    }
    switch (cmp) {
        case '<':
            return truth(left < right);
        case '<=':
            return truth(left <= right);
        case '>':
            return truth(left > right);
        case '>=':
            return truth(left >= right);
    }
}

function isList(value: Value | undefined): value is readonly Value[] {
    return Array.isArray(value);
}

function isRecord(value: Value | undefined): value is { readonly [field: string]: Value } {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
