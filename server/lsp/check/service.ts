import { acceptedScopes, ConfigurationReader } from '../../../language/configuration/configurations.js';
import { delayNextTick, DocumentState, type LangiumDocument, URI, type WorkspaceLock } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import { type CancellationToken, type Disposable, Emitter, type Event } from 'vscode-languageserver';
import { isPolicyFile, type PolicyFile } from '../../../language/generated/ast.js';
import { visibleDocuments } from '../../../language/files/imports.js';
import { lowerInSteps } from '../../../language/lower/index.js';
import type { GuardrailServices } from '../../../language/names/inventory.js';
import { severitiesIn, type SeverityByCode, withSeverities } from '../../../language/configuration/severities.js';
import { accepting, claimAccepting } from '../../checker/results/accepted-scopes.js';
import type { ClaimResult, Finding, PolicyResult } from '../../checker/results/result.js';
import { withPart } from '../text/finding-parts.js';
import type { ScopeName } from '../../model/policy/scope-names.js';
import type { Policy, Position, Source } from '../../model/policy/policy.js';
import { hasErrors } from '../workspace/documents.js';
import { detailsOf, guarded, type Log, messageOf } from '../connection/log.js';
import { editorSeverities, type SettingsService, workersOf } from '../connection/settings.js';
import { firstDifference } from '../text/shift.js';
import type { CheckerHost } from './host.js';
import { isUnderWay, type PolicyKnowledge } from './policy-knowledge.js';
import { CheckScheduler } from './scheduler.js';

/**
 * The delay after the last change of a burst. A check that starts too early is cancelled by the next change, which
 * costs a few milliseconds.
 */
const DEBOUNCE_MS = 60;

/** The longest time for which preparing a check holds up the server. */
const STEP_MS = 5;
/** Results of an earlier text are marked, and progress is shown, once a check takes longer than this. */
const LONG_MS = 1000;

export interface CheckServiceContext {
    readonly shared: LangiumSharedServices;
    readonly language: GuardrailServices;
    readonly host: CheckerHost;
    readonly settings: SettingsService;
    readonly log: Log;
    /** Reports something to the author, once, that has no place in a file. */
    readonly tell: (message: string) => void;
}

/**
 * Keeps the verdicts of every policy of the workspace up to date: after a change of the policy or an imported file, if
 * the text has no errors. Open files come first.
 */
export class CheckService implements Disposable {
    private readonly known = new Map<string, PolicyKnowledge>();
    private readonly policies = new Map<string, string>();
    /** The scopes that the configuration of each policy accepts. */
    private readonly accepted = new Map<string, readonly ScopeName[]>();
    private readonly severities = new Map<string, SeverityByCode>();
    private readonly changed = new Emitter<string>();
    private readonly scheduler: CheckScheduler;
    private readonly lock: WorkspaceLock;
    /** The place of the last edit in each policy. */
    private readonly edits = new Map<string, Position>();
    /** The policies whose results someone is waiting for. */
    private readonly asked = new Set<string>();
    /** The policies with new results that have not been reported yet. */
    private readonly untold = new Set<string>();
    private toldOfDeath = false;

    constructor(private readonly context: CheckServiceContext) {
        const { DocumentBuilder, WorkspaceLock } = context.shared.workspace;
        this.lock = WorkspaceLock;
        this.scheduler = new CheckScheduler(
            (uri, token) => this.run(uri, token),
            () => workersOf(context.settings.current)
        );
        const { log } = context;
        DocumentBuilder.onUpdate(
            guarded(log, 'Stopping a check', (changed, deleted) => this.filesChanged(changed, deleted))
        );
        DocumentBuilder.onDocumentPhase(
            DocumentState.Validated,
            guarded(log, 'Starting a check', (document) => this.validated(document))
        );
        context.settings.onDidChange(() => this.settingsChanged());
    }

    /** Fires with the URI of a policy when its results have changed. */
    get onDidChange(): Event<string> {
        return this.changed.event;
    }

    get(uri: string): PolicyKnowledge | undefined {
        return this.known.get(uri);
    }

    /** True if policies are checked only when they are saved, or when somebody asks. */
    get isOnDemand(): boolean {
        return !this.context.settings.current.onType;
    }

