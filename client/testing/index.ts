/** Shows claims and scenarios in the Test Explorer. */
import * as vscode from 'vscode';
import type { CheckStates } from '../check-states.js';
import { configurationOf, startDebugging } from '../debugger/configuration.js';
import type { Policies } from '../policies.js';
import { TestRuns } from './runs.js';
import { TestTree } from './tree.js';

export function registerTesting(policies: Policies, checks: CheckStates): vscode.Disposable {
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
    return vscode.Disposable.from(profile, debugProfile, runs, tree, controller);
}
