/** What is wrong in one file, each with what lies behind it, for reports that tell one problem after the other. */
import { BROKEN_ACROSS, problemsOf, type ResultProblem } from '../../checker/problems.js';
import type { ClaimResult, Finding, PolicyResult, ScenarioResult, Trace } from '../../checker/result.js';
import type { Source } from '../../model/policy.js';
import type { Diagnostic, FileReport, Severity } from '../report.js';

export interface Item {
    readonly code: string;
    readonly severity: Severity;
    readonly message: string;
    readonly source: Source;
    /** What it says something of; absent: of the text alone. */
    readonly claim?: ClaimResult;
    readonly scenario?: ScenarioResult;
    readonly finding?: Finding;
    /** The sessions that show it. */
    readonly traces: readonly Trace[];
}

/** In the order of the report: the text, claims, scenarios, findings. */
export function itemsOf(file: FileReport): Item[] {
    return [...file.diagnostics.map(itemOfDiagnostic), ...(file.result ? itemsOfResult(file.result) : [])];
}

function itemOfDiagnostic({ code, severity, message, source }: Diagnostic): Item {
    return { code, severity, message, source, traces: [] };
}

function itemsOfResult({ claims, scenarios, findings }: PolicyResult): Item[] {
    return [
        ...claims.flatMap((claim) => problemsOf({ claims: [claim] }).map((problem) => itemOfClaim(problem, claim))),
        ...scenarios.flatMap((scenario) =>
            problemsOf({ scenarios: [scenario] }).map((problem) => ({ ...problem, scenario, traces: [scenario.trace] }))
        ),
        ...findings.flatMap((finding) =>
            problemsOf({ findings: [finding] }).map((problem) => ({
                ...problem,
                finding,
                traces: finding.trace ? [finding.trace] : []
            }))
        )
    ];
}

/** A claim may be a problem twice: by its verdict, and by that across sessions. */
function itemOfClaim(problem: ResultProblem, claim: ClaimResult): Item {
    const isAcross = problem.code === BROKEN_ACROSS.code;
    const sessions = isAcross ? [claim.acrossSessions?.trace] : [claim.trace, ...(claim.others ?? [])];
    return { ...problem, claim, traces: sessions.filter((trace) => trace !== undefined) };
}
