/**
 * Tests that each snippet and each template of the language server, with the suggestions at its placeholders, is a valid
 * part of a policy, and that together they cover everything that the language can express.
 */
import { AstUtils, EmptyFileSystem } from 'langium';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as ast from '../../language/generated/ast.js';
import { createGuardrailServices } from '../../language/module.js';
import { TEMPLATES } from '../../server/lsp/features/completion/templates.js';
import { build, described } from '../language/support.js';
import { filledSnippet as filled } from '../support/filled-snippet.js';
import { typesOf } from '../support/grammar.js';

interface Snippet {
    readonly prefix: string;
    readonly description: string;
    readonly body: readonly string[];
}

const snippets = JSON.parse(
    readFileSync(new URL('../../server/lsp/features/completion/snippets.json', import.meta.url), 'utf8')
) as Readonly<Record<string, Snippet>>;
const texts = Object.values(snippets).map(({ body }) => filled(body.join('\n')));

/** The declarations that the partial snippets refer to. */
const PRELUDE = `policy Example
label private
label untrusted
server mail {
  tool read(folder: string) reads private, untrusted
  tool send(to: string[], body: string) external
}
server web { tool post(url: string, proxy?: string) external }
server bank { tool pay(amount: int, due: string = "") }
server repo {
  tool deploy()
  tool run(cmd: string)
}
server desk {
  tool get(id: string) returns (status: string)
  tool close(id: string)
}
agent assistant
human reviewer
human alice
human bob
role board = alice, bob
modes state {
  calm initial {
    on repo.run enter incident
  }
  incident {
    on repo.run enter calm
  }
}
allow assistant: mail.*, web.post, bank.pay, repo.*, desk.*
`;

const ERROR = 1;

/** A template with an empty place is valid only after the author has filled it. */
const templates = TEMPLATES.map(({ label, body }): [string, string] => [label, filled(body)]).filter(
    ([label, text]) => !text.includes('$') && label !== 'import'
);

test.each([
    ...Object.entries(snippets).map(([name, { body }]): [string, string] => [name, filled(body.join('\n'))]),
    ...templates
])('%s', async (_, text) => {
    const built = await build({ 'main.guardrail': text.includes('policy ') ? text : PRELUDE + text });
    const errors = built.diagnostics.filter(({ severity }) => severity === ERROR);
    expect(described(errors)).toEqual([]);
    expect(text).not.toContain('$');
});

test('each has a unique prefix and a description', () => {
    const all = Object.values(snippets);
    expect(new Set(all.map(({ prefix }) => prefix)).size).toBe(all.length);
    expect(all.filter(({ description }) => description.length < 10)).toEqual([]);
});

/** The elements that a policy consists of: their parts are values, names and types. */
const FAMILIES = [ast.Element, ast.ClaimBody, ast.Step, ast.Condition, ast.Selector, ast.PackParam];

describe('there is a snippet or a template with', () => {
    const { guardrail, shared } = createGuardrailServices(EmptyFileSystem);
    const said = new Set(
        [...texts, ...TEMPLATES.map(({ body }) => filled(body))].flatMap((text) =>
            AstUtils.streamAst(guardrail.parser.LangiumParser.parse(text).value)
                .map(({ $type }) => $type)
                .toArray()
        )
    );
    const written = typesOf(guardrail.Grammar);
    const constructs = FAMILIES.flatMap(({ $type }) => shared.AstReflection.getAllSubTypes($type)).filter(
        (type) => written.has(type) && shared.AstReflection.getAllSubTypes(type).every((other) => other === type)
    );

    test('every construct of the grammar', () => {
        expect(constructs.length).toBeGreaterThan(80);
        expect([...new Set(constructs)].filter((type) => !said.has(type)).sort()).toEqual([]);
    });
});
