/** Tests that nothing that can be typed makes the language or the editor fail. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFuzzing, seed, timeout } from './budget.js';
import { startEditor } from './corpus.js';
import { askAll, defectsOf, lowered } from './fuzz-oracle.js';
import { mutant } from './mutants.js';

const editor = await startEditor();
const share = 0.45;
const parameters = isFuzzing
    ? { numRuns: Infinity, interruptAfterTimeLimit: timeout(share) / 2 - 30_000, markInterruptAsFailure: false }
    : { numRuns: 100 };

describe(`a text with any changes (seed ${seed})`, () => {
    test('is parsed, linked, validated, outlined and queried', { timeout: timeout(share) }, async () => {
        await fc.assert(
            fc.asyncProperty(mutant, fc.double({ min: 0, max: 1, noNaN: true }), async (text, where) => {
                // The document is in the folder of an example's inventory, for its imports.
                const document = await editor.open('examples/mail-assistant/fuzz.guardrail', text, true);
                expect(defectsOf(document)).toEqual([]);
                lowered(editor, document);
                await askAll(editor, document, Math.floor(where * text.length));
            }),
            { seed: seed | 0, ...parameters }
        );
    });
});
