/**
 * Tests the effect of a refresh on an inventory that its author has edited, for each way in which a server can change.
 */
import { describe, expect, test } from 'vitest';
import { printInventory } from '../../../../server/cli/tool-lists/inventory.js';
import { applied } from '../../../../server/cli/commands/import/refresh/change.js';
import { refreshed } from '../../../../server/cli/commands/import/refresh/index.js';
import { readToolLists } from '../../../../server/cli/tool-lists/tool-list.js';
import { PolicyWorkspace } from '../../../../server/workspace/policy-workspace.js';
import { messagesOf } from '../../tool-lists/language.js';

const SEND = {
    name: 'send',
    description: 'Sends a mail.',
    inputSchema: {
        type: 'object',
        properties: { to: { type: 'string' }, body: { type: 'string' } },
        required: ['to', 'body']
    },
    annotations: { destructiveHint: false, openWorldHint: true }
};
const READ = {
    name: 'read',
    inputSchema: { type: 'object' },
    annotations: { readOnlyHint: true, openWorldHint: false }
};
const schema = (properties: object, required: string[] = ['to', 'body']): object => ({
    inputSchema: { type: 'object', properties, required }
});

function serversOf(...tools: readonly object[]) {
    return [{ ...readToolLists(tools)[0]!, name: 'mail' }];
}

interface Outcome {
    readonly changes: readonly string[];
    readonly text: string;
}

async function refresh(text: string, ...tools: readonly object[]): Promise<Outcome> {
    const document = await new PolicyWorkspace().loadText(text, 'tools.guardrail');
    const { changes, edits } = refreshed(document, serversOf(...tools));
    return { changes: changes.map(({ code, message }) => `${code} ${message}`), text: applied(text, edits) };
}

const IMPORTED = printInventory(serversOf(SEND, READ), 'test.json');

/** Applies the refresh, and checks that a second refresh reports nothing and that the language reports nothing. */
async function settled(text: string, ...tools: readonly object[]): Promise<Outcome> {
    const first = await refresh(text, ...tools);
    expect(await refresh(first.text, ...tools)).toEqual({ changes: [], text: first.text });
    expect(await messagesOf(first.text)).toEqual([]);
    return first;
}

test('nothing changed: the text stays identical', async () => {
    const edited = IMPORTED.replace('hint readonly', 'readonly reads private // by hand').replace(
        'server mail {',
        'label private\nserver mail {\n  /** Ours. */\n  tool own(x: int)'
    );
    expect(await settled(edited, READ, SEND)).toEqual({ changes: [], text: edited });
});

describe('of unedited parts', () => {
    test.each<[string, object, string[], RegExp]>([
        [
            'a description',
            { description: 'Sends a mail, and a copy to us.' },
            ['GR964 the description of tool `send` changed'],
            /\/\*\* Sends a mail, and a copy to us\. \*\/\n {2}@digest/
        ],
        [
            'an effect',
            { annotations: { destructiveHint: true, openWorldHint: true } },
            ['GR962 tool `send` became destructive'],
            /tool send\(to: string, body: string\) hint external hint destructive\n/
        ],
        [
            'an effect that is no more',
            { annotations: { destructiveHint: false, openWorldHint: false } },
            ['GR962 tool `send` is no longer declared external'],
            /@hints\n {2}tool send\(to: string, body: string\)\n/
        ],
        [
            'a type, a new parameter and one that is gone',
            schema({ to: { type: 'array', items: { type: 'string' } }, cc: { type: 'string' } }),
            [
                'GR963 parameter `cc` of `send` is new: `cc?: string`',
                'GR963 parameter `to` of `send` was `to: string`, and the server takes `to: string[]` now',
                'GR963 parameter `body` of `send` is gone: remove it together with the rules that read it'
            ],
            /tool send\(\n {4}to: string\[\],\n {4}cc\?: string,\n {4}body: string \/\/ gone: [^\n]*\n {2}\) hint external\n/
        ],
        [
            'what an inventory does not show',
            { outputSchema: { type: 'object' } },
            [
                'GR966 what the server says about tool `send` changed in a part that the inventory does not show, such as its output schema'
            ],
            /tool send\(to: string, body: string\) hint external\n/
        ]
    ])('%s', async (_, change, changes, text) => {
        const outcome = await settled(IMPORTED, { ...SEND, ...change }, READ);
        expect([...outcome.changes].sort()).toEqual([...changes].sort());
        expect(outcome.text).toMatch(text);
    });

    test('the note that a server gives no annotations, once it gives some', async () => {
        const bare = [SEND, READ].map(({ annotations: _, ...tool }) => tool);
        const before = printInventory(serversOf(...bare), 'test.json');
        expect(before).toContain('No tool of this server says');
        expect((await settled(before, SEND, bare[1]!)).text).not.toContain('No tool of this server says');
    });

    test('a note on annotations that now exist', async () => {
        const { annotations: _, ...bare } = SEND;
        const before = printInventory(serversOf(bare), 'test.json');
        expect(before).toContain('absent: in MCP that means true');
        expect((await settled(before, SEND)).text).toMatch(/tool send\(to: string, body: string\) hint external\n/);
    });
});

