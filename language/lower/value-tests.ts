/** Tests of texts and lists against constants. */
import type { Condition, Term } from '../../server/model/policy.js';
import type * as tree from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { textPattern } from '../text-patterns.js';
import { literalValue } from '../types.js';

export type ValueTest =
    tree.Matches | tree.StartsWith | tree.Contains | tree.InList | tree.AnyArgument | tree.Within | tree.IsPrivate;

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

export function lowerValueTest(condition: ValueTest, lowerTerm: (term: tree.Term) => Term): Condition {
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
            : { op: 'path within', term, root: condition.range };
    }
    if (ast.isAnyArgument(condition)) {
        return { op: 'any text', pattern: textPattern(condition.pattern) };
    }
    if (ast.isStartsWith(condition)) {
        return { op: 'starts with', term: lowerTerm(condition.left), prefix: String(literalValue(condition.prefix)) };
    }
    if (ast.isContains(condition)) {
        return { op: 'contains', term: lowerTerm(condition.left), value: literalValue(condition.value) };
    }
    const member: Condition = {
        op: 'contains',
        term: lowerTerm(condition.list),
        value: literalValue(condition.left)
    };
    return condition.negated ? { op: 'not', arg: member } : member;
}
