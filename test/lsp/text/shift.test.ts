import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { textShift } from '../../../server/lsp/text/shift.js';
import { SEED } from '../../support/depth.js';

/** The text that covers `word` of `before` after the edit, or undefined. */
function shifted(before: string, after: string, word: string): string | undefined {
    const old = TextDocument.create('a:', '', 0, before);
    const now = TextDocument.create('b:', '', 0, after);
    const start = before.indexOf(word);
    const range = { start: old.positionAt(start), end: old.positionAt(start + word.length) };
    const moved = textShift(before, after)(range);
    return moved && now.getText(moved);
}

describe('a range', () => {
    test.each([
        ['before an edit stays', 'one\ntwo\nthree', 'one\ntwo\n3', 'one'],
        ['after new lines moves down', 'one\ntwo', 'zero\n\none\ntwo', 'two'],
        ['after a deleted line moves up', 'one\n22\nthree', 'one\nthree', 'three'],
        ['on the line of an edit moves along', 'a = one', 'abc = one', 'one'],
        ['in an edit is gone', 'one\ntwo\nthree', 'one\n2\nthree', 'two']
    ])('%s', (_, before, after, word) => {
        expect(shifted(before, after, word)).toBe(after.includes(word) ? word : undefined);
    });

    test('that is kept covers the same text', () => {
        const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 12 });
        fc.assert(
            fc.property(text, text, fc.nat(), fc.nat(), (before, after, i, j) => {
                const old = TextDocument.create('a:', '', 0, before);
                const now = TextDocument.create('b:', '', 0, after);
                const [from, to] = [i % (before.length + 1), j % (before.length + 1)].sort((a, b) => a - b) as [
                    number,
                    number
                ];
                const moved = textShift(before, after)({ start: old.positionAt(from), end: old.positionAt(to) });
                if (moved) {
                    expect(now.getText(moved)).toBe(before.slice(from, to));
                }
            }),
            { seed: SEED }
        );
    });
});