    /**
     * The results of the current policy, checked now if they are not available; null if there is no policy or it has
     * errors. Rejects when the checker fails, and when `token` is cancelled.
     */
    async check(uri: string, token: CancellationToken): Promise<PolicyResult | null> {
        await this.context.settings.ready;
        const document = this.context.shared.workspace.LangiumDocuments.getDocument(URI.parse(uri));
        if (!document || !this.isCheckable(document)) {
            return null;
        }
        const known = this.known.get(uri);
        if (known?.state === 'done' && known.version === document.textDocument.version) {
            return known.result ?? null;
        }
        const settled = this.nextResult(uri, token);
        if (known?.state !== 'checking' || known.version !== document.textDocument.version) {
            this.begin(document);
        }
        this.asked.add(uri);
        this.scheduler.expedite(uri);
        return settled;
    }

    saved(uri: string): void {
        const document = this.context.shared.workspace.LangiumDocuments.getDocument(URI.parse(uri));
        if (document && !this.context.settings.current.onType && document.state >= DocumentState.Validated) {
            this.beginIfCheckable(document, 0);
        }
    }

    /** Stops a check in progress: the missing results are computed at the next change or request. */
    stop(uri: string): void {
        this.scheduler.cancel(uri);
        this.update(uri, (known) => (isUnderWay(known) ? outdated(known) : known));
    }

    dispose(): void {
        this.scheduler.dispose();
        this.changed.dispose();
        void this.context.host.dispose();
    }

    /** Running checks of changed files stop at once; their importers are rebuilt too, and reach `validated`. */
    private filesChanged(changed: readonly URI[], deleted: readonly URI[]): void {
        for (const uri of deleted) {
            this.forget(uri.toString());
        }
        const { LangiumDocuments } = this.context.shared.workspace;
        const touched = new Set(changed.map((uri) => uri.toString()));
        for (const document of LangiumDocuments.all) {
            const uri = document.uri.toString();
            if (this.known.has(uri) && (touched.has(uri) || document.state < DocumentState.Validated)) {
                this.scheduler.cancel(uri);
                this.update(uri, (known) => (known.state === 'checking' ? { ...known, state: 'cancelled' } : known));
            }
        }
    }

    private validated(document: LangiumDocument): void {
        if (this.context.settings.current.onType) {
            this.beginIfCheckable(document, DEBOUNCE_MS);
        } else {
            this.suspend(document, 'outdated');
        }
    }

    private settingsChanged(): void {
        this.policies.clear();
        for (const document of this.context.shared.workspace.LangiumDocuments.all.toArray()) {
            if (document.state >= DocumentState.Validated) {
                this.validated(document);
            }
        }
    }

    private beginIfCheckable(document: LangiumDocument, delayMs: number): void {
        if (this.isCheckable(document)) {
            this.begin(document);
            this.scheduler.schedule(document.uri.toString(), delayMs, this.isOpen(document));
        } else {
            this.suspend(document, 'invalid');
        }
    }

    /** Marks that nothing is being checked; results of an earlier text are kept as outdated. */
    private suspend(document: LangiumDocument, state: 'invalid' | 'outdated'): void {
        const uri = document.uri.toString();
        const earlier = earlierOf(this.known.get(uri));
        if (!earlier || !isPolicyFile(document.parseResult.value) || !hasPolicy(document)) {
            this.forget(uri);
            return;
        }
        this.scheduler.cancel(uri);
        this.set({ ...versionOf(document), state, claims: [], earlier });
    }

    private begin(document: LangiumDocument): void {
        const uri = document.uri.toString();
        const before = this.known.get(uri);
        const earlier = earlierOf(before);
        const text = document.textDocument.getText();
        if (before && before.text !== text) {
            this.edits.set(uri, firstDifference(before.text, text));
        }
        this.set({ ...versionOf(document), state: 'checking', claims: [], ...(earlier && { earlier }) });
    }

    private async run(uri: string, token: CancellationToken): Promise<void> {
        try {
            await this.context.settings.ready;
            const { FileSystemProvider } = this.context.shared.workspace;
            const configurations = await new ConfigurationReader(FileSystemProvider).of(URI.parse(uri));
            this.accepted.set(uri, acceptedScopes(configurations));
            this.severities.set(uri, editorSeverities(severitiesIn(configurations), this.context.settings.current));
            const policy = await this.prepared(uri, token);
            if (policy && !token.isCancellationRequested) {
                await this.runChecker(uri, policy, token);
            }
        } catch (error) {
            this.context.log.error(`The check of ${uri} failed: ${detailsOf(error)}`);
            this.fail(uri, `The checker failed: ${messageOf(error)}`);
        }
    }

