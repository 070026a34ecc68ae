/** Finds the checker's explanation of the claim or step that a diagnostic concerns. */
import * as ast from '../../../../language/generated/ast.js';
import type { ClaimResult, ScenarioStepResult } from '../../../checker/results/result.js';
import { rangeOf, resultFor, resultsOfUse } from '../../text/anchors.js';
import type { Problem } from './place.js';

export function stepResult({ known, uri, range }: Problem): ScenarioStepResult | undefined {
    return known?.result?.scenarios
        .flatMap(({ steps }) => steps)
        .find(({ source }) => source.uri === uri && JSON.stringify(rangeOf(source)) === JSON.stringify(range));
}

/** The results; for a use, those of all claims that its pack brings. Empty while the policy is checked again. */
export function claimResults(problem: Problem): ClaimResult[] {
    const results = problem.known?.result?.claims ?? [];
    const use = problem.at(ast.isUse);
    if (use) {
        return resultsOfUse(use, results);
    }
    const claim = problem.at(ast.isClaim);
    const result = claim && resultFor(claim, results);
    return result ? [result] : [];
}

export function brokenClaims(problem: Problem): ClaimResult[] {
    return claimResults(problem).filter(({ verdict }) => verdict === 'violated');
}
