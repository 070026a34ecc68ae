/** Builds documents for the tests from in-memory texts, with the diagnostics of the language. */
import type { FileSystemProvider, LangiumDocument } from 'langium';
import { EmptyFileSystemProvider, URI, UriUtils } from 'langium';
import type { Diagnostic } from 'vscode-languageserver-types';
import type { PolicyFile } from '../../language/generated/ast.js';
import type { GuardrailServices } from '../../language/names/inventory.js';
import { createGuardrailServices } from '../../language/module.js';

/** Texts by path, such as `tools/mail.guardrail`. */
export type Files = { readonly [path: string]: string };

export interface Built {
    readonly services: GuardrailServices;
    readonly document: LangiumDocument<PolicyFile>;
    readonly file: PolicyFile;
    readonly diagnostics: readonly Diagnostic[];
}

const texts = new Map<string, string>();
const { shared, guardrail } = createGuardrailServices({ fileSystemProvider: () => memoryFiles() });
let projects = 0;

/** Builds the first file and, through its imports, the others. Every call has a separate folder. */
export async function build(files: Files | string): Promise<Built> {
    const project = `file:///project-${projects++}/`;
    const entries = Object.entries(typeof files === 'string' ? { 'main.guardrail': files } : files);
    for (const [path, text] of entries) {
        texts.set(URI.parse(project + path).toString(), text);
    }
    const documents = shared.workspace.LangiumDocuments;
    const uri = URI.parse(project + entries[0]![0]);
    const document = (await documents.getOrCreateDocument(uri)) as LangiumDocument<PolicyFile>;
    await shared.workspace.DocumentBuilder.build([document], { validation: true });
    return {
        services: guardrail,
        document,
        file: document.parseResult.value,
        diagnostics: document.diagnostics ?? []
    };
}

/** Rewrites a file of a project and rebuilds what depends on it. Returns the diagnostics of the project's main file. */
export async function change({ document }: Built, path: string, text: string): Promise<readonly Diagnostic[]> {
    const uri = UriUtils.resolvePath(UriUtils.dirname(document.uri), path);
    texts.set(uri.toString(), text);
    await shared.workspace.DocumentBuilder.update([uri], []);
    return shared.workspace.LangiumDocuments.getDocument(document.uri)?.diagnostics ?? [];
}

/** Lexes and parses a text, and nothing else. */
export function parse(text: string): LangiumDocument<PolicyFile> {
    const uri = URI.parse(`file:///parsed-${projects++}.guardrail`);
    return shared.workspace.LangiumDocumentFactory.fromString<PolicyFile>(text, uri);
}

/** Diagnostics as `12:5 GR201 There is no tool …`, with places counted from 1, in text order. */
export function described(diagnostics: readonly Diagnostic[]): string[] {
    return [...diagnostics]
        .sort((a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character)
        .map((diagnostic) => {
            const { line, character } = diagnostic.range.start;
            return `${line + 1}:${character + 1} ${diagnostic.code} ${textOf(diagnostic)}`;
        });
}

export function textOf(diagnostic: Diagnostic): string {
    return typeof diagnostic.message === 'string' ? diagnostic.message : diagnostic.message.value;
}

function memoryFiles(): FileSystemProvider {
    return Object.assign(new EmptyFileSystemProvider() as FileSystemProvider, {
        readFile: (uri: URI) => {
            const text = texts.get(uri.toString());
            return text === undefined ? Promise.reject(new Error(`there is no ${uri.path}`)) : Promise.resolve(text);
        },
        exists: (uri: URI) => Promise.resolve(texts.has(uri.toString()))
    });
}
