/** Arguments and results that meet conditions on them, as far as these compare them with values that are known. */
import { evaluateStatic } from '../../model/conditions/evaluate.js';
import { type StaticCondition, isStatic } from '../../model/conditions/reads.js';
import { MIRRORED } from '../../model/policy/comparators.js';
import type { Arguments, Comparator, Condition, Param, Policy, Term, Type, Value } from '../../model/policy/policy.js';
import type { Call } from '../../model/session/session.js';
import { and, FALSE, not, or, type Truth, TRUE, UNKNOWN } from '../../model/policy/truth.js';
import { misfit, ownField, setField } from '../../model/values/values.js';
import { simplest } from '../arguments/candidates.js';
import { readShell } from '../concrete/seeds.js';
import { conditionsOf } from '../conditions/walk.js';
import { orReason } from '../limits/undecidable.js';
import { addAtoms, divided } from '../system/argument-classes.js';
import { vocabularyOf } from './vocabulary.js';

/** The arguments of a call, and the fields of its result. */
export interface Fields {
    readonly args: Arguments;
    readonly result: Arguments;
}

const NOTHING: Fields = { args: {}, result: {} };

/**
 * Values with which the condition of an event is likely to be met.
 *
 * @param read the value of a term that reads nothing of the event
 */
export function fieldsFor(
    condition: Condition,
    read: (term: Term) => Value | undefined,
    isMet = true,
    known: Fields = NOTHING
): Fields {
    switch (condition.op) {
        case 'not':
            return fieldsFor(condition.arg, read, !isMet, known);
        case 'and':
        case 'or': {
            const isEach = (condition.op === 'and') === isMet;
            const args = isEach ? condition.args : condition.args.slice(0, 1);
            return args.reduce((fields, arg) => fieldsFor(arg, read, isMet, fields), known);
        }
        case 'in':
            return isMet ? withValue(known, condition.term, condition.values[0]) : known;
        case 'compare': {
            const { left, right, cmp } = condition;
            const meant = isMet ? cmp : OPPOSITE[cmp];
            return isOfEvent(left)
                ? withValue(known, left, besides(meant, read(right)))
                : withValue(known, right, besides(MIRRORED[meant], read(left)));
        }
        default:
            return known;
    }
}

const OPPOSITE: { readonly [cmp in Comparator]: Comparator } = {
    '==': '!=',
    '!=': '==',
    '<': '>=',
    '<=': '>',
    '>': '<=',
    '>=': '<'
};
function isOfEvent(term: Term): boolean {
    return term.term === 'param' || term.term === 'result' || (term.term === 'field' && isOfEvent(term.of));
}

/** A value that compares so with the other. */
function besides(cmp: Comparator, value: Value | undefined): Value | undefined {
    if (value === undefined || cmp === '==' || cmp === '<=' || cmp === '>=') {
        return value;
    }
    switch (typeof value) {
        case 'number':
            return cmp === '<' ? value - 1 : value + 1;
        case 'boolean':
            return !value;
        case 'string':
            return `other ${value}`;
        default:
            return undefined;
    }
}

function withValue({ args, result }: Fields, term: Term, value: Value | undefined): Fields {
    if (value === undefined) {
        return { args, result };
    }
    switch (term.term) {
        case 'param':
            return { args: { ...args, [term.name]: value }, result };
        case 'field':
            if (term.of.term === 'result') {
                return { args, result: { ...result, [term.field]: value } };
            }
            return withValue({ args, result }, term.of, { [term.field]: value });
        default:
            return { args, result };
    }
}

/** The declared fields with these values, and the usual or simplest ones elsewhere; undefined if one of them does not fit. */
export function completed(params: readonly Param[], values: Arguments): Arguments | undefined {
    const all: { [name: string]: Value } = {};
    for (const { name, type, optional, default: usual } of params) {
        const given = ownField(values, name) ?? usual;
        const value =
            given === undefined
                ? optional
                    ? undefined
                    : simplest(type)
                : type.kind === 'record' && isFields(given)
                  ? completed(type.fields, given)
                  : given;
        if (value === undefined && !optional) {
            return undefined;
        }
        if (value !== undefined) {
            if (misfit(type, value) !== undefined) {
                return undefined;
            }
            setField(all, name, value);
        }
    }
    return all;
}

