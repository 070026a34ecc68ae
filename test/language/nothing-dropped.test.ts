/**
 * Tests that accepted text is never ignored: anything added to an event of a policy, at any place where the grammar
 * allows it, is rejected or changes the meaning of the policy.
 */
import { AstUtils, EmptyFileSystem, GrammarAST } from 'langium';
import { beforeAll, expect, it } from 'vitest';
import type { Diagnostic } from 'vscode-languageserver-types';
import * as ast from '../../language/generated/ast.js';
import { lower } from '../../language/lower/index.js';
import { createGuardrailServices } from '../../language/module.js';
import { build, described, textOf } from './support.js';
import { partOf } from '../support/depth.js';

const DECLARATIONS = `policy Everything

label private
server s stores {
  tool a(p: string, n: int) returns (p: string, n: int)
  tool b(p: string, n: int)
  tool c(p: string, n: int) may do s.b
}
event came(p: string)
agent x
agent y
human h
human i
role both = h, i

`;

/** Statements that together have an event at every place where the grammar allows one. */
const STATEMENTS: readonly string[] = [
    'define seen(e: event) = once e\ndeny s.a when seen(e: released s.b)',
    'pack P(e: event, t: tools) { deny t when once e   claim "pack": never t after e }\nuse P(e: released s.a, t: s.b)',
    'deny s.a when once s.b',
    'deny s.a when once s.b then s.c',
    'deny s.a when last is s.b',
    'deny s.a when s.b since s.c',
    'deny s.a when no s.b since start',
    'deny s.a when count(s.b since s.c) >= 2',
    'deny s.a when count(distinct p of s.b) >= 2',
    'deny s.a when total(s.b.n) >= 2',
    'deny s.a when latest s.b.p == "z"',
    'deny s.a when latest s.b where p == "z"',
    'deny s.a when once s.b where (once s.c)',
    'deny s.a when once came',
    'require once s.b for s.c',
    'require approval by both for s.a per p until changed by s.b',
    'withhold result of s.a when n > 3',
    'limit s.a to 7',
    'limit total(s.a.n) to 8',
    'order s.a before s.b',
    'modes m { one initial { allow s.c   on s.a when n > 1 enter two }   two { allow s.b } }',
    'assume approval by h of s.a only when n > 2',
    'assume result of s.a only when result.n > 3',
    'assume trusted agent x calls s.a only when n > 1',
    'claim "never": never s.a when n > 1 after s.b until s.c unless n > 4',
    'claim "requires": s.a requires once s.b',
    'claim "possible": possible s.a then s.b',
    'claim "stays": s.a stays possible after s.b',
    'claim "at most": at most 3 s.a',
    'claim "flow": no flow from private to s.b',
    'claim "allowed": s.a is allowed when n > 3',
    'claim "denied": s.a is denied when n > 3',
    'claim "held": s.a is held when n > 3',
    'claim "always": always count(s.a) < 4',
    'scenario "steps":\n  x calls s.a(p: "p", n: 1) -> held\n  h approves s.a\n  i refuses s.a\n  x calls s.b(p: "p", n: 1) runs -> allowed\n  s.b ends'
];

interface Base {
    readonly text: string;
    readonly events: readonly ast.Event[];
    /** The places where a statement, a claim, a condition or a term ends. */
    readonly ends: readonly number[];
    readonly meaning: string;
    readonly problems: readonly string[];
}

interface Mutation {
    readonly name: string;
    /** The text to insert and its place; undefined if the event already has it. */
    readonly insert: (event: ast.Event) => { readonly at: number; readonly text: string } | undefined;
}

const MUTATIONS: readonly Mutation[] = [
    { name: 'a constant argument', insert: (event) => afterTool(event, '(p: "k")', event.listed) },
    { name: 'a where', insert: (event) => ({ at: event.$cstNode!.end, text: ' where p == "k"' }) },
    { name: 'a where over history', insert: (event) => ({ at: event.$cstNode!.end, text: ' where (once s.c(p))' }) },
    { name: 'by an agent', insert: (event) => afterTool(event, ' by y', event.by !== undefined) },
    { name: 'by caller', insert: (event) => afterTool(event, ' by caller', event.by !== undefined) },
    ...(['attempted', 'released', 'failed', 'approved'] as const).map((status) => ({
        name: status,
        insert: (event: ast.Event) =>
            event.status === undefined ? { at: event.selector.$cstNode!.offset, text: `${status} ` } : undefined
    }))
];

