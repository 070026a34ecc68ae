/** Tests that positions count in UTF-16 for any text: the protocol's default, which every client must support. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Location, TextEdit, WorkspaceEdit } from 'vscode-languageserver';
import { PositionEncodingKind } from 'vscode-languageserver';
import { Project, PULLING } from './project.js';

const LINES = [
    'label private',
    'server mail {',
    '  tool /* 📬😀 */ read() reads private',
    '}',
    '/* 👩‍👩‍👧 é */ label other'
];

test.each([
    ['none', undefined],
    ['UTF-16 and others', [PositionEncodingKind.UTF8, PositionEncodingKind.UTF16]],
    // The specification says: "Servers can safely assume that the client supports UTF-16".
    ['others only', [PositionEncodingKind.UTF8, PositionEncodingKind.UTF32]]
])('a client that offers %s gets UTF-16', async (_, positionEncodings) => {
    const project = new Project({});
    try {
        const { capabilities } = await project.initialize({
            ...PULLING,
            ...(positionEncodings && { general: { positionEncodings } })
        });
        expect(capabilities.positionEncoding).toBe('utf-16');
    } finally {
        project.dispose();
    }
});

describe.each([
    ['line feeds', '\n'],
    ['carriage returns and line feeds', '\r\n'],
    ['carriage returns', '\r']
])('after emoji, with %s', (_, end) => {
    let project: Project;
    let uri: string;

    beforeAll(async () => {
        project = new Project({});
        uri = project.uri('emoji.guardrail');
        await project.initialize();
        await project.client.open(uri, LINES.join(end));
    });
    afterAll(() => project.dispose());

    const at = (line: number, word: string): object => ({
        textDocument: { uri },
        position: { line, character: LINES[line]!.indexOf(word) }
    });

    test('a definition is at the right place', async () => {
        const found = await project.request<(Location & { targetSelectionRange?: unknown })[]>(
            'textDocument/definition',
            at(2, 'private')
        );
        expect(JSON.stringify(found)).toContain('{"line":0,"character":6}');
    });

    test('a rename changes the right words, even after a change that contains emoji', async () => {
        const rename = async (line: number, word: string): Promise<TextEdit[]> => {
            const edit = await project.request<WorkspaceEdit>('textDocument/rename', {
                ...at(line, word),
                newName: 'renamed'
            });
            return Object.values(edit.changes ?? {}).flat();
        };
        const start = LINES[4]!.indexOf('other');
        expect((await rename(4, 'other')).map(({ range }) => range)).toEqual([
            { start: { line: 4, character: start }, end: { line: 4, character: start + 5 } }
        ]);
        const inserted = `// 😀${end}`;
        const place = { line: 4, character: 0 };
        await project.client.connection.sendNotification('textDocument/didChange', {
            textDocument: { uri, version: 2 },
            contentChanges: [
                { range: { start: { line: 2, character: 10 }, end: { line: 2, character: 12 } }, text: '🎉🎉' },
                { range: { start: place, end: place }, text: inserted }
            ]
        });
        const position = { line: 5, character: start };
        const edit = await project.request<WorkspaceEdit>('textDocument/rename', {
            textDocument: { uri },
            position,
            newName: 'renamed'
        });
        expect(JSON.stringify(edit)).toContain(`{"line":5,"character":${start}}`);
    });
});
