/** Runs claims and scenarios on demand, and at each save during a continuous run. */
import * as vscode from 'vscode';
import type { PolicyResult } from '../../server/lsp/protocol.js';
import type { CheckStates } from '../check-states.js';
import { messageOf } from './messages.js';
import { outcomeOf, type TestOutcome } from './outcome.js';
import type { TestTree } from './tree.js';

export class TestRuns implements vscode.Disposable {
    /** The outcome of each test that has run, to detect when it becomes outdated. */
    private readonly reported = new Map<string, string>();
    private readonly running = new Set<string>();
    private readonly subscription: vscode.Disposable;

    constructor(
        private readonly controller: vscode.TestController,
        private readonly tree: TestTree,
        private readonly checks: CheckStates
    ) {
        this.subscription = checks.onDidChange((uri) => this.followEdits(uri));
    }

    async start(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
        if (request.continuous) {
            this.watch(request, token);
        } else {
            await this.run(request, this.testsOf(request), token);
        }
    }

    dispose(): void {
        this.subscription.dispose();
    }

    private watch(request: vscode.TestRunRequest, token: vscode.CancellationToken): void {
        const watching = vscode.workspace.onDidSaveTextDocument((document) => {
            if (document.languageId === 'guardrail') {
                const due = this.testsOf(request).filter(
                    ({ uri }) => uri!.toString() === document.uri.toString() || !this.isUpToDate(uri!)
                );
                if (due.length > 0) {
                    void this.run(request, due, token);
                }
            }
        });
        token.onCancellationRequested(() => void watching.dispose());
    }

    /**
     * True if the results belong to the saved text. The policy may import the saved file: its results are then new, or
     * still being computed.
     */
    private isUpToDate(uri: vscode.Uri): boolean {
        const known = this.checks.get(uri);
        return known?.state === 'done' && this.changedTests(uri, known.result!).length === 0;
    }

    private async run(
        request: vscode.TestRunRequest,
        tests: readonly vscode.TestItem[],
        token: vscode.CancellationToken
    ): Promise<void> {
        // Without this, the messages of the last run would remain.
        tests.forEach((item) => (item.label = this.tree.testOf(item)?.name ?? item.label));
        const run = this.controller.createTestRun(request);
        const policies = new Map<string, vscode.TestItem[]>();
        for (const test of tests) {
            run.enqueued(test);
            const uri = test.uri!.toString();
            policies.set(uri, [...(policies.get(uri) ?? []), test]);
        }
        const cancelling = new vscode.CancellationTokenSource();
        const links = [token, run.token].map((one) => one.onCancellationRequested(() => cancelling.cancel()));
        try {
            await Promise.all([...policies].map(([uri, items]) => this.runPolicy(run, uri, items, cancelling.token)));
        } finally {
            run.end();
            links.forEach((link) => void link.dispose());
            cancelling.dispose();
        }
    }

    private async runPolicy(
        run: vscode.TestRun,
        uri: string,
        items: readonly vscode.TestItem[],
        token: vscode.CancellationToken
    ): Promise<void> {
        items.forEach((item) => run.started(item));
        this.running.add(uri);
        try {
            const result = await this.checks.check(vscode.Uri.parse(uri), token);
            for (const item of items) {
                const test = this.tree.testOf(item);
                const outcome = result && test && outcomeOf(test, result);
                if (outcome) {
                    this.report(run, item, outcome);
                } else if (!result) {
                    run.errored(item, new vscode.TestMessage(vscode.l10n.t('The policy has errors: see Problems.')));
                } else {
                    run.skipped(item);
                }
            }
        } catch (error) {
            // If the run was cancelled, the tests keep their earlier results.
            if (token.isCancellationRequested) {
                items.forEach((item) => run.skipped(item));
                return;
            }
            const reason = error instanceof Error ? error.message : String(error);
            const message = vscode.l10n.t('The policy could not be checked: {0} Run "Guardrail: Show Log".', reason);
            items.forEach((item) => run.errored(item, new vscode.TestMessage(message)));
        } finally {
            this.running.delete(uri);
        }
    }

    private report(run: vscode.TestRun, item: vscode.TestItem, outcome: TestOutcome): void {
        const test = this.tree.testOf(item)!;
        const messages = outcome.problems.map((problem) => messageOf(item.uri!, test, problem));
        this.reported.set(item.id, signatureOf(outcome));
        // The note is not in the description, which screen readers would announce instead of the name.
        item.label = outcome.note === undefined ? test.name : `${test.name} (${outcome.note})`;
        run.appendOutput(`${outcome.lines.join('\r\n')}\r\n\r\n`, undefined, item);
        switch (outcome.state) {
            case 'passed':
                run.passed(item, outcome.milliseconds);
                break;
            case 'failed':
                run.failed(item, messages, outcome.milliseconds);
                break;
            case 'errored':
                run.errored(item, messages, outcome.milliseconds);
                break;
        }
    }

    /** A test is outdated once its policy has errors, or its outcome changes. */
    private followEdits(uri: vscode.Uri): void {
        const policy = this.tree.policy(uri);
        const known = this.checks.get(uri);
        if (
            !policy ||
            this.running.has(uri.toString()) ||
            known?.state === 'checking' ||
            known?.state === 'cancelled'
        ) {
            return;
        }
        const outdated = known?.state === 'done' ? this.changedTests(uri, known.result!) : childrenOf(policy);
        const shown = outdated.filter(({ id }) => this.reported.has(id));
        if (shown.length > 0) {
            this.controller.invalidateTestResults(shown);
        }
    }

    private changedTests(uri: vscode.Uri, result: PolicyResult): vscode.TestItem[] {
        const policy = this.tree.policy(uri);
        return (policy ? childrenOf(policy) : []).filter((item) => {
            const test = this.tree.testOf(item);
            const outcome = test && outcomeOf(test, result);
            return !outcome || signatureOf(outcome) !== this.reported.get(item.id);
        });
    }

    /** The claims and scenarios of a request: all if nothing is selected; a selected policy includes its own. */
    private testsOf({ include, exclude = [] }: vscode.TestRunRequest): vscode.TestItem[] {
        const chosen = include ?? childrenOf(this.controller);
        const tests = new Set(chosen.flatMap((item) => (this.tree.testOf(item) ? [item] : childrenOf(item))));
        const left = new Set(exclude.flatMap((item) => (this.tree.testOf(item) ? [item] : childrenOf(item))));
        return [...tests].filter((test) => !left.has(test));
    }
}

/** A text to compare results without their durations. */
function signatureOf({ state, note, problems, lines }: TestOutcome): string {
    return JSON.stringify([state, note, problems, lines]);
}

function childrenOf(parent: vscode.TestItem | vscode.TestController): vscode.TestItem[] {
    const children: vscode.TestItem[] = [];
    ('children' in parent ? parent.children : parent.items).forEach((item) => children.push(item));
    return children;
}
