/** Finds the server's current diagnostics of a document that a request concerns. */
import type { LangiumDocument } from 'langium';
import { withFixes } from '../../../../language/edits/edit.js';
import type { CodeActionParams, Diagnostic, Range } from 'vscode-languageserver';
import { isClaim, isRule, isUse } from '../../../../language/generated/ast.js';
import type { PolicyKnowledge } from '../../check/policy-knowledge.js';
import { fixesOfResult } from '../diagnostics/result-fixes.js';
import { isReplaced, resultDiagnostics } from '../diagnostics/results.js';
import { hasErrors } from '../../workspace/documents.js';
import { type CodeActionServices, Problem } from './place.js';

/** All diagnostics of the document, from the language and the checker. */
export function problemsIn(document: LangiumDocument, services: CodeActionServices): Problem[] {
    const found = hasErrors(document) ? [] : resultsIn(document, services);
    const own = (document.diagnostics ?? []).filter(
        (diagnostic) =>
            !isReplaced(
                diagnostic,
                found.map((result) => result.diagnostic)
            )
    );
    return [
        ...own.map((diagnostic) => new Problem(document, diagnostic, services)),
        ...found.map(({ diagnostic, known }) => {
            const fixes = withFixes((problem) => fixesOfResult(problem, known, services.editing.Repairs));
            return new Problem(document, { ...diagnostic, ...fixes }, services, known);
        })
    ];
}

/**
 * The diagnostics that the client sends with its request, and those in the range; a verdict concerns its whole claim, and a
 * finding its whole rule.
 * Those that were sent are looked up rather than trusted, because a diagnostic of an earlier text no longer exists.
 */
export function problemsFor(
    { context, range }: CodeActionParams,
    problems: readonly Problem[]
): { readonly problem: Problem; readonly shown: Diagnostic }[] {
    return problems.flatMap((problem) => {
        const shown = context.diagnostics.find(
            (diagnostic) => diagnostic.code === problem.diagnostic.code && isSame(diagnostic.range, problem.range)
        );
        return shown || touches(rangeOfConcern(problem), range)
            ? [{ problem, shown: shown ?? problem.diagnostic }]
            : [];
    });
}

function rangeOfConcern(problem: Problem): Range {
    const holder = problem.known && (problem.at(isClaim) ?? problem.at(isUse) ?? problem.at(isRule));
    return holder?.$cstNode?.range ?? problem.range;
}

/** The results of a policy may be in the files that it imports. */
function resultsIn(
    document: LangiumDocument,
    services: CodeActionServices
): { readonly diagnostic: Diagnostic; readonly known: PolicyKnowledge }[] {
    const { CheckService: checks } = services.checking;
    const uri = document.uri.toString();
    return services.shared.workspace.LangiumDocuments.all
        .toArray()
        .flatMap((policy) => {
            const known = checks.get(policy.uri.toString());
            return known ? resultDiagnostics(known, policy).map((placed) => ({ ...placed, known })) : [];
        })
        .filter((placed) => placed.uri === uri);
}

function isSame(a: Range, b: Range): boolean {
    return compare(a.start, b.start) === 0 && compare(a.end, b.end) === 0;
}

function touches(a: Range, b: Range): boolean {
    return compare(a.start, b.end) <= 0 && compare(b.start, a.end) <= 0;
}

function compare(a: Range['start'], b: Range['start']): number {
    return a.line - b.line || a.character - b.character;
}
