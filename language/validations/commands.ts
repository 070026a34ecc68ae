/** GR355: a constant that no command of a shell line can equal, or a shell line that is not a text. */
import type { ValidationAcceptor } from 'langium';
import { obvious, withFixes } from '../edits/edit.js';
import { replaceNode } from '../edits/edits.js';
import type { Literal, Term } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../names/inventory.js';
import { isWholeLiteral, termText, termTypes } from '../types/terms.js';
import { kindsOf, literalValue, shown, typeText } from '../types/types.js';
import type { ValidationRule } from './rule.js';
import { inventoryOf } from './rule.js';

export const commands: ValidationRule = {
    codes: ['GR355'],
    checks: (services) => ({
        CommandTest: (node, accept) => {
            checkLine(node.of, inventoryOf(node, services), accept);
            node.values.filter(isWholeLiteral).forEach((value) => checkCommand(value, accept));
        },
        Redirects: (node, accept) => checkLine(node.left, inventoryOf(node, services), accept),
        Comparison: (node, accept) => {
            const [part, other] = ast.isPartOf(node.left) ? [node.left, node.right] : [node.right, node.left];
            checkPart(part, isWholeLiteral(other) ? [other] : [], accept);
        },
        Membership: (node, accept) => checkPart(node.left, node.values.filter(isWholeLiteral), accept)
    })
};

function checkLine(term: Term | undefined, inventory: Inventory, accept: ValidationAcceptor): void {
    const types = termTypes(term, inventory);
    if (term && (ast.isPartOf(term) || ast.isHostOf(term))) {
        accept('error', `\`${termText(term)}\` is already a part. Use the commands of the whole line.`, {
            node: term,
            code: 'GR355'
        });
    } else if (
        term &&
        types.length > 0 &&
        !types.some((type) => kindsOf(type).has('text') || kindsOf(type).has('any'))
    ) {
        accept('error', `\`${termText(term)}\` is ${typeText(types[0]!)}, and only a text has commands.`, {
            node: term,
            code: 'GR355'
        });
    }
}

function checkPart(part: Term | undefined, values: readonly Literal[], accept: ValidationAcceptor): void {
    if (ast.isPartOf(part) && part.part === 'command') {
        values.forEach((value) => checkCommand(value, accept));
    }
    if (ast.isPartOf(part) && part.part === 'program') {
        for (const value of values.filter((one) => !PLAIN.test(String(literalValue(one))))) {
            accept(
                'error',
                `${shown(literalValue(value))} is not a program: a program is the first word of a command.`,
                {
                    node: value,
                    code: 'GR355',
                    ...plainWords(value, true)
                }
            );
        }
    }
}

/**
 * A word that every shell reads literally, or one in single quotes: the form in which the commands of a line are
 * compared.
 */
const PLAIN = /^[\w./:,+@-]+(?:(?<=[\w-])=[\w./:,+@-]*)?$/;
const WORD = /^(?:[\w./:,+@=-]+|'[^']*')$/;

function checkCommand(literal: Literal, accept: ValidationAcceptor): void {
    const value = literalValue(literal);
    const words = typeof value === 'string' ? (value.match(/'[^']*'|[^ ]+/g) ?? []) : [];
    if (typeof value !== 'string' || words.length === 0 || !words.every((word) => WORD.test(word))) {
        accept(
            'error',
            `${shown(value)} is not one command of plain words, so no command equals it or starts with it. Write plain words, such as "npm test".`,
            { node: literal, code: 'GR355', ...plainWords(literal) }
        );
        return;
    }
    const canonical = words.map((word) =>
        PLAIN.test(word.replace(/^'(.*)'$/, '$1')) ? word.replace(/^'(.*)'$/, '$1') : word
    );
    if (canonical.join(' ') !== value) {
        accept(
            'error',
            `Commands are compared with one space between words and without needless quotes: write ${shown(canonical.join(' '))}.`,
            {
                node: literal,
                code: 'GR355',
                ...plainWords(literal)
            }
        );
    }
}

/** Writes the plain words of the first command, or the first of them for a program. */
function plainWords(literal: Literal, isProgram = false): ReturnType<typeof withFixes> {
    return withFixes(() => {
        const value = String(literalValue(literal));
        const words = (value.split(/[;&|<>]/)[0]!.match(/'[^']*'|[^ ]+/g) ?? []).map((word) =>
            /^'[\w./:,+@-]+'$/.test(word) ? word.slice(1, -1) : word
        );
        const text = (isProgram ? words[0] : words.join(' ')) ?? '';
        return [
            text !== '' && text !== value
                ? obvious(`Change to "${text}"`, replaceNode(literal, `"${text}"`))
                : undefined
        ];
    });
}
