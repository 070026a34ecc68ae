/**
 * Reasons exactly over the value tests of a conjunction: can some value meet all of them? Only certain results are
 * reported; a value may or may not meet a test that is not supported here.
 */
import { MIRRORED } from '../../server/model/policy/comparators.js';
import type { Type } from '../../server/model/policy/policy.js';
import { definitionOf } from '../names/conditions.js';
import * as ast from '../generated/ast.js';
import type { Operator, Scalar, Test } from '../text/value-tests.js';
import type { Inventory } from '../names/inventory.js';
import { isWholeLiteral, termText, termTypes } from './terms.js';
import { canonicalForm, literalValue } from './types.js';
import { wordsOf } from '../text/words.js';

/** A condition that is required or excluded. */
export interface Conjunct {
    readonly condition: ast.Condition;
    readonly holds: boolean;
}

interface TestedValue {
    /** The text of the value, as the author wrote it; undefined if it is that of the condition. */
    readonly text: string | undefined;
    readonly condition: ast.Condition;
    readonly types: readonly Type[];
    readonly isHost: boolean;
    readonly tests: Test[];
}

/**
 * The parts that must be true, or false, for the condition to be so. A part with unknown components (`or`) is a single
 * conjunct. Leaving out parts only leaves more values possible.
 */
export function conjunctsOf(condition: ast.Condition | undefined, holds: boolean): Conjunct[] {
    const found: Conjunct[] = [];
    const open: Conjunct[] = condition ? [{ condition, holds }] : [];
    while (open.length > 0) {
        const next = open.pop()!;
        const { condition: node } = next;
        if (ast.isNegation(node) && node.arg) {
            open.push({ condition: node.arg, holds: !next.holds });
        } else if (ast.isBinaryCondition(node) && (node.operator === 'and') === next.holds && node.left && node.right) {
            open.push({ condition: node.right, holds: next.holds });
            open.push({ condition: node.left, holds: node.operator === 'implies' ? !next.holds : next.holds });
        } else {
            found.push(next);
        }
    }
    return found;
}

/**
 * A description of the impossible value, as the author wrote it, if the conjuncts cannot all be met together; otherwise
 * undefined.
 */
export function contradiction(conjuncts: readonly Conjunct[], inventory: Inventory): string | undefined {
    const asked = new Map<string, TestedValue>();
    for (const { condition, holds } of conjuncts) {
        const found = testOf(condition, inventory);
        if (!found && conjuncts.length === 1) {
            // The condition may be true or false, but it always has the same value.
            return undefined;
        }
        const key = found?.key ?? wordsOf(condition);
        const entry = asked.get(key) ?? {
            text: found?.text,
            condition,
            types: found?.types ?? [{ kind: 'bool' } as const],
            isHost: found?.isHost ?? false,
            tests: []
        };
        entry.tests.push({ operator: 'holds', values: [], ...found?.test, negated: !holds });
        asked.set(key, entry);
    }
    const empty = [...asked].find(([key, entry]) => key !== '' && isEmpty(entry))?.[1];
    return empty && (empty.text ?? termText(empty.condition));
}

interface FoundTest extends Omit<TestedValue, 'tests' | 'condition'> {
    readonly key: string;
    readonly text: string;
    readonly test: Omit<Test, 'negated'>;
}

function testOf(condition: ast.Condition, inventory: Inventory): FoundTest | undefined {
    if (ast.isComparison(condition)) {
        return comparisonTest(condition, inventory);
    }
    if (ast.isMembership(condition) && condition.values.every(isWholeLiteral)) {
        return found(
            condition.left,
            condition.negated ? 'not in' : 'in',
            condition.values.map(literalValue),
            inventory
        );
    }
    if (ast.isStartsWith(condition) && isWholeLiteral(condition.prefix)) {
        return found(condition.left, 'starts with', [literalValue(condition.prefix)], inventory);
    }
    if (ast.isContains(condition) && isWholeLiteral(condition.value)) {
        const types = termTypes(condition.left, inventory);
        return types.some(({ kind }) => kind === 'list' || kind === 'any')
            ? undefined
            : found(condition.left, 'contains', [literalValue(condition.value)], inventory);
    }
    const isValue = ast.isHolds(condition) && !definitionOf(condition.term) && !isCondition(condition.term);
    return isValue ? found(condition.term, '==', [true], inventory) : undefined;
}

