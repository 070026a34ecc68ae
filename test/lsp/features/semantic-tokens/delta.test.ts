/** Tests that the change between two answers turns the first into the second. */
import { expect, test } from 'vitest';
import type { SemanticTokens, SemanticTokensDelta } from 'vscode-languageserver';
import { type Opened, open } from '../../support.js';

/** Applies the delta as the protocol specifies. */
function applied(data: readonly number[], answer: SemanticTokens | SemanticTokensDelta): number[] {
    const { edits } = answer as SemanticTokensDelta;
    const result = [...data];
    for (const { start, deleteCount, data: inserted = [] } of [...edits].reverse()) {
        result.splice(start, deleteCount, ...inserted);
    }
    return result;
}

/** The document with another text. */
async function changed({ document }: Opened, text: string): Promise<Opened['document']> {
    const other = await open(text);
    return Object.create(other.document, { uri: { value: document.uri } }) as Opened['document'];
}

const TEXTS = ['', 'label private\n', 'label private\nagent bot\n', 'agent bot\nlabel private\nlabel secret\n'];

test.each(TEXTS.flatMap((before) => TEXTS.map((after) => [before, after] as const)))(
    'from %j to %j',
    async (before, after) => {
        const opened = await open(before);
        const textDocument = { uri: opened.document.uri.toString() };
        const provider = opened.services.lsp.SemanticTokenProvider!;
        const { data, resultId } = await provider.semanticHighlight(opened.document, { textDocument });
        const document = await changed(opened, after);
        const params = { textDocument, previousResultId: resultId! };
        const answer = await provider.semanticHighlightDelta(document, params);
        expect(applied(data, answer)).toEqual((await provider.semanticHighlight(document, { textDocument })).data);
        const outdated = { textDocument, previousResultId: 'outdated' };
        expect(await provider.semanticHighlightDelta(document, outdated)).toHaveProperty('data');
    }
);
