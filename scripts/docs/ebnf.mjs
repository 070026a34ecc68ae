/**
 * Writes a rule of the grammar in EBNF, as HTML in which names of rules are links. The parts of the grammar that
 * concern the tree (actions, assignments) are left out, and fragments are expanded where they are used.
 */
import { AstUtils, GrammarAST } from 'langium';
import { layout } from './layout.mjs';

/** @param link returns the place where a rule is described */
export function ebnf({ name, rule }, link) {
    const head = [
        { text: name, html: `<b id="${name.toLowerCase()}">${name}</b>` },
        { text: '::=', html: '::=' }
    ];
    const shown = (token) => ({ text: token.text, html: htmlOf(token, link) });
    return layout(head, mapped(simplified(bodyOf(rule)), shown));
}

/** The kinds of things that a rule refers to. */
export function references({ rule }) {
    return contents(rule)
        .filter(GrammarAST.isCrossReference)
        .map((reference) => reference.type.$refText);
}

function contents(rule) {
    return AstUtils.streamAllContents(rule)
        .toArray()
        .flatMap((node) =>
            GrammarAST.isRuleCall(node) && isFragment(node.rule.ref) ? [node, ...contents(node.rule.ref)] : [node]
        );
}

function isFragment(rule) {
    return GrammarAST.isParserRule(rule) && rule.fragment;
}

/*
 * A body is { kind: 'sequence' | 'choice', items }, { kind: 'many', item, mark } or { kind: 'token', text, of, rule }:
 * a name has the rule that it links to, and optionally the kind that it refers to (`of`).
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
        return { kind: 'token', text: `'${element.value}'` };
    }
    if (GrammarAST.isRuleCall(element)) {
        const rule = element.rule.ref;
        return isFragment(rule) ? elementOf(rule.definition) : nameToken(element.rule.$refText);
    }
    if (GrammarAST.isAssignment(element)) {
        return elementOf(element.terminal);
    }
    if (GrammarAST.isCrossReference(element)) {
        const { terminal } = element;
        return { ...nameToken(terminal ? terminal.rule.$refText : 'ID'), of: element.type.$refText };
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

function nameToken(rule) {
    return { kind: 'token', text: rule, rule };
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
        // Expanding fragments can give `(A?)?`, which is `A?`.
        return isEmpty(item) || (item.kind === 'many' && item.mark === body.mark) ? item : { ...body, item };
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

function mapped(body, change) {
    switch (body.kind) {
        case 'token':
            return { ...body, ...change({ ...body, text: body.of ? `${body.text}⟨${body.of}⟩` : body.text }) };
        case 'many':
            return { ...body, item: mapped(body.item, change) };
        default:
            return { ...body, items: body.items.map((item) => mapped(item, change)) };
    }
}

function htmlOf({ text, rule, of }, link) {
    if (!rule) {
        return escaped(text);
    }
    return linked(rule, link) + (of ? `⟨${linked(of, link)}⟩` : '');
}

function linked(name, link) {
    const target = link(name);
    return target ? `<a href="${target}">${name}</a>` : name;
}

function escaped(text) {
    return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
