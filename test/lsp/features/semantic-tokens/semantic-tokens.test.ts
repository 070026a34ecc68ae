import { describe, expect, test } from 'vitest';
import type { Range, SemanticTokens } from 'vscode-languageserver';
import { POLICY, TOOLS } from '../../fixture.js';
import { open } from '../../support.js';

/** Each token as `text:type`, in text order. */
async function tokens(text: string, file = 'mail.guardrail', range?: Range): Promise<string[]> {
    const { services, document } = await open({
        [file]: text,
        ...(file === 'mail.guardrail' && { 'tools.guardrail': TOOLS })
    });
    const provider = services.lsp.SemanticTokenProvider!;
    const textDocument = { uri: document.uri.toString() };
    const { data }: SemanticTokens = range
        ? await provider.semanticHighlightRange(document, { textDocument, range })
        : await provider.semanticHighlight(document, { textDocument });
    const { tokenTypes, tokenModifiers } = provider.semanticTokensOptions.legend;
    const lines = text.split('\n');
    const found: string[] = [];
    let line = 0;
    let character = 0;
    for (let i = 0; i < data.length; i += 5) {
        const [lines_, characters, length, type, modifiers] = data.slice(i, i + 5) as [
            number,
            number,
            number,
            number,
            number
        ];
        line += lines_;
        character = lines_ > 0 ? characters : character + characters;
        const modifier = modifiers > 0 ? `.${tokenModifiers[Math.log2(modifiers)]}` : '';
        found.push(`${lines[line]!.slice(character, character + length)}:${tokenTypes[type]}${modifier}`);
    }
    return found;
}

test('declarations', async () => {
    expect(await tokens(TOOLS, 'tools.guardrail')).toEqual([
        'private:enumMember.declaration',
        'untrusted:enumMember.declaration',
        'production:interface.declaration',
        'mail:namespace.declaration',
        'read:method.declaration',
        'folder:parameter.declaration',
        'limit:parameter.declaration',
        'private:enumMember',
        'untrusted:enumMember',
        'send:method.declaration',
        'to:parameter.declaration',
        'body:parameter.declaration',
        'external:interface.defaultLibrary',
        'web:namespace.declaration',
        'post:method.declaration',
        'url:parameter.declaration',
        'body:parameter.declaration',
        'external:interface.defaultLibrary',
        '`order-status`:method.declaration',
        'order:parameter.declaration',
        'production:interface',
        'reset:method.declaration',
        'private:enumMember'
    ]);
});

describe('uses', () => {
    test.each([
        ['allow assistant: mail.*, web.post', ['assistant:class', 'mail.*:method', 'web:namespace', 'post:method']],
        ['deny outgoing when internal(body)', ['outgoing:enum', 'internal:function', 'body:parameter']],
        ['deny mail.send(to) by assistant', ['mail:namespace', 'send:method', 'to:parameter', 'assistant:class']],
        ['require approval by reviewer for tools that read private', ['reviewer:class', 'private:enumMember']],
        ['require approval by 2 of leads for mail.send', ['leads:class', 'mail:namespace', 'send:method']],
        ['role board = reviewer, lead', ['board:class.declaration', 'reviewer:class', 'lead:class']],
        ['event user.plan', ['user:event.declaration', 'plan:event.declaration']],
        [
            'deny outgoing when once ci.passed or approved by leads',
            ['outgoing:enum', 'ci:event', 'passed:event', 'leads:class']
        ],
        ['limit outgoing to 3', ['outgoing:enum']],
        [
            '@severity(high) @own\naudit deny outgoing when count(outgoing since ci.passed) > 1',
            ['severity:decorator', 'own:decorator', 'outgoing:enum', 'outgoing:enum', 'ci:event', 'passed:event']
        ],
        ['claim: no flow from private to outgoing', ['private:enumMember', 'outgoing:enum']],
        [
            'claim: outgoing is denied when carries private',
            ['outgoing:enum', 'denied:enumMember', 'private:enumMember']
        ],
        ['scenario "x":\n  ci.passed happens', ['ci:event', 'passed:event']],
        ['deny mail.read when limit given', ['mail:namespace', 'read:method', 'limit:parameter']],
        [
            'server s {\n  tool t(xs: { y: int }[])\n}\ndeny s.t when every x in xs: x.y > 1',
            [
                's:namespace.declaration',
                't:method.declaration',
                'xs:parameter.declaration',
                'y:parameter.declaration',
                's:namespace',
                't:method',
                'x:variable.declaration',
                'xs:parameter',
                'x:variable',
                'y:property'
            ]
        ],
        ['scenario "x":\n  reviewer approves mail.send', ['reviewer:class', 'mail:namespace', 'send:method']],
        [
            'scenario "x":\n  assistant calls mail.read(folder: "inbox") -> held',
            ['assistant:class', 'mail:namespace', 'read:method', 'folder:parameter', 'held:enumMember']
        ]
    ])('%s', async (line, expected) => {
        const found = await tokens(POLICY + line);
        expect(found.slice((await tokens(POLICY)).length)).toEqual(expected);
    });
});

test('keywords used as names are coloured as names', async () => {
    const text = 'server order {\n  tool read(limit: int, when: string)\n}\ndeny order.read when when == "a"';
    expect(await tokens(text, 'x.guardrail')).toEqual([
        'order:namespace.declaration',
        'read:method.declaration',
        'limit:parameter.declaration',
        'when:parameter.declaration',
        'order:namespace',
        'read:method',
        'when:parameter'
    ]);
});

test('a range has the tokens of that range', async () => {
    const range = { start: { line: 9, character: 0 }, end: { line: 10, character: 0 } };
    expect(await tokens(POLICY, 'mail.guardrail', range)).toEqual([
        'assistant:class',
        'mail.*:method',
        'web:namespace',
        'post:method'
    ]);
});

test('incomplete text has tokens too', async () => {
    expect(await tokens('agent a\nallow a: \nhuman b', 'x.guardrail')).toEqual([
        'a:class.declaration',
        'a:class',
        'b:class.declaration'
    ]);
});
