/** Compares the grammar that is built in parts with the one that Langium builds at once, and its token table. */
import type { AstNode, Grammar, Reference } from 'langium';
import { AstUtils, createGrammarConfig, EmptyFileSystem, isReference, loadGrammarFromJson } from 'langium';
import { describe, expect, it } from 'vitest';
import { GuardrailGrammar } from '../../language/generated/grammar.js';
import { TOKENS } from '../../language/generated/tokens.js';
import { createGuardrailServices } from '../../language/module.js';
import { tokenTableOf } from '../../language/grammar/token-table.js';

describe('the grammar', () => {
    const ours = GuardrailGrammar();
    const theirs = loadGrammarFromJson(jsonOf(ours));

    it('has the nodes that Langium creates, each in its place', () => {
        const nodes = AstUtils.streamAst(ours).map(described).toArray();
        expect(nodes).toEqual(AstUtils.streamAst(theirs).map(described).toArray());
        expect(nodes.length).toBeGreaterThan(2_000);
    });

    it('creates a part once, and keeps changes to it', () => {
        const [rule] = GuardrailGrammar().rules as unknown as { definition: unknown }[];
        expect(rule!.definition).toBe(rule!.definition);
    });
});

it('multi-line comments match those that Langium finds', () => {
    const { guardrail } = createGuardrailServices(EmptyFileSystem);
    expect(guardrail.parser.GrammarConfig).toEqual(createGrammarConfig(guardrail));
});

it('the token table matches the grammar; otherwise run `npm run generate`', () => {
    expect(TOKENS).toEqual(tokenTableOf(GuardrailGrammar()));
});

const PLACE: ReadonlySet<string> = new Set(['$container', '$containerProperty', '$containerIndex', '$document']);

function jsonOf(grammar: Grammar): string {
    return JSON.stringify(grammar, (key, value: unknown) =>
        PLACE.has(key) ? undefined : isReference(value) ? { $ref: `#${pathOf(value)}` } : value
    );
}

function pathOf({ ref, $refText }: Reference): string {
    const { $containerProperty: list, $containerIndex: index, name } = ref as AstNode & { name: string };
    expect($refText).toBe(name);
    return `/${list}@${index}`;
}

/** The properties of a node itself, and its location. */
function described(node: AstNode): unknown {
    const properties = Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
        if (PLACE.has(key)) {
            return [];
        }
        const values = [value].flat().filter((each) => isReference(each) || typeof each !== 'object');
        return [[key, ...values.map((each) => (isReference(each) ? pathOf(each) : each))]];
    });
    const { $container: container, $containerProperty: property, $containerIndex: index } = node;
    return { properties, container: container?.$type, property, index };
}
