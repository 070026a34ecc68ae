/**
 * The policies in pages of the reference: no error in them, every scenario is decided as it says, and where a comment
 * before a claim names its verdict (`// holds`), that is it.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkPolicy } from '../../server/checker/check.js';
import { policyOf } from '../support/policies.js';

const VERDICT = /^\/\/ (holds|holds in scope|violated|witnessed|impossible|vacuous|undecided)$/gm;

describe.each([
    'aggregates.md',
    'people.md',
    'claims.md',
    'environment.md',
    'provenance.md',
    'tools.md',
    'values.md',
    'modes.md',
    'delegation.md'
])('docs/language/%s', (name) => {
    const page = readFileSync(new URL(`../../docs/language/${name}`, import.meta.url), 'utf8');
    const policies = Array.from(page.matchAll(/^```guardrail\n(policy [\s\S]*?)^```$/gm), (match) => match[1]!);

    test.each(policies)('%s', async (text) => {
        const { claims, scenarios } = checkPolicy(await policyOf(text));
        const expected = Array.from(text.matchAll(VERDICT), (match) => match[1]);
        expect(claims.map(({ verdict }) => verdict)).toEqual(expected);
        expect(scenarios.filter(({ passed }) => !passed)).toEqual([]);
    });
});