function isCondition(term: ast.Term | undefined): boolean {
    return ast.isReference(term) && ast.isConditionParam(term.target?.ref);
}

/** The test of a comparison; of two terms, the difference is compared with 0. */
function comparisonTest(node: ast.Comparison, inventory: Inventory): FoundTest | undefined {
    const { left, operator, right } = node;
    if (!left || !right || !operator) {
        return undefined;
    }
    if (isWholeLiteral(right)) {
        return isWholeLiteral(left) ? undefined : found(left, operator, [literalValue(right)], inventory);
    }
    if (isWholeLiteral(left)) {
        return found(right, MIRRORED[operator], [literalValue(left)], inventory);
    }
    const [a, b] = [wordsOf(left), wordsOf(right)];
    const isOrdered = a <= b;
    const range = a === b ? { min: 0, max: 0 } : {};
    return {
        key: isOrdered ? `${a} - ${b}` : `${b} - ${a}`,
        text: a === b ? termText(left) : `${termText(left)}\` and \`${termText(right)}`,
        types: [{ kind: 'number', ...range }],
        isHost: false,
        test: { operator: isOrdered ? operator : MIRRORED[operator], values: [0] }
    };
}

function found(
    term: ast.Term | undefined,
    operator: Test['operator'],
    values: readonly Scalar[],
    inventory: Inventory
): FoundTest | undefined {
    if (!term || isWholeLiteral(term)) {
        return undefined;
    }
    const types = termTypes(term, inventory);
    const entity = types.find((type) => type.kind === 'entity');
    return {
        key: wordsOf(term),
        text: termText(term),
        types,
        isHost: ast.isHostOf(term) || (ast.isPartOf(term) && term.part === 'domain'),
        test: {
            operator,
            values: entity
                ? values.map((value) => (typeof value === 'string' ? canonicalForm(entity, value) : value))
                : values
        }
    };
}

function isEmpty({ types, isHost, tests }: TestedValue): boolean {
    if (isHost) {
        return hostsLeft(tests) === false;
    }
    const candidates = candidatesOf(types, tests);
    return candidates
        ? !candidates.some((value) => tests.every((test) => meets(value, test) !== test.negated))
        : !hasNumber(rangeOf(types, tests)) || haveDisjointPrefixes(tests);
}

/** All values that remain, if they are few. */
function candidatesOf(types: readonly Type[], tests: readonly Test[]): readonly Scalar[] | undefined {
    const listed = tests.find(
        ({ operator, negated }) =>
            (!negated && (operator === '==' || operator === 'in')) ||
            (negated && (operator === '!=' || operator === 'not in'))
    );
    if (listed) {
        return listed.values;
    }
    const known = types.map((type) =>
        type.kind === 'bool' ? [true, false] : type.kind === 'literals' ? type.values : undefined
    );
    if (known.length > 0 && known.every((values) => values !== undefined)) {
        return known.flat();
    }
    const { min, max } = rangeOf(types, tests);
    return types.length > 0 && types.every(({ kind }) => kind === 'int') && max - min <= MOST_CANDIDATES
        ? Array.from({ length: Math.max(0, max - min + 1) }, (_, index) => min + index)
        : undefined;
}

const MOST_CANDIDATES = 100;

/** True if the test is met, ignoring its negation; a value that is not a text meets no test for texts. */
function meets(value: Scalar, { operator, values }: Test): boolean {
    const [other] = values;
    switch (operator) {
        case '==':
        case 'in':
            return values.includes(value);
        case '!=':
        case 'not in':
            return !values.includes(value);
        case 'starts with':
            return typeof value === 'string' && value.startsWith(String(other));
        case 'contains':
            return typeof value === 'string' && value.includes(String(other));
        case 'holds':
            return value === true;
        default:
            return typeof value === 'number' && typeof other === 'number' && inOrder(value, operator, other);
    }
}

function inOrder(value: number, operator: Operator, other: number): boolean {
    switch (operator) {
        case '<':
            return value < other;
        case '<=':
            return value <= other;
        case '>':
            return value > other;
        default:
            return value >= other;
    }
}

