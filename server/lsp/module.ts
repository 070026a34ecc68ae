/** Wires the language server together: Langium's services, the language's, and one service for each feature here. */
import type { Module } from 'langium';
import { inject } from 'langium';
import type {
    DefaultSharedModuleContext,
    LangiumServices,
    LangiumSharedServices,
    PartialLangiumServices,
    PartialLangiumSharedServices
} from 'langium/lsp';
import { createDefaultModule, createDefaultSharedModule, DefaultTextDocumentContentProvider } from 'langium/lsp';
import { GuardrailGeneratedModule, GuardrailGeneratedSharedModule } from '../../language/generated/module.js';
import type { GuardrailAddedServices } from '../../language/names/inventory.js';
import { GuardrailModule, GuardrailSharedModule, registerLanguage } from '../../language/module.js';
import type { CheckerHost } from './check/host.js';
import { CheckService } from './check/service.js';
import type { CheckingServices } from './check/services.js';
import { GuardrailCodeActionProvider } from './features/code-actions/provider.js';
import { GuardrailCodeLensProvider } from './features/code-lens/provider.js';
import { GuardrailCompletionProvider } from './features/completion/provider.js';
import { LspDocumentBuilder } from './workspace/document-builder.js';
import { GuardrailDocumentUpdateHandler } from './workspace/document-update.js';
import type { CodePage } from './features/diagnostics/shape.js';
import { ExplainCommand } from './features/execute-command.js';
import { BUILTIN_SCHEME } from '../../language/library/builtin.js';
import { GuardrailFormatter } from './features/formatting.js';
import { GuardrailFileOperationHandler } from './features/rename-files/provider.js';
import { GuardrailLanguageServer } from './connection/language-server.js';
import type { Log } from './connection/log.js';
import { SILENT } from './connection/log.js';
import { GuardrailNodeKindProvider } from './workspace/node-kinds.js';
import type { QueryServices, SharedQueryServices } from './features/query-services.js';
import { QueryModule, SharedQueryModule } from './features/query-services.js';
import { referenceLenses } from './features/code-lens/references.js';
import type { RepairHost } from './repair/host.js';
import { RepairService, type RepairServices } from './repair/service.js';
import { AgentSettings } from './settings/agent-settings.js';
import { SettingsService } from './connection/settings.js';
import { notifier } from './connection/lifecycle.js';
import { openTexts } from './workspace/documents.js';
import { LspWorkspaceManager } from './workspace/manager.js';

/** The requirements of the server on its platform. */
export interface ServerContext extends DefaultSharedModuleContext {
    readonly checkerHost: CheckerHost;
    /** If undefined, no repairs are searched for. */
    readonly repairHost?: RepairHost;
    readonly log?: Log;
    /** If undefined, codes are not explained. */
    readonly codePage?: CodePage;
}

export interface EditingServices {
    editing: {
        CodeActions: GuardrailCodeActionProvider;
        Completion: GuardrailCompletionProvider;
    };
}

/** Langium's services, with our additions. */
export type GuardrailSharedServices = LangiumSharedServices & OwnSharedServices & SharedQueryServices;

interface OwnSharedServices {
    readonly lsp: {
        readonly DocumentUpdateHandler: GuardrailDocumentUpdateHandler;
        readonly ExecuteCommandHandler: ExplainCommand;
        readonly AgentSettings: AgentSettings;
    };
    readonly workspace: { readonly WorkspaceManager: LspWorkspaceManager };
}

export type GuardrailLspServices = LangiumServices &
    GuardrailAddedServices &
    CheckingServices &
    EditingServices &
    RepairServices &
    QueryServices;

export function createLanguageServer(context: ServerContext): {
    shared: GuardrailSharedServices;
    guardrail: GuardrailLspServices;
} {
    const log = context.log ?? SILENT;
    const shared = inject(
        createDefaultSharedModule(context),
        GuardrailGeneratedSharedModule,
        GuardrailSharedModule,
        sharedModule(context, log),
        SharedQueryModule
    );
    const guardrail = inject(
        createDefaultModule({ shared }),
        GuardrailGeneratedModule,
        GuardrailModule,
        languageModule(context, log),
        QueryModule
    );
    registerLanguage(shared, guardrail);
    return { shared, guardrail };
}

function sharedModule(
    context: ServerContext,
    log: Log
): Module<GuardrailSharedServices, PartialLangiumSharedServices & OwnSharedServices> {
    return {
        lsp: {
            AgentSettings: (services: LangiumSharedServices) => {
                const { connection, checkerHost, codePage = () => undefined } = context;
                const settings = new AgentSettings(services, { connection, host: checkerHost, log, codePage });
                services.lsp.LanguageServer.onInitialize((params) => settings.initialize(params));
                return settings;
            },
            DocumentUpdateHandler: (services) => new GuardrailDocumentUpdateHandler(services, log),
            ExecuteCommandHandler: (services: LangiumSharedServices) => {
                const command = new ExplainCommand(context.connection, context.codePage ?? (() => undefined));
                services.lsp.LanguageServer.onInitialize((params) => command.initialize(params));
                return command;
            },
            FileOperationHandler: (services) => new GuardrailFileOperationHandler(services),
            LanguageServer: (services: LangiumSharedServices) => new GuardrailLanguageServer(services),
            NodeKindProvider: () => new GuardrailNodeKindProvider(),
            // "Go to definition" of a built-in trait leads to a document that is not on any disk.
            TextDocumentContentProvider: (services: LangiumSharedServices) =>
                new DefaultTextDocumentContentProvider(services, BUILTIN_SCHEME)
        },
        workspace: {
            DocumentBuilder: (services) => new LspDocumentBuilder(services),
            TextDocuments: () => openTexts(),
            WorkspaceManager: (services) => new LspWorkspaceManager(services, log)
        }
    };
}

function languageModule(
    context: ServerContext,
    log: Log
): Module<GuardrailLspServices, PartialLangiumServices & CheckingServices & EditingServices & RepairServices> {
    return {
        checking: {
            Host: () => context.checkerHost,
            Settings: () => new SettingsService(context.connection, log),
            CheckService: (services) =>
                new CheckService({
                    shared: services.shared,
                    language: services,
                    host: context.checkerHost,
                    settings: services.checking.Settings,
                    log,
                    tell: context.connection
                        ? notifier(context.connection, services.shared.lsp.LanguageServer, log)
                        : () => undefined
                })
        },
        editing: {
            CodeActions: (services) => {
                const { lsp } = services.shared as GuardrailSharedServices;
                return new GuardrailCodeActionProvider(services, (code) => lsp.ExecuteCommandHandler.canExplain(code));
            },
            Completion: (services) => new GuardrailCompletionProvider(services),
            Repairs: (services) =>
                new RepairService({
                    shared: services.shared,
                    language: () => services,
                    checks: () => services.checking.CheckService,
                    host: context.repairHost,
                    log
                })
        },
        lsp: {
            CodeActionProvider: (services) => services.editing.CodeActions,
            CodeLensProvider: (services) =>
                new GuardrailCodeLensProvider(
                    () => services.checking.CheckService,
                    (document) => referenceLenses(document, services)
                ),
            CompletionProvider: (services) => services.editing.Completion,
            Formatter: (services) => new GuardrailFormatter(services)
        }
    };
}
