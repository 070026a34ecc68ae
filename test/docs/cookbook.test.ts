/**
 * Tests docs/cookbook.md: each policy is valid and formatted, its claim has the verdict in the comment above it, and
 * without the rule the checker finds the session that the page shows; `npx vitest run test/docs/cookbook.test.ts -u`
 * updates these.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Trace } from '../../server/checker/results/result.js';
import { policyOf } from '../support/policies.js';
import { checkedUntimed } from '../support/checked.js';

const PAGE = fileURLToPath(new URL('../../docs/cookbook.md', import.meta.url));
const page = readFileSync(PAGE, 'utf8').replaceAll('\r\n', '\n');
const recipes = page.split(/^(?=### )/m).slice(1);

test('there are twenty', () => {
    expect(recipes.map((recipe) => Number(/^### (\d+)\. /.exec(recipe)?.[1]))).toEqual(
        Array.from({ length: 20 }, (_, index) => index + 1)
    );
});

test.each(recipes.map((recipe) => [recipe.slice(4, recipe.indexOf('\n')), recipe]))('%s', async (_, recipe) => {
    const { claims } = checkedUntimed(await policyOf(policyIn(recipe)));
    expect(claims.map(({ verdict }) => verdict)).toEqual([/^\/\/ (holds(?: in scope)?)$/m.exec(recipe)?.[1]]);
});

test('the sessions are those without the rule', async () => {
    let renewed = page;
    for (const recipe of recipes) {
        const { claims } = checkedUntimed(await policyOf(policyIn(recipe).replace(/^\/\/ the rule\n(?:.+\n)+\n/m, '')));
        expect(claims.map(({ verdict }) => verdict)).toEqual(['violated']);
        const session = `Without the rule:\n\n\`\`\`text\n${linesOf(claims[0]!.trace!)}\`\`\`\n`;
        const end = recipe.indexOf('\n```\n') + '\n```\n'.length;
        const [, rest] = /^(?:\nWithout the rule:\n\n```text\n[\s\S]*?```\n)?([\s\S]*)$/.exec(recipe.slice(end))!;
        renewed = renewed.replace(recipe, () => `${recipe.slice(0, end)}\n${session}${rest}`);
    }
    await expect(renewed).toMatchFileSnapshot(PAGE);
});

function policyIn(recipe: string): string {
    return /^```guardrail\n([\s\S]*?)^```$/m.exec(recipe)![1]!;
}

function linesOf({ start, steps }: Trace): string {
    const before = start === undefined ? [] : [`the session starts ${start.text}`];
    const lines = steps.map(({ text, decision, time }, index) => {
        const decided = decision === undefined ? '' : ` -> ${decision}`;
        const waited = time > (steps[index - 1]?.time ?? 0) ? `, ${time} seconds after the start` : '';
        return `${index + 1}  ${text.replace(/: (?:allowed|held|denied) by .*/, '')}${decided}${waited}`;
    });
    return [...before, ...lines].map((line) => `${line}\n`).join('');
}
