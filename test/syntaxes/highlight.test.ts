/**
 * Tests the grammars, run by the engine that VS Code uses. In a fixture, a line of carets names a scope of the text
 * above the carets; with `!` before it, a scope that the text must not have.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';
import { grammars } from '../../scripts/build/grammars.mjs';

const ROOT = join(import.meta.dirname, '..', '..');
const FIXTURES = join(import.meta.dirname, 'fixtures');
/** Matches a line of expectations: `//` and carets, which is not a comment of the policy. */
const EXPECTATION = /^\/\/\s*(\^+|!)\s*(!\s*)?([\w.-]+)\s*$/;

const GRAMMARS: Record<string, string> = {
    'source.guardrail': 'guardrail.tmLanguage.json',
    'markdown.guardrail.codeblock': 'guardrail-markdown.tmLanguage.json'
};

/** A substitute for VS Code's Markdown, with only what a grammar needs to be injected into. */
const MARKDOWN = { scopeName: 'text.html.markdown', patterns: [{ match: '\\*\\w+\\*', name: 'markup.italic' }] };

for (const name of readdirSync(FIXTURES)) {
    test(name, async () => {
        const scope = name.endsWith('.md') ? 'text.html.markdown' : 'source.guardrail';
        const failures = await failedExpectations(readFileSync(join(FIXTURES, name), 'utf8'), scope);
        expect(failures).toEqual([]);
    });
}

test('a wrong expectation fails', async () => {
    const failures = await failedExpectations('   deny web.post\n// ^^^^ string\n// ^^^^ ! keyword', 'source.guardrail');
    expect(failures).toHaveLength(2);
});

async function failedExpectations(text: string, scopeName: string): Promise<string[]> {
    const grammar = await registry().loadGrammar(scopeName);
    const failures: string[] = [];
    let stack = textmate.INITIAL;
    let line = '';
    let tokens: textmate.IToken[] = [];
    text.split('\n').forEach((current, index) => {
        const expectation = EXPECTATION.exec(current);
        if (!expectation) {
            line = current;
            const result = grammar!.tokenizeLine(current, stack);
            stack = result.ruleStack;
            tokens = result.tokens;
            return;
        }
        const [, carets, negated, scope] = expectation;
        const from = current.search(/[\^!]/);
        for (let column = from; column < from + carets!.length; column++) {
            const scopes = tokens.find((token) => token.startIndex <= column && column < token.endIndex)?.scopes ?? [];
            const present = scopes.some((found) => found === scope || found.startsWith(`${scope}.`));
            if (present === Boolean(negated)) {
                const seen = JSON.stringify(line.slice(from, from + carets!.length));
                failures.push(`line ${index + 1}: ${seen} ${negated ? 'has' : 'lacks'} ${scope}: ${scopes.join(' ')}`);
                break;
            }
        }
    });
    return failures;
}

function registry(): textmate.Registry {
    return new textmate.Registry({
        onigLib: loadOniguruma(),
        loadGrammar: (scope) => {
            const file = GRAMMARS[scope];
            const content = file ? grammars(ROOT)[file]! : JSON.stringify(MARKDOWN);
            return Promise.resolve(textmate.parseRawGrammar(content, 'grammar.json'));
        },
        getInjections: (scope) => (scope === 'text.html.markdown' ? ['markdown.guardrail.codeblock'] : undefined)
    });
}

let loaded: Promise<textmate.IOnigLib> | undefined;

function loadOniguruma(): Promise<textmate.IOnigLib> {
    loaded ??= oniguruma
        .loadWASM(readFileSync(createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm')))
        .then(() => ({
            createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
            createOnigString: (text) => new oniguruma.OnigString(text)
        }));
    return loaded;
}
