/**
 * Recombines policies of the repository: statements are deleted, duplicated, moved or replaced by others', and names
 * and numbers are swapped.
 */
import fc from 'fast-check';
import { formsPolicy } from '../attack/all-forms.js';
import { allTexts } from '../language/hardening/corpus.js';

/** Statements that stand on their own. */
const texts = [
    ...allTexts
        .map(({ text }) => text)
        .filter((text) => text.length < 4000 && /^policy /m.test(text) && !/^import .*"\.\.?\//m.test(text)),
    ...Array.from({ length: 30 }, (_, seed) => formsPolicy(seed + 1))
];

/**
 * The statements of a text. A statement extends from one line without indentation to the next; a block is closed where
 * its statement is.
 */
function statementsOf(text: string): string[] {
    return text.split(/^(?=[^\s})])/m);
}

const place = fc.noBias(fc.nat({ max: 9999 })).map((part) => part / 10_000);

const change = fc.record({
    kind: fc.constantFrom('leave out', 'double', 'move', 'take', 'take', 'name', 'name', 'number'),
    at: place,
    other: place,
    from: place,
    number: fc.constantFrom('0', '1', '2', '3', '40', '1000', '-1', '0.5', '9007199254740993')
});

export const recombined: fc.Arbitrary<string> = fc
    .tuple(fc.constantFrom(...texts), fc.array(change, { maxLength: 6 }))
    .map(([text, changes]) => {
        let parts = statementsOf(text);
        for (const { kind, at, other, from, number } of changes) {
            const index = Math.floor(at * parts.length);
            const target = Math.floor(other * parts.length);
            if (kind === 'leave out') {
                parts.splice(index, 1);
            } else if (kind === 'double') {
                parts.splice(target, 0, parts[index] ?? '');
            } else if (kind === 'move') {
                parts.splice(target, 0, ...parts.splice(index, 1));
            } else if (kind === 'take') {
                const others = statementsOf(texts[Math.floor(other * texts.length)]!);
                parts.splice(index, 0, others[Math.floor(from * others.length)]!);
            } else {
                const pattern = kind === 'name' ? /\b[a-z]\w*\b/g : /\b\d+\b/g;
                const whole = parts.join('');
                const words = [...whole.matchAll(pattern)];
                const old = words[Math.floor(at * words.length)];
                const word = kind === 'name' ? words[Math.floor(other * words.length)]?.[0] : number;
                if (old && word !== undefined) {
                    parts = statementsOf(whole.slice(0, old.index) + word + whole.slice(old.index + old[0].length));
                }
            }
        }
        return parts.join('');
    });
