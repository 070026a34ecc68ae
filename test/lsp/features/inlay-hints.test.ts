/** Tests the text as an editor shows it, with its inlay hints as `‹…›`. */
import { describe, expect, test } from 'vitest';
import type { InlayHint, InlayHintLabelPart } from 'vscode-languageserver';
import { INVENTORY } from './hints-fixture.js';
import { open, textIn } from '../support.js';

async function hints(text: string): Promise<{ readonly hints: InlayHint[]; readonly shown: string }> {
    const { services, document } = await open(INVENTORY + text);
    const { textDocument } = document;
    const range = { start: textDocument.positionAt(INVENTORY.length), end: textDocument.positionAt(1e9) };
    const uri = document.uri.toString();
    const found =
        (await services.lsp.InlayHintProvider!.getInlayHints(document, { textDocument: { uri }, range })) ?? [];
    let shown = textDocument.getText();
    for (const hint of [...found].reverse()) {
        const at = textDocument.offsetAt(hint.position);
        shown = `${shown.slice(0, at)}‹${labelOf(hint)}›${shown.slice(at)}`;
    }
    return { hints: found, shown: shown.slice(INVENTORY.length) };
}

function labelOf({ label }: InlayHint): string {
    return (label as InlayHintLabelPart[]).map(({ value }) => value).join('');
}

describe('hints', () => {
    test.each([
        'deny external tools‹ = mail.send, web.post, web.put?›',
        'deny mail.*‹ = mail.read, mail.send›, web.*‹ = web.get, web.post, web.put +2›',
        'deny tools that read private‹ = mail.read›',
        'deny some‹ = mail.read, web.post›',
        'deny any tool',
        'deny any tool except mail.send‹ = mail.read, web.get, web.post +3›',
        'deny any tool except (web.*‹ = web.get, web.post, web.put +2›, mail.send)‹ = mail.read›',
        'deny nothing.*‹ = no tool›',
        'deny mail.send when once external tools‹ = mail.send, web.post, web.put?› by caller',
        'deny mail.send when to from external tools.result.text',
        'deny mail.send when ours(‹address:›to, ‹strict:›true, w: 5m)',
        'define twice(address: string) = ours(address, ‹strict:›false)',
        'deny mail.send when risk(‹text:›body) > 3',
        'pack P(sink: tools) { deny sink }',
        'scenario "s":\n  bot calls mail.read(folder: "x") -> allowed‹ adds private, untrusted?›',
        'scenario "s":\n  bot calls mail.read(folder: "x") -> denied',
        'scenario "s":\n  bot calls mail.read(folder: "x") fails -> allowed',
        'scenario "s":\n  bot calls web.clear() -> allowed‹ clears private›',
        'scenario "s":\n  bot calls mail.read(folder: "x") runs -> allowed\n  mail.read ends‹ adds private, untrusted?›',
        'scenario "s":\n  bot calls web.get(url: "x") with risk(‹text:›"y"): 3 -> allowed‹ adds untrusted›',
        'withhold result of web.get when url == ""\nscenario "s":\n  bot calls web.get(url: "x") -> allowed‹ adds untrusted?›',
        // This text is incomplete.
        'deny mail.send when ours(‹address:›to,',
        'deny external tools‹ = mail.send, web.post, web.put?› when',
        'deny mail.',
        'scenario "s":\n  bot calls mail.read('
    ])('%s', async (expected) => {
        const { shown } = await hints(expected.replace(/‹[^›]*›/g, ''));
        expect(shown).toBe(expected);
    });

    test('disabled hints are not shown', async () => {
        const { services, document } = await open(`${INVENTORY}deny mail.*, web.get when ours(url, true, w: 5m)`);
        const settings = services.checking.Settings;
        const params = {
            textDocument: { uri: document.uri.toString() },
            range: { start: { line: 0, character: 0 }, end: document.textDocument.positionAt(1e9) }
        };
        const count = async (): Promise<number> =>
            ((await services.lsp.InlayHintProvider!.getInlayHints(document, params)) ?? []).length;
        const all = await count();
        settings.changedTo({ guardrail: { inlayHints: { tools: false } } });
        const without = await count();
        settings.changedTo({ guardrail: {} });
        expect(await count()).toBe(all);
        expect(all - without).toBeGreaterThan(0);
    });

    test('a tool or label in a hint links to its declaration and shows its hover', async () => {
        const { services, document } = await open(`${INVENTORY}deny web.*`);
        const { InlayHints } = services.queries;
        const range = {
            start: document.textDocument.positionAt(INVENTORY.length),
            end: document.textDocument.positionAt(1e9)
        };
        const uri = document.uri.toString();
        const [hint] = InlayHints.getInlayHints(document, { textDocument: { uri }, range });
        const [, get] = InlayHints.resolve(hint!).label as InlayHintLabelPart[];
        expect(get?.location && textIn(document, get.location.range)).toBe('get');
        expect(get?.tooltip).toEqual({
            kind: 'markdown',
            value: '```guardrail\ntool web.get(url: string) reads untrusted\n```\n\nGets a page.'
        });
        expect(InlayHints.resolve(hint!).tooltip).toEqual({
            kind: 'markdown',
            value: '- web.get\n- web.post\n- web.put\n- web.clear\n- web.list'
        });
        const stale = { ...hint!, label: [{ value: 'of another text' }] };
        expect(InlayHints.resolve(stale)).toEqual(stale);
    });
});
