/** Lowers the logic of conditions. `LoweringContext.history` lowers the parts about history. */
import { AstUtils } from 'langium';
import { MIRRORED } from '../../server/model/policy/comparators.js';
import type { Comparator, Condition, Term, Type, Value } from '../../server/model/policy/policy.js';
import type * as tree from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { termTypes } from '../types/terms.js';
import { literalValue } from '../types/types.js';
import { argumentsOf, termIn } from '../packs/arguments.js';
import { definitionAt } from '../packs/instances.js';
import type { CountComparison, LoweringContext, Bindings } from './context.js';
import { canonicalTerm, canonicalValue } from './entities.js';
import { isEnvironmentTest, lowerEnvironmentTest } from './environment.js';
import { approvedBy } from './quorum.js';
import { conditionOfEachTool, isOfDecidedTool, lowerKeys } from './same-tool.js';
import { lowerTerm } from './terms.js';
import { isValueTest, lowerValueTest } from './value-tests.js';

const ALWAYS: Condition = { op: 'constant', value: 2 };

export function lowerLogic(
    condition: tree.Condition,
    context: LoweringContext,
    bindings: Bindings = new Map()
): Condition {
    return lower(condition, { context, level: 0 }, bindings);
}

export function allOf(conditions: readonly Condition[]): Condition {
    return conditions.length === 0
        ? ALWAYS
        : conditions.length === 1
          ? conditions[0]!
          : { op: 'and', args: conditions };
}

export function negate(condition: Condition): Condition {
    return condition.op === 'not' ? condition.arg : { op: 'not', arg: condition };
}

interface Surroundings {
    readonly context: LoweringContext;
    /** The number of enclosing quantifiers. */
    readonly level: number;
}

function lower(condition: tree.Condition, around: Surroundings, bindings: Bindings): Condition {
    if (ast.isBinaryCondition(condition)) {
        const left = lower(condition.left, around, bindings);
        const right = lower(condition.right, around, bindings);
        return condition.operator === 'implies'
            ? { op: 'or', args: [negate(left), right] }
            : { op: condition.operator, args: [left, right] };
    }
    if (ast.isNegation(condition)) {
        return negate(lower(condition.arg, around, bindings));
    }
    if (!around.context.sameTool && AstUtils.streamAst(condition).some(isOfDecidedTool)) {
        return conditionOfEachTool(around.context, () => lower(condition, around, bindings));
    }
    if (isHistory(condition)) {
        return around.context.history.condition(condition, around.context, bindings);
    }
    if (ast.isCarries(condition)) {
        return { op: 'carries', label: around.context.indexOf(around.context.labels, condition.label.ref) };
    }
    if (ast.isApprovedBy(condition)) {
        return approvedBy(
            [...new Set(around.context.peopleOf(condition.approver.ref))],
            condition.quorum ?? 1,
            condition.per.length > 0 ? { per: lowerKeys(condition.per, around.context, bindings) } : {}
        );
    }
    if (ast.isCallerIs(condition)) {
        return { op: 'caller is', agent: around.context.indexOf(around.context.agents, condition.agent.ref) };
    }
    if (ast.isInMode(condition)) {
        return { op: 'in mode', ...around.context.modeOf(condition.mode.ref) };
    }
    if (ast.isGiven(condition)) {
        return lowerGiven(condition, bindings);
    }
    if (ast.isComparison(condition)) {
        const counted = countComparison(condition);
        return counted
            ? around.context.history.count(counted, around.context, bindings)
            : lowerComparison(condition, around, bindings);
    }
    if (ast.isMembership(condition)) {
        return lowerMembership(condition, around, bindings);
    }
    if (ast.isQuantified(condition)) {
        return lowerQuantified(condition, around, bindings);
    }
    const known = lowerKnownList(condition, around, bindings);
    if (known) {
        return known;
    }
    if (isValueTest(condition)) {
        return lowerValueTest(condition, around.context, (term) => lowerTerm(term, around.context, bindings));
    }
    if (isEnvironmentTest(condition)) {
        return lowerEnvironmentTest(condition, around.context, around.level, (term) =>
            lowerTerm(term, around.context, bindings)
        );
    }
    if (ast.isHolds(condition)) {
        return lowerHolds(condition, around, bindings);
    }
    throw new Error(`a condition of type ${condition.$type} cannot be lowered`);
}

function lowerGiven(condition: tree.Given, bindings: Bindings): Condition {
    const bound = condition.param.ref && bindings.get(condition.param.ref);
    if (!bound) {
        return { op: 'given', param: condition.param.$refText };
    }
    return bound.term === 'param' ? { op: 'given', param: bound.name } : ALWAYS;
}

function countComparison(condition: tree.Comparison): CountComparison | undefined {
    const { left, right, operator } = condition;
    if (ast.isCount(left) && ast.isNumberLiteral(right)) {
        return { count: left, cmp: operator, bound: right.value };
    }
    return ast.isCount(right) && ast.isNumberLiteral(left)
        ? { count: right, cmp: MIRRORED[operator], bound: left.value }
        : undefined;
}

function lowerComparison(condition: tree.Comparison, around: Surroundings, bindings: Bindings): Condition {
    const types = [condition.left, condition.right].flatMap((term) => termTypes(term, around.context.inventory));
    const left = canonicalTerm(lowerTerm(condition.left, around.context, bindings), types);
    const right = canonicalTerm(lowerTerm(condition.right, around.context, bindings), types);
    const cmp: Comparator = condition.operator;
    // A host is compared in its canonical form, on either side.
    const [host, constant] = isHost(left) ? [left, right] : [right, left];
    if (
        isHost(host) &&
        constant.term === 'constant' &&
        typeof constant.value === 'string' &&
        (cmp === '==' || cmp === '!=')
    ) {
        const equal: Condition = { op: 'host in', term: host, hosts: [constant.value] };
        return cmp === '==' ? equal : negate(equal);
    }
    return { op: 'compare', cmp, left, right };
}

