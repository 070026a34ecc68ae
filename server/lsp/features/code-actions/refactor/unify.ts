/** Matches a statement against a statement of a pack, with some value for each parameter. */
import { type AstNode, isAstNode, isReference, type Reference } from 'langium';
import * as ast from '../../../../../language/generated/ast.js';
import { lineOf } from './conditions.js';

export interface Argument {
    readonly value: ast.PackValue;
    /** The argument in the syntax of a use. */
    readonly text: string;
}

export type Arguments = ReadonlyMap<ast.PackParam, Argument>;

/** The properties that are not part of the meaning of a statement. */
const UNSAID: ReadonlySet<string> = new Set(['because', 'name', 'annotations']);
/** The grammar allows a number or a duration there, or a parameter. */
const PLAIN = /^(bound|quorum|valid|timeout|within)(Param)?$/;

/**
 * Extends `known` with the parts of `written` where `pattern`, a part of a pack, names its parameters; undefined if
 * they differ.
 */
export function unify(pattern: AstNode, written: AstNode, known: Arguments): Arguments | undefined {
    const whole = wholeArgument(pattern, written);
    if (whole) {
        return bound(whole.param, whole.argument, known);
    }
    if (pattern.$type !== written.$type) {
        return undefined;
    }
    if (ast.isSubjectRule(pattern) && ast.isSubjectRule(written)) {
        const heads = subjects(pattern, written);
        const rest = heads && bound(heads.param, heads.argument, known);
        return heads
            ? rest && properties(pattern, written, rest, new Set([...UNSAID, 'subjects']))
            : properties(pattern, written, known, UNSAID);
    }
    return properties(pattern, written, known, UNSAID);
}

function properties(
    pattern: AstNode,
    written: AstNode,
    known: Arguments,
    without: ReadonlySet<string>
): Arguments | undefined {
    const [a, b] = [pattern, written] as unknown as [Record<string, unknown>, Record<string, unknown>];
    const fields = new Set([...Object.keys(a), ...Object.keys(b)].filter((field) => !field.startsWith('$')));
    let found: Arguments | undefined = known;
    for (const field of fields) {
        if (!without.has(field) && found) {
            found = PLAIN.test(field) ? plain(a, b, field, found) : both(a[field], b[field], found);
        }
    }
    return found;
}

function both(pattern: unknown, written: unknown, known: Arguments): Arguments | undefined {
    if (Array.isArray(pattern) && Array.isArray(written)) {
        const [first] = pattern as unknown[];
        if (written.length === 0 && ast.isLasting(first) && first.validParam) {
            // An omitted time has the default of the language, which may be that of the pack.
            return known;
        }
        return pattern.length === written.length
            ? pattern.reduce<Arguments | undefined>(
                  (found, one, index) => found && both(one, written[index], found),
                  known
              )
            : undefined;
    }
    if (isAstNode(pattern) && isAstNode(written)) {
        return unify(pattern, written, known);
    }
    if (isReference(pattern) && isReference(written)) {
        return references(pattern, written, known);
    }
    return pattern === written ? known : undefined;
}

function references(pattern: Reference, written: Reference, known: Arguments): Arguments | undefined {
    const [meant, target] = [pattern.ref, written.ref];
    if (ast.isPackParam(meant)) {
        const value = { $type: ast.NameValue.$type, target: written, $cstNode: written.$refNode };
        return bound(meant, { value: value as unknown as ast.PackValue, text: written.$refNode?.text ?? '' }, known);
    }
    // A parameter of a call is a different one for each tool.
    const isSame = meant === target || (ast.isParam(meant) && ast.isParam(target) && meant.name === target.name);
    return target && isSame ? known : undefined;
}

/** Matches a number or a duration, or the parameter that represents it. */
function plain(
    pattern: Record<string, unknown>,
    written: Record<string, unknown>,
    field: string,
    known: Arguments
): Arguments | undefined {
    const name = field.replace(/Param$/, '');
    const param = (pattern[`${name}Param`] as Reference | undefined)?.ref;
    const value = written[name] as string | number | undefined;
    if (!ast.isPackParam(param) || written[`${name}Param`] !== undefined) {
        return pattern[name] === value && !written[`${name}Param`] ? known : undefined;
    }
    if (value === undefined) {
        // An omitted value has the default of the language, which may be that of the pack.
        return known;
    }
    const node =
        typeof value === 'string'
            ? { $type: ast.DurationValue.$type, duration: value }
            : { $type: ast.ConstantValue.$type, literal: { $type: ast.NumberLiteral.$type, value } };
    return bound(param, { value: node, text: String(value) }, known);
}

interface Whole {
    readonly param: ast.PackParam;
    readonly argument: Argument;
}

/** Matches a part of a pack that is only a parameter: tools, an event, a condition or a constant replace it. */
function wholeArgument(pattern: AstNode, written: AstNode): Whole | undefined {
    if (ast.isToolSelector(pattern) && ast.isToolsParam(pattern.target.ref) && ast.isSelector(written)) {
        return { param: pattern.target.ref, argument: tools([written]) };
    }
    if (ast.isEvent(pattern) && ast.isEvent(written) && isBare(pattern) && ast.isToolSelector(pattern.selector)) {
        const param = pattern.selector.target.ref as AstNode | undefined;
        return ast.isEventParam(param) ? whole(param, ast.EventValue.$type, 'event', written) : undefined;
    }
    const named = ast.isHolds(pattern) ? pattern.term : pattern;
    const param =
        ast.isReference(named) && named.args.length === 0 && named.named.length === 0 ? named.target?.ref : undefined;
    if (ast.isConditionParam(param) && ast.isHolds(pattern) && ast.isCondition(written)) {
        return whole(param, ast.ConditionValue.$type, 'condition', written);
    }
    return ast.isValueParam(param) && ast.isLiteral(written)
        ? whole(param, ast.ConstantValue.$type, 'literal', written)
        : undefined;
}

function whole(param: ast.PackParam, $type: string, field: string, written: AstNode): Whole {
    const value = { $type, [field]: written, $cstNode: written.$cstNode } as unknown as ast.PackValue;
    return { param, argument: { value, text: lineOf(written.$cstNode!) } };
}

/** The subject of a rule that names one parameter represents all tools in the subject of another rule. */
function subjects(pattern: ast.SubjectRule, written: ast.SubjectRule): Whole | undefined {
    const [only, ...more] = pattern.subjects;
    const selector = only?.selector;
    const param = ast.isToolSelector(selector) ? (selector.target.ref as AstNode | undefined) : undefined;
    return only && more.length === 0 && isBare(only) && ast.isToolsParam(param) && written.subjects.every(isBare)
        ? { param, argument: tools(written.subjects.map((event) => event.selector)) }
        : undefined;
}

function isBare({ status, listed, args, by, approver, where }: ast.Event): boolean {
    return !status && !listed && args.length === 0 && !by && !approver && !where;
}

function tools(selectors: readonly ast.Selector[]): Argument {
    const texts = selectors.map(({ $cstNode }) => lineOf($cstNode!));
    const selector = selectors.length === 1 ? selectors[0]! : { $type: ast.ToolList.$type, members: selectors };
    const value = { $type: ast.ToolsValue.$type, selector };
    return { value, text: texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]` };
}

/** Undefined if the parameter already represents something else. */
function bound(param: ast.PackParam, argument: Argument, known: Arguments): Arguments | undefined {
    const before = known.get(param);
    return before ? (before.text === argument.text ? known : undefined) : new Map([...known, [param, argument]]);
}
