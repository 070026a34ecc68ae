/** Evaluates the conditions that depend only on the call, not on the history. */
import { isHostWithin, isHostWithinText } from '../values/addresses.js';
import { hostMatches } from '../values/hosts.js';
import { isPathWithin, isPlainFolder } from '../values/structured-texts.js';
import type { Comparator, Condition, Term, TextPattern, Value } from '../policy/policy.js';
import type { Call } from '../memory/memory.js';
import { commandStartsWith, redirects, testCommand, testPrograms } from '../values/shell-commands.js';
import { isFrom } from '../memory/provenance.js';
import { containsText } from '../values/parts-of-texts.js';
import { LineBudget } from '../values/shell-lines.js';
import type { Situation } from './inputs.js';
import { matchesPattern } from '../values/text-patterns.js';
import { type Truth, and, FALSE, not, or, truth, TRUE, UNKNOWN } from '../policy/truth.js';
import { isOuter, readTerm, valueOf } from './terms.js';
import { isList, isRecord, ownField, sameValue } from '../values/values.js';

const STATIC = [
    'compare',
    'in',
    'host in',
    'host within',
    'path within',
    'matches',
    'starts with',
    'contains',
    'text test',
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

/** True if the condition reads only values of the call itself. */
export function isStatic(condition: Condition): condition is StaticCondition {
    return isOfValues(condition) && !readsOuter(condition);
}

function isOfValues(condition: Condition): condition is StaticCondition {
    return (STATIC as readonly string[]).includes(condition.op);
}

const LOGIC: ReadonlySet<string> = new Set(['constant', 'not', 'and', 'or']);

const HISTORY: ReadonlySet<unknown> = new Set(['aggregate', 'latest', 'period', 'now']);

const readingHistory = new WeakMap<object, boolean>();

/**
 * True if the condition, or a nested one, reads more than values: history, labels, approvals, modes or the clock. The
 * `arg` of a quantifier that does is evaluated with the whole situation (`evaluate`).
 */
export function readsHistory(part: Condition | Term): boolean {
    let reads = readingHistory.get(part);
    if (reads === undefined) {
        reads =
            ('term' in part && HISTORY.has(part.term)) ||
            ('op' in part && !LOGIC.has(part.op) && part.op !== 'from' && !isOfValues(part)) ||
            Object.values(part)
                .flat()
                .some((inner: unknown) => isPart(inner) && readsHistory(inner));
        readingHistory.set(part, reads);
    }
    return reads;
}

const readingOuter = new WeakMap<object, boolean>();

/** True if a term of the condition, or of a nested one, reads anything but the call's arguments. */
function readsOuter(part: Condition | Term): boolean {
    let reads = readingOuter.get(part);
    if (reads === undefined) {
        reads =
            ('term' in part && isOuter(part.term)) ||
            ('op' in part && !LOGIC.has(part.op) && !isOfValues(part)) ||
            Object.values(part)
                .flat()
                .some((inner: unknown) => isPart(inner) && readsOuter(inner));
        readingOuter.set(part, reads);
    }
    return reads;
}

function isPart(value: unknown): value is Condition | Term {
    return typeof value === 'object' && value !== null && ('op' in value || 'term' in value);
}

/**
 * @param elements the current elements of the enclosing quantifiers
 * @param situation if undefined, the terms must read only the call
 */
export function evaluateStatic(
    condition: StaticCondition,
    call: Call,
    elements: readonly Value[] = [],
    situation?: Situation
): Truth {
    const shellPart = shellPartOf(condition);
    if (shellPart !== undefined) {
        return askShell(condition as OfShell, shellPart, call, elements, situation);
    }
    switch (condition.op) {
        case 'compare':
            return compare(
                condition.cmp,
                valueOf(condition.left, call, elements, situation),
                valueOf(condition.right, call, elements, situation)
            );
        case 'in': {
            const value = valueOf(condition.term, call, elements, situation);
            return value === undefined ? UNKNOWN : truth(condition.values.some((other) => sameValue(value, other)));
        }
        case 'host in':
            return ofText(valueOf(condition.term, call, elements, situation), (host) =>
                condition.hosts.some((pattern) => hostMatches(host, pattern))
            );
        case 'host within':
            return ofText(valueOf(condition.term, call, elements, situation), (host) =>
                isHostWithin(host, condition.network)
            );
        case 'path within': {
            const path = valueOf(condition.term, call, elements, situation);
            const inside = typeof path === 'string' ? isPathWithin(path, condition.root, condition.base) : undefined;
            return inside === undefined ? UNKNOWN : truth(inside);
        }
        case 'matches':
            return matching(valueOf(condition.term, call, elements, situation), condition.pattern);
        case 'starts with':
            return ofText(valueOf(condition.term, call, elements, situation), (text) =>
                text.startsWith(condition.prefix)
            );
        case 'contains':
            return contains(valueOf(condition.term, call, elements, situation), condition.value);
        case 'text test':
            return testText(
                condition,
                valueOf(condition.term, call, elements, situation),
                valueOf(condition.other, call, elements, situation)
            );
        case 'every':
        case 'some':
            return quantify(condition, valueOf(condition.list, call, elements, situation), elements, (within) =>
                evaluateOfValues(condition.arg, call, within, situation)
            );
        case 'any text':
            return anyText(
                condition.term ? valueOf(condition.term, call, elements, situation) : Object.values(call.args),
                condition.pattern
            );
        case 'redirects':
            return redirects(valueOf(condition.term, call, elements, situation));
        case 'command starts with':
            return commandStartsWith(valueOf(condition.term, call, elements, situation), condition.prefix);
        case 'given':
            return truth(ownField(call.args, condition.param) !== undefined);
        case 'caller is':
            return truth(call.agent === condition.agent);
        case 'tool is':
            return condition.tools[call.tool] ?? FALSE;
    }
}

type OfShell = Extract<
    StaticCondition,
    { left: Term } | { term: Term; values: unknown } | { term: Term; pattern: unknown }
>;

/** The field with the program or command of a shell line, which may run other programs; undefined if there is none. */
function shellPartOf(condition: StaticCondition): 'left' | 'right' | 'term' | undefined {
    switch (condition.op) {
        case 'compare':
            return isOfShell(condition.left) ? 'left' : isOfShell(condition.right) ? 'right' : undefined;
        case 'in':
        case 'matches':
        case 'starts with':
        case 'contains':
        case 'text test':
            return isOfShell(condition.term) ? 'term' : undefined;
        default:
            return undefined;
    }
}

function isOfShell(term: Term): boolean {
    return term.term === 'part' && LINE_PARTS.has(term.part);
}

function askShell(
    condition: OfShell,
    field: 'left' | 'right' | 'term',
    call: Call,
    elements: readonly Value[],
    situation: Situation | undefined
): Truth {
    if (condition.op === 'compare' && condition.cmp === '!=') {
        return not(askShell({ ...condition, cmp: '==' }, field, call, elements, situation));
    }
    const part = (condition as unknown as Record<string, Term>)[field] as Term & { term: 'part' };
    const line = valueOf(part.of, call, elements, situation);
    const test = (value: string): Truth =>
        evaluateStatic({ ...condition, [field]: { term: 'constant', value } }, call, elements, situation);
    return typeof line !== 'string'
        ? UNKNOWN
        : part.part === 'program'
          ? testPrograms(line, test)
          : testCommand(line, test);
}

/** @param ask evaluates the condition for the elements, of which the last is that of this quantifier */
export function quantify(
    { op, arg, list: term }: Condition & { op: 'every' | 'some' },
    list: Value | undefined,
    elements: readonly Value[],
    ask: (elements: readonly Value[]) => Truth
): Truth {
    if (!isList(list)) {
        return UNKNOWN;
    }
    if (term.term !== 'commands' && readsLines(arg) && !isOneLine(list)) {
        return UNKNOWN;
    }
    const [start, combine, end] = op === 'every' ? ([TRUE, and, FALSE] as const) : ([FALSE, or, TRUE] as const);
    let value: Truth = start;
    // The same array is reused for all elements, since there may be very many; nothing keeps a reference to it.
    const within: Value[] = [...elements, null];
    for (const element of list) {
        within[elements.length] = element;
        value = combine(value, ask(within));
        if (value === end) {
            break;
        }
    }
    return value;
}

/** True if all texts in the list together are within the limits for a single line. */
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

/** True if the condition reads a shell line, or tests a text against another, so that its cost grows with both. */
function readsLines(part: Condition | Term): boolean {
    let reads = readingLines.get(part);
    if (reads === undefined) {
        reads =
            ('term' in part && (part.term === 'commands' || (part.term === 'part' && LINE_PARTS.has(part.part)))) ||
            ('op' in part &&
                (part.op === 'redirects' || part.op === 'command starts with' || part.op === 'text test')) ||
            Object.values(part)
                .flat()
                .some((inner: unknown) => isPart(inner) && readsLines(inner));
        readingLines.set(part, reads);
    }
    return reads;
}

const LINE_PARTS: ReadonlySet<string> = new Set(['command', 'program']);

/**
 * True if the value comes from the source.
 * @param elements the current elements of the enclosing quantifiers
 */
export function fromSource(
    { term, source, canonical }: Condition & { op: 'from' },
    situation: Situation,
    elements: readonly Value[]
): Truth {
    const value = readTerm(term, situation, elements);
    const given = situation.memory.given?.[source];
    return value === undefined || !given ? UNKNOWN : isFrom(value, given, canonical);
}

/** Evaluates logic over static conditions. Throws if the condition reads anything but values. */
function evaluateOfValues(
    condition: Condition,
    call: Call,
    elements: readonly Value[],
    situation: Situation | undefined
): Truth {
    switch (condition.op) {
        case 'constant':
            return condition.value;
        case 'not':
            return not(evaluateOfValues(condition.arg, call, elements, situation));
        case 'and':
            return condition.args.reduce<Truth>(
                (value, arg) =>
                    value === FALSE ? FALSE : and(value, evaluateOfValues(arg, call, elements, situation)),
                TRUE
            );
        case 'or':
            return condition.args.reduce<Truth>(
                (value, arg) => (value === TRUE ? TRUE : or(value, evaluateOfValues(arg, call, elements, situation))),
                FALSE
            );
        case 'from':
            return situation ? fromSource(condition, situation, elements) : UNKNOWN;
        default:
            if (!isOfValues(condition)) {
                throw new TypeError(`a condition on ${condition.op} cannot be asked of an element`);
            }
            return evaluateStatic(condition, call, elements, situation);
    }
}

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

function testText(
    { test, base, other: root }: StaticCondition & { op: 'text test' },
    value: Value | undefined,
    other: Value | undefined
): Truth {
    if (value === undefined || other === undefined) {
        return UNKNOWN;
    }
    if (test === 'contains' && isList(value)) {
        return contains(value, other);
    }
    if (typeof value !== 'string' || typeof other !== 'string') {
        return UNKNOWN;
    }
    switch (test) {
        case 'contains':
            return truth(containsText(value, other));
        case 'starts with':
            return truth(value.startsWith(other));
        case 'ends with':
            return truth(value.endsWith(other));
        case 'path within': {
            // Text that is put together may leave the folder that it starts with.
            const isFolder = root.term !== 'joined' || isPlainFolder(other);
            const inside = isFolder ? isPathWithin(value, other, base) : undefined;
            return inside === undefined ? UNKNOWN : truth(inside);
        }
        case 'host within': {
            const inside = isHostWithinText(value, other);
            return inside === undefined ? UNKNOWN : truth(inside);
        }
    }
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
