/**
 * The settings of coding agents in the editor: what is wrong with their rules, what each does, and the sessions that get
 * through. All other features leave these files alone.
 */
import { URI, UriUtils } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import {
    type BulkUnregistration,
    BulkRegistration,
    type CodeAction,
    CodeActionKind,
    type CodeActionParams,
    CodeActionRequest,
    type CodeLens,
    CodeLensRefreshRequest,
    CodeLensRequest,
    type Connection,
    type Diagnostic,
    DidChangeTextDocumentNotification,
    DidCloseTextDocumentNotification,
    DidOpenTextDocumentNotification,
    type Hover,
    type HoverParams,
    HoverRequest,
    type InitializeParams,
    TextDocumentSyncKind
} from 'vscode-languageserver';
import type { PolicyResult } from '../../checker/results/result.js';
import { clientOf, CLIENTS, projectOf } from '../../settings/client-list.js';
import { detailsOf, type Log } from '../connection/log.js';
import { Refresher } from '../connection/refresher.js';
import type { SettingsService } from '../connection/settings.js';
import type { CheckerHost } from '../check/host.js';
import type { CodePage } from '../features/diagnostics/shape.js';
import { DiagnosticShape } from '../features/diagnostics/shape.js';
import { type CheckState, checkStateNotification } from '../protocol.js';
import { AuditedProject } from './audited-project.js';

export interface AgentSettingsContext {
    readonly connection: Connection | undefined;
    readonly host: CheckerHost;
    readonly log: Log;
    readonly codePage: CodePage;
}

export class AgentSettings {
    /** By the client and the folder. */
    private readonly projects = new Map<string, AuditedProject>();
    private readonly shape: DiagnosticShape;
    private readonly lenses: Refresher;
    private capabilities: InitializeParams['capabilities'] = {};
    private settings: SettingsService | undefined;
    private registration: Promise<BulkUnregistration | undefined> | undefined;

    constructor(
        private readonly services: LangiumSharedServices,
        private readonly context: AgentSettingsContext
    ) {
        const { connection, codePage, log } = context;
        this.shape = new DiagnosticShape(codePage);
        const send = (): Promise<unknown> | undefined =>
            this.capabilities.workspace?.codeLens?.refreshSupport
                ? connection?.sendRequest(CodeLensRefreshRequest.type)
                : undefined;
        this.lenses = new Refresher('lenses', send, log);
    }

    /** True for a file that a coding agent reads its rules from. */
    has(uri: URI): boolean {
        return clientOf(uri.path) !== undefined;
    }

    initialize(params: InitializeParams): void {
        this.capabilities = params.capabilities;
        this.shape.initialize(params);
    }

    /** To be called after `initialized`, because a client answers no request earlier. */
    start(settings: SettingsService): void {
        this.settings = settings;
        const { TextDocuments } = this.services.workspace;
        TextDocuments.onDidChangeContent(({ document }) => this.changed(document.uri));
        TextDocuments.onDidClose(({ document }) => this.closed(document.uri));
        settings.onDidChange(() => void this.apply());
        void this.apply();
    }

    /** The answer to a request of the feature about a file of settings. */
    async answer(feature: string, params: { textDocument: { uri: string } }): Promise<unknown> {
        const uri = URI.parse(params.textDocument.uri);
        const project = this.isOn ? this.projects.get(keyOf(uri)) : undefined;
        switch (feature) {
            case 'hover':
                return (await project?.hover(uri.toString(), (params as HoverParams).position)) satisfies
                    | Hover
                    | undefined;
            case 'code lens':
                return project?.lenses(uri.toString()) satisfies CodeLens[] | undefined;
            case 'code actions':
                return project && fixes(project, params as CodeActionParams);
            default:
                return null;
        }
    }

    /** The verdicts on the policy that the settings are; null if there is none. */
    async result(uri: URI): Promise<PolicyResult | null> {
        return (await this.projects.get(keyOf(uri))?.result) ?? null;
    }

    private get isOn(): boolean {
        return this.settings?.current.agentSettings ?? false;
    }

    private changed(uri: string): void {
        const parsed = URI.parse(uri);
        const client = clientOf(parsed.path);
        if (!client || !this.isOn) {
            return;
        }
        const key = keyOf(parsed);
        let project = this.projects.get(key);
        if (!project) {
            const folder = parsed.with({ path: projectOf(client, parsed.path) });
            const isOfProject = this.services.workspace.WorkspaceManager.workspaceFolders?.some((one) =>
                UriUtils.contains(URI.parse(one.uri), folder)
            );
            project = new AuditedProject(client, folder, isOfProject === true ? 'project' : 'user', {
                ...this.context,
                files: this.services.workspace.FileSystemProvider,
                textOf: (one) => this.services.workspace.TextDocuments.get(one)?.getText(),
                limits: () => this.settings!.current.limits,
                changed: (one) => this.publish(one)
            });
            this.projects.set(key, project);
        }
        project.update();
    }

