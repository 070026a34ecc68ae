/** Tests line endings, scripts, and non-characters: the tree is that of the plain text, and every place is right. */
import type { AstNode, CstNode, LangiumDocument } from 'langium';
import { CstUtils, isAstNode, isLeafCstNode, isReference } from 'langium';
import { describe, expect, test } from 'vitest';
import { IS_DEEP, partOf } from '../../support/depth.js';
import { build, described } from '../support.js';
import { policies, startEditor } from './corpus.js';

const editor = await startEditor();

const variants: [string, (text: string) => string][] = [
    ['Windows line ends', (text) => text.replaceAll('\n', '\r\n')],
    ['old Macintosh line ends', (text) => text.replaceAll('\n', '\r')],
    ['a byte order mark', (text) => `\uFEFF${text}`],
    ['all line ends mixed', (text) => text.replace(/\n/g, () => ['\n', '\r\n', '\r'][turn++ % 3]!)],
    ['white space of other scripts', outsideOfTexts((space) => space.replaceAll(' ', '\u00a0\u3000'))],
    ['long lines', outsideOfTexts((space) => space.replace(/ |(?=\n)/, ' '.repeat(200)))],
    ['comments between all words', outsideOfTexts((space) => space.replace(' ', ' /* 📬 \ud800 é */ '))]
];
let turn = 0;
/** A length for which any code slower than linear time would take far longer than a test may. */
const MUCH = IS_DEEP ? 200_000 : 20_000;

describe.each(variants)('%s', (_, change) => {
    test('do not change the tree, and all places are right', () => {
        for (const { path, text } of partOf(policies, 36)) {
            const document = editor.parse(change(text));
            expect([path, errorsOf(document)]).toEqual([path, []]);
            expect([path, plain(document.parseResult.value)]).toEqual([
                path,
                plain(editor.parse(text).parseResult.value)
            ]);
            expect([path, misplaced(document)]).toEqual([path, []]);
        }
    });
});

describe('texts', () => {
    test.each([
        ['any script', 'Überweisung → 📬 中文 עברית 👩‍👩‍👧'],
        ['half a character', '\ud800 and \udc00'],
        ['controls', '\u0001\u0007\u007f\u0085\u200b\u202e'],
        ['line ends of Unicode', 'a\u2028b\u2029c'],
        ['a very long text', 'x'.repeat(400_000)]
    ])('%s', async (_, content) => {
        const { file, document, diagnostics } = await build(`// ${content}\nclaim "${content}": never x label`);
        expect(file.elements[0]).toMatchObject({ name: content });
        expect(misplaced(document)).toEqual([]);
        expect(described(diagnostics).filter((line) => /rror occurred|GR101/.test(line))).toEqual([]);
    });

    test.each([
        ['outside of texts', '\ud800', 'The character "\\ud800" has no meaning here.'],
        ['of two halves', '📬', 'The character "📬" has no meaning here.'],
        ['that cannot be seen', '\u200b', 'The character "\u200b" has no meaning here.'],
        ['that controls', '\u0007', 'The character "\\u0007" has no meaning here.']
    ])('a character %s is reported, and the rest is read', async (_, character, message) => {
        const { diagnostics, file } = await build(`label a ${character}\nlabel b`);
        expect(described(diagnostics)).toEqual([`1:9 GR101 ${message}`]);
        expect(file.elements).toHaveLength(2);
    });

    test.each([
        '"\n',
        '/*\n',
        '/**\n *\n\n',
        '-',
        '`',
        '`a`.',
        'a.',
        'a*.',
        '« ',
        'latest a(',
        'total(',
        'x\n',
        'deny\n'
    ])('a large amount of %j is read, and the first errors are reported', async (unit) => {
        const { diagnostics } = await build(unit.repeat(MUCH / unit.length));
        const lines = described(diagnostics);
        expect(lines.filter((line) => /GR10[12]/.test(line)).length).toBeLessThan(250);
        expect(lines.filter((line) => /rror occurred/.test(line))).toEqual([]);
    });

    test('a NUL is not a text', async () => {
        const { diagnostics } = await build(`label a\0\n${'label b\n'.repeat(1000)}`);
        expect(described(diagnostics)).toEqual(['1:1 GR101 This is a binary file, not the text of a policy.']);
    });

    test.each(['', '\uFEFF', ' ', '\n', '\r', '//', '/**/', '/*', '/**', '"', '`', '@', '\\', '\ud800'])(
        '%j alone is read',
        async (text) => {
            const { document, diagnostics } = await build(text);
            expect(misplaced(document)).toEqual([]);
            expect(described(diagnostics).filter((line) => /rror occurred/.test(line))).toEqual([]);
        }
    );

    test('an unclosed comment is reported once, and the text after it is read', async () => {
        const { diagnostics, file } = await build('label a\n/** What b is:\n * the (second.\n * use it\n\nlabel b\n');
        expect(described(diagnostics)).toEqual(['2:1 GR101 This comment has no end: */ is missing.']);
        expect(file.elements).toHaveLength(2);
    });

    test('names in backquotes keep their characters', async () => {
        const { file } = await build('label `größe 📬`\nserver `a.b/c` { tool `*`() }\nallow any agent: `a.b/c`.`*`');
        expect(file.elements.map((element) => (element as { name?: string }).name)).toEqual([
            'größe 📬',
            'a.b/c',
            undefined
        ]);
    });
});

function errorsOf({ parseResult: { lexerErrors, parserErrors } }: LangiumDocument): string[] {
    return [...lexerErrors, ...parserErrors].map(({ message }) => message);
}

/** Changes everything except words, texts and comments. */
function outsideOfTexts(change: (space: string) => string): (text: string) => string {
    return (text) =>
        text.replace(
            /(\/\/[^\n]*|\/\*[^]*?\*\/|"(?:[^"\\]|\\.)*"|`[^`]*`|\/(?![*/])(?:[^/\\\n]|\\.)+\/|[^\s"`/]+|\/)(\s*)/g,
            (_, token: string, space: string) => token + (token.startsWith('//') ? space : change(space))
        );
}

/** The tree without any places. */
function plain(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(plain);
    }
    if (isReference(value)) {
        return value.$refText;
    }
    return isAstNode(value)
        ? Object.fromEntries(
              Object.entries(value as AstNode & { [name: string]: unknown })
                  .filter(([name]) => name === '$type' || !name.startsWith('$'))
                  .map(([name, child]) => [name, plain(child)])
          )
        : value;
}

/** The words whose line and column do not match their offset. */
function misplaced({ parseResult, textDocument }: LangiumDocument): string[] {
    const root: CstNode | undefined = parseResult.value.$cstNode;
    const leaves = root ? CstUtils.streamCst(root).filter(isLeafCstNode).toArray() : [];
    return leaves
        .filter(({ offset, end, range }) => {
            const [start, stop] = [textDocument.positionAt(offset), textDocument.positionAt(end)];
            return JSON.stringify({ start, end: stop }) !== JSON.stringify(range);
        })
        .map(({ text, range }) => `${text.slice(0, 40)} ${JSON.stringify(range)}`);
}
