/** Reads every policy of the repository, and starts a language server with all of them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LangiumDocument } from 'langium';
import { URI } from 'langium';
import { globSync } from 'tinyglobby';
import type { Server } from '../../lsp/support.js';
import { IDLE_HOST, startServer } from '../../lsp/support.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface PolicyText {
    readonly path: string;
    readonly text: string;
}

/** Correct policies, such as authors type. */
export const policies = read('examples/**/*.guardrail', 'test/checker/cases/*.guardrail');
/** All texts, including incorrect ones. */
export const allTexts = read('{examples,test,language,docs}/**/*.guardrail');

function read(...patterns: string[]): PolicyText[] {
    return globSync(patterns, { cwd: root })
        .sort()
        .map((path) => ({ path, text: readFileSync(root + path, 'utf8').replaceAll('\r\n', '\n') }));
}

export interface Editor {
    readonly server: Server;
    /** Lexes and parses a text, and nothing else. */
    parse(text: string): LangiumDocument;
    /**
     * Opens the text as the file at the path, so that its imports work; it is also linked, and validated if requested.
     */
    open(path: string, text: string, validated?: boolean): Promise<LangiumDocument>;
}

export async function startEditor(): Promise<Editor> {
    const server = await startServer(IDLE_HOST);
    const { workspace } = server.shared;
    const addressOf = (path: string): string => `file:///repository/${path}`;
    allTexts.forEach(({ path, text }) => server.texts.set(addressOf(path), text));
    let documents = 0;
    return {
        server,
        parse: (text) =>
            workspace.LangiumDocumentFactory.fromString(text, URI.parse(`file:///parsed-${documents++}.guardrail`)),
        open: async (path, text, validated = false) => {
            const uri = URI.parse(addressOf(path));
            if (workspace.LangiumDocuments.hasDocument(uri)) {
                workspace.LangiumDocuments.deleteDocument(uri);
            }
            const document = workspace.LangiumDocumentFactory.fromString(text, uri);
            workspace.LangiumDocuments.addDocument(document);
            await workspace.DocumentBuilder.build([document], { validation: validated });
            return document;
        }
    };
}
