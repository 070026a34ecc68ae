/**
 * Every exact verdict of the examples, the packs and the recipes has a certificate. Of the policies that test the checker, most have
 * one, and the test counts the others by reason. A claim that a session breaks never has one.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Policy } from '../../server/model/policy/policy.js';
import { files, load } from '../examples/policies.js';
import { partOf } from '../support/depth.js';
import { policyOf } from '../support/policies.js';
import { certified, verified } from './support.js';

/** The claims of which a certificate is accepted, by their numbers. */
function proven(policy: Policy): ReadonlySet<number> {
    const written = certified(policy);
    const { accepted, refused } = verified(policy, written);
    expect(refused).toEqual([]);
    expect(accepted.length).toBe(written.certificates.length);
    return new Set(written.certificates.map(({ claim }) => claim));
}

test('every exact verdict of the examples and packs has a certificate', async () => {
    const without: string[] = [];
    const broken: string[] = [];
    for (const file of partOf(files, (name) => /portfolio|modes|network|coding-agent/.test(name))) {
        const { policy } = await load(file);
        const accepted = policy ? proven(policy) : new Set<number>();
        for (const [claim, { annotations = [], kind, name, usedAt }] of (policy?.claims ?? []).entries()) {
            const expected = annotations.find((one) => one.name === 'expected')?.values[0];
            const isHeld =
                expected === undefined ? kind !== 'possible' && kind !== 'stays possible' : HOLDS.includes(expected);
            // What is accepted holds in a scope only.
            const isExact = !annotations.some((one) => one.name === 'accept');
            if (isHeld && isExact && !accepted.has(claim)) {
                without.push(`${file}: ${name}`);
            } else if (!isHeld && !usedAt && accepted.has(claim)) {
                // Of the claims of a pack, only one has to be as expected.
                broken.push(`${file}: ${name}`);
            }
        }
    }
    expect(without).toEqual([]);
    expect(broken).toEqual([]);
});

const HOLDS = ['holds', 'vacuous', 'impossible'];

test('every recipe of the cookbook has a certificate', async () => {
    const page = readFileSync(new URL('../../docs/cookbook.md', import.meta.url), 'utf8');
    const recipes = [...page.matchAll(/^```guardrail\n([\s\S]*?)^```$/gm)].map(([_, text]) => text!);
    const without: string[] = [];
    for (const recipe of recipes.filter((text) => /^\/\/ holds$/m.test(text))) {
        const policy = await policyOf(recipe);
        const accepted = proven(policy);
        without.push(...policy.claims.filter((_, claim) => !accepted.has(claim)).map(({ name }) => name));
    }
    expect(recipes.length).toBeGreaterThan(15);
    expect(without).toEqual([]);
});

const FOLDERS = ['cases', 'mixed', 'bounded'].map((folder) => new URL(`../checker/${folder}/`, import.meta.url));

/** Labels that are passed on, totals, approvals that are used up, modes: what a certificate may get wrong. */
const IN_BUILD = /^(stores|delegation|approvals|totals|used-up|modes-approved|break-glass|people|possible-within)\./;

test('of the policies that test the checker, no claim that is broken has a certificate', async () => {
    const counts = { broken: 0, proven: 0, open: 0 };
    const wrong: string[] = [];
    for (const [folder, name] of partOf(
        FOLDERS.flatMap((folder) => readdirSync(folder).map((name) => [folder, name] as const)),
        ([_, name]) => IN_BUILD.test(name)
    )) {
        const text = readFileSync(new URL(name, folder), 'utf8');
        const expected = [...text.matchAll(/^\/\/= (?:slow: )?(.*)$/gm)].map(([_, verdict]) => verdict!);
        const accepted = proven(await policyOf(text));
        for (const [claim, verdict] of expected.entries()) {
            const isBroken = /^(violated|witnessed)/.test(verdict);
            const isExact = /^(holds(?! in scope)|vacuous|impossible)/.test(verdict);
            counts.broken += Number(isBroken);
            counts.proven += Number(isExact && accepted.has(claim));
            counts.open += Number(isExact && !accepted.has(claim));
            if (isBroken && accepted.has(claim)) {
                wrong.push(`${name}: claim ${claim}`);
            }
        }
    }
    expect(wrong).toEqual([]);
    expect(counts.broken).toBeGreaterThan(50);
    // The others are about values of one key, parts of texts, types, ages, clocks, assumptions, or what stays possible.
    expect(counts.proven).toBeGreaterThan(counts.open);
});

test('a count has no fractions', async () => {
    const policy = await policyOf(`policy P
server s { tool look()   tool pay() }
agent a
allow a: s.*
deny s.pay when count(s.look) >= 1.5
claim "two": never s.pay when count(s.look) > 1
claim "one": never s.pay when count(s.look) > 0.5
`);
    expect([...proven(policy)]).toEqual([0]);
});
