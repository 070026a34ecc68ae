/** GR355: a constant that no command of a shell line can equal, or a shell line that is not a text. */
import { type Fixes, obvious } from '../edits/edit.js';
import { replaceNode } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import { isWholeLiteral, termText, termTypes } from '../types/terms.js';
import { kindsOf, literalValue, shown, typeText } from '../types/types.js';
import type { Reporter, ValidationRule } from './rule.js';

export const commands: ValidationRule = {
    codes: ['GR355'],
    checks: {
        CommandTest: (node, report) => {
            checkLine(node.of, report);
            node.values.filter(isWholeLiteral).forEach((value) => checkCommand(value, report));
        },
        Redirects: (node, report) => checkLine(node.left, report),
        Comparison: (node, report) => {
            const [part, other] = ast.isPartOf(node.left) ? [node.left, node.right] : [node.right, node.left];
            checkPart(part, isWholeLiteral(other) ? [other] : [], report);
        },
        Membership: (node, report) => checkPart(node.left, node.values.filter(isWholeLiteral), report)
    }
};

function checkLine(term: ast.Term | undefined, report: Reporter): void {
    const types = termTypes(term, report.inventory);
    if (term && (ast.isPartOf(term) || ast.isHostOf(term))) {
        report.error('GR355', term, `\`${termText(term)}\` is already a part. Use the commands of the whole line.`);
    } else if (
        term &&
        types.length > 0 &&
        !types.some((type) => kindsOf(type).has('text') || kindsOf(type).has('any'))
    ) {
        report.error('GR355', term, `\`${termText(term)}\` is ${typeText(types[0]!)}, and only a text has commands.`);
    }
}

function checkPart(part: ast.Term | undefined, values: readonly ast.Literal[], report: Reporter): void {
    if (ast.isPartOf(part) && part.part === 'command') {
        values.forEach((value) => checkCommand(value, report));
    }
    if (ast.isPartOf(part) && part.part === 'program') {
        for (const value of values.filter((one) => !PLAIN.test(String(literalValue(one))))) {
            report.error(
                'GR355',
                value,
                `${shown(literalValue(value))} is not a program: a program is the first word of a command.`,
                plainWords(value, true)
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

function checkCommand(literal: ast.Literal, report: Reporter): void {
    const value = literalValue(literal);
    const words = typeof value === 'string' ? (value.match(/'[^']*'|[^ ]+/g) ?? []) : [];
    if (typeof value !== 'string' || words.length === 0 || !words.every((word) => WORD.test(word))) {
        report.error(
            'GR355',
            literal,
            `${shown(value)} is not one command of plain words, so no command equals it or starts with it. Write plain words, such as "npm test".`,
            plainWords(literal)
        );
        return;
    }
    const canonical = words.map((word) =>
        PLAIN.test(word.replace(/^'(.*)'$/, '$1')) ? word.replace(/^'(.*)'$/, '$1') : word
    );
    if (canonical.join(' ') !== value) {
        report.error(
            'GR355',
            literal,
            `Commands are compared with one space between words and without needless quotes: write ${shown(canonical.join(' '))}.`,
            plainWords(literal)
        );
    }
}

/** Writes the plain words of the first command, or the first of them for a program. */
function plainWords(literal: ast.Literal, isProgram = false): Fixes {
    return () => {
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
    };
}
