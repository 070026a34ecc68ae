import { AstUtils, GrammarAST } from 'langium';
import { expect, test } from 'vitest';
import { GuardrailGrammar } from '../../../language/generated/grammar.js';
import { ruleOf } from '../../../server/lsp/text/grammar.js';
import { keywordDoc } from '../../../server/lsp/text/keyword-docs.js';

/** Words that have no meaning alone, and self-explanatory words. */
const PLAIN = new Set([
    ...['other', 'the', 'client'],
    ...['by', 'for', 'its', 'of', 'read', 'that', 'to', 'with', 'true', 'false'],
    ...['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
]);

test('every keyword has a sentence', () => {
    const missing = AstUtils.streamAllContents(GuardrailGrammar())
        .filter(GrammarAST.isKeyword)
        .filter(({ value }) => /^[a-z]/.test(value) && !PLAIN.has(value))
        .filter((keyword) => keywordDoc(keyword.value, ruleOf(keyword)?.name) === undefined)
        .map((keyword) => `${ruleOf(keyword)?.name} ${keyword.value}`)
        .toArray();
    expect(missing).toEqual([]);
});

test('a word with several meanings is explained by its context', () => {
    expect(keywordDoc('session', 'Root')).not.toBe(keywordDoc('session', 'SessionConstant'));
    expect(keywordDoc('within', 'Window')).not.toBe(keywordDoc('within', 'TermCondition'));
});
