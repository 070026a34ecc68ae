/** The problems in the results of a policy, in order, as editors and reports list them. */
import { counted } from '../../model/text/plural.js';
import type { Source } from '../../model/policy/policy.js';
import type { ClaimResult, Finding, PolicyResult, ScenarioStepResult, VerdictWord } from './result.js';
import { isAccepted, isBrokenBySecondSession, openScopesOf, scopesToAccept, verdictWord } from './verdict-words.js';

/** A problem's code and severity. */
export interface ProblemKind {
    /** `GR5xx` */
    readonly code: string;
    readonly severity: Finding['severity'];
}

export interface ResultProblem extends ProblemKind {
    readonly source: Source;
    readonly message: string;
}

/** The verdicts that are problems, unless they are expected or accepted. */
export const VERDICT_PROBLEMS: { readonly [verdict in VerdictWord]?: ProblemKind } = {
    violated: { code: 'GR590', severity: 'error' },
    impossible: { code: 'GR591', severity: 'error' },
    vacuous: { code: 'GR592', severity: 'warning' },
    undecided: { code: 'GR593', severity: 'warning' },
    'holds in scope': { code: 'GR594', severity: 'warning' },
    'not witnessed in scope': { code: 'GR594', severity: 'warning' }
};
/** The problem with a claim that an agent can break by opening another session. */
export const BROKEN_BY_SECOND_SESSION: ProblemKind = { code: 'GR598', severity: 'information' };
export const FAILED_STEP: ProblemKind = { code: 'GR595', severity: 'error' };
export const AUDITED_STEP: ProblemKind = { code: 'GR596', severity: 'information' };

/**
 * The problems in the order of the result: claims, scenarios, findings. A problem with a pack's claim is placed where
 * the pack is used.
 */
export function problemsOf(result: Partial<Pick<PolicyResult, 'claims' | 'scenarios' | 'findings'>>): ResultProblem[] {
    const { claims = [], scenarios = [], findings = [] } = result;
    const [first] = brokenBySecondSession(claims);
    return [
        ...claims.flatMap(verdictProblemOf),
        ...(first
            ? [{ ...BROKEN_BY_SECOND_SESSION, source: first.usedAt ?? first.source, message: acrossText(claims) }]
            : []),
        ...scenarios.flatMap(({ steps }) => steps.flatMap(problemOfStep)),
        ...findings.map(({ code, severity, source, message }) => ({ code, severity, source, message }))
    ];
}

/** Undefined if the author expects or accepts the verdict. An expected violation still has a session to show. */
export function verdictProblem(claim: ClaimResult): ProblemKind | undefined {
    const problem = VERDICT_PROBLEMS[claim.verdict];
    if (claim.expected) {
        return problem?.severity === 'error' ? { ...problem, severity: 'information' } : undefined;
    }
    return isAccepted(claim) ? undefined : problem;
}

/** The claims that a second session breaks, unless their authors accept that. */
export function brokenBySecondSession(claims: readonly ClaimResult[]): ClaimResult[] {
    return claims.filter((claim) => isBrokenBySecondSession(claim) && openScopesOf(claim).includes('sessions'));
}

/** One sentence that covers all of these claims, with the session of the first. */
export function acrossText(claims: readonly ClaimResult[]): string {
    const [first, ...others] = brokenBySecondSession(claims);
    const more = others.length === 0 ? '' : ` and ${counted(others.length, 'other claim')}`;
    return first ? `A second session breaks "${first.name}"${more}: ${first.acrossSessions?.explanation ?? ''}` : '';
}

/** The problem with its verdict; empty if there is none. */
export function verdictProblemOf(claim: ClaimResult): ResultProblem[] {
    const problem = verdictProblem(claim);
    const source = claim.usedAt ?? claim.source;
    const verb = claim.verdict === 'holds in scope' ? '' : 'is ';
    const message = `"${claim.name}" ${verb}${verdictWord(claim.verdict)}: ${claim.explanation}${nextStep(claim)}`;
    return problem ? [{ ...problem, source, message }] : [];
}

/** The next step for the author of a claim that holds in scope; empty for others. */
export function nextStep(claim: ClaimResult): string {
    const names = scopesToAccept(claim);
    return names.length === 0
        ? ''
        : ` If that is enough, accept it by name: \`@accept(${names.join(', ')})\` before the claim.`;
}

function problemOfStep({ passed, audited, source, message }: ScenarioStepResult): ResultProblem[] {
    const kind = passed ? audited && AUDITED_STEP : FAILED_STEP;
    return kind ? [{ ...kind, source, message }] : [];
}
