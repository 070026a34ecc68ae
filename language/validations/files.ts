/** GR105: a file that declares nothing, GR106: rules in a file without a `policy` line, where they have no effect. */
import { AstUtils, type LangiumDocument, UriUtils } from 'langium';
import { type Fix, obvious } from '../edits/edit.js';
import { insertAt } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import * as ast from '../generated/ast.js';
import type { ValidationRule } from './rule.js';

export const files: ValidationRule = {
    codes: ['GR105', 'GR106'],
    checks: {
        PolicyFile: (file, report) => {
            const { lexerErrors, parserErrors } = AstUtils.getDocument(file).parseResult;
            if (file.policy) {
                return;
            }
            if (file.elements.length === 0) {
                if (lexerErrors.length === 0 && parserErrors.length === 0) {
                    const start = { line: 0, character: 0 };
                    report.error(
                        'GR105',
                        file,
                        'This file declares nothing. A policy starts with `policy NAME`, an inventory with `server NAME { … }`.',
                        (problem) => [policyLine(problem)],
                        { range: { start, end: start } }
                    );
                }
                return;
            }
            const acting = file.elements.filter(
                (element) =>
                    ast.isRule(element) || ast.isClaim(element) || ast.isScenario(element) || ast.isUse(element)
            );
            const first = acting[0];
            if (first?.$cstNode && parserErrors.length === 0) {
                const others = acting.length > 1 ? ` (and ${acting.length - 1} more here)` : '';
                const { start, end } = first.$cstNode.range;
                report.error(
                    'GR106',
                    first,
                    `This ${wordOf(first)}${others} has no effect: the file has no \`policy\` line, and importing it brings only names. Start the file with \`policy NAME\`, or move this to a policy.`,
                    (problem) => [policyLine(problem)],
                    { range: { start, end: end.line === start.line ? end : firstWordEnd(first, start) } }
                );
            }
        }
    }
};

function wordOf(element: ast.Element): string {
    if (ast.isUse(element)) {
        return 'use of a pack';
    }
    return ast.isClaim(element) ? 'claim' : ast.isScenario(element) ? 'scenario' : 'rule';
}

/** The end of the mark: for a statement of many lines, only the first word is marked. */
function firstWordEnd(element: ast.Element, start: { line: number; character: number }) {
    const word = /^\w*/.exec(element.$cstNode?.text ?? '')?.[0] ?? '';
    return { line: start.line, character: start.character + word.length };
}

function policyLine(problem: Problem): Fix {
    const name = policyName(problem.document);
    // The line is added after a byte order mark; comments of the first statement stay with that statement.
    const start = problem.text.startsWith('\uFEFF') ? 1 : 0;
    const end = problem.text.slice(start).trim() === '' ? '\n' : '\n\n';
    return obvious(`Add \`policy ${name}\``, insertAt(problem, start, `policy ${name}${end}`));
}

/** The name of a policy: `mail-assistant.guardrail` contains the policy `MailAssistant`. */
function policyName({ uri }: LangiumDocument): string {
    const words = UriUtils.basename(uri)
        .replace(/\.guardrail$/, '')
        .split(/[^A-Za-z0-9]+/)
        .filter((word) => word !== '');
    const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
    return /^[A-Za-z]/.test(name) ? name : `Policy${name}`;
}
