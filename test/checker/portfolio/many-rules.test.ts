/**
 * Tests that many rules for one tool cost a claim no more than the rules that it needs: the claim restates one of them, or
 * is about the rule that is missing. States are counted, because they do not depend on the machine.
 */
import { describe, expect, test } from 'vitest';
import { checkPolicy } from '../../../server/checker/check.js';
import type { ClaimResult } from '../../../server/checker/results/result.js';
import { DEFAULT_LIMITS } from '../../../server/checker/results/default-limits.js';
import { policyOf } from '../../support/policies.js';

/** A rule for each number, and a claim that restates it. */
interface Family {
    readonly rule: (number: number) => string;
    readonly claim: (number: number) => string;
    /** The verdict across sessions of a claim that holds in one. */
    readonly across: 'holds' | 'violated';
    /** True if a session that breaks the claim is one in which all other rules are kept. */
    readonly needsAll?: true;
}

const FAMILIES: Readonly<Record<string, Family>> = {
    'a call before, for one kind': {
        rule: (i) => `require once s.get${i} for s.pay when kind == "k${i}"`,
        claim: (i) => `never s.pay when kind == "k${i}" unless once s.get${i}`,
        across: 'holds'
    },
    'a call before, for all': {
        rule: (i) => `require once s.get${i} for s.pay`,
        claim: (i) => `s.pay requires once s.get${i}`,
        across: 'holds',
        needsAll: true
    },
    'no call before': {
        rule: (i) => `deny s.pay when kind == "k${i}" and once s.get${i}`,
        claim: (i) => `never s.pay when kind == "k${i}" and once s.get${i}`,
        across: 'violated'
    },
    'a condition on the arguments': {
        rule: (i) => `deny s.pay when kind == "k${i}" and amount > ${i + 10}`,
        claim: (i) => `never s.pay when kind == "k${i}" and amount > ${i + 10}`,
        across: 'holds'
    },
    'a window': {
        rule: (i) => `require once s.get${i} within 10m for s.pay when kind == "k${i}"`,
        claim: (i) => `never s.pay when kind == "k${i}" unless once s.get${i} within 10m`,
        across: 'holds'
    },
    'a count': {
        rule: (i) => `deny s.pay when kind == "k${i}" and count(s.get${i}) >= 2`,
        claim: (i) => `never s.pay when kind == "k${i}" and count(s.get${i}) >= 2`,
        across: 'violated'
    },
    'a key': {
        rule: (i) => `require once s.get${i}(to) for s.pay when kind == "k${i}"`,
        claim: (i) => `never s.pay when kind == "k${i}" unless once s.get${i}(to)`,
        across: 'holds'
    },
    'where a value comes from': {
        rule: (i) => `require to from s.get${i}.result.to for s.pay when kind == "k${i}"`,
        claim: (i) => `never s.pay when kind == "k${i}" unless to from s.get${i}.result.to`,
        across: 'holds'
    },
    'a label': {
        rule: (i) => `deny s.pay when kind == "k${i}" and carries l${i}`,
        claim: (i) => `never s.pay when kind == "k${i}" and carries l${i}`,
        across: 'violated'
    },
    'an approval after a call': {
        rule: (i) => `require approval by h for s.pay when once s.get${i}`,
        claim: (i) => `never s.pay after s.get${i} unless approved by h`,
        across: 'violated'
    },
    'an approval for a label': {
        rule: (i) => `require approval by h for s.pay when carries l${i}`,
        claim: (i) => `never s.pay when carries l${i} unless approved by h`,
        across: 'violated'
    },
    'an approval that is history': {
        rule: (i) => `require approval by h for s.pay when kind == "k${i}"`,
        claim: (i) => `never s.pay when kind == "k${i}" unless once approved s.pay by h`,
        across: 'holds'
    }
};

/** @param missing the rule that is left out */
function text({ rule, claim }: Family, size: number, missing?: number): string {
    const numbers = Array.from({ length: size }, (_, index) => index);
    return [
        'policy Many',
        'agent a',
        'human h',
        ...numbers.map((number) => `label l${number}`),
        'server s {',
        ...numbers.map((number) => `tool get${number}(to: string) returns (to: string) reads l${number}`),
        'tool pay(kind: string, to: string, amount: 0..1000)',
        '}',
        'allow a: any tool',
        ...numbers.filter((number) => number !== missing).map(rule),
        `claim "c": ${claim(missing ?? size - 1)}`
    ].join('\n');
}

/** The states of every search for the claim and for its second line. */
function statesOf({ search = [] }: ClaimResult): number {
    return search.flatMap(({ runs }) => runs).reduce((sum, { states }) => sum + states, 0);
}

async function resultOf(family: Family, size: number, missing?: number): Promise<ClaimResult> {
    const policy = await policyOf(text(family, size, missing));
    // A session may not be the shortest one, and the search for a shorter one ends by states, not by time.
    const limits = { ...DEFAULT_LIMITS, maxStates: 500 };
    return checkPolicy(policy, { limits, claim: 'c', explainSearch: true }).claims[0]!;
}

/** The language can distinguish 31 labels. */
const [FEW, MANY] = [6, 30];

describe.each(Object.entries(FAMILIES))('rules that ask for %s', (_, family) => {
    test('one of them restated', async () => {
        const results = [await resultOf(family, FEW), await resultOf(family, MANY)];
        for (const { verdict, acrossSessions } of results) {
            expect([verdict, acrossSessions?.verdict]).toEqual(['holds', family.across]);
        }
        // The number of rules does not matter.
        expect(statesOf(results[1]!)).toBeLessThanOrEqual(statesOf(results[0]!) + MANY);
    });

    test('one of them missing', async () => {
        const results = [await resultOf(family, FEW, 2), await resultOf(family, MANY, 2)];
        for (const [index, { verdict, trace }] of results.entries()) {
            expect(verdict).toBe('violated');
            const size = [FEW, MANY][index]!;
            expect(trace!.steps.length).toBeLessThanOrEqual(family.needsAll ? size : 4);
        }
        if (!family.needsAll) {
            expect(statesOf(results[1]!)).toBeLessThanOrEqual(statesOf(results[0]!) + MANY);
        }
    });
});