/** The texts that may follow something that is not an event. */
const CLAUSES: readonly string[] = [' within 5m', ' across sessions', ' per p', ' since s.c', ' valid 5m'];

let bases: Base[];

beforeAll(async () => {
    bases = [];
    for (const statement of STATEMENTS) {
        const text = DECLARATIONS + statement;
        const { file, diagnostics, services } = await build(text);
        expect(described(diagnostics.filter(({ severity }) => severity === 1))).toEqual([]);
        const ends = AstUtils.streamAllContents(file)
            .filter((node) => ast.isCondition(node) || ast.isRule(node) || ast.isClaimBody(node) || ast.isTerm(node))
            .map((node) => node.$cstNode!.end);
        bases.push({
            text,
            events: AstUtils.streamAllContents(file).filter(ast.isEvent).toArray(),
            ends: [...new Set(ends)],
            meaning: meaning(lower(file, services)),
            problems: diagnostics.map(problemOf)
        });
    }
});

it('there is an event at every place where the grammar allows one', () => {
    const { Grammar } = createGuardrailServices(EmptyFileSystem).guardrail;
    const places = AstUtils.streamAllContents(Grammar)
        .filter(GrammarAST.isInterface)
        .flatMap(({ name, attributes }) =>
            attributes.filter(({ type }) => namesEvent(type)).map((attribute) => `${name}.${attribute.name}`)
        )
        .toArray();
    const found = new Set(bases.flatMap(({ events }) => events.flatMap(placesOf)));
    expect(places.filter((place) => !found.has(place))).toEqual([]);
});

it.each(MUTATIONS)('$name, added to an event, is rejected or changes the meaning', async ({ insert }) => {
    const dropped: string[] = [];
    for (const base of bases) {
        for (const event of partOf(base.events, 24)) {
            const change = insert(event);
            if (change) {
                dropped.push(...(await droppedBy(base, change.at, change.text)));
            }
        }
    }
    expect(dropped).toEqual([]);
});

it.each(CLAUSES)('`%s`, added anywhere, is rejected or changes the meaning', async (text) => {
    const dropped: string[] = [];
    for (const base of bases) {
        for (const at of partOf(base.ends, 32)) {
            dropped.push(...(await droppedBy(base, at, text)));
        }
    }
    expect(dropped).toEqual([]);
});

/** The changed statement, if it is accepted silently and has the same meaning as before. */
async function droppedBy({ text, ...base }: Base, at: number, inserted: string): Promise<string[]> {
    const changed = text.slice(0, at) + inserted + text.slice(at);
    const { file, diagnostics, services } = await build(changed);
    const isTold =
        diagnostics.some(({ severity }) => severity === 1) ||
        diagnostics.map(problemOf).some((problem) => !base.problems.includes(problem));
    return isTold || meaning(lower(file, services)) !== base.meaning ? [] : [changed.slice(DECLARATIONS.length)];
}

function problemOf(diagnostic: Diagnostic): string {
    return `${diagnostic.code} ${textOf(diagnostic)}`;
}

function afterTool(event: ast.Event, text: string, isThere: boolean): { at: number; text: string } | undefined {
    const last = event.args.at(-1)?.$cstNode?.end;
    return isThere ? undefined : { at: last === undefined ? event.selector.$cstNode!.end : last + 1, text };
}

/** The node's own type and its supertypes, with the property that contains the event. */
function placesOf(event: ast.Event): string[] {
    const { $container: container, $containerProperty: property } = event;
    const reflection = new ast.GuardrailAstReflection();
    const types = reflection.getAllTypes().filter((type) => reflection.isSubtype(container.$type, type));
    return types.map((type) => `${type}.${property}`);
}

function namesEvent(type: GrammarAST.TypeDefinition): boolean {
    return GrammarAST.isArrayType(type)
        ? namesEvent(type.elementType)
        : GrammarAST.isSimpleType(type) && type.typeRef?.$refText === 'Event';
}

/** The policy without source locations and original texts. */
function meaning(policy: object): string {
    const words = new Set(['text', 'source', 'usedAt', 'doc']);
    return JSON.stringify(policy, (key, value: unknown) => (words.has(key) ? undefined : value));
}
