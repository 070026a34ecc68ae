/**
 * Tests the table of README.md, which lists, for each form of the language, the tests that cover it. The actual output
 * of the generators is measured, so that no row claims too much and no form lacks a row.
 */
import fc from 'fast-check';
import { AstUtils, EmptyFileSystem } from 'langium';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as ast from '../../language/generated/ast.js';
import { createGuardrailServices } from '../../language/module.js';
import { sessionsOf } from '../../server/attack/random-sessions.js';
import { textOf } from '../../server/attack/scenario-text.js';
import { formsPolicy, INVENTORY } from '../attack/all-forms.js';
import { typesOf } from '../support/grammar.js';
import { policyOf } from '../support/policies.js';
import { policyText } from './mixed/text.js';
import { policies } from './whole/policies.js';

const FAMILIES = [
    ...[ast.Element, ast.ClaimBody, ast.Condition, ast.Selector, ast.PackParam, ast.Type, ast.Term, ast.PackValue],
    ast.Step
];
const { guardrail, shared } = createGuardrailServices(EmptyFileSystem);
/** Attacks print scenarios. */
const steps = new Set([...shared.AstReflection.getAllSubTypes(ast.Step.$type), ast.Scenario.$type]);

/** The text in cells of the columns that are measured. */
const NOT = 'no';
const YES = 'yes';

interface Row {
    readonly form: string;
    readonly oracle: string;
    readonly policies: string;
    readonly attack: string;
}

const rows = readFileSync(new URL('README.md', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => /^\| `[A-Z]/.test(line))
    .map((line): Row => {
        const [form, oracle, drawn, attack] = line
            .split('|')
            .map((cell) => cell.trim().replaceAll('`', ''))
            .slice(1);
        return { form: form!, oracle: oracle!, policies: drawn!, attack: attack! };
    });

function formsIn(texts: readonly string[]): Set<string> {
    const found = new Set<string>();
    for (const text of texts) {
        AstUtils.streamAst(guardrail.parser.LangiumParser.parse(text).value).forEach(({ $type }) => found.add($type));
    }
    return found;
}

function seeds(count: number): number[] {
    return Array.from({ length: count }, (_, seed) => seed);
}

function forms(): string[] {
    const written = typesOf(guardrail.Grammar);
    const all = FAMILIES.flatMap(({ $type }) => shared.AstReflection.getAllSubTypes($type));
    return [...new Set(all)]
        .filter(
            (type) => written.has(type) && shared.AstReflection.getAllSubTypes(type).every((other) => other === type)
        )
        .sort();
}

test('every form has a row, and no cell is empty', () => {
    expect(rows.map(({ form }) => form)).toEqual(forms());
    expect(rows.filter((row) => Object.values(row).some((cell) => cell === '')).map(({ form }) => form)).toEqual([]);
});

test('random policies have the stated forms', () => {
    // All of these have the same declarations, so the declarations are read only once.
    const own = formsIn([
        [INVENTORY, ...seeds(300).map((seed) => formsPolicy(seed).slice(INVENTORY.length))].join('\n')
    ]);
    const mixed = formsIn(
        seeds(100).map((seed) =>
            policyText({
                features: seed,
                columns: [seed, seed + 1, seed + 2],
                tools: [seed, seed + 7, seed + 9],
                rules: [1, 2, 3, 4, 5].map((by) => seed * by),
                claims: [seed, seed + 1]
            })
        )
    );
    const drawn = (form: string): string =>
        [...(own.has(form) ? ['forms'] : []), ...(mixed.has(form) ? ['mixed'] : [])].join(', ') || NOT;
    const measured = rows.filter(({ form }) => !steps.has(form));
    expect(measured.map(({ form, policies: said }) => `${form}: ${said}`)).toEqual(
        measured.map(({ form }) => `${form}: ${drawn(form)}`)
    );
    // Policies of all forms are also attacked (test/attack/forms.test.ts).
    expect(measured.map(({ form, attack }) => `${form}: ${attack}`)).toEqual(
        measured.map(({ form }) => `${form}: ${own.has(form) ? YES : NOT}`)
    );
});

test('sessions of attacks have the stated steps', async () => {
    const policy = await policyOf([formsPolicy(2), ...ALLOWING].join('\n'));
    const sessions = seeds(40).map((seed) => sessionsOf(policy, seed).next().value);
    const found = formsIn(sessions.map((session) => `policy P\n${textOf(policy, 'x', session.steps)}`));
    const measured = rows.filter(({ form }) => steps.has(form));
    expect(measured.map(({ form, attack }) => `${form}: ${attack}`)).toEqual(
        measured.map(({ form }) => `${form}: ${found.has(form) ? YES : NOT}`)
    );
});

test('the oracle reaches the stated forms of the model', () => {
    const known = new Set<string>();
    fc.sample(policies(), { numRuns: 500, seed: 3 }).forEach((policy) => collect(policy, known));
    const said = rows.flatMap(({ form, oracle }) => oracle.split(', ').map((token) => ({ form, token })));
    expect(said.filter(({ token }) => /^\w+:/.test(token) && !known.has(token))).toEqual([]);
    expect(rows.filter(({ oracle }) => !/^(\w+:.*|verdicts)$/.test(oracle)).map(({ form }) => form)).toEqual([]);
});

/** With these every kind of step is possible. */
const ALLOWING = [
    'allow any agent: any tool',
    'allow ann: delegate to bob',
    'require approval by both for s.put, s.web, t.note',
    'deny s.drop when time in 22:00..06:00'
];

/** Collects what distinguishes the parts of the model, such as `op:compare` or `kind:once`. */
function collect(part: unknown, known: Set<string>): void {
    if (typeof part !== 'object' || part === null) {
        return;
    }
    for (const [name, value] of Object.entries(part)) {
        if (['op', 'term', 'kind', 'status', 'special', 'part'].includes(name) && typeof value === 'string') {
            known.add(`${name}:${value}`);
        } else if (Array.isArray(value) && value.length > 0) {
            known.add(`has:${name}`);
        }
        collect(value, known);
    }
}
