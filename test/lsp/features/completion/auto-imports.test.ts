/** Tests that choosing a name from another file imports it: before, the item, after. */
import { expect, test } from 'vitest';
import type { CompletionItem, TextEdit } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Files, Opened } from '../../support.js';
import { IDLE_HOST, open, startServer } from '../../support.js';

const OTHERS: Files = {
    'tools/mail.guardrail': `/** Mail. */
server mail {
  /** Sends a message. */
  tool send(to: string) external
}
server web { tool get(url: string) }
label private
agent assistant
human boss
role board = boss
trait risky
entity Account
event ci.passed
define internal(address: string) = address == "x"
signal risk: 0..100
`,
    'packs.guardrail': 'policy Other\npack Gate(sink: tools) { deny sink }\nlabel ofThePolicy\n',
    'node_modules/rules/policy.guardrail': 'pack Ours(sink: tools) { deny sink }\n'
};

interface Completed extends Opened {
    readonly items: readonly CompletionItem[];
}

async function complete(text: string): Promise<Completed> {
    const opened = await open({ 'main.guardrail': text, ...OTHERS });
    const list = await opened.services.lsp.CompletionProvider!.getCompletion(opened.document, opened.params);
    return { ...opened, items: list?.items ?? [] };
}

function accept({ document }: Opened, item: CompletionItem): string {
    return TextDocument.applyEdits(document.textDocument, [
        item.textEdit as TextEdit,
        ...(item.additionalTextEdits ?? [])
    ]);
}

test.each<[title: string, before: string, label: string, after: string]>([
    [
        'a tool, whose server is imported',
        'policy P\nagent a\nallow a: <|>',
        'mail.send',
        'policy P\nimport { mail } from "./tools/mail.guardrail"\nagent a\nallow a: mail.send'
    ],
    [
        'into an import that is there',
        'policy P\nimport { mail } from "./tools/mail.guardrail"\nagent a\nallow a: web<|>',
        'web.get',
        'policy P\nimport { mail, web } from "./tools/mail.guardrail"\nagent a\nallow a: web.get'
    ],
    [
        'a label',
        'policy P\nserver s { tool t() reads <|> }',
        'private',
        'policy P\nimport { private } from "./tools/mail.guardrail"\nserver s { tool t() reads private }'
    ],
    [
        'a pack of the language',
        'policy P\nuse NoEx<|>',
        'NoExfiltration',
        'policy P\nimport { NoExfiltration } from "guardrail/std"\nuse NoExfiltration'
    ],
    [
        'a pack of a policy',
        'policy P\nuse Ga<|>',
        'Gate',
        'policy P\nimport { Gate } from "./packs.guardrail"\nuse Gate'
    ]
])('%s', async (_title, before, label, after) => {
    const opened = await complete(before);
    const item = opened.items.find((each) => each.label === label);
    expect(item).toBeDefined();
    expect(accept(opened, item!).replace(/\n\n+/g, '\n')).toBe(after);
});

test.each<[string, string]>([
    ['allow <|>', 'assistant'],
    ['require approval by <|>', 'boss'],
    ['require approval by <|>', 'board'],
    ['deny <|>', 'risky tools'],
    ['server s { tool t(a: <|>', 'Account'],
    ['server s { tool t(a: string) }\nassume event <|>', 'ci.passed'],
    ['server s { tool t(a: string) }\ndeny s.t when <|>', 'internal'],
    ['server s { tool t(a: string) }\ndeny s.t when <|>', 'risk']
])('%s offers %s from another file, after the names of this one', async (text, label) => {
    const { items } = await complete(text);
    const item = items.find((each) => each.label === label);
    expect(item?.labelDetails?.description).toBe('./tools/mail.guardrail');
    expect(item?.additionalTextEdits).toHaveLength(1);
    const last = items.filter((each) => !each.additionalTextEdits).map(({ sortText }) => sortText!);
    expect(last.every((sortText) => sortText < item!.sortText!)).toBe(true);
});

test('visible names are not offered twice; policies that are not packs, and unused packages, are not offered', async () => {
    const { items } = await complete('import "./tools/mail.guardrail"\ndeny <|>');
    expect(items.filter(({ label }) => label === 'mail.send').map((item) => item.additionalTextEdits)).toEqual([
        undefined
    ]);
    const labels = (await complete('claim: no flow from <|>')).items.map(({ label }) => label);
    expect(labels).not.toContain('ofThePolicy');
    expect((await complete('use <|>')).items.map(({ label }) => label)).not.toContain('Ours');
});

test('among very many names the matching ones are offered, and the client is told to request again', async () => {
    const many = Array.from({ length: 300 }, (_, i) => `label many${i}\n`).join('');
    const opened = await open({ 'main.guardrail': 'claim: no flow from <|>', 'labels.guardrail': many });
    const provider = opened.services.lsp.CompletionProvider!;
    const all = await provider.getCompletion(opened.document, opened.params);
    expect(all?.isIncomplete).toBe(true);
    const typed = await open({ 'main.guardrail': 'claim: no flow from m299<|>', 'labels.guardrail': many });
    const some = await provider.getCompletion(typed.document, typed.params);
    expect([some?.isIncomplete, some?.items.map(({ label }) => label)]).toEqual([false, ['many299']]);
});

test('the documentation of an item is sent on request, if the client supports it', async () => {
    const { services, document, params } = await open({ 'main.guardrail': 'allow bot: <|>', ...OTHERS });
    const { Completion } = services.editing;
    const client = (properties: string[]): void => {
        Completion.initialize({ textDocument: { completion: { completionItem: { resolveSupport: { properties } } } } });
    };
    client(['documentation']);
    const list = await Completion.getCompletion(document, params);
    client([]);
    const item = list!.items.find(({ label }) => label === 'mail.send')!;
    expect(item.documentation).toBeUndefined();
    expect(Completion.resolve(item).documentation).toEqual({ kind: 'markdown', value: 'Sends a message.' });
    await Completion.getCompletion(document, params);
    expect(Completion.resolve(item)).toBe(item);
});

test('the packs of a package that no file imports, also those that its index imports', async () => {
    const server = await startServer(IDLE_HOST);
    const texts = {
        'package.json': '{ "dependencies": { "few-rules": "1.0.0" } }',
        'node_modules/few-rules/package.json': '{ "name": "few-rules", "exports": "./index.guardrail" }',
        'node_modules/few-rules/index.guardrail':
            'import { FewCalls, More as FewMore } from "./packs.guardrail"\n@private pack FewHere(t: tools) { limit t to 5 }\n',
        'node_modules/few-rules/packs.guardrail':
            'pack FewCalls(t: tools) { limit t to 3 }\npack FewOthers(t: tools) { limit t to 4 }\npack More(t: tools) { limit t to 6 }\n'
    };
    Object.entries(texts).forEach(([path, text]) => server.texts.set(`file:///${path}`, text));
    const opened = await open('policy P\nagent a\nuse Few<|>', server);
    const list = await opened.services.lsp.CompletionProvider!.getCompletion(opened.document, opened.params);
    const found = (list?.items ?? []).filter(({ label }) => label.startsWith('Few'));
    expect(found.map(({ label }) => label)).toEqual(['FewCalls', 'FewMore']);
    expect(accept(opened, found[1]!)).toContain('import { FewMore } from "few-rules"');
    expect(accept(opened, found[0]!)).toContain('import { FewCalls } from "few-rules"');
});
