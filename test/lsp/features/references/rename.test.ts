/** Tests changes by a rename in addition to the places of the name: the cursor is at `<|>`. */
import { URI } from 'langium';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { expect, test } from 'vitest';
import type { Files } from '../../support.js';
import { open } from '../../support.js';

async function rename(files: Files, newName: string): Promise<Record<string, string>> {
    const { services, shared, document, params } = await open(files);
    const edit = await services.lsp.RenameProvider!.rename(document, { ...params, newName });
    return Object.fromEntries(
        Object.entries(edit?.changes ?? {}).map(([uri, edits]) => [
            uri.split('/').at(-1)!,
            TextDocument.applyEdits(shared.workspace.LangiumDocuments.getDocument(URI.parse(uri))!.textDocument, edits)
        ])
    );
}

const TOOLS = `server s {
  tool pay(id: string)
  tool check(id: string)
}
`;

test.each<[title: string, before: string, newName: string, after: string]>([
    [
        'the parameter of an event that is compared with one of the same name',
        `${TOOLS.replace('pay(id', 'pay(i<|>d')}deny s.check when once s.pay(id)`,
        'key',
        `${TOOLS.replace('pay(id', 'pay(key')}deny s.check when once s.pay(key: id)`
    ],
    [
        'the parameter of the call, which an event is compared with',
        `${TOOLS.replace('check(id', 'check(i<|>d')}deny s.check when once s.pay(id)`,
        'key',
        `${TOOLS.replace('check(id', 'check(key')}deny s.check when once s.pay(id: key)`
    ],
    [
        'a parameter that is compared with itself',
        `${TOOLS}deny s.pay when once s.pay(i<|>d)`,
        'key',
        `${TOOLS.replace('pay(id', 'pay(key')}deny s.pay when once s.pay(key)`
    ],
    [
        'a parameter that a rule means of two tools: both, as it would lose one of them',
        `${TOOLS}deny any tool when i<|>d == "x"\nallow any agent: s.pay when id == "y"`,
        'key',
        `${TOOLS.replaceAll('id:', 'key:')}deny any tool when key == "x"\nallow any agent: s.pay when key == "y"`
    ],
    [
        'a server by a word of the language, at the start of a step',
        'server s<|> { tool pay(id: string) }\nagent bot\ndeny s.pay, s.*\nscenario "x":\n  s.pay ends',
        'wait',
        'server wait { tool pay(id: string) }\nagent bot\ndeny wait.pay, wait.*\nscenario "x":\n  `wait`.pay ends'
    ],
    [
        'a rule that a step of a scenario names by its beginning',
        `${TOOLS.replace('tool pay', 'tool pa<|>y')}agent bot
deny s.check /* why */
  when once s.pay(id) and id == "pay"
scenario "x":
  bot calls s.check(id: "1") -> denied by "deny s.check when once s.pay(id) and id == \\"pay\\""
  bot calls s.check(id: "1") -> denied by "deny s.check when once s.pa"
  bot calls s.check(id: "1") -> denied by "deny s.check"`,
        'transfer',
        `${TOOLS.replace('tool pay', 'tool transfer')}agent bot
deny s.check /* why */
  when once s.transfer(id) and id == "pay"
scenario "x":
  bot calls s.check(id: "1") -> denied by "deny s.check when once s.transfer(id) and id == \\"pay\\""
  bot calls s.check(id: "1") -> denied by "deny s.check when once s.transfer"
  bot calls s.check(id: "1") -> denied by "deny s.check"`
    ],
    [
        'a tool by a word that would end its name',
        'server s { tool pay<|>(id: string) }\ndeny s.pay when id from s.pay.result.text',
        'result',
        'server s { tool `result`(id: string) }\ndeny s.`result` when id from s.`result`.result.text'
    ]
])('%s', async (_title, before, newName, after) => {
    expect(await rename({ 'main.guardrail': before }, newName)).toEqual({ 'main.guardrail': after });
});

test('the name after `as` is renamed where it is used and imported again, and the declaration keeps its own', async () => {
    const files = {
        'main.guardrail':
            'import { Gate as Lo<|>ck } from "./packs.guardrail"\nserver s { tool t() }\nuse Lock(sink: s.t)',
        'packs.guardrail': 'pack Gate(sink: tools) { deny sink }',
        'again.guardrail':
            'import { Lock as Bolt } from "./main.guardrail"\nserver s { tool t() }\nuse Bolt(sink: s.t)',
        'plain.guardrail': 'import "./main.guardrail"\nuse Lock(sink: s.t)',
        'apart.guardrail': 'import { Gate as Lock } from "./packs.guardrail"\nuse Lock(sink: s.t)'
    };
    const changed = {
        'main.guardrail': files['main.guardrail'].replace('<|>', '').replaceAll('Lock', 'Door'),
        'again.guardrail': files['again.guardrail'].replace('Lock', 'Door'),
        'plain.guardrail': files['plain.guardrail'].replace('Lock', 'Door')
    };
    expect(await rename(files, 'Door')).toEqual(changed);
    const atUse = {
        ...files,
        'main.guardrail': files['main.guardrail'].replace('<|>', '').replace('use Lo', 'use Lo<|>')
    };
    expect(await rename(atUse, 'Door')).toEqual(changed);
    await expect(
        rename({ ...files, 'main.guardrail': `${files['main.guardrail']}\npack Door() { deny s.t }` }, 'Door')
    ).rejects.toThrow('There is "Door" already');
});

test('the name of a declaration is renamed, also before `as`, and another pack of that name stays', async () => {
    const files = {
        'main.guardrail': 'pack Ga<|>te(sink: tools) { deny sink }\npack Door(sink: tools) { deny sink }',
        'other.guardrail':
            'import { Gate as Lock, Door as Gate } from "./main.guardrail"\nuse Gate(sink: s.t)\nuse Lock(sink: s.t)',
        'same.guardrail': 'import { Gate as Gate } from "./main.guardrail"\nuse Gate(sink: s.t)'
    };
    expect(await rename(files, 'Bolt')).toEqual({
        'main.guardrail': files['main.guardrail'].replace('Ga<|>te', 'Bolt'),
        'other.guardrail': files['other.guardrail'].replace('{ Gate', '{ Bolt'),
        'same.guardrail': files['same.guardrail'].replace('{ Gate', '{ Bolt')
    });
});

test('a pack of a package can get another name in the file, but is not renamed itself', async () => {
    const files = {
        'main.guardrail': 'import { Gate as Lo<|>ck } from "./node_modules/p/packs.guardrail"\nuse Lock()',
        'node_modules/p/packs.guardrail': 'pack Gate() { deny any tool }'
    };
    expect(Object.keys(await rename(files, 'Door'))).toEqual(['main.guardrail']);
});

test('declarations of a package are not renamed', async () => {
    const files = {
        'main.guardrail': 'import "./node_modules/p/tools.guardrail"\ndeny s.pa<|>y',
        'node_modules/p/tools.guardrail': TOOLS
    };
    await expect(rename(files, 'x')).rejects.toThrow('is declared in a package: p/tools.guardrail');
});
