/**
 * Tests that a validation that applies to a condition also applies to it in a definition and in a pack: each condition
 * of the fixtures is moved into a named definition, and the codes have to stay the same.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { AstNode } from 'langium';
import { AstUtils } from 'langium';
import { describe, expect, test } from 'vitest';
import { conditionsOf } from '../../language/names/conditions.js';
import * as ast from '../../language/generated/ast.js';
import type { Inventory } from '../../language/names/inventory.js';
import { nameOwner, paramsInScope } from '../../language/names/name-owner.js';
import { eventTools } from '../../language/names/selectors.js';
import { IS_DEEP, partOf } from '../support/depth.js';
import { build } from './support.js';

const folder = new URL('fixtures/rules/', import.meta.url);

/** The policies of a fixture, without its marks. */
function policiesOf(text: string): string[] {
    const [first = '', ...sections] = text.split(/^\/\/\/\/ (?=wrong|right)/m);
    const prelude = first.replace(/^\/\/\/\/.*\n/, '');
    return sections
        .filter((section) => !/^\/\/\/\/ file /m.test(section))
        .map((section) => section.slice(section.indexOf('\n') + 1).replace(/ *\/\/! .*|[«»]/g, ''))
        .map((main) => (/^\s*policy/m.test(main) ? main : prelude + main));
}

interface Place {
    /** The rule or claim about the decided call. */
    readonly call: AstNode;
    /** The statement, or the event whose `where` is the condition. */
    readonly statement: AstNode;
    readonly condition: ast.Condition;
}

/** The conditions of a rule or claim, and those of its events. */
function placesIn(call: AstNode): Place[] {
    const events = AstUtils.streamAllContents(call).filter(ast.isEvent).toArray();
    return [
        ...conditionsOf(call).map((condition) => ({ call, statement: call, condition })),
        ...events.flatMap((event) => (event.where ? [{ call, statement: event, condition: event.where }] : []))
    ];
}

function toolsOf(call: AstNode, known: Inventory): number {
    const owner = nameOwner(conditionsOf(call)[0]!);
    return owner?.kind === 'call' ? eventTools(owner.events, known).length : 0;
}

/** The text with the condition moved into a definition; the call's arguments in the condition become its parameters. */
function moved(
    text: string,
    { call, statement, condition }: Place,
    name: string,
    known: Inventory
): string | undefined {
    const { offset, end, text: asked } = condition.$cstNode!;
    const inScope = paramsInScope(condition, known);
    const params = new Map<string, { readonly declared: string; readonly given: string }>();
    let body = asked;
    const add = (own: string, given: string, param: ast.Param): void => {
        const isOptional = param.optional && !param.default;
        params.set(own, { declared: `${own}${isOptional ? '?' : ''}: ${param.type.$cstNode!.text}`, given });
    };
    for (const node of AstUtils.streamAst(condition)) {
        if (ast.isResultRoot(node)) {
            return undefined; // A definition is about a call, not about a result (GR330).
        }
        if (node.$cstNode?.text.startsWith('call.session.')) {
            return undefined; // Only a `where` across sessions has two sessions (GR403).
        }
        if (ast.isFieldAccess(node) && ast.isCallRoot(node.of)) {
            const field = node.field.$refText;
            const param = paramsInScope(call, known).find((one) => one.name === field);
            if (!param || nameOwner(node)?.node !== statement) {
                return undefined; // A `where` in a definition does not see its parameters.
            }
            add(`decided_${field}`, `call.${written(field)}`, param);
            body = body.replaceAll(node.$cstNode!.text, `decided_${field}`);
        }
        const named = ast.isReference(node) ? node.target : ast.isGiven(node) ? node.param : undefined;
        if (ast.isItem(named?.ref) && !AstUtils.streamAst(condition).includes(named.ref)) {
            return undefined; // A definition does not see the elements of a list that is gone through around it.
        }
        const isShort =
            ast.isEventArgument(node) && !node.value && nameOwner(node.$container.$container)?.node === statement;
        const isNamed = named && nameOwner(node)?.node === statement;
        const own = isNamed ? named.$refText : isShort ? node.param.$refText : undefined;
        const found = inScope.filter((param) => param.name === own);
        const isMixed = new Set(found.map(({ type, optional }) => `${type.$cstNode!.text}${optional}`)).size > 1;
        if (
            isMixed ||
            (isShort && found.length === 0) ||
            (isShort && conditionsOf(call).length > 0 && found.length < toolsOf(call, known))
        ) {
            return undefined; // There is no single type to declare.
        }
        if (own !== undefined && found.length > 0) {
            add(written(own), written(own), found[0]!);
        }
    }
    const isSplit =
        conditionsOf(call).length > 1 && [...params.values()].some(({ declared }) => declared.includes('?'));
    if (isSplit) {
        return undefined; // One condition tests what the other one reads, which a definition cannot see (GR304).
    }
    const list = (parts: string[]): string => (parts.length > 0 ? `(${parts.join(', ')})` : '');
    const given = list([...params.values()].map((param) => param.given));
    const declared = list([...params.values()].map((param) => param.declared));
    return `${text.slice(0, offset)}${name}${given}${text.slice(end)}\ndefine ${name}${declared} = ${body}\n`;
}

function written(name: string): string {
    return /^[a-z_]\w*$/i.test(name) ? name : `\`${name}\``;
}

/** The codes of a text, which is a single policy each time; they are compared as a whole. */
async function codesOf(text: string): Promise<string[]> {
    const { diagnostics } = await build(text);
    return [
        ...new Set(
            diagnostics.filter(({ severity }) => severity !== 4 && severity !== 3).map(({ code }) => String(code))
        )
    ].sort();
}

let compared = 0;

describe('inside a definition', () => {
    test.each(readdirSync(folder).filter((name) => name.endsWith('.guardrail')))('%s', async (name) => {
        for (const policy of partOf(policiesOf(readFileSync(new URL(name, folder), 'utf8')), 4)) {
            const { document, file, services } = await build(policy);
            if (!file.policy || document.parseResult.parserErrors.length > 0) {
                continue;
            }
            const known = services.inventory.of(document);
            const expected = await codesOf(policy);
            for (const [index, element] of partOf([...file.elements.entries()], 6)) {
                const statement = ast.isClaim(element) ? element.body : element;
                for (const [part, place] of placesIn(statement).entries()) {
                    const text = moved(policy, place, `z${index}_${part}`, known);
                    if (text !== undefined) {
                        compared++;
                        const found = await codesOf(text);
                        expect(found, text).toEqual(expected);
                    }
                }
            }
        }
    });

    test('most conditions of the fixtures can be moved', () => {
        expect(compared).toBeGreaterThan(IS_DEEP ? 300 : 3);
    });
});
