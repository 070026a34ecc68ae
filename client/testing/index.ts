/** Shows claims and scenarios in the Test Explorer. */
import * as vscode from 'vscode';
import type { CheckStates } from '../check-states.js';
import { configurationOf, startDebugging } from '../debugger/configuration.js';
import type { Policies } from '../policies.js';
import type { LanguageServer } from '../language-server.js';
import { PolicyCoverage, policyCoverage } from './coverage.js';
import { TestRuns } from './runs.js';
import { TestTree } from './tree.js';

export function registerTesting(server: LanguageServer, policies: Policies, checks: CheckStates): vscode.Disposable {
    const controller = vscode.tests.createTestController('guardrail', 'Guardrail');
    const tree = new TestTree(controller, policies);
    const runs = new TestRuns(controller, tree, checks);
    controller.refreshHandler = () => policies.load();
    const profile = controller.createRunProfile(
        vscode.l10n.t('Check'),
        vscode.TestRunProfileKind.Run,
        (request, token) => runs.start(request, token),
        true
    );
    const debugProfile = controller.createRunProfile(
        vscode.l10n.t('Debug'),
        vscode.TestRunProfileKind.Debug,
        async (request, token) => {
            await runs.start(request, token);
            const [item] = request.include ?? [];
            const test = item && tree.testOf(item);
            if (test && !token.isCancellationRequested) {
                await startDebugging(configurationOf({ uri: item.uri!.toString(), kind: test.kind, name: test.name }));
            }
        },
        false
    );
    const coverageProfile = controller.createRunProfile(
        vscode.l10n.t('Rules Covered by Scenarios'),
        vscode.TestRunProfileKind.Coverage,
        (request, token) => runs.start(request, token, (uri, result, ran) => policyCoverage(server, uri, result, ran)),
        true,
        new vscode.TestTag('scenario')
    );
    coverageProfile.loadDetailedCoverage = (_run, coverage) =>
        Promise.resolve(coverage instanceof PolicyCoverage ? coverage.details : []);
    return vscode.Disposable.from(profile, debugProfile, coverageProfile, runs, tree, controller);
}
