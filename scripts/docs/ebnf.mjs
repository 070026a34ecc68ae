/**
 * Writes a rule of the grammar in EBNF. The parts of the grammar that
 * concern the tree (actions, assignments) are left out.
 */
import { AstUtils, GrammarAST } from 'langium';
import { layout } from './layout.mjs';

export function ebnf({ name, rule }) {
    return layout([{ text: name }, { text: '::=' }], simplified(bodyOf(rule)));
}

/** The kinds of things that a rule refers to. */
export function references({ rule }) {
    return AstUtils.streamAllContents(rule)
        .toArray()
        .filter(GrammarAST.isCrossReference)
        .map((reference) => reference.type.$refText);
}

/*
 * A body is { kind: 'sequence' | 'choice', items }, { kind: 'many', item, mark } or { kind: 'token', text }.
 */

function bodyOf(rule) {
    if (GrammarAST.isInfixRule(rule)) {
        const operators = rule.operators.precedences.flatMap((precedence) => precedence.operators).map(elementOf);
        const more = sequence([choice(operators), elementOf(rule.call)]);
        return sequence([elementOf(rule.call), { kind: 'many', item: more, mark: '*' }]);
    }
    return elementOf(rule.definition);
}

function elementOf(element) {
    const { cardinality: mark } = element;
    const one = withoutMark(element);
    return mark ? { kind: 'many', item: one, mark } : one;
}

function withoutMark(element) {
    if (GrammarAST.isKeyword(element)) {
        return token(`'${element.value}'`);
    }
    if (GrammarAST.isRuleCall(element)) {
        return token(element.rule.$refText);
    }
    if (GrammarAST.isAssignment(element)) {
        return elementOf(element.terminal);
    }
    if (GrammarAST.isCrossReference(element)) {
        const { terminal } = element;
        return token(`${terminal ? terminal.rule.$refText : 'ID'}⟨${element.type.$refText}⟩`);
    }
    if (GrammarAST.isAlternatives(element)) {
        return choice(element.elements.map(elementOf));
    }
    if (GrammarAST.isGroup(element) || GrammarAST.isUnorderedGroup(element)) {
        return sequence(element.elements.map(elementOf));
    }
    if (GrammarAST.isAction(element)) {
        return sequence([]);
    }
    throw new Error(`There is no EBNF yet for ${element.$type}, in ${element.$cstNode?.text}`);
}

function token(text) {
    return { kind: 'token', text };
}

function sequence(items) {
    return { kind: 'sequence', items };
}

function choice(items) {
    return { kind: 'choice', items };
}

/** Removes empty parts, groups of one, and groups nested in the same kind of group. */
function simplified(body) {
    if (body.kind === 'token') {
        return body;
    }
    if (body.kind === 'many') {
        const item = simplified(body.item);
        return isEmpty(item) ? item : { ...body, item };
    }
    const items = body.items
        .map(simplified)
        .filter((item) => !isEmpty(item))
        .flatMap((item) => (item.kind === body.kind ? item.items : [item]));
    return items.length === 1 ? items[0] : { ...body, items };
}

function isEmpty(body) {
    return body.kind === 'sequence' && body.items.length === 0;
}