    private closed(uri: string): void {
        const parsed = URI.parse(uri);
        const key = keyOf(parsed);
        const project = this.projects.get(key);
        if (project) {
            this.send(uri, []);
            if (!this.openIn(key)) {
                project.dispose();
                this.projects.delete(key);
            }
        }
    }

    private openIn(key: string): boolean {
        return this.services.workspace.TextDocuments.all().some(({ uri }) => keyOf(URI.parse(uri)) === key);
    }

    private publish(project: AuditedProject): void {
        for (const { uri, version } of this.services.workspace.TextDocuments.all()) {
            if (this.projects.get(keyOf(URI.parse(uri))) === project) {
                this.send(
                    uri,
                    project.diagnostics(uri).map((one) => this.shape.of(one)),
                    version
                );
                void this.context.connection?.sendNotification(checkStateNotification, {
                    uri,
                    version,
                    ...project.checkState
                } satisfies CheckState);
            }
        }
        this.lenses.now();
    }

    private send(uri: string, diagnostics: Diagnostic[], version?: number): void {
        void this.context.connection?.sendDiagnostics({ uri, diagnostics, ...(version !== undefined && { version }) });
    }

    /** Begins, or forgets everything, as the setting says. */
    private async apply(): Promise<void> {
        try {
            await this.settings!.ready;
            const open = this.services.workspace.TextDocuments.all().map(({ uri }) => uri);
            if (this.isOn) {
                this.registration ??= this.register();
                open.filter((uri) => !this.projects.has(keyOf(URI.parse(uri)))).forEach((uri) => this.changed(uri));
            } else {
                open.forEach((uri) => this.projects.has(keyOf(URI.parse(uri))) && this.send(uri, []));
                this.projects.forEach((project) => project.dispose());
                this.projects.clear();
                this.lenses.now();
                const registration = this.registration;
                this.registration = undefined;
                (await registration)?.dispose();
            }
        } catch (error) {
            this.context.log.error(`The settings of agents are not read: ${detailsOf(error)}`);
        }
    }

    /** Only these features, so that an editor's own for the files stay as they are. */
    private async register(): Promise<BulkUnregistration | undefined> {
        const { synchronization, hover, codeAction, codeLens } = this.capabilities.textDocument ?? {};
        if (!this.context.connection || synchronization?.dynamicRegistration !== true) {
            return undefined;
        }
        const globs = new Set(CLIENTS.flatMap(({ files }) => [...files.project, ...files.home]));
        const documentSelector = [...globs].map((glob) => ({ pattern: `**/${glob}` }));
        const bulk = BulkRegistration.create();
        bulk.add(DidOpenTextDocumentNotification.type, { documentSelector });
        bulk.add(DidChangeTextDocumentNotification.type, {
            documentSelector,
            syncKind: TextDocumentSyncKind.Incremental
        });
        bulk.add(DidCloseTextDocumentNotification.type, { documentSelector });
        if (hover?.dynamicRegistration) {
            bulk.add(HoverRequest.type, { documentSelector });
        }
        if (codeAction?.dynamicRegistration) {
            bulk.add(CodeActionRequest.type, { documentSelector, codeActionKinds: [CodeActionKind.QuickFix] });
        }
        if (codeLens?.dynamicRegistration) {
            bulk.add(CodeLensRequest.type, { documentSelector });
        }
        return this.context.connection.client.register(bulk);
    }
}

/** Names the client and the folder of a file of settings; empty for another file. */
function keyOf(uri: URI): string {
    const client = clientOf(uri.path);
    return client ? `${client.name} ${uri.with({ path: projectOf(client, uri.path) }).toString()}` : '';
}

function fixes(
    project: AuditedProject,
    { textDocument: { uri }, range, context: { only } }: CodeActionParams
): CodeAction[] {
    const isWanted = only === undefined || only.some((kind) => kind === '' || kind === CodeActionKind.QuickFix);
    return (isWanted ? project.fixes(URI.parse(uri).toString(), range) : []).map((fix) => ({
        title: fix.title,
        kind: CodeActionKind.QuickFix,
        isPreferred: true,
        edit: { changes: { [uri]: [{ range: fix.range, newText: fix.text }] } }
    }));
}
