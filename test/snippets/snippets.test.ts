/**
 * Tests that each snippet, with the suggestions at its placeholders, is a valid part of a policy, and that together
 * with the templates of the language server the snippets cover everything that the language can express.
 */
import { AstUtils, EmptyFileSystem } from 'langium';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as ast from '../../language/generated/ast.js';
import { STATEMENTS } from '../../language/keywords.js';
import { createGuardrailServices } from '../../language/module.js';
import { snippetsFor } from '../../server/lsp/features/completion/snippets.js';
import { build, described } from '../language/support.js';
import { typesOf } from '../support/grammar.js';

interface Snippet {
    readonly prefix: string;
    readonly description: string;
    readonly body: readonly string[];
}

const snippets = JSON.parse(
    readFileSync(new URL('../../snippets/guardrail.json', import.meta.url), 'utf8')
) as Readonly<Record<string, Snippet>>;
const texts = Object.values(snippets).map(({ body }) => filled(body.join('\n')));

/** The declarations that a use needs. */
const PACK = 'pack Name(source: tools) {\n  deny source when carries private\n}\n';

/** The declarations that the partial snippets refer to. */
const PRELUDE = `policy Example
label private
label untrusted
server mail {
  tool read(folder: string) reads private, untrusted
  tool send(to: string[], body: string) external
}
server web { tool post(url: string, proxy?: string) external }
server bank { tool pay(amount: int) }
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

test.each(Object.entries(snippets))('%s', async (_, { body }) => {
    const text = filled(body.join('\n'));
    const used = text.startsWith('use ') ? PACK : '';
    const built = await build({ 'main.guardrail': text.includes('policy ') ? text : PRELUDE + used + text });
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
    const templates = [...STATEMENTS].flatMap(snippetsFor).map(({ body }) => filled(body));
    const said = new Set(
        [...texts, ...templates].flatMap((text) =>
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

/** The text of a snippet: `${1:name}` becomes `name`, there and at every `$1`; the first of several choices is used. */
function filled(body: string): string {
    const places = new Map<string, string>([['0', '']]);
    const proposed = body.replace(
        /\$\{(\d+)(?::((?:[^}\\]|\\.)*)|\|([^,|]*)[^|]*\|)\}/g,
        (_match, place: string, text?: string, choice?: string) => {
            places.set(place, text ?? choice ?? '');
            return places.get(place)!;
        }
    );
    return proposed.replace(/\$(\d+)/g, (match, place: string) => places.get(place) ?? match);
}
