import type { LangiumDocument } from 'langium';
import { DocumentState, URI } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { Connection, Diagnostic, InitializeParams } from 'vscode-languageserver';
import type { CheckService } from '../check/service.js';
import { hasErrors } from '../documents.js';
import { guarded, type Log } from '../log.js';
import { isReplaced, resultDiagnostics } from './results.js';

/** The documentation page of a code, or undefined where there is none. */
export type CodePage = (code: string) => string | undefined;

export interface PublisherContext {
    readonly shared: LangiumSharedServices;
    readonly connection: Connection;
    readonly checks: CheckService;
    readonly codePage: CodePage;
    readonly log: Log;
}

/**
 * Sends for each file what the language found wrong in it and, where that is no error, what the checker found. The
 * checker's results of a policy may lie in files that it imports.
 */
export class DiagnosticsPublisher {
    private readonly sent = new Map<string, string>();
    /** For each policy the diagnostics that its check gave, by the file they lie in. */
    private readonly results = new Map<string, Map<string, Diagnostic[]>>();
    private relatedInformation = false;
    private codeDescription = false;

    constructor(private readonly context: PublisherContext) {
        const { DocumentBuilder } = context.shared.workspace;
        const updated = guarded(context.log, 'Publishing diagnostics', (uri: string) => this.updated(uri));
        DocumentBuilder.onUpdate((_changed, deleted) => deleted.forEach((uri) => this.deleted(uri.toString())));
        DocumentBuilder.onDocumentPhase(DocumentState.Validated, (document) => updated(document.uri.toString()));
        context.checks.onDidChange(updated);
    }

    initialize(params: InitializeParams): void {
        const capabilities = params.capabilities.textDocument?.publishDiagnostics;
        this.relatedInformation = capabilities?.relatedInformation === true;
        this.codeDescription = capabilities?.codeDescriptionSupport === true;
    }

    private updated(uri: string): void {
        const before = [...(this.results.get(uri)?.keys() ?? [])];
        const document = this.document(uri);
        const known = this.context.checks.get(uri);
        const byFile = new Map<string, Diagnostic[]>();
        if (document && known) {
            for (const { uri: file, diagnostic } of resultDiagnostics(known, document)) {
                byFile.set(file, [...(byFile.get(file) ?? []), diagnostic]);
            }
        }
        this.results.set(uri, byFile);
        for (const file of new Set([uri, ...before, ...byFile.keys()])) {
            this.publish(file);
        }
    }

    private deleted(uri: string): void {
        this.results.delete(uri);
        this.sent.delete(uri);
        void this.context.connection.sendDiagnostics({ uri, diagnostics: [] });
    }

    private publish(uri: string): void {
        const document = this.document(uri);
        // A file that is being built is sent when it is done: its diagnostics now are those of the text before.
        if (!document || document.state < DocumentState.Validated) {
            return;
        }
        const found = hasErrors(document) ? [] : [...this.results.values()].flatMap((byFile) => byFile.get(uri) ?? []);
        const own = (document.diagnostics ?? []).filter((diagnostic) => !isReplaced(diagnostic, found));
        const diagnostics = distinct([...own, ...found.map(({ data: _data, ...shown }) => shown)]).map((diagnostic) =>
            this.forClient(diagnostic)
        );
        const isOpen = this.context.shared.workspace.TextDocuments.get(document.uri) !== undefined;
        const message = { uri, diagnostics, ...(isOpen && { version: document.textDocument.version }) };
        const text = JSON.stringify(message);
        if (this.sent.get(uri) !== text && (diagnostics.length > 0 || isOpen || this.sent.has(uri))) {
            this.sent.set(uri, text);
            void this.context.connection.sendDiagnostics(message);
        }
    }

    /** A client that shows no related information gets the steps in the message. */
    private forClient(diagnostic: Diagnostic): Diagnostic {
        const { relatedInformation, ...rest } = diagnostic;
        const href = typeof diagnostic.code === 'string' ? this.context.codePage(diagnostic.code) : undefined;
        const hasSteps = relatedInformation !== undefined && relatedInformation.length > 0;
        const steps = hasSteps ? relatedInformation.map((related) => `\n${related.message}`).join('') : '';
        return {
            ...rest,
            ...(hasSteps && this.relatedInformation
                ? { relatedInformation }
                : { message: `${textOf(diagnostic)}${steps}` }),
            ...(href !== undefined && this.codeDescription && { codeDescription: { href } })
        };
    }

    private document(uri: string): LangiumDocument | undefined {
        return this.context.shared.workspace.LangiumDocuments.getDocument(URI.parse(uri));
    }
}

function textOf({ message }: Diagnostic): string {
    return typeof message === 'string' ? message : message.value;
}

/** Two policies may report the same about a file that both import. */
function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
    return [...new Map(diagnostics.map((diagnostic) => [JSON.stringify(diagnostic), diagnostic])).values()];
}
