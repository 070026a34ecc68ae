/** GR412: a rule written twice, GR413: conditional `allow`s of one tool that read like joint requirements. */
import type { AstNode } from 'langium';
import type { DiagnosticRelatedInformation } from 'vscode-languageserver-types';
import { obvious } from '../edits/edit.js';
import { removeStatement } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import { OWN_ALLOWS, allowedTools, overlap } from '../packs/grants.js';
import { toolName } from '../names/inventory.js';
import { paramOfTerm, termText } from '../types/terms.js';
import { asRequirement } from './other-rules.js';
import { lineOf, list, otherPlace, type Reporter, type ValidationRule, wordsOf } from './rule.js';
import { Grouped } from '../files/gathered.js';
import { type FileView, ofWholePolicy } from './file-checks.js';

export const allows: ValidationRule = {
    codes: ['GR412', 'GR413'],
    checks: {
        PolicyFile: [checkRepeated, ofWholePolicy(checkAlternatives)]
    }
};

function checkRepeated(file: ast.PolicyFile, report: Reporter): void {
    for (const { item: rule, first } of MEANINGS.repeated(file)) {
        const { message, relatedInformation } = sameAs(first);
        report.warning(
            'GR412',
            rule,
            message,
            () => [{ ...obvious('Remove this rule', removeStatement(rule)), isSafe: true }],
            { related: relatedInformation }
        );
    }
}

interface Same {
    readonly line: number;
    readonly message: string;
    readonly relatedInformation: DiagnosticRelatedInformation[];
}

const same = new WeakMap<AstNode, Same>();

/** Cached for each rule until the rule moves to another line. */
function sameAs(first: AstNode): Same {
    const line = lineOf(first);
    let known = same.get(first);
    if (known?.line !== line) {
        known = {
            line,
            message: `Line ${line} already says this. Remove one of the two.`,
            relatedInformation: otherPlace(first, 'The other one is here.')
        };
        same.set(first, known);
    }
    return known;
}

const MEANINGS = new Grouped((statement) =>
    ast.isRule(statement) || ast.isUse(statement) ? meaningOf(statement) : undefined
);

/**
 * A text that is the same for rules that have the same meaning in the same words, even if listed parts are in another
 * order.
 */
function meaningOf(rule: ast.Rule | ast.Use): string | undefined {
    if (ast.isUse(rule)) {
        return JSON.stringify([rule.$type, rule.pack?.$refText, rule.args.map(wordsOf).sort()]);
    }
    if (ast.isOrder(rule)) {
        return JSON.stringify([rule.$type, rule.events.map(wordsOf)]);
    }
    if (!ast.isSubjectRule(rule) || rule.subjects.length === 0) {
        return undefined;
    }
    return JSON.stringify([
        rule.$type,
        rule.subjects.map(wordsOf).sort(),
        wordsOf(rule.when),
        wordsOf(rule.unless),
        ast.isAllow(rule) ? [rule.by?.any, rule.by?.agents.map((agent) => agent.$refText).sort()] : '',
        ast.isRequire(rule) ? wordsOf(rule.condition) : '',
        ast.isRequireApproval(rule)
            ? [
                  rule.approver?.$refText,
                  rule.quorum,
                  rule.lasting.map(wordsOf),
                  rule.timeout,
                  rule.per.map(wordsOf),
                  wordsOf(rule.changedBy)
              ]
            : ''
    ]);
}

function checkAlternatives(view: FileView): void {
    const earlier: Conditional[] = [];
    for (const allow of view.of(OWN_ALLOWS).filter((node) => node.when)) {
        const conditional = {
            allow,
            condition: wordsOf(allow.when),
            oneCase: caseOf(allow.when),
            tools: new Set(allowedTools(allow, view.inventory))
        };
        const other = earlier.find((candidate) => readLikeJoint(candidate, conditional));
        if (other) {
            const tools = commonTools(other, conditional);
            view.info(
                'GR413',
                allow,
                `This is an alternative to line ${lineOf(other.allow)}: ${list(tools.map(toolName))} is allowed when \`${termText(other.allow.when)}\` or when \`${termText(allow.when)}\`. If both must hold, write \`require … for …\` for one of them.`,
                (problem) => [asRequirement(allow, problem.inventory)],
                { related: otherPlace(other.allow, 'The other is here.') }
            );
        }
        earlier.push(conditional);
    }
}

interface Conditional {
    readonly allow: ast.Allow;
    readonly condition: string;
    readonly oneCase: string | undefined;
    readonly tools: ReadonlySet<ast.Tool>;
}

function readLikeJoint(a: Conditional, b: Conditional): boolean {
    return (
        a.condition !== b.condition &&
        (a.oneCase === undefined || a.oneCase !== b.oneCase) &&
        overlap(a.allow.by, b.allow.by) &&
        commonTools(a, b).length > 0
    );
}

function commonTools(a: Conditional, b: Conditional): ast.Tool[] {
    return [...b.tools].filter((tool) => a.tools.has(tool));
}

/**
 * The parameter, if the condition only compares its value: `when env == "dev"` and `when env == "test"` are plainly
 * alternatives.
 */
function caseOf(condition: ast.Condition | undefined): string | undefined {
    const isCase =
        (ast.isComparison(condition) && condition.operator === '==') ||
        (ast.isMembership(condition) && !condition.negated);
    if (!isCase) {
        return undefined;
    }
    const term = ast.isHostOf(condition.left) ? condition.left.of : condition.left;
    return paramOfTerm(term) && wordsOf(condition.left);
}
