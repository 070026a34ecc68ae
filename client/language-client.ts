/** The client of the language server. No other part of the extension uses the client library. */
import * as vscode from 'vscode';
import {
    type BaseLanguageClient,
    CloseAction,
    ErrorAction,
    type LanguageClientOptions,
    RevealOutputChannelOn,
    type ShowDocumentParams,
    type ShowDocumentResult,
    State
} from 'vscode-languageclient';
import {
    type CheckState,
    checkStateNotification,
    type InitializationOptions,
    packsNotification,
    type PolicyTests,
    showLogNotification,
    testsNotification,
    type FileEntry,
    type FileParams,
    fileStatRequest,
    readDirectoryRequest,
    readFileRequest
} from '../server/lsp/protocol.js';
import { CODE_PAGES } from './code-pages.js';

/** Receives the events of the client. */
export interface ClientOwner {
    readonly log: vscode.LogOutputChannel;
    /** Called when the server is running, for the first time or again. */
    running(): void;
    /** Called when the server has ended and its results are lost. */
    stopped(): void;
    /** Called when the server has ended on its own. Returns true to start it again. */
    mayRestart(): boolean;
    /** Called when the results of a policy have changed. */
    checkState(state: CheckState): void;
    /** Called when a policy has other claims or scenarios, was created or was deleted. */
    tests(tests: PolicyTests): void;
    /** Called when an installed package may have changed. */
    packs(): void;
}

/** True in a browser. There is one bundle for both platforms, because most of it is the same. */
const isInBrowser = 'WorkerGlobalScope' in globalThis;

/** Creates the client of a server that is not started yet: a Node process, or a browser worker. */
export async function createClient(extension: vscode.Uri, owner: ClientOwner): Promise<BaseLanguageClient> {
    const { newClient } = await (isInBrowser
        ? import('./web/language-client.js')
        : import('./node/language-client.js'));
    const client = newClient(extension, optionsOf(owner));
    answerFileRequests(client);
    client.onNotification(checkStateNotification, (state: CheckState) => owner.checkState(state));
    client.onNotification(testsNotification, (tests: PolicyTests) => owner.tests(tests));
    client.onNotification(packsNotification, () => owner.packs());
    client.onNotification(showLogNotification, () => owner.log.show());
    client.onDidChangeState(({ newState }) => {
        if (newState === State.Running) {
            owner.running();
        } else if (newState === State.Stopped) {
            owner.stopped();
        }
    });
    return client;
}

function optionsOf(owner: ClientOwner): LanguageClientOptions {
    const initializationOptions: InitializationOptions = { codePages: CODE_PAGES, showsLog: true };
    return {
        initializationOptions,
        documentSelector: schemes().map((scheme) => ({ language: 'guardrail', scheme })),
        synchronize: { configurationSection: 'guardrail' },
        diagnosticPullOptions: { onChange: true },
        outputChannel: owner.log,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        initializationFailedHandler: () => false,
        middleware: { window: { showDocument: (params, token, next) => shown(params) ?? next(params, token) } },
        errorHandler: {
            // Messages to a server that has just crashed fail as well. Giving up then would prevent a restart, so only
            // the end of the server's process counts.
            error: () => ({ action: ErrorAction.Continue, handled: true }),
            closed: () =>
                owner.mayRestart()
                    ? {
                          action: CloseAction.Restart,
                          handled: true,
                          message: 'The language server stopped; starting it again.'
                      }
                    : { action: CloseAction.DoNotRestart, handled: true, message: 'The language server stopped.' }
        }
    };
}

/** Shows a code page as a preview; undefined if it is not a page, so that the library opens it. */
function shown({ uri }: ShowDocumentParams): Promise<ShowDocumentResult> | undefined {
    const page = vscode.Uri.parse(uri);
    return page.path.endsWith('.md')
        ? Promise.resolve(vscode.commands.executeCommand('markdown.showPreviewToSide', page)).then(() => ({
              success: true
          }))
        : undefined;
}

/**
 * Selects policies by location: on disk, unsaved, and in open folders, including virtual ones; but not those that Git
 * compares.
 */
function schemes(): string[] {
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme);
    return [...new Set(['file', 'untitled', 'vscode-vfs', ...folders])];
}

/**
 * Reads files that the language server cannot read itself: it has no disk in a browser, and no access to virtual
 * workspaces.
 */
function answerFileRequests(client: BaseLanguageClient): void {
    const { fs } = vscode.workspace;
    const uriOf = ({ uri }: FileParams): vscode.Uri => client.protocol2CodeConverter.asUri(uri);
    client.onRequest(readFileRequest, async (params: FileParams) =>
        new TextDecoder().decode(await fs.readFile(uriOf(params)))
    );
    client.onRequest(fileStatRequest, async (params: FileParams) => entryOf('', (await fs.stat(uriOf(params))).type));
    client.onRequest(readDirectoryRequest, async (params: FileParams) =>
        (await fs.readDirectory(uriOf(params))).map(([name, type]) => entryOf(name, type))
    );
}

/** A link counts as its target. */
function entryOf(name: string, type: vscode.FileType): FileEntry {
    const isFolder = (type & vscode.FileType.Directory) !== 0;
    return { name, kind: isFolder ? 'folder' : (type & vscode.FileType.File) !== 0 ? 'file' : 'other' };
}