function lowerMembership(condition: tree.Membership, around: Surroundings, bindings: Bindings): Condition {
    const types = termTypes(condition.left, around.context.inventory);
    const term = canonicalTerm(lowerTerm(condition.left, around.context, bindings), types);
    const member = memberOf(term, condition.values.map(literalValue), types);
    return condition.negated ? negate(member) : member;
}

/** The condition that the term equals one of the values. */
function memberOf(term: Term, written: readonly Value[], types: readonly Type[]): Condition {
    const values = written.map((value) => canonicalValue(value, types));
    return isHost(term) ? { op: 'host in', term, hosts: values.map(String) } : { op: 'in', term, values };
}

/** The same for a list that is known: the argument of a pack or definition; undefined for any other. */
function lowerKnownList(condition: tree.Condition, around: Surroundings, bindings: Bindings): Condition | undefined {
    const [list, part] = ast.isInList(condition)
        ? [condition.list, condition.left]
        : ast.isContains(condition)
          ? [condition.left, condition.value]
          : [];
    const known = list && lowerTerm(list, around.context, bindings);
    if (known?.term !== 'constant' || !Array.isArray(known.value)) {
        return undefined;
    }
    const types = termTypes(part, around.context.inventory);
    const term = canonicalTerm(lowerTerm(part!, around.context, bindings), types);
    const member = memberOf(term, known.value as readonly Value[], types);
    return ast.isInList(condition) && condition.negated ? negate(member) : member;
}

/** A bare name: a parameter that must be true, or a definition, which is expanded. */
function lowerHolds(condition: tree.Holds, around: Surroundings, bindings: Bindings): Condition {
    const term = condition.term;
    if (ast.isReference(term) && ast.isDefinition(term.target.ref)) {
        return lowerDefinition(term, term.target.ref, around, bindings);
    }
    return {
        op: 'compare',
        cmp: '==',
        left: lowerTerm(term, around.context, bindings),
        right: { term: 'constant', value: true }
    };
}

function lowerDefinition(
    reference: tree.Reference,
    definition: tree.Definition,
    around: Surroundings,
    bindings: Bindings
): Condition {
    const body = definitionAt(reference, around.context.inventory);
    if (!body) {
        throw new Error(`"${definition.name}" with wrong arguments cannot be lowered`);
    }
    // The arguments of the enclosing scope are included: an argument that is copied into the body keeps its names.
    const inner = new Map<tree.Param | tree.Item, Term>();
    for (const [param, value] of argumentsOf(reference, definition).values) {
        inner.set(param, lowerArgument(value, around, bindings));
    }
    bindings.forEach((term, param) => inner.has(param) || inner.set(param, term));
    return lower(body.condition, around, inner);
}

function lowerArgument(value: tree.Term | tree.PackValue, around: Surroundings, bindings: Bindings): Term {
    if (ast.isNameValue(value)) {
        const target = value.target.ref;
        return (ast.isParam(target) && bindings.get(target)) || { term: 'param', name: value.target.$refText };
    }
    return lowerTerm(termIn(value)!, around.context, bindings);
}

function lowerQuantified(condition: tree.Quantified, around: Surroundings, bindings: Bindings): Condition {
    const { level } = around;
    const of = lowerTerm(condition.list, around.context, bindings);
    if (condition.value !== undefined) {
        const { item, value } = condition;
        const entry: Term = { term: 'element', level };
        const inner = new Map(bindings)
            .set(item, { term: 'field', of: entry, field: 'key' })
            .set(value, { term: 'field', of: entry, field: 'value' });
        return {
            op: condition.all ? 'every' : 'some',
            list: { term: 'entries', of },
            level,
            arg: lower(condition.condition, { ...around, level: level + 1 }, inner)
        };
    }
    const list = of;
    if (list.term === 'constant' && Array.isArray(list.value)) {
        const args = (list.value as readonly Value[]).map((value) =>
            lower(condition.condition, around, new Map(bindings).set(condition.item, { term: 'constant', value }))
        );
        return args.length === 0
            ? { op: 'constant', value: condition.all ? 2 : 0 }
            : args.length === 1
              ? args[0]!
              : { op: condition.all ? 'and' : 'or', args };
    }
    const element: Term = { term: 'element', level };
    // A test of the command of a command sees the commands that it runs.
    const item: Term = list.term === 'commands' ? { term: 'part', part: 'command', of: element } : element;
    const inner = new Map(bindings).set(condition.item, item);
    return {
        op: condition.all ? 'every' : 'some',
        list,
        level,
        arg: lower(condition.condition, { ...around, level: level + 1 }, inner)
    };
}

/** True for a term that is compared as a host: the host of a URL, or the domain of an address. */
function isHost(term: Term): boolean {
    return term.term === 'host' || (term.term === 'part' && term.part === 'domain');
}

function isHistory(condition: tree.Condition): condition is tree.Once | tree.LastIs | tree.Since | tree.LatestIs {
    return ast.isOnce(condition) || ast.isLastIs(condition) || ast.isSince(condition) || ast.isLatestIs(condition);
}

/** True if the part contains a `call.x`. */
export function speaksOfCall(part: object): boolean {
    return (
        ('term' in part && part.term === 'call') ||
        Object.values(part)
            .flat()
            .some((inner: unknown) => typeof inner === 'object' && inner !== null && speaksOfCall(inner))
    );
}
