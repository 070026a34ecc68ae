/**
 * Lowers conditions on inputs other than tools (signals, the clock, provenance, the user's request) and on parts of
 * shell lines.
 */
import type {
    CanonicalForm,
    Condition,
    OutsideEvent,
    Policy,
    SessionConstant,
    Term
} from '../../server/model/policy/policy.js';
import type * as tree from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { termTypes } from '../types/terms.js';
import { selectedTools } from '../names/selectors.js';
import { textPattern } from '../text/text-patterns.js';
import { literalValue, paramOf, typeOf } from '../types/types.js';
import { type LoweringContext, sourceOf, textOf } from './context.js';

export type EnvironmentTest = tree.ClockCondition | tree.From | tree.Redirects | tree.CommandTest;

export function isEnvironmentTest(condition: tree.Condition): condition is EnvironmentTest {
    return (
        ast.isClockCondition(condition) ||
        ast.isFrom(condition) ||
        ast.isRedirects(condition) ||
        ast.isCommandTest(condition)
    );
}

/** @param level the number of enclosing quantifiers */
export function lowerEnvironmentTest(
    condition: EnvironmentTest,
    context: LoweringContext,
    level: number,
    lowerTerm: (term: tree.Term) => Term
): Condition {
    if (ast.isTimeIn(condition)) {
        return { op: 'time in', from: condition.from, to: condition.to };
    }
    if (ast.isDayIn(condition)) {
        return { op: 'day in', from: condition.from, to: condition.to ?? condition.from };
    }
    if (ast.isDateIn(condition)) {
        return { op: 'date in', from: condition.from, to: condition.to };
    }
    if (ast.isFrom(condition)) {
        const canonical = canonicalOf(condition.left, context);
        return {
            op: 'from',
            term: lowerTerm(condition.left),
            source: sourceIndex(condition, context),
            ...(canonical.length > 0 && { canonical })
        };
    }
    if (ast.isRedirects(condition)) {
        return { op: 'redirects', term: lowerTerm(condition.left) };
    }
    if (ast.isCommandTest(condition)) {
        return {
            op: condition.all ? 'every' : 'some',
            list: { term: 'commands', of: lowerTerm(condition.of) },
            level,
            // A test of the command of a command sees the commands that it runs.
            arg: lowerCommandTest(condition, { term: 'part', part: 'command', of: { term: 'element', level } })
        };
    }
    throw new Error(`a condition of type ${condition.$type} cannot be lowered`);
}

function lowerCommandTest(test: tree.CommandTest, term: Term): Condition {
    const values = test.values.map((value) => String(literalValue(value)));
    switch (test.operator) {
        case 'starts':
            return { op: 'command starts with', term, prefix: values[0] ?? '' };
        case 'matches':
            return { op: 'matches', term, pattern: textPattern(test.pattern!) };
        default:
            return { op: 'in', term, values };
    }
}

function sourceIndex(condition: tree.From, context: LoweringContext): number {
    const { source } = condition;
    if (!source) {
        context.userSays();
        return context.sourceIndex({ kind: 'user', text: 'user' });
    }
    const selected = selectedTools(source.selector, context.inventory);
    const tools = context.tools.map((tool) => selected.get(tool) ?? 0);
    return context.sourceIndex({
        kind: 'result',
        event: { tools, text: textOf(source.selector) },
        fields: source.fields,
        text: textOf(source)
    });
}

/** The canonical forms in which an entity is compared; for a list, those of its elements. */
function canonicalOf(term: tree.Term, context: LoweringContext): readonly CanonicalForm[] {
    for (const type of termTypes(term, context.inventory)) {
        const compared = type.kind === 'list' ? type.element : type;
        if (compared.kind === 'entity') {
            return compared.canonical;
        }
    }
    return [];
}

export function lowerOutsideEvent(event: tree.OutsideEvent, context: LoweringContext): OutsideEvent {
    return {
        name: event.name,
        ...(event.params.length > 0 && { params: event.params.map(paramOf) }),
        ...context.doc(event),
        source: sourceOf(event)
    };
}

/** A constant with attributes becomes one constant for itself and one for each attribute. */
function lowerConstant(constant: tree.SessionConstant, context: LoweringContext): SessionConstant[] {
    const shared = { ...context.doc(constant), source: sourceOf(constant) };
    return [
        { name: constant.name, type: typeOf(constant.type), ...shared },
        ...constant.attributes.map(({ name, type }) => ({
            name: `${constant.name}.${name}`,
            type: typeOf(type),
            ...shared
        }))
    ];
}

/** Undefined if the policy uses none. The time zone and `leave` are those of the policy itself: an import brings only names. */
export function environmentOf(
    file: tree.PolicyFile,
    context: LoweringContext
): Pick<Policy, 'signals' | 'request' | 'timezone' | 'leavesOthers' | 'sessionConstants'> {
    const timezone = file.elements.find(ast.isTimezone)?.zone;
    const fields = context.inventory.elements
        .filter(ast.isRequest)
        .flatMap((request) => request.fields)
        .filter((field) => field.name !== 'text');
    const constants = context.inventory.elements.filter(ast.isSessionConstant);
    return {
        ...(constants.length > 0 && {
            sessionConstants: constants.flatMap((constant) => lowerConstant(constant, context))
        }),
        ...(context.signals.length > 0 && {
            signals: context.signals.map((signal) => ({
                name: signal.name,
                params: signal.params.map(paramOf),
                type: typeOf(signal.type),
                ...context.doc(signal),
                source: sourceOf(signal)
            }))
        }),
        ...(fields.length > 0 && { request: fields.map(paramOf) }),
        ...(timezone !== undefined && { timezone }),
        ...(file.elements.some(ast.isLeaveOthers) && {
            leavesOthers: { servers: context.inventory.elements.filter(ast.isServer).map(({ name }) => name) }
        })
    };
}
