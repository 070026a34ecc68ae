/**
 * Merges rules that differ only in their tools. The order of rules never matters, and a rule about several tools has
 * the same effect on each. Rules whose meaning would change are not merged: plain names for parameters of different
 * types, approval requirements that ask twice for one call, scenarios that name a rule by its text, and rules with
 * comments of their own.
 */
import { type AstNode, AstUtils, CstUtils } from 'langium';
import * as ast from '../../../../../language/generated/ast.js';
import { nameOwner } from '../../../../../language/names/name-owner.js';
import { eventTools } from '../../../../../language/names/selectors.js';
import { insertAfter, removeStatement, startWithComments } from '../../../../../language/edits/edits.js';
import type { Place, Refactoring } from '../place.js';
import { isNamedInScenario, lineOf, wordsOf } from './conditions.js';

export const mergeRules: Refactoring = {
    kind: 'refactor.rewrite.mergeRules',
    propose(place) {
        const rule = place.at(ast.isSubjectRule);
        if (!rule || !isMergeable(rule, place)) {
            return [];
        }
        const alike = alikeTo(rule, place);
        const [first, ...others] = alike;
        if (!first || others.length === 0) {
            return [];
        }
        const subjects = others.map((other) => other.subjects.map(({ $cstNode }) => lineOf($cstNode!)).join(', '));
        return [
            {
                title:
                    others.length === 1
                        ? 'Merge with the rule that differs in its tools only'
                        : `Merge with ${others.length} rules that differ in their tools only`,
                changes: [
                    insertAfter(first.subjects.at(-1)!, `, ${subjects.join(', ')}`),
                    ...others.map((other) => removeStatement(other))
                ]
            }
        ];
    }
};

/**
 * The neighbouring rules that can be merged, including the rule itself, in text order. Comments of the first rule stay.
 */
function alikeTo(rule: ast.SubjectRule, place: Place): ast.SubjectRule[] {
    const [letters, key] = [lettersOf(rule, place), keyOf(rule)];
    const alike = siblingsOf(rule).filter(
        (other) => lettersOf(other, place) === letters && keyOf(other) === key && isMergeable(other, place)
    );
    const found: ast.SubjectRule[] = [];
    for (const other of alike) {
        const isApart = !ast.isRequireApproval(rule) || found.every((each) => areApart(each, other, place));
        if (isApart && (found.length === 0 || !hasOwnComment(other, place.text))) {
            found.push(other);
        }
    }
    return found.includes(rule) ? found : [];
}

function siblingsOf({ $container: container }: AstNode): ast.SubjectRule[] {
    const elements: readonly AstNode[] =
        ast.isPolicyFile(container) || ast.isPack(container) || ast.isMode(container) ? container.elements : [];
    return elements.filter(ast.isSubjectRule);
}

/** The rule without its subjects and white space: fast to compute, and the same for any layout of the words. */
function lettersOf({ $cstNode: node, subjects }: ast.SubjectRule, { text }: Place): string | undefined {
    const [first, last] = [subjects[0]?.$cstNode, subjects.at(-1)?.$cstNode];
    return node && first && last
        ? `${text.slice(node.offset, first.offset)} ${text.slice(last.end, node.end)}`.replace(/\s+/g, '')
        : undefined;
}

/**
 * The parts that rules must share to be merged: everything except their subjects, and the meaning of their plain names.
 */
function keyOf(rule: ast.SubjectRule): string {
    const [start, end] = [rule.subjects[0]?.$cstNode?.offset ?? 0, rule.subjects.at(-1)?.$cstNode?.end ?? 0];
    const words = CstUtils.flattenCst(rule.$cstNode!)
        .filter((leaf) => !leaf.hidden && (leaf.offset < start || leaf.offset >= end))
        .map((leaf) => leaf.text)
        .toArray();
    const values = AstUtils.streamAst(rule)
        .filter((node) => nameOwner(ast.isEventArgument(node) ? node.$container : node)?.node === rule)
        .flatMap((node) => AstUtils.streamReferences(node).map(({ reference }) => reference))
        .flatMap((reference) => {
            const target = 'ref' in reference ? reference.ref : undefined;
            return ast.isParam(target) && target.$cstNode ? [wordsOf(target.$cstNode).join(' ')] : [];
        })
        .toArray();
    return JSON.stringify([rule.$type, words, values]);
}

function isMergeable(rule: ast.SubjectRule, { file }: Place): boolean {
    const node = rule.$cstNode;
    if (!node || rule.subjects.length === 0 || rule.subjects.some((subject) => !subject.$cstNode)) {
        return false;
    }
    const hasComment = CstUtils.flattenCst(node).some((leaf) => leaf.hidden);
    const asksResult = AstUtils.streamAst(rule).some(ast.isResultRoot);
    return !hasComment && !asksResult && !isNamedInScenario(rule, file);
}

function areApart(one: ast.SubjectRule, other: ast.SubjectRule, { inventory }: Place): boolean {
    const tools = new Set(eventTools(one.subjects, inventory));
    return !eventTools(other.subjects, inventory).some((tool) => tools.has(tool));
}

/** True if there is a comment above the rule, or after it on its line. */
function hasOwnComment(rule: ast.SubjectRule, text: string): boolean {
    const { offset, end } = rule.$cstNode!;
    return startWithComments(rule, text) < offset || /^[ \t]*\/[/*]/.test(text.slice(end));
}
