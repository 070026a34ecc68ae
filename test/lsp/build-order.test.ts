/** In which order files are built: an author waits for what is open. */
import { DocumentState, URI } from 'langium';
import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { IDLE_HOST, startServer } from './support.js';

test('what is open is built first, with what it imports', async () => {
    const { shared, texts } = await startServer(IDLE_HOST);
    const { DocumentBuilder, TextDocuments } = shared.workspace;
    const built: string[] = [];
    DocumentBuilder.onDocumentPhase(DocumentState.Validated, ({ uri }) => void built.push(uri.path.slice(1)));
    const files = {
        'a.guardrail': 'policy A\nagent x\n',
        'b.guardrail': 'policy B\nimport "./tools.guardrail"\nagent x\nallow x: s.t\n',
        'c.guardrail': 'policy C\nagent x\n',
        'more.guardrail': 'label private\n',
        'tools.guardrail': 'import "./more.guardrail"\nserver s {\n  tool t() reads private\n}\n'
    };
    const uris = Object.keys(files).map((path) => URI.parse(`file:///${path}`));
    Object.entries(files).forEach(([path, text]) => texts.set(`file:///${path}`, text));
    TextDocuments.set(TextDocument.create('file:///b.guardrail', 'guardrail', 1, files['b.guardrail']));
    await DocumentBuilder.update(uris, []);
    const own = built.filter((path) => path in files);
    expect(own.slice(0, 3).sort()).toEqual(['b.guardrail', 'more.guardrail', 'tools.guardrail']);
    expect(own.slice(3).sort()).toEqual(['a.guardrail', 'c.guardrail']);
    const diagnostics = shared.workspace.LangiumDocuments.all.flatMap((document) => document.diagnostics ?? []);
    expect(diagnostics.filter(({ severity }) => severity === 1).toArray()).toEqual([]);
});
