import type { Claim, Scenario } from '../../../language/generated/ast.js';
import { count, textOf } from '../source-text.js';
import type { ClaimResult, ScenarioResult } from '../../checker/result.js';
import type { GuardrailLspServices } from '../module.js';
import { bullets, codeBlock, paragraphs } from './markdown.js';

const MAX_STEPS = 12;

/** The claim, its last verdict with what it rests on, and the session if there is one. */
export function claimHover(claim: Claim, result: ClaimResult | undefined, services: GuardrailLspServices): string {
    return paragraphs(
        codeBlock([...claim.annotations, claim].map(textOf).join('\n')),
        services.documentation.DocumentationProvider.getDocumentation(claim),
        result ? `**${result.verdict}**${expectation(result)} · ${result.explanation}` : '*not checked yet*',
        result && basisText(result),
        result?.trace &&
            bullets(
                result.trace.steps.map((step) => step.text),
                MAX_STEPS
            )
    );
}

export function scenarioHover(
    scenario: Scenario,
    result: ScenarioResult | undefined,
    services: GuardrailLspServices
): string {
    const failed = result?.steps.filter((step) => !step.passed) ?? [];
    return paragraphs(
        services.documentation.DocumentationProvider.getDocumentation(scenario),
        result ? `**${result.passed ? 'passed' : 'failed'}**` : '*not run yet*',
        bullets(
            failed.map((step) => step.message),
            MAX_STEPS
        )
    );
}

function expectation({ expected }: ClaimResult): string {
    return expected ? ', as expected' : '';
}

function basisText({ basis }: ClaimResult): string {
    const { states, transitions, depth, scopes, limit, slice } = basis;
    const parts = [
        `${count(states, 'state')}, ${count(transitions, 'transition')}, sessions of up to ${count(depth, 'step')}`,
        `the claim sees ${count(slice.tools, 'tool')}, ${count(slice.rules, 'rule')}`,
        ...scopes,
        ...(limit === undefined ? [] : [limit])
    ];
    return `${parts.join(' · ')}.`;
}
