/** Tests that the change between two answers turns the first into the second. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SemanticTokens, SemanticTokensDelta } from 'vscode-languageserver';
import { TokenAnswers } from '../../../../server/lsp/features/semantic-tokens/delta.js';
import { open } from '../../support.js';
import { SEED } from '../../../support/depth.js';

/** Applies the delta as the protocol specifies. */
function applied(data: readonly number[], answer: SemanticTokens | SemanticTokensDelta): number[] {
    if (!('edits' in answer)) {
        return answer.data;
    }
    const result = [...data];
    for (const { start, deleteCount, data: inserted = [] } of [...answer.edits].reverse()) {
        result.splice(start, deleteCount, ...inserted);
    }
    return result;
}

const tokens = fc
    .array(fc.tuple(fc.nat(1), fc.nat(2), fc.nat(2), fc.nat(1), fc.nat(1)), { maxLength: 6 })
    .map((list) => list.flat());

test('for any change', () => {
    fc.assert(
        fc.property(tokens, tokens, (before, after) => {
            const answers = new TokenAnswers();
            const { resultId } = answers.full('a', before);
            const answer = answers.delta('a', resultId!, after);
            expect('edits' in answer).toBe(true);
            expect(applied(before, answer)).toEqual(after);
        }),
        { seed: SEED }
    );
});

test('an outdated previous result gets all tokens', () => {
    const answers = new TokenAnswers();
    const first = answers.full('a', [0, 0, 1, 2, 3]);
    answers.full('b', [0, 0, 1, 2, 3]);
    expect(answers.delta('b', first.resultId!, [])).toEqual({ resultId: '3', data: [] });
    answers.forget('a');
    expect(answers.delta('a', first.resultId!, [0, 0, 1, 2, 3])).toEqual({ resultId: '4', data: [0, 0, 1, 2, 3] });
});

test('an unchanged document sends nothing', async () => {
    const { services, document } = await open('label private\nagent bot\n');
    const provider = services.lsp.SemanticTokenProvider!;
    const textDocument = { uri: document.uri.toString() };
    const { resultId } = await provider.semanticHighlight(document, { textDocument });
    const answer = await provider.semanticHighlightDelta(document, { textDocument, previousResultId: resultId! });
    expect(answer).toMatchObject({ edits: [] });
});