interface Range {
    min: number;
    max: number;
    /** True if the end itself is excluded. */
    openMin: boolean;
    openMax: boolean;
    /** The excluded values inside the range. */
    readonly without: Set<Scalar>;
}

/** The range of numbers that the tests and the types leave. */
function rangeOf(types: readonly Type[], tests: readonly Test[]): Range {
    const bounds: readonly { readonly min?: number; readonly max?: number }[] = types.map((type) =>
        type.kind === 'int' || type.kind === 'number' || type.kind === 'decimal' ? type : {}
    );
    const isWhole = types.length > 0 && types.every(({ kind }) => kind === 'int');
    const range: Range = {
        min: bounds.length > 0 ? Math.min(...bounds.map(({ min = -Infinity }) => min)) : -Infinity,
        max: bounds.length > 0 ? Math.max(...bounds.map(({ max = Infinity }) => max)) : Infinity,
        openMin: false,
        openMax: false,
        without: new Set()
    };
    for (const { operator, values, negated } of tests) {
        const [value] = values;
        if (operator === '!=' || operator === 'not in' || (negated && (operator === '==' || operator === 'in'))) {
            values.forEach((other) => range.without.add(other));
        } else if (typeof value === 'number' && operator in OPPOSITES) {
            narrow(range, negated ? OPPOSITES[operator as keyof typeof OPPOSITES] : operator, value);
        }
    }
    if (isWhole) {
        range.min = range.openMin ? Math.floor(range.min) + 1 : Math.ceil(range.min);
        range.max = range.openMax ? Math.ceil(range.max) - 1 : Math.floor(range.max);
        range.openMin = range.openMax = false;
    }
    return range;
}

const OPPOSITES = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const;

function narrow(range: Range, operator: Test['operator'], value: number): void {
    const isOpen = operator === '<' || operator === '>';
    if ((operator === '>' || operator === '>=') && (value > range.min || (value === range.min && isOpen))) {
        range.min = value;
        range.openMin = isOpen;
    } else if ((operator === '<' || operator === '<=') && (value < range.max || (value === range.max && isOpen))) {
        range.max = value;
        range.openMax = isOpen;
    }
}

function hasNumber({ min, max, openMin, openMax, without }: Range): boolean {
    return min < max || (min === max && !openMin && !openMax && !without.has(min));
}

function haveDisjointPrefixes(tests: readonly Test[]): boolean {
    const prefixes = tests
        .filter(({ operator, negated }) => operator === 'starts with' && !negated)
        .map(({ values }) => String(values[0]));
    const [longest = ''] = [...prefixes].sort((a, b) => b.length - a.length);
    return prefixes.some((prefix) => !longest.startsWith(prefix));
}

/** Treats lists of hosts as sets: `*.acme.example` means all proper subdomains (M12). */
/** True if some host passes all tests; undefined if this is unknown. */
function hostsLeft(tests: readonly Test[]): boolean | undefined {
    const lists: (readonly string[])[] = [];
    const excluded: string[] = [];
    for (const { operator, values, negated } of tests) {
        const hosts = values.map((value) => String(value).toLowerCase());
        const isExcluding = (operator === '!=' || operator === 'not in') !== negated;
        if (operator === '==' || operator === '!=' || operator === 'in' || operator === 'not in') {
            if (isExcluding) {
                excluded.push(...hosts);
            } else {
                lists.push(hosts);
            }
        }
    }
    const [first, ...others] = lists;
    if (!first || lists.some((hosts) => hosts.length > MOST_HOSTS)) {
        return undefined;
    }
    const left = others.reduce<readonly string[]>(
        (hosts, list) => hosts.filter((host) => list.some((other) => meet(host, other))),
        first
    );
    // All members of the other lists together may still exclude a name in a longer list, so nothing is claimed about
    // it.
    return left.some((host) => !excluded.some((other) => covers(other, host)));
}

const MOST_HOSTS = 200;

/** True if `a` covers everything that `b` covers. */
function covers(a: string, b: string): boolean {
    return a === b || (a.startsWith('*.') && b.replace(/^\*/, '').endsWith(a.slice(1)));
}

/** True if some host is covered by both. */
function meet(a: string, b: string): boolean {
    return covers(a, b) || covers(b, a);
}
