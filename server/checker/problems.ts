/** What is wrong in the results of a policy, one after the other, as editors and reports tell it. */
import type { Source } from '../model/policy.js';
import type { ClaimResult, Finding, PolicyResult, ScenarioStepResult, VerdictWord } from './result.js';

/** A problem's code, and how much it weighs. */
export interface ProblemKind {
    /** `GR5xx` */
    readonly code: string;
    readonly severity: Finding['severity'];
}

export interface ResultProblem extends ProblemKind {
    readonly source: Source;
    readonly message: string;
}

/** The verdicts that are problems, unless they are expected. */
export const VERDICT_PROBLEMS: { readonly [verdict in VerdictWord]?: ProblemKind } = {
    violated: { code: 'GR590', severity: 'error' },
    impossible: { code: 'GR591', severity: 'error' },
    vacuous: { code: 'GR592', severity: 'warning' },
    undecided: { code: 'GR593', severity: 'warning' },
    'not witnessed in scope': { code: 'GR594', severity: 'warning' }
};
/** A second line that is broken by an agent that opens another session. */
export const BROKEN_ACROSS: ProblemKind = { code: 'GR598', severity: 'information' };
export const FAILED_STEP: ProblemKind = { code: 'GR595', severity: 'error' };
export const AUDITED_STEP: ProblemKind = { code: 'GR596', severity: 'information' };

/** In the order of the result: claims, scenarios, findings. That of a pack's claim is where the pack is used. */
export function problemsOf({
    claims = [],
    scenarios = [],
    findings = []
}: Partial<Pick<PolicyResult, 'claims' | 'scenarios' | 'findings'>>): ResultProblem[] {
    return [
        ...claims.flatMap(problemsOfClaim),
        ...scenarios.flatMap(({ steps }) => steps.flatMap(problemOfStep)),
        ...findings.map(({ code, severity, source, message }) => ({ code, severity, source, message }))
    ];
}

function problemsOfClaim(claim: ClaimResult): ResultProblem[] {
    const verdict = claim.expected ? undefined : VERDICT_PROBLEMS[claim.verdict];
    const { acrossSessions: across } = claim;
    const source = claim.usedAt ?? claim.source;
    const said = (text: string): string => `"${claim.name}" ${text}`;
    return [
        ...(verdict ? [{ ...verdict, source, message: said(`is ${claim.verdict}: ${claim.explanation}`) }] : []),
        ...(across?.verdict === 'violated'
            ? [{ ...BROKEN_ACROSS, source, message: `"${claim.name}", ${across.line}: ${across.explanation}` }]
            : [])
    ];
}

function problemOfStep({ passed, audited, source, message }: ScenarioStepResult): ResultProblem[] {
    const kind = passed ? audited && AUDITED_STEP : FAILED_STEP;
    return kind ? [{ ...kind, source, message }] : [];
}
