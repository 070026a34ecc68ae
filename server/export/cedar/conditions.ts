/**
 * Writes conditions in Cedar. A condition of the language is true, false or unknown; here it becomes one of two
 * expressions, neither of which fails: `must` is true only if the condition is true, and `may` is true whenever the
 * condition is true or unknown. A part that Cedar cannot express is false in `must` and true in `may`, so that an
 * `allow` becomes narrower and a `deny` wider.
 */
import type { Condition, Policy, TextPattern, Value } from '../../model/policy/policy.js';
import { FALSE, mayBe, mustBe } from '../../model/policy/truth.js';
import { OTHER_TYPES, unsaidBy } from './unsaid.js';
import { type CedarTerm, cedarTerm, literal, scalarOfTerm } from './terms.js';
import { attributeName, escaped, quoted } from './texts.js';
import { scalarOf, scalarOfValue } from './types.js';

export type Side = 'must' | 'may';

export interface ConditionContext {
    readonly policy: Policy;
    /** The index of the tool that the request is about. */
    readonly tool: number;
    /** Receives a noun for each part that cannot be expressed. */
    readonly unsaid: Set<string>;
    readonly beyond?: Fallback;
}

/** Writes a condition that Cedar cannot express, in a language that can; undefined if that language cannot either. */
export type Fallback = (condition: Condition, side: Side, asking: ConditionContext) => string | undefined;

export const TRUE_TEXT = 'true';
export const FALSE_TEXT = 'false';

export function cedarCondition(condition: Condition, side: Side, asking: ConditionContext): string {
    switch (condition.op) {
        case 'constant':
            return constant(side === 'must' ? mustBe(condition.value) : mayBe(condition.value));
        case 'not':
            return negated(cedarCondition(condition.arg, side === 'must' ? 'may' : 'must', asking));
        case 'and':
            return joined(
                '&&',
                condition.args.map((arg) => cedarCondition(arg, side, asking))
            );
        case 'or':
            return joined(
                '||',
                condition.args.map((arg) => cedarCondition(arg, side, asking))
            );
        case 'tool is': {
            const value = condition.tools[asking.tool] ?? FALSE;
            return constant(side === 'must' ? mustBe(value) : mayBe(value));
        }
        case 'caller is':
            return `principal == Agent::${quoted(asking.policy.agents[condition.agent]!.name)}`;
        case 'given':
            return given(condition.param, side, asking);
        default: {
            const known = ofTerms(condition, asking);
            if (known === undefined) {
                const more = asking.beyond?.(condition, side, asking);
                if (more !== undefined) {
                    return more;
                }
                unsaidBy(condition).forEach((noun) => asking.unsaid.add(noun));
                return constant(side === 'may');
            }
            const there = [...new Set(known.terms.flatMap(({ presence }) => presence))];
            return there.length === 0
                ? known.text
                : side === 'must'
                  ? joined('&&', [...there, known.text])
                  : `(if ${there.join(' && ')} then ${known.text} else true)`;
        }
    }
}

/** Writes the comparison of terms whose values are present; undefined if Cedar cannot express it. */
function ofTerms(
    condition: Condition,
    { policy, tool }: ConditionContext
): { readonly text: string; readonly terms: readonly CedarTerm[] } | undefined {
    const read = (term: Parameters<typeof cedarTerm>[0]): CedarTerm | undefined =>
        cedarTerm(term, policy.tools[tool]!, policy);
    switch (condition.op) {
        case 'compare': {
            const [left, right] = [read(condition.left), read(condition.right)];
            const type = left && scalarOfTerm(left);
            const isOrder = condition.cmp !== '==' && condition.cmp !== '!=';
            return left && right && type && type === scalarOfTerm(right) && (!isOrder || type === 'Long')
                ? { text: `${left.text} ${condition.cmp} ${right.text}`, terms: [left, right] }
                : undefined;
        }
        case 'in': {
            const term = read(condition.term);
            const type = term && scalarOfTerm(term);
            return type && { text: memberOf(term, condition.values, type), terms: [term] };
        }
        case 'starts with':
            return like(read(condition.term), `${literalPart(condition.prefix)}*`);
        case 'contains': {
            const term = read(condition.term);
            return term?.type?.kind === 'list'
                ? containsElement(term, condition.value)
                : typeof condition.value === 'string'
                  ? like(term, `*${literalPart(condition.value)}*`)
                  : undefined;
        }
        case 'matches': {
            const pattern = wildcards(condition.pattern);
            return pattern === undefined ? undefined : like(read(condition.term), pattern);
        }
        default:
            return undefined;
    }
}

/** Values of other types are left out: they are never equal, and Cedar does not compare them. */
function memberOf({ text }: CedarTerm, values: readonly Value[], type: string): string {
    const fitting = values.filter((value) => scalarOfValue(value) === type);
    return fitting.length === 0 ? FALSE_TEXT : `[${fitting.map(literal).join(', ')}].contains(${text})`;
}

function containsElement(term: CedarTerm, value: Value): ReturnType<typeof ofTerms> {
    const element = term.type?.kind === 'list' ? scalarOf(term.type.element) : undefined;
    return element !== undefined && element === scalarOfValue(value)
        ? { text: `${term.text}.contains(${literal(value)})`, terms: [term] }
        : undefined;
}

function like(term: CedarTerm | undefined, pattern: string): ReturnType<typeof ofTerms> {
    return term && scalarOfTerm(term) === 'String'
        ? { text: `${term.text} like "${pattern}"`, terms: [term] }
        : undefined;
}

function literalPart(text: string): string {
    return escaped(text).replaceAll('*', '\\*');
}

/** The pattern in the syntax of `like`, if it consists only of literal characters and `.*`. */
function wildcards({ regex, ignoreCase }: TextPattern): string | undefined {
    const parts = Array.from(regex.matchAll(/\.\*|\\([^\w\s])|[^\\^$.*+?()[\]{}|]/gu));
    return ignoreCase || parts.map(([part]) => part).join('') !== regex
        ? undefined
        : parts.map(([part, sign]) => (part === '.*' ? '*' : literalPart(sign ?? part))).join('');
}

function given(param: string, side: Side, { policy, tool, unsaid }: ConditionContext): string {
    const term = cedarTerm({ term: 'param', name: param }, policy.tools[tool]!, policy);
    if (!term) {
        unsaid.add(OTHER_TYPES);
        return constant(side === 'may');
    }
    return term.presence.length === 0 ? TRUE_TEXT : `context.input has ${attributeName(param)}`;
}

function constant(value: boolean): string {
    return value ? TRUE_TEXT : FALSE_TEXT;
}

export function negated(text: string): string {
    return text === TRUE_TEXT ? FALSE_TEXT : text === FALSE_TEXT ? TRUE_TEXT : `!(${text})`;
}

/** Joins the parts, simplified if one is constant; in parentheses if there are several parts. */
export function joined(sign: '&&' | '||', parts: readonly string[]): string {
    const [neutral, deciding] = sign === '&&' ? [TRUE_TEXT, FALSE_TEXT] : [FALSE_TEXT, TRUE_TEXT];
    const left = parts.filter((part) => part !== neutral);
    if (left.includes(deciding)) {
        return deciding;
    }
    return left.length === 0 ? neutral : left.length === 1 ? left[0]! : `(${left.join(` ${sign} `)})`;
}
