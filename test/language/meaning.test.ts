/** The whole policies in docs/language are run: no error, every scenario as it says, every claim as its comment says. */
import { globSync } from 'tinyglobby';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkPolicy } from '../../server/checker/check.js';
import { policyOf } from '../support/policies.js';

const root = fileURLToPath(new URL('../../docs/language/', import.meta.url));

const policies = globSync('*.md', { cwd: root })
    .sort()
    .flatMap((name) => wholePolicies(readFileSync(root + name, 'utf8')).map((policy) => ({ name, ...policy })));

describe('the policies of the pages', () => {
    test.for(policies)('$name: $title', async ({ text }) => {
        const result = checkPolicy(await policyOf(text));
        const failed = result.scenarios.flatMap(({ steps }) => steps.filter(({ passed }) => !passed));
        expect(failed.map((step) => `${step.text}: ${step.message}`)).toEqual([]);
        const expected = Array.from(text.matchAll(/^\/\/= (\w[\w ]*)/gm), (match) => match[1]!.trim());
        if (expected.length > 0) {
            expect(result.claims.map(({ verdict }) => verdict)).toEqual(expected);
        }
    });
});

test('every rule of the meaning has an example', () => {
    const sections = readFileSync(`${root}meaning.md`, 'utf8').split(/^### /m).slice(1);
    expect(sections.map((section) => /^M(\d+): /.exec(section)?.[1])).toEqual(
        Array.from({ length: 26 }, (_, index) => String(index + 1))
    );
    expect(sections.filter((section) => !section.includes('```guardrail\npolicy '))).toEqual([]);
});

function wholePolicies(page: string): { readonly text: string; readonly title: string }[] {
    return Array.from(page.matchAll(/^```guardrail\n(policy (\w+)\n[\s\S]*?)^```$/gm), ([, text, title]) => ({
        text: text!,
        title: title!
    })).filter(({ text }) => !/^import /m.test(text));
}
