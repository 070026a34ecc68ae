/** GR310: `host of` something that is not a text, GR311: an entry of a list of hosts that is not a host name. */
import type { AstNode } from 'langium';
import { MOST_OFFERED, type Fix, obvious } from '../edits/edit.js';
import { partOf, replaceMarked, replaceNode, replacePart } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import { nameText } from '../../server/model/text/typed-text.js';
import type { Literal, Term } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { hostIn, hostProblem } from '../text/host-names.js';
import { paramsInScope } from '../names/name-owner.js';
import { termText, termTypes } from '../types/terms.js';
import { kindsOf, typeOf, whyNoText } from '../types/types.js';
import type { ValidationRule } from './rule.js';

export const hosts: ValidationRule = {
    codes: ['GR310', 'GR311'],
    checks: {
        HostOf: (node, report) => {
            if (ast.isHostOf(node.of)) {
                report.error(
                    'GR310',
                    [node, 'of'],
                    `\`${termText(node.of)}\` is already a host. Write \`host of\` once.`,
                    () => [obvious('Write `host of` once', replaceNode(node, node.of.$cstNode!.text))]
                );
                return;
            }
            const types = termTypes(node.of, report.inventory);
            const couldBeText = types.some((type) => kindsOf(type).has('text') || kindsOf(type).has('any'));
            if (types.length > 0 && !couldBeText) {
                report.error(
                    'GR310',
                    [node, 'of'],
                    `\`${termText(node.of)}\` is ${whyNoText(types[0]!)}, and only a text has a host. Name the parameter with the URL.`,
                    (problem) =>
                        textsInScope(node, problem).map((name) => ({
                            title: `Change to \`${name}\``,
                            changes: [replaceMarked(problem, name)]
                        }))
                );
            }
        },
        Membership: (node, report) => {
            if (isHost(node.left)) {
                node.values.forEach((value, index) => {
                    const problem = problemOf(value, true, node.left);
                    if (problem) {
                        report.add(problem.severity, 'GR311', [node, 'values', index], problem.message, () => [
                            asCompared(value)
                        ]);
                    }
                });
            }
        },
        Comparison: (node, report) => {
            const other = isHost(node.left) ? node.right : isHost(node.right) ? node.left : undefined;
            const problem = other && problemOf(other, false, other === node.left ? node.right : node.left);
            if (problem) {
                report.add(problem.severity, 'GR311', other, problem.message, () => [asCompared(other)]);
            }
        }
    }
};

/** The texts that a condition can name in place of the marked term. */
function textsInScope(node: AstNode, { inventory }: Problem): string[] {
    const texts = paramsInScope(node, inventory).filter(({ type }) => typeOf(type).kind === 'string');
    return [...new Set(texts.map(({ name }) => nameText(name)))].slice(0, MOST_OFFERED);
}

/** Writes the host in the form in which hosts are compared. */
function asCompared(literal: Term): Fix | undefined {
    const written = (literal as ast.StringLiteral).value;
    const meant = hostIn(written);
    const { $container: container } = literal;
    if (ast.isComparison(container) && meant?.startsWith('*.') && container.right === literal) {
        const text = `${container.operator === '!=' ? 'not in' : 'in'} ["${meant}"]`;
        const edit = replacePart(partOf(container, 'operator')!, text);
        const { end } = literal.$cstNode!.range;
        return obvious(`Write \`${text}\``, { ...edit, range: { start: edit.range.start, end } });
    }
    return meant !== undefined && meant !== written
        ? obvious(`Change to "${meant}"`, replaceNode(literal, `"${meant}"`))
        : undefined;
}

/** True for the host of a URL, and for the domain of an address. */
function isHost(term: Term | undefined): boolean {
    return ast.isHostOf(term) || (ast.isPartOf(term) && term.part === 'domain');
}

/** @param of the term whose host or part is compared with the text */
function problemOf(term: Term | undefined, isList: boolean, of: Term | undefined): ReturnType<typeof hostProblem> {
    return ast.isStringLiteral(term) && (term as Literal & { value?: string }).value !== undefined
        ? hostProblem(term.value, isList, ast.isPartOf(of))
        : undefined;
}
