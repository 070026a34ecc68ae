/** Tests the order in which files are built: an author waits for open files. */
import { DocumentState, URI } from 'langium';
import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { IDLE_HOST, startServer } from '../support.js';

test('open files are built first, with their imports', async () => {
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

test('an edited file is built before open files that import it, and a request is answered before its rules are checked', async () => {
    const { shared, texts, guardrail } = await startServer(IDLE_HOST);
    const { DocumentBuilder, LangiumDocuments, TextDocuments } = shared.workspace;
    const files = {
        'file:///a.guardrail': 'policy A\nimport "./tools.guardrail"\nagent x\nallow x: s.t\n',
        'file:///tools.guardrail': 'server s {\n  tool t()\n}\n'
    };
    for (const [uri, text] of Object.entries(files)) {
        texts.set(uri, text);
        TextDocuments.set(TextDocument.create(uri, 'guardrail', 1, text));
    }
    const uris = Object.keys(files).map((uri) => URI.parse(uri));
    await DocumentBuilder.update(uris, []);
    const events: string[] = [];
    const { Linked, Validated } = DocumentState;
    DocumentBuilder.onDocumentPhase(Linked, ({ uri }) => void events.push(`linked ${uri.path}`));
    DocumentBuilder.onDocumentPhase(Validated, ({ uri }) => void events.push(`checked ${uri.path}`));
    const tools = LangiumDocuments.getDocument(uris[1]!)!;
    const answer = async (): Promise<void> => {
        await DocumentBuilder.waitUntil(Linked, tools.uri);
        // This suffices for any number of steps, if the build waits for nothing from outside.
        for (let step = 0; step < 200; step++) {
            await Promise.resolve();
        }
        const document = await LangiumDocuments.getOrCreateDocument(tools.uri);
        await guardrail.lsp.CompletionProvider?.getCompletion(document, {
            textDocument: { uri: tools.uri.toString() },
            position: { line: 1, character: 2 }
        });
        events.push('answered');
    };
    let answered: Promise<void> | undefined;
    DocumentBuilder.onUpdate(() => {
        answered = answer();
    });
    await DocumentBuilder.update([uris[1]!], []);
    await answered;
    expect(events).toEqual([
        'linked /tools.guardrail',
        'answered',
        'checked /tools.guardrail',
        'linked /a.guardrail',
        'checked /a.guardrail'
    ]);
});

test('requests on the whole workspace wait for all of it, and requests on a pending file wait for that file', async () => {
    const { shared, texts } = await startServer(IDLE_HOST);
    const { DocumentBuilder, TextDocuments } = shared.workspace;
    const [open, closed] = [URI.parse('file:///open.guardrail'), URI.parse('file:///closed.guardrail')];
    texts.set(open.toString(), 'policy A\nagent x\n');
    texts.set(closed.toString(), 'policy B\nagent x\n');
    TextDocuments.set(TextDocument.create(open.toString(), 'guardrail', 1, 'policy A\nagent x\n'));
    const events: string[] = [];
    let waiting: Promise<unknown> | undefined;
    DocumentBuilder.onDocumentPhase(DocumentState.Validated, ({ uri }) => {
        if (uri.scheme === 'file') {
            events.push(uri.path);
        }
        waiting ??= Promise.all([
            DocumentBuilder.waitUntil(DocumentState.IndexedReferences).then(() => events.push('all')),
            DocumentBuilder.waitUntil(DocumentState.Validated, closed).then(() => events.push('closed'))
        ]);
    });
    await DocumentBuilder.update([closed, open], []);
    await waiting;
    expect(events).toEqual(['/open.guardrail', 'all', '/closed.guardrail', 'closed']);
});
