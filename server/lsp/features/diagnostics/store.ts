import { DocumentState, type LangiumDocument, URI } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import { type Diagnostic, DiagnosticSeverity, type Disposable, Emitter, type Event } from 'vscode-languageserver';
import { configurationsOf } from '../../../../language/configuration/configurations.js';
import { severityOf, withSeverity } from '../../../../language/configuration/severities.js';
import type { CheckService } from '../../check/service.js';
import { guarded, type Log } from '../../connection/log.js';
import { editorSeverities, type SettingsService } from '../../connection/settings.js';
import type { DiagnosticShape } from './shape.js';
import { isReplaced, resultDiagnostics, SEVERITIES } from './results.js';

/** The file declares nothing. */
const NO_CONTENT = 'GR105';

export interface FileDiagnostics {
    readonly uri: string;
    /** The version of the text, if the file is open; null for a file on disk. */
    readonly version: number | null;
    /** An id that differs whenever the diagnostics differ. */
    readonly resultId: string;
    readonly items: Diagnostic[];
}

interface StoredDiagnostics extends FileDiagnostics {
    readonly text: string;
    /** The diagnostics of the language that they contain. */
    readonly own: LangiumDocument['diagnostics'];
    /** True if some come from a check. */
    readonly hasResults: boolean;
}

export interface StoreContext {
    readonly shared: LangiumSharedServices;
    readonly checks: CheckService;
    readonly settings: SettingsService;
    readonly shape: DiagnosticShape;
    readonly log: Log;
}

/**
 * For each file, the problems found by the language and by the checker. While a policy has errors, those of its last
 * check are kept, marked as outdated. The checker's results of a policy may be in files that the policy imports.
 */
export class DiagnosticStore implements Disposable {
    private readonly files = new Map<string, StoredDiagnostics>();
    /** For each policy, the diagnostics from its check, by file. */
    private readonly results = new Map<string, ReadonlyMap<string, Diagnostic[]>>();
    private readonly changed = new Emitter<string>();
    private readonly session = Date.now().toString(36);
    private changes = 0;

    constructor(private readonly context: StoreContext) {
        const { DocumentBuilder } = context.shared.workspace;
        const updated = guarded(context.log, 'Publishing diagnostics', (uri: string) => this.updated(uri));
        DocumentBuilder.onUpdate((_changed, deleted) => deleted.forEach((uri) => this.deleted(uri.toString())));
        DocumentBuilder.onDocumentPhase(DocumentState.Validated, (document) => updated(document.uri.toString()));
        context.checks.onDidChange(updated);
        context.settings.onDidChange(() => this.regraded());
    }

    /** Fires with the URI of a file whose diagnostics or version changed; also when the file is deleted. */
    get onDidChange(): Event<string> {
        return this.changed.event;
    }

    /**
     * Undefined if there is no such file, or if it was never validated. While the file is rebuilt, these are the
     * diagnostics of the previous text.
     */
    get(uri: string): FileDiagnostics | undefined {
        return this.files.get(uri);
    }

    get all(): FileDiagnostics[] {
        return [...this.files.values()];
    }

    /** The other files that the check of this policy has diagnostics for. */
    relatedTo(uri: string): FileDiagnostics[] {
        return [...(this.results.get(uri)?.keys() ?? [])]
            .filter((file) => file !== uri)
            .flatMap((file) => this.files.get(file) ?? []);
    }

    dispose(): void {
        this.changed.dispose();
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
        if (byFile.size > 0) {
            this.results.set(uri, byFile);
        } else {
            this.results.delete(uri);
        }
        for (const file of new Set([uri, ...before, ...byFile.keys()])) {
            this.compute(file);
        }
    }

    private regraded(): void {
        for (const { uri } of this.all) {
            this.compute(uri, true);
        }
    }

    private deleted(uri: string): void {
        this.results.delete(uri);
        if (this.files.delete(uri)) {
            this.changed.fire(uri);
        }
    }

    /** @param again true if the severities may have changed since the last time */
    private compute(uri: string, again = false): void {
        const document = this.document(uri);
        // A file that is being built reaches this point again when it is done: its current diagnostics belong to the
        // previous text.
        if (!document || document.state < DocumentState.Validated) {
            return;
        }
        const found = [...this.results.values()].flatMap((byFile) => byFile.get(uri) ?? []);
        const isOpen = this.context.shared.workspace.TextDocuments.get(document.uri) !== undefined;
        const version = isOpen ? document.textDocument.version : null;
        const before = this.files.get(uri);
        if (
            before &&
            !again &&
            before.own === document.diagnostics &&
            before.version === version &&
            !before.hasResults &&
            !found[0]
        ) {
            return;
        }
        const others = this.graded(document).filter((diagnostic) => !isReplaced(diagnostic, found));
        const items = distinct([...others, ...found.map(({ data: _data, ...shown }) => shown)]).map((diagnostic) =>
            this.context.shape.of(diagnostic)
        );
        const text = JSON.stringify(items);
        if (before?.text !== text || before.version !== version) {
            const resultId = before?.text === text ? before.resultId : `${this.session}-${++this.changes}`;
            const { diagnostics: own } = document;
            this.files.set(uri, { uri, version, resultId, items, text, own, hasResults: found.length > 0 });
            this.changed.fire(uri);
        }
    }

    /** The diagnostics of the language, with the severities of the configurations and settings. */
    private graded(document: LangiumDocument): Diagnostic[] {
        const { uri } = document;
        const { shared, settings } = this.context;
        const diagnostics = this.isBegun(document)
            ? asHints(document.diagnostics ?? [], NO_CONTENT)
            : (document.diagnostics ?? []);
        const configured = configurationsOf(shared.workspace.FileSystemProvider).knownSeverities(uri);
        const severities = editorSeverities(configured, settings.current);
        return severities.size === 0
            ? diagnostics
            : diagnostics.flatMap((diagnostic) => {
                  const graded = { code: String(diagnostic.code), severity: severityOf(diagnostic) };
                  const kept = withSeverity(graded, severities);
                  return kept ? { ...diagnostic, severity: SEVERITIES[kept.severity] } : [];
              });
    }

    /** True for an open file in which nothing has been written yet, which is not a mistake of its author. */
    private isBegun({ uri, textDocument }: LangiumDocument): boolean {
        const { TextDocuments } = this.context.shared.workspace;
        return TextDocuments.get(uri.toString()) !== undefined && textDocument.getText().trim() === '';
    }

    private document(uri: string): LangiumDocument | undefined {
        return this.context.shared.workspace.LangiumDocuments.getDocument(URI.parse(uri));
    }
}

function asHints(diagnostics: readonly Diagnostic[], code: string): Diagnostic[] {
    return diagnostics.map((each) => (each.code === code ? { ...each, severity: DiagnosticSeverity.Hint } : each));
}

/** Two policies may report the same about a file that both import. */
function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
    const places = new Map<string, { readonly first: Diagnostic; texts?: Set<string> }>();
    return diagnostics.filter((diagnostic) => {
        const { line, character } = diagnostic.range.start;
        const key = `${line}:${character}`;
        const place = places.get(key);
        if (!place) {
            places.set(key, { first: diagnostic });
            return true;
        }
        const text = JSON.stringify(diagnostic);
        place.texts ??= new Set([JSON.stringify(place.first)]);
        return !place.texts.has(text) && place.texts.add(text);
    });
}