    /** While other files are being built, the policy is lowered without waiting for them, unless it imports one of them. */
    private async prepared(uri: string, token: CancellationToken): Promise<Policy | undefined> {
        const documents = this.context.shared.workspace.LangiumDocuments;
        const document = documents.getDocument(URI.parse(uri));
        const isReady =
            document &&
            [document, ...visibleDocuments(document, documents)].every(({ state }) => state >= DocumentState.Validated);
        return isReady ? this.prepare(uri, token) : this.lock.read(() => this.prepare(uri, token));
    }

    /** The policy as plain data; undefined if it changes before the end, or if an import has errors. */
    private async prepare(uri: string, token: CancellationToken): Promise<Policy | undefined> {
        const documents = this.context.shared.workspace.LangiumDocuments;
        const document = documents.getDocument(URI.parse(uri));
        if (!document || document.state < DocumentState.Validated) {
            return undefined;
        }
        if (!this.isCheckable(document) || visibleDocuments(document, documents).some(hasErrors)) {
            this.suspend(document, 'invalid');
            return undefined;
        }
        const steps = lowerInSteps(document.parseResult.value as PolicyFile, this.context.language);
        for (let since = performance.now(); !token.isCancellationRequested;) {
            const step = steps.next();
            if (step.done) {
                return step.value;
            }
            // A change of a text cancels the check, and is not held up by it.
            if (performance.now() - since > STEP_MS) {
                await delayNextTick();
                since = performance.now();
            }
        }
        return undefined;
    }

    private async runChecker(uri: string, policy: Policy, token: CancellationToken): Promise<void> {
        const accepted = this.accepted.get(uri) ?? [];
        const text = JSON.stringify({ policy, accepted, severities: [...(this.severities.get(uri) ?? [])] });
        const earlier = this.known.get(uri)?.earlier;
        if (earlier && this.policies.get(uri) === text) {
            this.finish(uri, earlier.result);
            return;
        }
        const growLong = setTimeout(() => this.update(uri, (known) => ({ ...known, isLong: true })), LONG_MS);
        const near = this.edits.get(uri);
        const run = this.context.host.start(
            policy,
            this.context.settings.current.limits,
            {
                // The result of a claim that was already reported now includes its second line.
                onClaim: (claim) =>
                    this.updateSoon(uri, (known) => ({
                        ...known,
                        claims: [
                            ...known.claims.filter((other) => !isSameClaim(other, claim)),
                            claimAccepting(claim, accepted)
                        ]
                    })),
                onProgress: (progress) => this.update(uri, (known) => ({ ...known, progress }))
            },
            { retries: this.asked.delete(uri), ...(near && { near }) }
        );
        const cancelling = token.onCancellationRequested(() => run.cancel());
        try {
            const outcome = await run.outcome;
            if (token.isCancellationRequested) {
                return;
            }
            switch (outcome.kind) {
                case 'done':
                    this.policies.set(uri, text);
                    this.finish(uri, outcome.result);
                    break;
                case 'failed':
                    this.context.log.error(`The check of ${uri} failed: ${outcome.message}`);
                    this.fail(uri, `The checker failed: ${outcome.message}`);
                    break;
                case 'died':
                    this.died(uri, outcome.message);
                    break;
                case 'cancelled':
                    break;
            }
        } finally {
            clearTimeout(growLong);
            cancelling.dispose();
        }
    }

    private finish(uri: string, found: PolicyResult): void {
        const accepted = accepting(found, this.accepted.get(uri) ?? []);
        const result = {
            ...accepted,
            findings: withSeverities(accepted.findings, this.severities.get(uri) ?? new Map()).map((finding) =>
                this.placed(finding)
            )
        };
        this.update(uri, ({ version, text }) => ({ uri, version, text, state: 'done', result, claims: result.claims }));
    }

    /** The text of the finding is the one that was checked, because a change would have cancelled the check. */
    private placed(finding: Finding): Finding {
        const document = this.context.shared.workspace.LangiumDocuments.getDocument(URI.parse(finding.source.uri));
        return document ? withPart(finding, document, this.context.language.inventory.of(document)) : finding;
    }

