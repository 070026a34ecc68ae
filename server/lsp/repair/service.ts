import { DocumentState, URI } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { CancellationToken, Disposable } from 'vscode-languageserver';
import type { PolicyFile } from '../../../language/generated/ast.js';
import { visibleDocuments } from '../../../language/files/imports.js';
import { lower } from '../../../language/lower/index.js';
import type { GuardrailServices } from '../../../language/names/inventory.js';
import type { ClaimResult, PolicyResult } from '../../checker/results/result.js';
import { needsRepair } from '../../checker/results/verdict-words.js';
import type { RepairResult } from '../../repair/index.js';
import type { CheckService } from '../check/service.js';
import type { Log } from '../connection/log.js';
import type { RepairHost, RepairRun } from './host.js';

/** The time limit for one claim. */
const TIMEOUT_MS = 20_000;
/** The pause after a check before repairs are searched for, so that typing starts no search. */
const PAUSE_MS = 700;
/** The number of violated claims of a policy whose repairs are searched for without a request. */
const MOST_UNASKED = 3;

export interface RepairServiceContext {
    readonly shared: LangiumSharedServices;
    readonly language: () => GuardrailServices;
    readonly checks: () => CheckService;
    /** The host of the worker; undefined if nothing is repaired. */
    readonly host: RepairHost | undefined;
    readonly log: Log;
}

/** The services for features that offer repairs. */
export interface RepairServices {
    editing: { Repairs: RepairService };
}

interface Order {
    readonly uri: string;
    readonly result: PolicyResult;
    /** The text of the policy that the result belongs to. */
    readonly text: string | undefined;
    readonly claim: ClaimResult;
}

interface Search extends Order {
    readonly outcome: Promise<RepairResult | undefined>;
    readonly run: RepairRun;
    isDone: boolean;
    found?: RepairResult;
}

/**
 * Finds changes of the rules that make a broken claim hold, as confirmed by the checker. They are searched for once a
 * claim of an open policy turns violated, and on request, one claim at a time; they are cached with the results that
 * they belong to, and dropped when the text changes.
 */
export class RepairService implements Disposable {
    private readonly known = new WeakMap<PolicyResult, Map<string, Search>>();
    /** Claims that nobody waits for, which are searched after the current one. */
    private queue: Order[] = [];
    private current: Search | undefined;
    private pause: ReturnType<typeof setTimeout> | undefined;
    private readonly listener: Disposable;

    constructor(private readonly context: RepairServiceContext) {
        this.listener = context.checks().onDidChange((uri) => this.checked(uri));
    }

    get isAvailable(): boolean {
        return this.context.host !== undefined;
    }

    /** The repairs that have been found so far. */
    get(result: PolicyResult, claim: ClaimResult): RepairResult | undefined {
        return this.known.get(result)?.get(keyOf(claim))?.found;
    }

    /** Searches for repairs as soon as no other search is in progress. */
    begin(uri: string, result: PolicyResult, claim: ClaimResult): void {
        const isQueued = this.queue.some((other) => other.result === result && keyOf(other.claim) === keyOf(claim));
        if (!isQueued && !this.known.get(result)?.has(keyOf(claim))) {
            this.queue.push(this.orderOf(uri, result, claim));
            this.next();
        }
    }

    /**
     * Waits for the repairs. Undefined if the request was cancelled, if the text changed, and if there is no worker. A
     * cancelled request does not end the search, whose repairs are offered later.
     */
    async find(
        uri: string,
        result: PolicyResult,
        claim: ClaimResult,
        token: CancellationToken
    ): Promise<RepairResult | undefined> {
        const search = this.known.get(result)?.get(keyOf(claim)) ?? this.start(this.orderOf(uri, result, claim));
        if (!search || search.isDone) {
            return search?.found;
        }
        const listeners: Disposable[] = [];
        const cancelled = new Promise<undefined>((resolve) =>
            listeners.push(token.onCancellationRequested(() => resolve(undefined)))
        );
        try {
            return await Promise.race([search.outcome, cancelled]);
        } finally {
            listeners.forEach((listener) => listener.dispose());
        }
    }

    dispose(): void {
        clearTimeout(this.pause);
        this.listener.dispose();
        void this.context.host?.dispose();
    }

    /** A change ends the search for the previous text; new results of an open policy start another after a pause. */
    private checked(uri: string): void {
        const known = this.context.checks().get(uri);
        const result = this.resultOf(uri);
        const isOf = (order: Order): boolean =>
            order.uri !== uri || (known?.text === order.text && (!result || result === order.result));
        this.queue = this.queue.filter(isOf);
        if (this.current && !isOf(this.current)) {
            this.stop(this.current);
        }
        const isOpen = this.context.shared.workspace.TextDocuments.get(URI.parse(uri)) !== undefined;
        const claims = (result?.claims ?? []).filter(needsRepair);
        if (!result || !isOpen || claims.length === 0) {
            return;
        }
        clearTimeout(this.pause);
        this.pause = setTimeout(() => {
            if (this.resultOf(uri) === result) {
                claims.slice(0, MOST_UNASKED).forEach((claim) => this.begin(uri, result, claim));
            }
        }, PAUSE_MS);
    }

    private orderOf(uri: string, result: PolicyResult, claim: ClaimResult): Order {
        return { uri, result, text: this.context.checks().get(uri)?.text, claim };
    }

    private resultOf(uri: string): PolicyResult | undefined {
        const known = this.context.checks().get(uri);
        return known?.state === 'done' ? known.result : undefined;
    }

    private next(): void {
        while (!this.current && this.queue.length > 0) {
            this.start(this.queue.shift()!);
        }
    }

    /** A search that somebody waits for replaces the current one. */
    private start(order: Order): Search | undefined {
        const { uri, result, claim } = order;
        const { shared, host, language, log } = this.context;
        const documents = shared.workspace.LangiumDocuments;
        const document = documents.getDocument(URI.parse(uri));
        if (!host || !document || document.state < DocumentState.Validated) {
            return undefined;
        }
        if (this.current) {
            this.stop(this.current);
        }
        const run = host.start({
            uri,
            texts: visibleDocuments(document, documents).map((each) => [
                each.uri.toString(),
                each.textDocument.getText()
            ]),
            policy: lower(document.parseResult.value as PolicyFile, language()),
            baseline: result,
            claim,
            timeoutMs: TIMEOUT_MS
        });
        const outcome = run.outcome.then((report) => {
            search.isDone = true;
            if (report.kind === 'failed') {
                log.error(`Repairs of "${claim.name}" were not found: ${report.message}`);
            }
            if (report.kind === 'done') {
                search.found = report.result;
            } else {
                this.known.get(result)?.delete(keyOf(claim));
            }
            if (this.current === search) {
                this.current = undefined;
                this.next();
            }
            return search.found;
        });
        const search: Search = { ...order, outcome, run, isDone: false };
        const all = this.known.get(result) ?? new Map<string, Search>();
        this.known.set(result, all.set(keyOf(claim), search));
        this.current = search;
        return search;
    }

    private stop(search: Search): void {
        if (!search.isDone) {
            search.run.cancel();
        }
    }
}

/** A pack may bring one claim at several uses. */
function keyOf({ name, usedAt }: ClaimResult): string {
    return JSON.stringify([name, usedAt]);
}
