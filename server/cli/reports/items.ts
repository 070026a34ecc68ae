/** Lists the problems of one file, each with its details, for reports that show problems one after the other. */
import {
    acrossText,
    BROKEN_BY_SECOND_SESSION,
    brokenBySecondSession,
    problemsOf,
    verdictProblemOf
} from '../../checker/results/problems.js';
import type { ClaimResult, Finding, PolicyResult, ScenarioResult, Trace } from '../../checker/results/result.js';
import type { Source } from '../../model/policy/policy.js';
import type { FileReport } from './check-report.js';
import type { Diagnostic, Severity } from '../../workspace/diagnostics.js';

export interface Item {
    readonly code: string;
    readonly severity: Severity;
    /** The severity without a configuration, if one changed it. */
    readonly defaultSeverity?: Severity;
    readonly message: string;
    readonly source: Source;
    /** The claim that the problem concerns. */
    readonly claim?: ClaimResult;
    readonly scenario?: ScenarioResult;
    readonly finding?: Finding;
    /** The sessions that demonstrate it. */
    readonly traces: readonly Trace[];
}

/** The items of a file in report order: the text, claims, scenarios, findings. */
export function itemsOf(file: FileReport): Item[] {
    return [...file.diagnostics.map(itemOfDiagnostic), ...(file.result ? itemsOfResult(file.result) : [])];
}

function itemOfDiagnostic(diagnostic: Diagnostic): Item {
    return { ...diagnostic, traces: [] };
}

function itemsOfResult({ claims, scenarios, findings }: PolicyResult): Item[] {
    return [
        ...claims.flatMap((claim) =>
            verdictProblemOf(claim).map((problem) => ({
                ...problem,
                claim,
                traces: [claim.trace, ...(claim.others ?? [])].filter((trace) => trace !== undefined)
            }))
        ),
        ...acrossItem(claims),
        ...scenarios.flatMap((scenario) =>
            problemsOf({ scenarios: [scenario] }).map((problem) => ({ ...problem, scenario, traces: [scenario.trace] }))
        ),
        ...findings.flatMap((finding) =>
            problemsOf({ findings: [finding] }).map((problem) => ({
                ...problem,
                ...(finding.defaultSeverity && { defaultSeverity: finding.defaultSeverity }),
                finding,
                traces: finding.trace ? [finding.trace] : []
            }))
        )
    ];
}

/** Claims that second sessions break count as one problem of the policy, with the sessions of all these claims. */
function acrossItem(claims: readonly ClaimResult[]): Item[] {
    const [claim, ...others] = brokenBySecondSession(claims);
    return claim
        ? [
              {
                  ...BROKEN_BY_SECOND_SESSION,
                  message: acrossText(claims),
                  source: claim.usedAt ?? claim.source,
                  claim,
                  traces: [claim, ...others].flatMap(({ acrossSessions: across }) => across?.trace ?? [])
              }
          ]
        : [];
}
