/** Fixes that preserve the meaning, because what they remove has no effect. They may be applied automatically. */
import type { AstNode } from 'langium';
import * as ast from '../generated/ast.js';
import { importsOf, resolveImport } from '../files/imports.js';
import type { Edit } from './edit.js';
import { keywordOf, removeItem, removeParts, removeStatement, replaceRange } from './edits.js';
import type { Problem } from './place.js';

export interface SafeFix {
    readonly codes: readonly string[];
    /** A description in one line, for the documentation. */
    readonly summary: string;
    /** Makes the fix; undefined if this problem has no such fix. */
    readonly fix: (problem: Problem) => FixEdit | undefined;
}

export interface FixEdit {
    /** A title in the imperative, with names in backquotes. */
    readonly title: string;
    readonly edit: Edit;
}

const repeatedRule: SafeFix = {
    codes: ['GR412'],
    summary: 'Remove a rule that another rule already states',
    fix: (problem) => {
        const node = problem.at((each): each is AstNode => ast.isRule(each) || ast.isUse(each));
        return node?.$cstNode && { title: 'Remove this rule', edit: removeStatement(problem, node) };
    }
};

/** Removes a repeated import, or a repeated name of an import. */
const repeatedImport: SafeFix = {
    codes: ['GR213'],
    summary: 'Remove a duplicate import',
    fix: (problem) => {
        const node = problem.at(ast.isImport);
        if (!node) {
            return undefined;
        }
        const target = resolveImport(node)?.toString();
        const earlier = importsOf(problem.document)
            .filter((other) => resolveImport(other)?.toString() === target)
            .filter((other) => other.$cstNode!.offset < node.$cstNode!.offset);
        const textOf = ({ target, alias }: ast.ImportedName): string => `${target.$refText} as ${alias}`;
        const known = new Set(earlier.flatMap(({ names }) => names.map(textOf)));
        const isWhole = earlier.some((other) => !other.named);
        const others = node.names.filter(
            (name, index) =>
                !known.has(textOf(name)) &&
                !(isWhole && name.alias === undefined) &&
                node.names.findIndex((one) => textOf(one) === textOf(name)) === index
        );
        if (!node.named || others.length === 0) {
            return { title: 'Remove this import', edit: removeStatement(problem, node) };
        }
        const repeated = node.names.find((name) => !others.includes(name))?.$cstNode;
        return repeated && { title: `Remove \`${repeated.text}\``, edit: removeItem(problem, repeated) };
    }
};

const listedTwice: SafeFix = {
    codes: ['GR434'],
    summary: 'Remove an item that is listed twice',
    fix: (problem) => {
        const title = `Remove the second \`${problem.marked}\``;
        const trait = problem.at(ast.isTraitUse)?.$cstNode;
        if (trait) {
            return { title, edit: removeParts(problem, trait) };
        }
        return problem.part && { title, edit: removeItem(problem, problem.part) };
    }
};

const noConsent: SafeFix = {
    codes: ['GR241', 'GR244'],
    summary: 'Remove a `granting` or `assuming` that the pack does not need',
    fix: (problem) => {
        const use = problem.at(ast.isUse);
        const word = problem.code === 'GR241' ? 'granting' : 'assuming';
        const found = use && keywordOf(use, word);
        if (!found) {
            return undefined;
        }
        const comma = /\s*,\s*$/.exec(problem.text.slice(0, found.offset))?.[0].length;
        const edit =
            comma !== undefined
                ? replaceRange(problem, found.offset - comma, found.end, '')
                : use.assuming && word === 'granting'
                  ? replaceRange(problem, found.offset, keywordOf(use, 'assuming')!.offset, '')
                  : removeParts(problem, found);
        return { title: `Remove \`${word}\``, edit };
    }
};

export const SAFE_FIXES: readonly SafeFix[] = [repeatedRule, repeatedImport, listedTwice, noConsent];
