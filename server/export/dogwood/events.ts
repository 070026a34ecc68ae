/** Writes the condition on an event at its own point: a predicate over its fields, or several conditions. */
import { MIRRORED } from '../../model/policy/comparators.js';
import type { Comparator, Condition, Term, Value } from '../../model/policy/policy.js';
import { mayBe, mustBe } from '../../model/policy/truth.js';
import type { ConditionContext, Side } from '../cedar/conditions.js';
import { cedarTerm, literal, scalarOfTerm } from '../cedar/terms.js';
import { escaped, quoted } from '../cedar/texts.js';
import { type Scalar, scalarOf } from '../cedar/types.js';
import { all, exists, not, some } from './temporal.js';

export type Kind = 'request' | 'response';

/**
 * `fields` go into the predicate, and `tests` are additional conditions. Without either, the condition is always true.
 */
export interface EventTests {
    readonly fields: readonly string[];
    readonly tests: readonly string[];
}

export const ANY_EVENT: EventTests = { fields: [], tests: [] };

/** The kind and tool of the event, and its relation to the current decision. */
export interface About {
    readonly tool: number;
    readonly kind: Kind;
    readonly asking: ConditionContext;
}

export function predicate({ tool, kind, asking }: About, fields: readonly string[]): string {
    const inside = fields.length === 0 ? '' : ` ${fields.join(', ')} `;
    return `Action::${quoted(asking.policy.tools[tool]!.name)}::${kind}{${inside}}`;
}

/** The events that match, or may match; undefined if there are none. */
export function whereIs(condition: Condition, side: Side, about: About): EventTests | undefined {
    if (condition.op === 'and') {
        const parts = condition.args.map((arg) => whereIs(arg, side, about));
        return parts.includes(undefined) ? undefined : conjunction(parts as EventTests[]);
    }
    const test = testOf(condition, side, about);
    if (typeof test === 'boolean') {
        return test ? ANY_EVENT : undefined;
    }
    const sides = condition.op === 'compare' ? sidesOf(condition, about) : undefined;
    return sides?.cmp === '=='
        ? { fields: [equality(sides.field, sides.value)], tests: [] }
        : { fields: [], tests: [test] };
}

export function conjunction(parts: readonly EventTests[]): EventTests {
    return { fields: parts.flatMap(({ fields }) => fields), tests: parts.flatMap(({ tests }) => tests) };
}

/**
 * Requires that the field equals the decided call's value for a key, if the call has one; undefined if this cannot be
 * expressed.
 */
export function keyIs(event: Term, call: Term, side: Side, about: About): string | undefined {
    const asked = field(event, about);
    const value = valueOf({ term: 'call', of: call }, about);
    return asked && value?.type === asked.type && (side === 'must' || asked.isAlwaysThere)
        ? equality(asked, value)
        : undefined;
}

/** The equality as a field of a predicate, which never matches an event without the field. */
function equality({ path }: Field, { text }: ValueText): string {
    return `${path}: ${text}`;
}

const OTHER = 'everything that `where` reads';

function testOf(condition: Condition, side: Side, about: About): string | boolean {
    switch (condition.op) {
        case 'constant':
            return side === 'must' ? mustBe(condition.value) : mayBe(condition.value);
        case 'not': {
            const inner = testOf(condition.arg, side === 'must' ? 'may' : 'must', about);
            return typeof inner === 'boolean' ? !inner : not(inner);
        }
        case 'and':
        case 'or': {
            const deciding = condition.op === 'or';
            const parts = condition.args.map((arg) => testOf(arg, side, about));
            const texts = parts.filter((part) => typeof part === 'string');
            return parts.includes(deciding)
                ? deciding
                : texts.length === 0
                  ? !deciding
                  : deciding
                    ? some(texts)
                    : texts.length === 1
                      ? texts[0]!
                      : `(${all(texts)})`;
        }
        case 'in': {
            const { term } = condition;
            const equal = condition.values.map((value) => ({ term: 'constant', value }) as const);
            return testOf(
                { op: 'or', args: equal.map((right) => ({ op: 'compare', cmp: '==', left: term, right })) },
                side,
                about
            );
        }
        case 'compare':
            return comparison(condition, side, about);
        default:
            about.asking.unsaid.add(OTHER);
            return side === 'may';
    }
}

function comparison(condition: Condition & { op: 'compare' }, side: Side, about: About): string | boolean {
    if (condition.cmp === '!=') {
        return testOf({ op: 'not', arg: { ...condition, cmp: '==' } }, side, about);
    }
    const sides = sidesOf(condition, about);
    if (!sides) {
        about.asking.unsaid.add(OTHER);
        return side === 'may';
    }
    const { field: asked, cmp, value } = sides;
    if (side === 'may' && !(asked.isAlwaysThere && value.isAlwaysThere)) {
        about.asking.unsaid.add('what may not be there');
        return true;
    }
    return cmp === '=='
        ? predicate(about, [equality(asked, value)])
        : exists('n', 'Long', [predicate(about, [`${asked.path}: n`]), `n ${cmp} ${value.text}`]);
}

/** A field of the event and the value that it is compared with; undefined if this cannot be expressed. */
function sidesOf(
    { left, cmp, right }: Condition & { op: 'compare' },
    about: About
): { readonly field: Field; readonly cmp: Comparator; readonly value: ValueText } | undefined {
    const isMirrored = !field(left, about);
    const asked = field(isMirrored ? right : left, about);
    const value = valueOf(isMirrored ? left : right, about);
    const isOrder = cmp !== '==' && cmp !== '!=';
    return asked && value?.type === asked.type && (!isOrder || asked.type === 'Long')
        ? { field: asked, cmp: isMirrored ? MIRRORED[cmp] : cmp, value }
        : undefined;
}

interface Field {
    readonly path: string;
    readonly type: Scalar;
    readonly isAlwaysThere: boolean;
}

/** A field of the event that a predicate can name; undefined if the term is not such a field. */
export function field(term: Term, { tool, asking: { policy } }: About): Field | undefined {
    const found =
        term.term === 'param' || term.term === 'field' ? cedarTerm(term, policy.tools[tool]!, policy) : undefined;
    const type = found?.type && scalarOf(found.type);
    return found && type && isPath(found.text)
        ? { path: found.text.slice('context.'.length), type, isAlwaysThere: found.presence.length === 0 }
        : undefined;
}

interface ValueText {
    readonly text: string;
    readonly type: Scalar;
    readonly isAlwaysThere: boolean;
}

/** A constant (including a session constant), or a value of the decided call. */
function valueOf(term: Term, { asking: { policy, tool } }: About): ValueText | undefined {
    const asked = term.term === 'call' ? term.of : term;
    const isOfCall = term.term === 'call' || term.term === 'session' || term.term === 'constant';
    const found = isOfCall ? cedarTerm(asked, policy.tools[tool]!, policy) : undefined;
    const type = found && scalarOfTerm(found);
    return found && type && (found.value === undefined ? isPath(found.text) : isPlain(found.value))
        ? {
              text: found.value === undefined ? found.text : literal(found.value),
              type,
              isAlwaysThere: found.presence.length === 0
          }
        : undefined;
}

/** True if no character of the text needs an escape, because engines differ in how they read escapes. */
function isPlain(value: Value): boolean {
    return typeof value !== 'string' || escaped(value) === value;
}

/** True if the text consists of names between dots, which a temporal condition accepts; it does not accept brackets. */
function isPath(text: string): boolean {
    return /^\w+(\.\w+)+$/.test(text);
}
