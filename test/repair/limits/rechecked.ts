/**
 * Finds the problems with a proposed repair: it is applied to the text, and all of its statements are checked again,
 * with the usual limits.
 */
import { checkPolicy } from '../../../server/checker/check.js';
import { differenceOf } from '../../../server/checker/difference/index.js';
import type { VerdictWord } from '../../../server/checker/results/result.js';
import type { Policy } from '../../../server/model/policy/policy.js';
import type { Repair } from '../../../server/repair/index.js';
import { edited, policyOf } from '../repairs.js';
import type { Original } from './pieces.js';

interface Rechecked {
    readonly claims: ReadonlyMap<string, VerdictWord>;
    readonly failed: readonly string[];
    /** The decisions that change; undefined if not all of them were found. */
    readonly changes: readonly string[] | undefined;
    readonly isAboutRules: boolean;
}

/** The results by the changed text, because several limits leave the same repairs. */
const known = new Map<string, Promise<Rechecked>>();

/** @param claim the repaired claim */
export async function wrongsOf(original: Original, claim: string, repair: Repair): Promise<string[]> {
    const text = edited(original.text, repair);
    const found = known.get(text) ?? recheck(original, text);
    known.set(text, found);
    const { claims, failed, changes, isAboutRules } = await found;
    const verdict = claims.get(claim);
    const before = new Map(original.result.claims.map((one) => [one.name, one.verdict]));
    const others = [...before].filter(([name]) => name !== claim);
    const isBetter = (name: string): boolean => worth(claims.get(name)) > worth(before.get(name));
    return [
        ...(isAboutRules ? [] : ['it changes more than rules']),
        ...(verdict === 'holds' || (verdict === 'holds in scope' && repair.verdict === verdict)
            ? []
            : [`it is ${verdict}`]),
        ...(worth(repair.verdict) > 0 ? [] : [`it says ${repair.verdict}`]),
        ...others
            .filter(([name, was]) => claims.get(name) !== was && !isBetter(name))
            .map(([name, was]) => `"${name}" was ${was}, and is ${claims.get(name)}`),
        ...repair.alsoRepairs.filter((name) => !isBetter(name)).map((name) => `"${name}" is not better`),
        ...failed.filter((name) => !repair.contradicts.includes(name)).map((name) => `"${name}" fails`),
        ...(changes ? repair.changes.filter((change) => !changes.includes(change)) : []),
        ...(repair.isComplete && changes?.length !== repair.changes.length ? ['not all that it changes is said'] : [])
    ];
}

async function recheck(original: Original, text: string): Promise<Rechecked> {
    const policy = await policyOf(text, original.path);
    const { claims, scenarios } = checkPolicy(policy);
    const passed = new Set(original.result.scenarios.filter((one) => one.passed).map(({ name }) => name));
    const { verdict, incomplete, differences } = differenceOf(original.policy, policy);
    const isAll = verdict === 'equivalent' || (verdict === 'differs' && incomplete.length === 0);
    return {
        claims: new Map(claims.map((one) => [one.name, one.verdict])),
        failed: scenarios.filter((one) => !one.passed && passed.has(one.name)).map(({ name }) => name),
        changes: isAll ? [...new Set(differences.map(({ tool, change }) => `${tool}: ${change}`))] : undefined,
        isAboutRules: besideRules(original.policy, original.text) === besideRules(policy, text)
    };
}

function worth(verdict: VerdictWord | undefined): number {
    switch (verdict) {
        case 'holds':
        case 'witnessed':
            return 2;
        case 'holds in scope':
        case 'not witnessed in scope':
            return 1;
        default:
            return 0;
    }
}

/** The inventory, and the texts of the claims and scenarios. */
function besideRules({ agents, humans, tools, claims, scenarios }: Policy, text: string): string {
    const lines = text.split('\n');
    const written = [...claims, ...scenarios].map(({ name, source: { start, end } }) => [
        name,
        ...lines.slice(start.line, end.line + 1)
    ]);
    return JSON.stringify([agents, humans, tools, written], (key, value: unknown) =>
        key === 'source' ? undefined : value
    );
}
