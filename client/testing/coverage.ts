/** Shows which rules the scenarios of a policy cover: those that decided one of their steps. */
import * as vscode from 'vscode';
import {
    type BreakpointPlace,
    type BreakpointPlacesParams,
    breakpointPlacesRequest,
    type PolicyResult
} from '../../server/lsp/protocol.js';
import type { LanguageServer } from '../language-server.js';
import { coveredRules, type RuleCoverage } from './rule-coverage.js';

/** The rules of a policy, each with the number of steps that it decided. */
export class PolicyCoverage extends vscode.FileCoverage {
    constructor(
        uri: vscode.Uri,
        readonly rules: readonly RuleCoverage[]
    ) {
        super(uri, new vscode.TestCoverageCount(rules.filter(({ steps }) => steps > 0).length, rules.length));
    }

    get details(): vscode.StatementCoverage[] {
        return this.rules.map(
            ({ first, last, steps }) =>
                new vscode.StatementCoverage(steps, new vscode.Range(first, 0, last, Number.MAX_SAFE_INTEGER))
        );
    }
}

/** @param scenarios the names of the scenarios that ran */
export async function policyCoverage(
    server: LanguageServer,
    uri: vscode.Uri,
    result: PolicyResult,
    scenarios: ReadonlySet<string>
): Promise<PolicyCoverage> {
    const params: BreakpointPlacesParams = { uri: uri.toString() };
    const places = await server.request<BreakpointPlace[]>(breakpointPlacesRequest, params);
    return new PolicyCoverage(uri, coveredRules(uri.toString(), places, result.scenarios, scenarios));
}
