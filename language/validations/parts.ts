/**
 * GR326: an operand of `within` that is not a folder or network; GR327: a part of something that has no parts, or a
 * constant that no part can equal.
 */
import { type Fix, obvious } from '../edits/edit.js';
import { insertBefore, removeStatement, replaceMarked, replaceNode } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import * as ast from '../generated/ast.js';
import { looksLikeNetwork, networkIn, networkProblem } from '../types/networks.js';
import { isWholeLiteral, termText, termTypes } from '../types/terms.js';
import { kindsOf, literalValue, shown, whyNoText } from '../types/types.js';
import { folderIn, isFolder, isFolderFromRoot } from '../text/folders.js';
import { type Reporter, statementsOf, type ValidationRule } from './rule.js';
import { isNamedUrl } from './text-patterns.js';

export const parts: ValidationRule = {
    codes: ['GR326', 'GR327'],
    checks: {
        PathRoot: (node, report) => {
            const problem = node.folder === undefined ? undefined : rootProblem(node.folder);
            if (statementsOf(node, ast.isPathRoot)[0] !== node) {
                report.error('GR326', node, 'A policy can have only one root. Remove all others.', () => [
                    obvious('Remove this', removeStatement(node))
                ]);
            } else if (problem !== undefined) {
                report.error('GR326', [node, 'folder'], problem, (problem) => [
                    changedTo(
                        problem,
                        [folderIn(node.folder)].find((folder) => folder !== undefined && isFolderFromRoot(folder)),
                        node.folder
                    )
                ]);
            }
        },
        Within: (node, report) => {
            if (ast.isPartOf(node.left)) {
                report.error(
                    'GR327',
                    node.left,
                    `\`within\` applies to a path or to \`host of …\`, not to a part of one.`
                );
                return;
            }
            const { value } = ast.isStringLiteral(node.range) ? node.range : {};
            const isNetwork = value !== undefined && (ast.isHostOf(node.left) || looksLikeNetwork(value));
            const problem = value === undefined ? undefined : isNetwork ? networkProblem(value) : folderProblem(value);
            if (problem !== undefined) {
                report.error('GR326', [node, 'range'], problem, (at) => [
                    changedTo(at, isNetwork ? networkIn(value) : folderIn(value!), value!)
                ]);
            } else if (value !== undefined && looksLikeNetwork(value) && isNamedUrl(node.left)) {
                const text = termText(node.left);
                report.error(
                    'GR327',
                    node.left,
                    `\`${text}\` is a URL, and no address: write \`host of ${text} within ${shown(value)}\`.`,
                    () => [obvious('Insert `host of`', insertBefore(node.left, 'host of '))]
                );
            }
            if (!ast.isHostOf(node.left)) {
                checkText(node.left, value !== undefined && looksLikeNetwork(value) ? 'address' : 'path', report);
            }
        },
        IsPrivate: (node, report) => {
            if (!ast.isHostOf(node.left)) {
                report.error(
                    'GR327',
                    node.left,
                    `Only a host can be private: write \`host of ${termText(node.left)} is private\`.`,
                    () => [
                        ast.isPartOf(node.left)
                            ? undefined
                            : obvious('Insert `host of`', insertBefore(node.left, 'host of '))
                    ]
                );
            }
        },
        TimeOf: (node, report) => checkText(node.of, 'time', report),
        PartOf: (node, report) => {
            if (ast.isHostOf(node.of) || ast.isPartOf(node.of)) {
                report.error(
                    'GR327',
                    [node, 'of'],
                    `\`${termText(node.of)}\` is already a part. Use the part of the whole text.`,
                    () => [
                        obvious(
                            `Take the ${node.part} of the whole text`,
                            replaceNode(node.of, (node.of as ast.PartOf).of.$cstNode!.text)
                        )
                    ]
                );
            } else {
                checkText(node.of, node.part, report);
            }
        },
        Comparison: (node, report) => {
            const [part, other] = ast.isPartOf(node.left) ? [node.left, node.right] : [node.right, node.left];
            if (ast.isPartOf(part) && isWholeLiteral(other)) {
                checkConstant(part, other, report);
            }
        },
        Membership: (node, report) => {
            if (ast.isPartOf(node.left)) {
                for (const value of node.values.filter(isWholeLiteral)) {
                    checkConstant(node.left, value, report);
                }
            }
        }
    }
};

function checkText(term: ast.Term | undefined, part: string, report: Reporter): void {
    const { inventory } = report;
    const types = termTypes(term, inventory);
    const article = /^[ae]/.test(part) ? 'an' : 'a';
    if (term && types.length > 0 && !types.some((type) => kindsOf(type).has('text') || kindsOf(type).has('any'))) {
        const what =
            part === 'time'
                ? 'names an instant'
                : `${part === 'path' || part === 'address' ? 'is' : 'has'} ${article} ${part}`;
        report.error('GR327', term, `\`${termText(term)}\` is ${whyNoText(types[0]!)}, and only a text ${what}.`);
    }
}

/** Reports a value that a name or extension can never have. (Domains are treated like hosts.) */
function checkConstant(part: ast.PartOf, literal: ast.Literal, report: Reporter): void {
    const value = literalValue(literal);
    if (typeof value !== 'string') {
        return;
    }
    const problem =
        part.part === 'name' && (value.includes('/') || ['', '.', '..'].includes(value))
            ? `${shown(value)} is not a name in a folder: a name has no "/".`
            : part.part === 'extension' && (value !== value.toLowerCase() || /[./]/.test(value))
              ? `An extension is in lower case and has no dot: write ${shown(value.toLowerCase().replace(/^.*[./]/, ''))}.`
              : undefined;
    if (problem !== undefined) {
        const meant = part.part === 'name' ? value.split('/').at(-1)! : value.toLowerCase().replace(/^.*[./]/, '');
        report.error('GR327', literal, problem, (at) => [meant === '' ? undefined : changedTo(at, meant, value)]);
    }
}

function changedTo(problem: Problem, meant: string | undefined, written: string): Fix | undefined {
    return meant === undefined || meant === written
        ? undefined
        : obvious(`Change to "${meant}"`, replaceMarked(problem, `"${meant}"`));
}

function folderProblem(text: string): string | undefined {
    return isFolder(text)
        ? undefined
        : `${shown(text)} is not a folder that can be compared: write it from the root, as in "/srv/app", or by its name anywhere, as in "**/secrets", without other stars, without "." and "..", and without a slash at its end.`;
}

function rootProblem(text: string): string | undefined {
    return isFolderFromRoot(text)
        ? undefined
        : `${shown(text)} is not a folder that paths can start from: write it from the root, without stars, without "." and "..", and without a slash at its end, as in "/srv/app".`;
}
