/** Lowers tests of texts and lists against constants. */
import type { Condition, Term, Type } from '../../server/model/policy/policy.js';
import type * as tree from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { textPattern } from '../text-patterns.js';
import { termTypes } from '../terms.js';
import { literalValue } from '../types.js';
import type { LoweringContext } from './context.js';
import { canonicalValue } from './entities.js';

export type ValueTest = TextTest | tree.InList | tree.AnyArgument | tree.Within | tree.IsPrivate;
type TextTest = tree.Matches | tree.StartsWith | tree.Contains;

export function isValueTest(condition: tree.Condition): condition is ValueTest {
    return (
        ast.isMatches(condition) ||
        ast.isStartsWith(condition) ||
        ast.isContains(condition) ||
        ast.isInList(condition) ||
        ast.isAnyArgument(condition) ||
        ast.isWithin(condition) ||
        ast.isIsPrivate(condition)
    );
}

export function lowerValueTest(
    condition: ValueTest,
    context: LoweringContext,
    lowerTerm: (term: tree.Term) => Term
): Condition {
    const element = (list: tree.Term, value: tree.Literal): string | number | boolean =>
        canonicalValue(literalValue(value), elementTypes(list, context));
    if (ast.isMatches(condition)) {
        return { op: 'matches', term: lowerTerm(condition.left), pattern: textPattern(condition.pattern) };
    }
    if (ast.isIsPrivate(condition)) {
        return { op: 'host within', term: lowerTerm(condition.left), network: 'private' };
    }
    if (ast.isWithin(condition)) {
        const term = lowerTerm(condition.left);
        return ast.isHostOf(condition.left)
            ? { op: 'host within', term, network: condition.range }
            : { op: 'path within', term, root: condition.range, ...context.pathRoot() };
    }
    if (ast.isAnyArgument(condition)) {
        return { op: 'any text', pattern: textPattern(condition.pattern) };
    }
    if (ast.isStartsWith(condition)) {
        return { op: 'starts with', term: lowerTerm(condition.left), prefix: String(literalValue(condition.prefix)) };
    }
    if (ast.isContains(condition)) {
        return { op: 'contains', term: lowerTerm(condition.left), value: element(condition.left, condition.value) };
    }
    const member: Condition = {
        op: 'contains',
        term: lowerTerm(condition.list),
        value: element(condition.list, condition.left)
    };
    return condition.negated ? { op: 'not', arg: member } : member;
}

function elementTypes(list: tree.Term, context: LoweringContext): Type[] {
    return termTypes(list, context.inventory).flatMap((type) => (type.kind === 'list' ? [type.element] : []));
}