function isFields(value: Value): value is Arguments {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A result that gives the value in this field, or in any field. */
export function resultWith(returns: readonly Param[], path: readonly string[], value: Value): Arguments | undefined {
    const [field, ...rest] = path;
    for (const { name, type } of returns) {
        if (field === undefined || name === field) {
            const inside = valueInside(type, rest, value);
            const all = inside === undefined ? undefined : completed(returns, { [name]: inside });
            if (all) {
                return all;
            }
        }
    }
    return (field === undefined || field === 'text') && typeof value === 'string' ? { text: value } : undefined;
}

function valueInside(type: Type, path: readonly string[], value: Value): Value | undefined {
    if (path.length === 0 && misfit(type, value) === undefined) {
        return value;
    }
    if (type.kind === 'list') {
        const element = valueInside(type.element, path, value);
        return element === undefined ? undefined : [element];
    }
    return type.kind === 'record' ? resultWith(type.fields, path, value) : undefined;
}

/** Most arguments are tried of few kinds. */
const MOST_CLASSES = 400;
const MOST_TRIED = 6;

/**
 * Arguments of a call with which no condition on them alone stops it, or keeps it from being asked for.
 *
 * @param fixed the arguments that are given
 * @param wanted a condition that the call has to meet
 */
export function argumentsFor(
    policy: Policy,
    { agent, tool }: Pick<Call, 'agent' | 'tool'>,
    fixed: Arguments,
    wanted: Condition,
    mayBeStopped = false
): Arguments[] {
    const { params } = policy.tools[tool]!;
    const rules = policy.rules.filter(({ subject, audit }) => audit !== true && subject.tools[tool] !== FALSE);
    const atoms = new Map<string, StaticCondition>();
    const conditions = rules.flatMap(conditionsOf);
    [wanted, ...conditions].forEach((condition) => addAtoms(atoms, condition, params));
    // `divided` does not find every class of shell lines.
    const classes = readShell([...atoms.values()]) ? [] : orReason(() => divided(params, [...atoms.values()], tool));
    const kinds =
        typeof classes === 'string' || classes.length === 0
            ? mentionedFor(policy, params)
            : classes.slice(0, MOST_CLASSES);
    const ranked = kinds.flatMap((kind) => {
        const args = completed(params, { ...distinct(params, kind), ...fixed });
        if (!args) {
            return [];
        }
        const call = { agent, tool, args };
        let open = 0;
        for (const rule of rules) {
            const applies = valueOfCall(rule.when, call);
            const stops =
                rule.kind === 'deny'
                    ? applies
                    : rule.kind === 'require'
                      ? and(applies, not(valueOfCall(rule.requires, call)))
                      : rule.kind === 'approval'
                        ? and(applies, UNKNOWN)
                        : FALSE;
            if (stops === TRUE && !mayBeStopped) {
                return [];
            }
            open += stops === UNKNOWN ? 1 : 0;
        }
        const allows = rules.filter(({ kind: one }) => one === 'allow').map(({ when }) => valueOfCall(when, call));
        const isAsked = valueOfCall(wanted, call);
        const isGranted = allows.reduce<Truth>(or, FALSE);
        return isAsked === FALSE || (isGranted === FALSE && !mayBeStopped)
            ? []
            : [{ args, open: open + (isAsked === UNKNOWN ? 1 : 0) + (isGranted === UNKNOWN ? 1 : 0) }];
    });
    return ranked
        .sort((a, b) => a.open - b.open)
        .slice(0, MOST_TRIED)
        .map(({ args }) => args);
}

/** Two calls of which something is the same, such as the host of an address, although an argument differs. */
export interface Alike {
    readonly first: Call;
    readonly second: Call;
}

/**
 * Pairs of a call and one that differs in an argument. If the call has no such part, it has one here.
 *
 * @param keyOf what is the same; undefined if it cannot be read
 */
export function alikeIn({ tools }: Policy, call: Call, keyOf: (call: Call) => string | undefined): Alike[] {
    const { params } = tools[call.tool]!;
    const withOther = (of: Call, othersOf: (value: Value | undefined) => readonly Value[]): Call[] =>
        params.flatMap(({ name, type }) =>
            othersOf(ownField(of.args, name))
                .filter((value) => misfit(type, value) === undefined)
                .map((value) => ({ ...of, args: { ...of.args, [name]: value } }))
        );
    const isReadable = (one: Call): boolean => keyOf(one) !== undefined;
    const first = [call, ...withOther(call, () => WITH_PARTS)].find(isReadable);
    return first
        ? withOther(first, othersLike)
              .filter((second) => keyOf(second) === keyOf(first))
              .map((second) => ({ first, second }))
        : [];
}

const WITH_PARTS: readonly string[] = ['u@a.example', 'https://a.example/', '192.0.2.1', '/a/x.y', 'x'];

/** Other values, of texts also those with the same beginning or end. */
function othersLike(value: Value | undefined): Value[] {
    switch (typeof value) {
        case 'string':
            return [`${value}x`, `${value} x`, `${value}/x`, `x${value}`];
        case 'number':
            return [value + 1, value - 1];
        case 'boolean':
            return [!value];
        default:
            return [];
    }
}

/** For conditions that no procedure divides, one argument after the other with each value that the policy mentions for it. */
function mentionedFor(policy: Policy, params: readonly Param[]): Arguments[] {
    const vocabulary = vocabularyOf(policy);
    return [
        {},
        ...params.flatMap(({ name, type }) =>
            vocabulary
                .valuesOf(name)
                .filter((value) => misfit(type, value) === undefined)
                .map((value) => ({ [name]: value }))
        )
    ].slice(0, MOST_CLASSES);
}

/** The same arguments, without texts that are empty: a user cannot name them. */
function distinct(params: readonly Param[], args: Arguments): Arguments {
    const isEmpty = ({ name, type }: Param): boolean =>
        ownField(args, name) === '' && type.kind === 'string' && !type.pattern;
    return { ...args, ...Object.fromEntries(params.filter(isEmpty).map(({ name }) => [name, 'x'])) };
}

/** The value that the arguments alone give; unknown where something else is asked. */
export function valueOfCall(condition: Condition, call: Call): Truth {
    switch (condition.op) {
        case 'constant':
            return condition.value;
        case 'not':
            return not(valueOfCall(condition.arg, call));
        case 'and':
            return condition.args.reduce<Truth>((value, arg) => and(value, valueOfCall(arg, call)), TRUE);
        case 'or':
            return condition.args.reduce<Truth>((value, arg) => or(value, valueOfCall(arg, call)), FALSE);
        default:
            return isStatic(condition) ? evaluateStatic(condition, call) : UNKNOWN;
    }
}
