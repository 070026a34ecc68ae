/** Lowers tests of texts and lists. Those against a constant have forms of their own, which a search represents exactly. */
import type { Condition, Term, TextTest, Type, Value } from '../../server/model/policy/policy.js';
import type * as tree from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { looksLikeNetwork, networkProblem } from '../types/networks.js';
import { isFolder } from '../text/folders.js';
import { ending, textPattern } from '../text/text-patterns.js';
import { termTypes } from '../types/terms.js';
import { literalValue } from '../types/types.js';
import type { LoweringContext } from './context.js';
import { canonicalTerm, canonicalValue } from './entities.js';

export type ValueTest = OfText | tree.InList | tree.AnyArgument | tree.Within | tree.IsPrivate;
type OfText = tree.Matches | tree.StartsWith | tree.EndsWith | tree.Contains;

export function isValueTest(condition: tree.Condition): condition is ValueTest {
    return (
        ast.isMatches(condition) ||
        ast.isStartsWith(condition) ||
        ast.isEndsWith(condition) ||
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
    const against = (test: TextTest, left: tree.Term, right: tree.Term, base = {}): Condition => {
        const term = lowerTerm(left);
        const other = canonicalTerm(lowerTerm(right), elementTypes(left, context));
        // The argument of a definition may be a constant, which nothing has validated as a folder or network.
        return (
            (other.term === 'constant' && testOfConstant(test, term, other.value, base)) || {
                op: 'text test',
                test,
                term,
                other,
                ...base
            }
        );
    };
    if (ast.isMatches(condition)) {
        return { op: 'matches', term: lowerTerm(condition.left), pattern: textPattern(condition.pattern) };
    }
    if (ast.isIsPrivate(condition)) {
        return { op: 'host within', term: lowerTerm(condition.left), network: 'private' };
    }
    if (ast.isWithin(condition)) {
        const term = lowerTerm(condition.left);
        const isHost = ast.isHostOf(condition.left);
        const base = isHost ? {} : context.pathRoot();
        if (!ast.isStringLiteral(condition.range)) {
            return against(isHost ? 'host within' : 'path within', condition.left, condition.range, base);
        }
        const { value } = condition.range;
        return isHost ? { op: 'host within', term, network: value } : withinConstant(term, value, base);
    }
    if (ast.isAnyArgument(condition)) {
        return { op: 'any text', pattern: textPattern(condition.pattern) };
    }
    if (ast.isStartsWith(condition)) {
        const { prefix } = condition;
        return ast.isLiteral(prefix)
            ? startsWith(lowerTerm(condition.left), String(literalValue(prefix)))
            : against('starts with', condition.left, prefix);
    }
    if (ast.isEndsWith(condition)) {
        const { suffix } = condition;
        return ast.isLiteral(suffix)
            ? { op: 'matches', term: lowerTerm(condition.left), pattern: ending(String(literalValue(suffix))) }
            : against('ends with', condition.left, suffix);
    }
    if (ast.isContains(condition)) {
        const { value } = condition;
        return ast.isLiteral(value)
            ? { op: 'contains', term: lowerTerm(condition.left), value: element(condition.left, value) }
            : against('contains', condition.left, value);
    }
    const { list, left } = condition;
    const member: Condition = ast.isLiteral(left)
        ? { op: 'contains', term: lowerTerm(list), value: element(list, left) }
        : against('contains', list, left);
    return condition.negated ? { op: 'not', arg: member } : member;
}

function elementTypes(list: tree.Term, context: LoweringContext): Type[] {
    return termTypes(list, context.inventory).flatMap((type) => (type.kind === 'list' ? [type.element] : []));
}

/** A command starts with whole words, and other texts with characters. */
export function startsWith(term: Term, prefix: string): Condition {
    return { op: isCommand(term) ? 'command starts with' : 'starts with', term, prefix };
}

function isCommand(term: Term): boolean {
    return (term.term === 'part' && term.part === 'command') || (term.term === 'call' && isCommand(term.of));
}

/** A text that is compared with a network is an address alone; others are paths. */
function withinConstant(term: Term, value: string, base: object): Condition {
    return isNetwork(value)
        ? { op: 'host within', term: { term: 'part', part: 'address', of: term }, network: value }
        : { op: 'path within', term, root: value, ...base };
}

function isNetwork(text: string): boolean {
    return looksLikeNetwork(text) && networkProblem(text) === undefined;
}

function testOfConstant(test: TextTest, term: Term, value: Value, base: object): Condition | undefined {
    if (typeof value !== 'string') {
        return undefined;
    }
    switch (test) {
        case 'contains':
            return { op: 'contains', term, value };
        case 'starts with':
            return startsWith(term, value);
        case 'ends with':
            return { op: 'matches', term, pattern: ending(value) };
        case 'path within':
            return isFolder(value) || isNetwork(value) ? withinConstant(term, value, base) : undefined;
        case 'host within':
            return undefined;
    }
}
