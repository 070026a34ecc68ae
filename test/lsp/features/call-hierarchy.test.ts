/**
 * Tests references between rules and tools. `<|>` is the cursor; the expected callers and callees are listed, each with
 * the texts that name it.
 */
import { describe, expect, test } from 'vitest';
import type { CallHierarchyItem, Range } from 'vscode-languageserver';
import { INVENTORY } from './hints-fixture.js';
import type { Opened } from '../support.js';
import { CURSOR, open, textIn } from '../support.js';

const RULES = `allow bot: web.*
deny external tools when ours(url, true, w: 1m)
define both(a: string) = ours(a, false, w: 5m) and risk(a) > 3
claim "no post": never web.post after mail.read
use Gate(sink: web.get)
scenario "s":
  bot calls web.get(url: "x") -> allowed
`;

async function at(marked: string): Promise<{ readonly opened: Opened; readonly items: readonly CallHierarchyItem[] }> {
    const text = INVENTORY + RULES;
    const plain = marked.replace(CURSOR, '');
    expect(text).toContain(plain);
    const opened = await open(text.replace(plain, marked));
    const provider = opened.services.lsp.CallHierarchyProvider!;
    return { opened, items: (await provider.prepareCallHierarchy(opened.document, opened.params)) ?? [] };
}

function shown({ document }: Opened, { name }: CallHierarchyItem, ranges: readonly Range[]): string {
    return `${name} — ${ranges.map((range) => textIn(document, range)).join(', ')}`;
}

describe('call hierarchy', () => {
    test.each<[marked: string, item: string, incoming: string[], outgoing: string[]]>([
        [
            'define our<|>s',
            'ours',
            ['deny external tools when ours(url, true, w: 1m) — ours', 'both — ours'],
            ['mail.read — read']
        ],
        ['define bo<|>th', 'both', [], ['ours — ours', 'risk — risk']],
        ['pack Ga<|>te', 'Gate', ['use Gate(sink: web.get) — Gate'], ['some — some']],
        [
            'tool po<|>st',
            'web.post',
            [
                'some — post',
                'no post — post',
                'allow bot: web.* — web.*',
                'deny external tools when ours(url, true, w: 1m) — external tools'
            ],
            []
        ],
        ['group so<|>me', 'some', ['Gate — some'], ['mail.read — read', 'web.post — post']],
        ['signal ri<|>sk', 'risk', ['both — risk'], []],
        [
            'den<|>y external',
            'deny external tools when ours(url, true, w: 1m)',
            [],
            ['mail.send — external tools', 'web.post — external tools', 'web.put — external tools', 'ours — ours']
        ],
        ['scena<|>rio "s"', 's', [], ['web.get — get']]
    ])('%s', async (marked, name, incoming, outgoing) => {
        const { opened, items } = await at(marked);
        const provider = opened.services.lsp.CallHierarchyProvider!;
        expect(items.map((item) => item.name)).toEqual([name]);
        const [item] = items;
        const from = (await provider.incomingCalls({ item: item! })) ?? [];
        expect(from.map((call) => shown(opened, call.from, call.fromRanges))).toEqual(incoming);
        const to = (await provider.outgoingCalls({ item: item! })) ?? [];
        expect(to.map((call) => shown(opened, call.to, call.fromRanges))).toEqual(outgoing);
    });

    test('nothing if nothing is called, or if the text has changed', async () => {
        const { opened, items } = await at('label priv<|>ate');
        const provider = opened.services.lsp.CallHierarchyProvider!;
        expect(items.map(({ name }) => name)).toEqual(['private']);
        const stale = { ...items[0]!, name: 'another' };
        expect(await provider.incomingCalls({ item: stale })).toBeUndefined();
        expect(await provider.outgoingCalls({ item: stale })).toBeUndefined();
    });
});
