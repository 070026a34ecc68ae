/**
 * Keeps the marks of claims and scenarios as current as their verdicts, and runs them on demand. A check that takes long
 * is shown at the mark.
 */
import * as vscode from 'vscode';
import type { PolicyResult } from '../../server/lsp/protocol.js';
import type { CheckStates } from '../check-states.js';
import { messageOf } from './messages.js';
import { outcomeOf, type TestOutcome } from './outcome.js';
import type { TestTree } from './tree.js';

/** The delay before marks are renewed: while the author types, policies are checked after each key. */
const REST_MS = 250;
/** The time after which a check is shown at the marks. */
const LONG_MS = 1000;

type Cover = (uri: vscode.Uri, result: PolicyResult, ran: ReadonlySet<string>) => Promise<vscode.FileCoverage>;

interface ItemOutcome {
    readonly item: vscode.TestItem;
    readonly outcome: TestOutcome;
}

export class TestRuns implements vscode.Disposable {
    /** The outcome of each test as its mark shows it. */
    private readonly reported = new Map<string, string>();
    private readonly running = new Set<string>();
    /** The policies that are being checked; with a run once that takes long. */
    private readonly checking = new Map<string, { timer: ReturnType<typeof setTimeout>; run?: vscode.TestRun }>();
    private readonly subscriptions: readonly vscode.Disposable[];
    private timer: ReturnType<typeof setTimeout> | undefined;

    constructor(
        private readonly controller: vscode.TestController,
        private readonly tree: TestTree,
        private readonly checks: CheckStates
    ) {
        this.subscriptions = [
            checks.onDidChange((uri) => this.followCheck(uri)),
            tree.onDidChange(() => this.renewSoon())
        ];
    }

    /** @param cover adds coverage to the run, for a policy of which these tests ran */
    async start(request: vscode.TestRunRequest, token: vscode.CancellationToken, cover?: Cover): Promise<void> {
        await this.run(request, this.testsOf(request), token, cover);
    }

    dispose(): void {
        clearTimeout(this.timer);
        [...this.checking.keys()].forEach((uri) => this.endOfCheck(uri));
        this.subscriptions.forEach((subscription) => void subscription.dispose());
    }

    private async run(
        request: vscode.TestRunRequest,
        tests: readonly vscode.TestItem[],
        token: vscode.CancellationToken,
        cover: Cover | undefined
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
            await Promise.all(
                [...policies].map(([uri, items]) => this.runPolicy(run, uri, items, cancelling.token, cover))
            );
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
        token: vscode.CancellationToken,
        cover: Cover | undefined
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
            if (result && cover) {
                const scenarios = items.flatMap((item) => this.tree.testOf(item) ?? []);
                const names = scenarios.filter(({ kind }) => kind === 'scenario').map(({ name }) => name);
                run.addCoverage(await cover(vscode.Uri.parse(uri), result, new Set(names)));
            }
        } catch (error) {
            // A run that was cancelled takes the marks away: those of the last verdicts come back after it.
            if (token.isCancellationRequested) {
                items.forEach((item) => {
                    run.skipped(item);
                    this.reported.delete(item.id);
                });
                this.renewSoon();
                return;
            }
            const reason = error instanceof Error ? error.message : String(error);
            const message = vscode.l10n.t('The policy could not be checked: {0} Run "Guardrail: Show Log".', reason);
            items.forEach((item) => run.errored(item, new vscode.TestMessage(message)));
        } finally {
            this.running.delete(uri);
        }
    }

    /** @param isAsked false if the messages must not be shown in the text, where the diagnostics are */
    private report(run: vscode.TestRun, item: vscode.TestItem, outcome: TestOutcome, isAsked = true): void {
        const test = this.tree.testOf(item)!;
        const messages = outcome.problems.map((problem) => messageOf(item.uri!, test, problem));
        if (!isAsked) {
            messages.forEach((message) => delete message.location);
        }
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

    private followCheck(uri: vscode.Uri): void {
        const key = uri.toString();
        const state = this.checks.get(uri)?.state;
        if (state === 'checking' || state === 'cancelled') {
            if (!this.checking.has(key)) {
                this.checking.set(key, { timer: setTimeout(() => this.showChecking(uri), LONG_MS) });
            }
            return;
        }
        this.endOfCheck(key);
        if (state === 'done') {
            this.renewSoon();
            return;
        }
        const policy = this.tree.policy(uri);
        const shown = policy ? childrenOf(policy).filter(({ id }) => this.reported.delete(id)) : [];
        if (shown.length > 0) {
            this.controller.invalidateTestResults(shown);
        }
    }

    private showChecking(uri: vscode.Uri): void {
        const policy = this.tree.policy(uri);
        const check = this.checking.get(uri.toString());
        if (!policy || !check || this.running.has(uri.toString())) {
            return;
        }
        const items = childrenOf(policy);
        const run = this.unaskedRun(items);
        items.forEach((item) => {
            this.reported.delete(item.id);
            run.started(item);
        });
        run.token.onCancellationRequested(() => this.endOfCheck(uri.toString()));
        check.run = run;
    }

    private endOfCheck(uri: string): void {
        const check = this.checking.get(uri);
        clearTimeout(check?.timer);
        check?.run?.end();
        this.checking.delete(uri);
    }

    /** One run for all policies: after a start of the editor, many are checked. */
    private renewSoon(): void {
        this.timer ??= setTimeout(() => {
            this.timer = undefined;
            this.renew();
        }, REST_MS);
    }

    private renew(): void {
        const renewed = childrenOf(this.controller).flatMap((policy): ItemOutcome[] => {
            const known = this.checks.get(policy.uri!);
            const isOwn = known?.state === 'done' && !this.running.has(policy.uri!.toString());
            return isOwn ? this.changedTests(policy.uri!, known.result!) : [];
        });
        if (renewed.length > 0) {
            const run = this.unaskedRun(renewed.map(({ item }) => item));
            renewed.forEach(({ item, outcome }) => this.report(run, item, outcome, false));
            run.end();
        }
    }

    /** A run that nobody asked for: it opens no view, takes no focus, and is not kept. */
    private unaskedRun(items: readonly vscode.TestItem[]): vscode.TestRun {
        // Versions before 1.93 have no such parameter.
        const Request = vscode.TestRunRequest as new (
            ...args: [readonly vscode.TestItem[], undefined, undefined, boolean, boolean]
        ) => vscode.TestRunRequest;
        const request = new Request(items, undefined, undefined, true, true);
        return this.controller.createTestRun(request, vscode.l10n.t('Verdicts'), false);
    }

    /** The tests whose marks differ from the result. A test without a result keeps its mark. */
    private changedTests(uri: vscode.Uri, result: PolicyResult): ItemOutcome[] {
        const policy = this.tree.policy(uri);
        return (policy ? childrenOf(policy) : []).flatMap((item): ItemOutcome[] => {
            const test = this.tree.testOf(item);
            const outcome = test && outcomeOf(test, result);
            return outcome && signatureOf(outcome) !== this.reported.get(item.id) ? [{ item, outcome }] : [];
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
