import { counted } from '../../../model/text/plural.js';
import type { Claim, Scenario } from '../../../../language/generated/ast.js';
import { capital, textOf } from '../../text/source-text.js';
import type { AcrossSessions, ClaimResult, Costs, ScenarioResult, Trace } from '../../../checker/results/result.js';
import { costHeading, costLines } from '../../../wording/costs.js';
import { basisText, verdictText } from '../../../checker/results/verdict-words.js';
import type { LanguageServices } from '../../services.js';
import type { CheckingServices } from '../../check/services.js';
import { bullets, codeBlock, paragraphs, plain } from './markdown.js';

const MAX_STEPS = 12;

/**
 * Shows the claim, its last verdict with its basis, and the session if there is one.
 *
 * @param mark states that the verdict belongs to an earlier text
 * @param assumptions what the verdicts on its policy take for granted besides `ASSUMPTIONS`
 */
export function claimHover(
    claim: Claim,
    result: ClaimResult | undefined,
    services: LanguageServices & CheckingServices,
    mark = '',
    assumptions: readonly string[] = []
): string {
    return paragraphs(
        codeBlock([...claim.annotations, claim].map(textOf).join('\n')),
        services.documentation.DocumentationProvider.getDocumentation(claim),
        result ? `**${verdictText(result)}**${mark} · ${plain(result.explanation)}` : '*not checked yet*',
        result && foundText(result),
        ...assumptions.map((text) => plain(`Taken for granted: ${text}.`)),
        result?.basis.costs && costsOf(result.basis.costs),
        result?.trace && stepsOf(result.trace),
        result?.acrossSessions && acrossText(result.acrossSessions),
        result?.acrossSessions?.trace && stepsOf(result.acrossSessions.trace)
    );
}

function costsOf(costs: Costs): string {
    return paragraphs(plain(costHeading(costs)), bullets(costLines(costs).map(plain), MAX_STEPS));
}

function stepsOf(trace: Trace): string {
    return bullets(
        trace.steps.map((step) => plain(step.text)),
        MAX_STEPS
    );
}

function acrossText({ line, verdict, explanation }: AcrossSessions): string {
    return verdict === 'violated' ? plain(`${capital(line)}. ${explanation}`) : plain(`${capital(line)}.`);
}

export function scenarioHover(
    scenario: Scenario,
    result: ScenarioResult | undefined,
    services: LanguageServices & CheckingServices
): string {
    const failed = result?.steps.filter((step) => !step.passed) ?? [];
    return paragraphs(
        services.documentation.DocumentationProvider.getDocumentation(scenario),
        result ? `**${result.passed ? 'passed' : 'failed'}**` : '*not run yet*',
        bullets(
            failed.map((step) => plain(step.message)),
            MAX_STEPS
        )
    );
}

function foundText({ basis, trace }: ClaimResult): string {
    const { by, transitions, depth, exhausted, limit, slice } = basis;
    // A search counts its own steps, of which the shown session may have more; a complete search covers any length.
    const searched = [
        counted(transitions, 'transition'),
        ...(trace || exhausted ? [] : [`sessions of up to ${counted(depth, 'step')}`])
    ];
    const parts = [
        [basisText(basis), ...(by === 'proof' ? [] : searched)].join(', '),
        `${counted(slice.tools, 'tool')} and ${counted(slice.rules, 'rule')} matter for this claim`,
        ...(limit === undefined ? [] : [limit])
    ];
    return `${parts.join(' · ')}.`;
}
