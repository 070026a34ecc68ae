import { DocumentState, URI } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { CancellationToken, Disposable } from 'vscode-languageserver';
import type { PolicyFile } from '../../../language/generated/ast.js';
import { visibleDocuments } from '../../../language/imports.js';
import { lower } from '../../../language/lower/index.js';
import type { GuardrailServices } from '../../../language/module.js';
import type { ClaimResult, PolicyResult } from '../../checker/results/result.js';
import type { RepairResult } from '../../repair/index.js';
import type { CheckService } from '../check/service.js';
import type { Log } from '../connection/log.js';
import type { RepairHost, RepairRun } from './host.js';

/** The time limit for one claim. */
const TIMEOUT_MS = 20_000;

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

interface Search {
    readonly uri: string;
    readonly outcome: Promise<RepairResult | undefined>;
    readonly run: RepairRun;
    /** The number of requests that have not been cancelled. */
    waiting: number;
    isDone: boolean;
    result?: RepairResult;
}

/**
 * Finds changes of the rules that make a violated claim hold, as confirmed by the checker. They are searched for on
 * request, one claim at a time; they are cached with the results that they belong to, and dropped when the text
 * changes.
 */
export class RepairService implements Disposable {
    private readonly known = new WeakMap<PolicyResult, Map<string, Search>>();
    private current: Search | undefined;
    private readonly listener: Disposable;

    constructor(private readonly context: RepairServiceContext) {
        this.listener = context.checks().onDidChange((uri) => {
            if (this.current?.uri === uri && context.checks().get(uri)?.state !== 'done') {
                this.stop(this.current);
            }
        });
    }

    get isAvailable(): boolean {
        return this.context.host !== undefined;
    }

    /** The repairs that have been found so far. */
    get(result: PolicyResult, claim: ClaimResult): RepairResult | undefined {
        return this.known.get(result)?.get(keyOf(claim))?.result;
    }

    /** Undefined if the search was cancelled, or is not possible because the file has changed or there is no worker. */
    async find(
        uri: string,
        result: PolicyResult,
        claim: ClaimResult,
        token: CancellationToken
    ): Promise<RepairResult | undefined> {
        const search = this.known.get(result)?.get(keyOf(claim)) ?? this.begin(uri, result, claim);
        if (!search || search.isDone) {
            return search?.result;
        }
        search.waiting++;
        const cancelling = token.onCancellationRequested(() => {
            if (--search.waiting === 0) {
                this.stop(search);
            }
        });
        try {
            return await search.outcome;
        } finally {
            cancelling.dispose();
        }
    }

    dispose(): void {
        this.listener.dispose();
        void this.context.host?.dispose();
    }

    private begin(uri: string, result: PolicyResult, claim: ClaimResult): Search | undefined {
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
            if (this.current === search) {
                this.current = undefined;
            }
            if (report.kind === 'failed') {
                log.error(`Repairs of "${claim.name}" were not found: ${report.message}`);
            }
            if (report.kind === 'done') {
                search.result = report.result;
            } else {
                this.known.get(result)?.delete(keyOf(claim));
            }
            return search.result;
        });
        const search: Search = { uri, outcome, run, waiting: 0, isDone: false };
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
