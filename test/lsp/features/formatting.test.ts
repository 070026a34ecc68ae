/** Tests the parts that the editor requests to be formatted, and the result. test/language/format/ tests the style. */
import { describe, expect, test } from 'vitest';
import type { FormattingOptions } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { open, type Opened } from '../support.js';

const OPTIONS: FormattingOptions = { tabSize: 2, insertSpaces: true };

const BEFORE =
    'label   a\nserver   s {\n    tool   x()\n    tool   y()\n}\nscenario "z":\n    p   calls s.x() -> allowed\n    wait   5m\n';

describe('a document', () => {
    test('is formatted', async () => {
        expect(await formatted(BEFORE, {})).toBe(
            'label a\nserver s {\n  tool x()\n  tool y()\n}\nscenario "z":\n  p calls s.x() -> allowed\n  wait 5m\n'
        );
    });

    test('with the indentation of the editor', async () => {
        expect(await formatted('server s {\ntool x()\n}\n', { tabSize: 8, insertSpaces: false })).toBe(
            'server s {\n\ttool x()\n}\n'
        );
    });

    test('that is already formatted has no edits', async () => {
        const { services, document, params } = await open('label a\n');
        const { textDocument } = params;
        expect(await services.lsp.Formatter?.formatDocument(document, { textDocument, options: OPTIONS })).toEqual([]);
    });

    test.each<[string, Partial<FormattingOptions>, string, string]>([
        ['the last line end is not asked for', { insertFinalNewline: false }, 'label   a', 'label a'],
        ['line ends at the end are kept', { trimFinalNewlines: false }, 'label   a\n\n\n', 'label a\n\n\n'],
        [
            'blanks at the end of lines are kept',
            { trimTrailingWhitespace: false },
            'label a  \nlabel   b\n',
            'label a  \nlabel b\n'
        ]
    ])('%s', async (_, options, before, after) => {
        expect(await formatted(before, options)).toBe(after);
    });
});

describe('a selection: the statements that it touches', () => {
    test.each([
        ['one of a block', 'tool   <|>x<|>()', 'tool   x()', 'tool x()'],
        ['one of a file', 'lab<|>el   a<|>', 'label   a', 'label a'],
        ['a step', 'p<|> <|>  calls', 'p   calls', 'p calls']
    ])('%s', async (_, selected, old, now) => {
        const marked = BEFORE.replace(old === 'tool   x()' ? 'tool   x()' : old, selected);
        const after = await formattedAt(marked, (opened, [start, end]) =>
            opened.services.lsp.Formatter?.formatDocumentRange(opened.document, {
                textDocument: opened.params.textDocument,
                options: OPTIONS,
                range: { start: start!, end: end! }
            })
        );
        expect(after.trim()).toBe(BEFORE.replace(`    ${old}`, `  ${now}`).replace(old, now).trim());
    });

    test('the whole block if it touches the first line', async () => {
        const after = await formattedAt(BEFORE.replace('server', '<|>ser<|>ver'), (opened, [start, end]) =>
            opened.services.lsp.Formatter?.formatDocumentRange(opened.document, {
                textDocument: opened.params.textDocument,
                options: OPTIONS,
                range: { start: start!, end: end! }
            })
        );
        expect(after).toBe(
            BEFORE.replace('server   s {\n    tool   x()\n    tool   y()\n}', 'server s {\n  tool x()\n  tool y()\n}')
        );
    });
});

describe('on typing', () => {
    test.each([
        [
            '}',
            'label   a\nserver   s {\n    tool   x()\n}<|>\nlabel   b\n',
            'label   a\nserver s {\n  tool x()\n}\nlabel   b\n'
        ],
        [
            '}',
            'modes m {\n  a   initial {\n      allow   x }<|>\n  b   { }\n}\n',
            'modes m {\n  a initial {\n    allow x\n  }\n  b   { }\n}\n'
        ],
        ['\n', 'label   a\nlabel   b // c\n  <|>\nlabel   d\n', 'label   a\nlabel b // c\n  \nlabel   d\n'],
        ['\n', 'deny   a.b,\n<|>\nlabel   c\n', 'deny   a.b,\n\nlabel   c\n'],
        // A statement that was split is not joined again.
        ['\n', 'deny   a.b,\n  <|>  a.c\n', 'deny   a.b,\n    a.c\n']
    ])('%j in %j', async (ch, before, after) => {
        const result = await formattedAt(before, (opened, [position]) =>
            opened.services.lsp.Formatter?.formatDocumentOnType(opened.document, {
                textDocument: opened.params.textDocument,
                options: OPTIONS,
                position: position!,
                ch
            })
        );
        expect(result).toBe(after);
    });
});

type Edits = ReturnType<NonNullable<Opened['services']['lsp']['Formatter']>['formatDocument']>;

async function formatted(text: string, options: Partial<FormattingOptions>): Promise<string> {
    return formattedAt(text, ({ services, document, params: { textDocument } }) =>
        services.lsp.Formatter?.formatDocument(document, { textDocument, options: { ...OPTIONS, ...options } })
    );
}

async function formattedAt(
    marked: string,
    format: (opened: Opened, cursors: Opened['cursors']) => Edits | undefined
): Promise<string> {
    const opened = await open(marked);
    const edits = await format(opened, opened.cursors);
    return TextDocument.applyEdits(opened.document.textDocument, edits ?? []);
}