describe("the author's edits stay:", () => {
    test('labels, comments, added traits, and the order', async () => {
        const edited = IMPORTED.replace('hint external', 'external production // reviewed').replace(
            'server mail {',
            'trait production\nserver mail {\n  // The important one.'
        );
        const { text } = await settled(edited, READ, { ...SEND, description: 'Other.' });
        expect(text).toContain('external production // reviewed\n');
        expect(text).toContain('  // The important one.\n  /** Other. */\n');
        expect(text.indexOf('tool send')).toBeLessThan(text.indexOf('tool read'));
    });

    test('edited parameters and descriptions', async () => {
        const edited = IMPORTED.replace('/** Sends a mail. */', '/** Sends, see our handbook. */').replace(
            '(to: string, body: string)',
            '(\n    to: string /.*@acme\\.example/, // ours only\n    body: string\n  )'
        );
        const change = { description: 'Other.', ...schema({ to: { type: 'string' }, cc: { type: 'string' } }) };
        const { changes, text } = await settled(edited, { ...SEND, ...change }, READ);
        expect(changes).toEqual(
            [
                'GR963 parameter `cc` of `send` is new: `cc?: string`',
                'GR964 the description of tool `send` differs from the inventory, which was edited',
                'GR963 parameter `to` of `send` stays `to: string /.*@acme\\.example/`, and the server takes `to: string` now',
                'GR963 parameter `body` of `send` is gone: remove it together with the rules that read it'
            ].sort((a, b) => changes.indexOf(a) - changes.indexOf(b))
        );
        expect(text).toContain('/** Sends, see our handbook. */');
        expect(text).toContain('to: string /.*@acme\\.example/, // ours only\n');
        expect(text).toContain('/* gone: the server no longer takes it */ body: string, cc?: string\n');
    });

    test('a denied trait', async () => {
        const edited = IMPORTED.replace(' hint external', '');
        const { changes, text } = await settled(edited, { ...SEND, description: 'Other.' }, READ);
        expect(changes).toEqual(['GR964 the description of tool `send` changed']);
        expect(text).toMatch(/tool send\(to: string, body: string\)\n/);
    });

    test.each([
        [
            'a server that became destructive',
            { annotations: { destructiveHint: true, openWorldHint: false } },
            [
                'GR965 tool `read` became destructive, and the inventory confirms that it is readonly',
                'GR965 tool `read` is no longer declared readonly, which the inventory confirms'
            ]
        ]
    ])('a confirmed trait, against %s', async (_, change, changes) => {
        const edited = IMPORTED.replace('hint readonly', 'readonly');
        const outcome = await settled(edited, SEND, { ...READ, ...change });
        expect(outcome.changes).toEqual(changes);
        expect(outcome.text).toMatch(/tool read\(\) readonly\n/);
    });
});

describe('tools', () => {
    test('that are new come last, and missing ones are marked', async () => {
        const { changes, text } = await settled(IMPORTED, READ, { ...READ, name: 'list' });
        expect(changes).toEqual([
            'GR960 tool `list` is new',
            'GR961 tool `send` is gone: remove it together with the rules that name it'
        ]);
        expect(text).toMatch(/@gone @digest\([^\n]*\n {2}@hints\(external\)\n {2}tool send/);
        expect(text).toMatch(/tool list\(\) hint readonly\n\}\n$/);
        const again = await settled(text, SEND, READ, { ...READ, name: 'list' });
        expect(again.changes).toEqual(['GR960 tool `send` is there again']);
        expect(again.text).not.toContain('@gone');
    });

    test('that were written manually get a digest', async () => {
        const byHand = 'server mail { tool send(to: string, body: string) external }\n';
        const { changes, text } = await settled(byHand, SEND);
        expect(changes).toEqual(['GR967 tool `send` has no digest, so changes to it would not be noticed']);
        expect(text).toMatch(/@hints\(external\)\n {2}tool send\(to: string, body: string\) external \}\n$/);
    });

    test('of a server that is not in the inventory', async () => {
        const { changes, text } = await settled('// Ours.\n', SEND);
        expect(changes).toEqual(['GR960 server `mail` is new, with 1 tool']);
        expect(text).toMatch(/^\/\/ Ours\.\n\nserver mail \{\n/);
    });
});