    private fail(uri: string, message: string): void {
        this.update(uri, ({ version, text }) => ({ uri, version, text, state: 'failed', claims: [], message }));
    }

    private died(uri: string, reason: string): void {
        this.context.log.error(`The checker's worker ended while it checked ${uri}: ${reason}`);
        if (!this.toldOfDeath) {
            this.toldOfDeath = true;
            this.context.tell(
                `The Guardrail checker stopped unexpectedly (${reason}) and will start again at the next change.`
            );
        }
        this.fail(uri, `The checker stopped unexpectedly: ${reason}`);
    }

    /** Resolves with the next complete results of the policy, or with null if it gets errors. */
    private nextResult(uri: string, token: CancellationToken): Promise<PolicyResult | null> {
        return new Promise((resolve, reject) => {
            const listeners: Disposable[] = [];
            const settle = (act: () => void): void => {
                listeners.forEach((listener) => listener.dispose());
                act();
            };
            listeners.push(
                token.onCancellationRequested(() => settle(() => reject(new CheckRequestCancelled()))),
                this.onDidChange((changed) => {
                    const known = this.known.get(uri);
                    if (changed !== uri || isUnderWay(known)) {
                        return;
                    }
                    settle(() =>
                        known?.state === 'failed'
                            ? reject(new Error(known.message))
                            : known?.state === 'outdated'
                              ? reject(new CheckRequestCancelled())
                              : resolve(known?.result ?? null)
                    );
                })
            );
        });
    }

    private isCheckable(document: LangiumDocument): boolean {
        return isPolicyFile(document.parseResult.value) && hasPolicy(document) && !hasErrors(document);
    }

    private isOpen(document: LangiumDocument): boolean {
        return this.context.shared.workspace.TextDocuments.get(document.uri) !== undefined;
    }

    private forget(uri: string): void {
        this.scheduler.cancel(uri);
        this.policies.delete(uri);
        this.accepted.delete(uri);
        this.severities.delete(uri);
        this.edits.delete(uri);
        if (this.known.delete(uri)) {
            this.changed.fire(uri);
        }
    }

    private update(uri: string, change: (known: PolicyKnowledge) => PolicyKnowledge): void {
        const known = this.known.get(uri);
        if (known) {
            const next = change(known);
            if (next !== known) {
                this.set(next);
            }
        }
    }

    /** Like `update`, for results that arrive in large numbers: results that arrive together are reported once. */
    private updateSoon(uri: string, change: (known: PolicyKnowledge) => PolicyKnowledge): void {
        const known = this.known.get(uri);
        if (known) {
            this.known.set(uri, change(known));
            if (!this.untold.has(uri)) {
                this.untold.add(uri);
                queueMicrotask(() => {
                    if (this.untold.delete(uri)) {
                        this.changed.fire(uri);
                    }
                });
            }
        }
    }

    private set(known: PolicyKnowledge): void {
        this.untold.delete(known.uri);
        this.known.set(known.uri, known);
        this.changed.fire(known.uri);
    }
}

export class CheckRequestCancelled extends Error {}

function isSameClaim(a: ClaimResult, b: ClaimResult): boolean {
    return a.name === b.name && isEqual(a.source, b.source) && isEqual(a.usedAt, b.usedAt);
}

function isEqual(a: Source | undefined, b: Source | undefined): boolean {
    return JSON.stringify(a) === JSON.stringify(b);
}

function hasPolicy(document: LangiumDocument): boolean {
    return (document.parseResult.value as PolicyFile).policy !== undefined;
}

function versionOf({ uri, textDocument }: LangiumDocument): Pick<PolicyKnowledge, 'uri' | 'version' | 'text'> {
    return { uri: uri.toString(), version: textDocument.version, text: textDocument.getText() };
}

function earlierOf(known: PolicyKnowledge | undefined): PolicyKnowledge['earlier'] {
    return known?.result ? { result: known.result, text: known.text } : known?.earlier;
}

function outdated({ uri, version, text, claims, earlier }: PolicyKnowledge): PolicyKnowledge {
    return { uri, version, text, claims, state: 'outdated', ...(earlier && { earlier }) };
}
