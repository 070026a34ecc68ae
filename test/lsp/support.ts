/** Opens documents in a language server without a client: in-memory texts, with `<|>` at the cursor. */
import type { FileSystemNode, FileSystemProvider, LangiumDocument } from 'langium';
import { EmptyFileSystemProvider, URI, UriUtils } from 'langium';
import type { LangiumSharedServices } from 'langium/lsp';
import type { InitializeParams, Position } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { CheckerHost } from '../../server/lsp/check/host.js';
import type { RepairHost } from '../../server/lsp/repair/host.js';
import type { GuardrailLspServices } from '../../server/lsp/module.js';
import { createLanguageServer } from '../../server/lsp/module.js';

/** Texts by path, such as `tools/mail.guardrail`; the first one is edited. */
export type Files = { readonly [path: string]: string };

export const CURSOR = '<|>';

export interface Opened {
    readonly services: GuardrailLspServices;
    readonly shared: LangiumSharedServices;
    readonly document: LangiumDocument;
    /** The places of `<|>` in the first file. */
    readonly cursors: readonly Position[];
    readonly params: { readonly textDocument: { readonly uri: string }; readonly position: Position };
    uri(path: string): string;
}

/** A host that checks nothing, for features that only read existing results. */
export const IDLE_HOST: CheckerHost = {
    start: () => ({ outcome: Promise.resolve({ kind: 'cancelled' }), cancel: () => undefined }),
    dispose: () => Promise.resolve()
};

/** The server that all calls of `open` share, because creating one takes longer than most tests do with it. */
let server: Promise<Server> | undefined;
let projects = 0;

/** Builds all files, in a separate folder. */
export async function open(files: Files | string, by?: Server): Promise<Opened> {
    server ??= startServer(IDLE_HOST);
    const { shared, guardrail, texts } = by ?? (await server);
    // Names only come from imports, but features that list all files of a workspace must see a single project.
    shared.workspace.LangiumDocuments.all
        .filter(({ uri }) => uri.scheme === 'file')
        .toArray()
        .forEach(({ uri }) => shared.workspace.LangiumDocuments.deleteDocument(uri));
    const root = `file:///project-${projects++}/`;
    const entries = Object.entries(typeof files === 'string' ? { 'main.guardrail': files } : files);
    const [mainPath, marked] = entries[0]!;
    entries.forEach(([path, text]) => texts.set(root + path, text.replaceAll(CURSOR, '')));
    const documents = await Promise.all(
        entries.map(([path]) => shared.workspace.LangiumDocuments.getOrCreateDocument(URI.parse(root + path)))
    );
    await shared.workspace.DocumentBuilder.build(documents, { validation: true });
    const uri = root + mainPath;
    const document = shared.workspace.LangiumDocuments.getDocument(URI.parse(uri))!;
    const cursors = cursorsOf(marked).map((offset) => document.textDocument.positionAt(offset));
    return {
        services: guardrail,
        shared,
        document,
        cursors,
        params: { textDocument: { uri }, position: cursors[0] ?? { line: 0, character: 0 } },
        uri: (path) => root + path
    };
}

export interface Server {
    readonly shared: LangiumSharedServices;
    readonly guardrail: GuardrailLspServices;
    /** The texts of the file system, by URI. */
    readonly texts: Map<string, string>;
}

/** A server with an empty file system and an initialized client that supports snippets. */
export async function startServer(
    checkerHost: CheckerHost,
    { client = CLIENT, repairHost }: { readonly client?: InitializeParams; readonly repairHost?: RepairHost } = {}
): Promise<Server> {
    const texts = new Map<string, string>();
    const { shared, guardrail } = createLanguageServer({
        fileSystemProvider: () => memoryFiles(texts),
        checkerHost,
        ...(repairHost && { repairHost })
    });
    await shared.lsp.LanguageServer.initialize(client);
    return { shared, guardrail, texts };
}

/** The lines of `text` that a range covers, for a readable expectation. */
export function textIn(
    document: { readonly textDocument: TextDocument },
    range: { readonly start: Position; readonly end: Position }
): string {
    return document.textDocument.getText(range);
}

export const CLIENT: InitializeParams = {
    processId: null,
    rootUri: null,
    capabilities: {
        workspace: { workspaceEdit: { documentChanges: true, resourceOperations: ['create'] } },
        textDocument: {
            completion: { completionItem: { snippetSupport: true } },
            codeAction: {
                codeActionLiteralSupport: { codeActionKind: { valueSet: [] } },
                dataSupport: true,
                isPreferredSupport: true,
                resolveSupport: { properties: ['edit'] }
            }
        }
    }
};

function cursorsOf(marked: string): number[] {
    const parts = marked.split(CURSOR);
    return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('').length);
}

function memoryFiles(texts: ReadonlyMap<string, string>): FileSystemProvider {
    return Object.assign(new EmptyFileSystemProvider() as FileSystemProvider, {
        readFile: (uri: URI) => {
            const text = texts.get(uri.toString());
            return text === undefined ? Promise.reject(new Error(`there is no ${uri.path}`)) : Promise.resolve(text);
        },
        stat: (uri: URI) => Promise.resolve({ isFile: texts.has(uri.toString()), isDirectory: false, uri }),
        exists: (uri: URI) => Promise.resolve(texts.has(uri.toString())),
        readDirectory: (folder: URI) => Promise.resolve(entriesOf(folder, texts))
    });
}

function entriesOf(folder: URI, texts: ReadonlyMap<string, string>): FileSystemNode[] {
    const prefix = `${folder.toString().replace(/\/$/, '')}/`;
    const inside = [...texts.keys()].filter((uri) => uri.startsWith(prefix)).map((uri) => uri.slice(prefix.length));
    return [...new Set(inside.map((path) => path.split('/')[0]!))].map((name) => ({
        isFile: inside.includes(name),
        isDirectory: !inside.includes(name),
        uri: UriUtils.joinPath(folder, name)
    }));
}
