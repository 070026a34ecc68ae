/**
 * GR326: an operand of `within` that is not a folder or network; GR327: a part of something that has no parts, or a
 * constant that no part can equal.
 */
import type { ValidationAcceptor } from 'langium';
import { type Fix, obvious, withFixes } from '../edits/edit.js';
import { insertBefore, removeStatement, replaceMarked, replaceNode } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import type { Literal, PartOf, Term } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../names/inventory.js';
import { looksLikeNetwork, networkIn, networkProblem } from '../types/networks.js';
import { isWholeLiteral, termText, termTypes } from '../types/terms.js';
import { kindsOf, literalValue, shown, whyNoText } from '../types/types.js';
import { folderIn, isFolder, isFolderFromRoot } from '../text/folders.js';
import type { ValidationRule } from './rule.js';
import { isNamedUrl } from './text-patterns.js';
import { inventoryOf, statementsOf } from './rule.js';

export const parts: ValidationRule = {
    codes: ['GR326', 'GR327'],
    checks: (services) => ({
        PathRoot: (node, accept) => {
            const problem = node.folder === undefined ? undefined : rootProblem(node.folder);
            if (statementsOf(node, ast.isPathRoot)[0] !== node) {
                accept('error', 'A policy can have only one root. Remove all others.', {
                    node,
                    code: 'GR326',
                    ...withFixes(() => [obvious('Remove this', removeStatement(node))])
                });
            } else if (problem !== undefined) {
                accept('error', problem, {
                    node,
                    property: 'folder',
                    code: 'GR326',
                    ...withFixes((problem) => [
                        changedTo(
                            problem,
                            [folderIn(node.folder)].find((folder) => folder !== undefined && isFolderFromRoot(folder)),
                            node.folder
                        )
                    ])
                });
            }
        },
        Within: (node, accept) => {
            if (ast.isPartOf(node.left)) {
                accept('error', `\`within\` applies to a path or to \`host of …\`, not to a part of one.`, {
                    node: node.left,
                    code: 'GR327'
                });
                return;
            }
            const { value } = ast.isStringLiteral(node.range) ? node.range : {};
            const isNetwork = value !== undefined && (ast.isHostOf(node.left) || looksLikeNetwork(value));
            const problem = value === undefined ? undefined : isNetwork ? networkProblem(value) : folderProblem(value);
            if (problem !== undefined) {
                accept('error', problem, {
                    node,
                    property: 'range',
                    code: 'GR326',
                    ...withFixes((at) => [changedTo(at, isNetwork ? networkIn(value) : folderIn(value!), value!)])
                });
            } else if (value !== undefined && looksLikeNetwork(value) && isNamedUrl(node.left)) {
                const text = termText(node.left);
                accept(
                    'error',
                    `\`${text}\` is a URL, and no address: write \`host of ${text} within ${shown(value)}\`.`,
                    {
                        node: node.left,
                        code: 'GR327',
                        ...withFixes(() => [obvious('Insert `host of`', insertBefore(node.left, 'host of '))])
                    }
                );
            }
            if (!ast.isHostOf(node.left)) {
                checkText(
                    node.left,
                    value !== undefined && looksLikeNetwork(value) ? 'address' : 'path',
                    inventoryOf(node, services),
                    accept
                );
            }
        },
        IsPrivate: (node, accept) => {
            if (!ast.isHostOf(node.left)) {
                accept('error', `Only a host can be private: write \`host of ${termText(node.left)} is private\`.`, {
                    node: node.left,
                    code: 'GR327',
                    ...withFixes(() => [
                        ast.isPartOf(node.left)
                            ? undefined
                            : obvious('Insert `host of`', insertBefore(node.left, 'host of '))
                    ])
                });
            }
        },
        TimeOf: (node, accept) => checkText(node.of, 'time', inventoryOf(node, services), accept),
        PartOf: (node, accept) => {
            if (ast.isHostOf(node.of) || ast.isPartOf(node.of)) {
                accept('error', `\`${termText(node.of)}\` is already a part. Use the part of the whole text.`, {
                    node,
                    property: 'of',
                    code: 'GR327',
                    ...withFixes(() => [
                        obvious(
                            `Take the ${node.part} of the whole text`,
                            replaceNode(node.of, (node.of as PartOf).of.$cstNode!.text)
                        )
                    ])
                });
            } else {
                checkText(node.of, node.part, inventoryOf(node, services), accept);
            }
        },
        Comparison: (node, accept) => {
            const [part, other] = ast.isPartOf(node.left) ? [node.left, node.right] : [node.right, node.left];
            if (ast.isPartOf(part) && isWholeLiteral(other)) {
                checkConstant(part, other, accept);
            }
        },
        Membership: (node, accept) => {
            if (ast.isPartOf(node.left)) {
                for (const value of node.values.filter(isWholeLiteral)) {
                    checkConstant(node.left, value, accept);
                }
            }
        }
    })
};

function checkText(term: Term | undefined, part: string, inventory: Inventory, accept: ValidationAcceptor): void {
    const types = termTypes(term, inventory);
    const article = /^[ae]/.test(part) ? 'an' : 'a';
    if (term && types.length > 0 && !types.some((type) => kindsOf(type).has('text') || kindsOf(type).has('any'))) {
        const what =
            part === 'time'
                ? 'names an instant'
                : `${part === 'path' || part === 'address' ? 'is' : 'has'} ${article} ${part}`;
        accept('error', `\`${termText(term)}\` is ${whyNoText(types[0]!)}, and only a text ${what}.`, {
            node: term,
            code: 'GR327'
        });
    }
}

/** Reports a value that a name or extension can never have. (Domains are treated like hosts.) */
function checkConstant(part: PartOf, literal: Literal, accept: ValidationAcceptor): void {
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
        accept('error', problem, {
            node: literal,
            code: 'GR327',
            ...withFixes((at) => [meant === '' ? undefined : changedTo(at, meant, value)])
        });
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
