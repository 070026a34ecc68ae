/** One change, checked: the claim holds with it, and nothing else that was right is wrong. */
import { answerTo } from '../checker/claims.js';
import type { ExploreOptions } from '../checker/explore.js';
import type { ClaimResult, PolicyResult, VerdictWord } from '../checker/result.js';
import { runScenario } from '../checker/scenarios.js';
import type { Policy } from '../model/policy.js';
import type { Change } from './change.js';
import type { PolicyEditor } from './editor.js';

export interface Accepted {
    readonly kind: 'accepted';
    readonly change: Change;
    readonly policy: Policy;
    readonly verdict: 'holds' | 'holds in scope';
    readonly scopes: readonly string[];
    readonly alsoRepairs: readonly string[];
}

export interface Rejected {
    readonly kind: 'rejected';
    readonly change: Change;
    /** The claim holds with it, but for this. Absent: it does not hold. */
    readonly because?: string;
}

export async function tryChange(
    editor: PolicyEditor,
    change: Change,
    claim: ClaimResult,
    baseline: PolicyResult,
    options: ExploreOptions
): Promise<Accepted | Rejected> {
    const policy = await editor.policyWith(change.replacements);
    const changed = policy?.claims.find(({ name }) => name === claim.name);
    const answer = changed && answerTo(policy!, changed, options);
    if (!policy || (answer?.verdict !== 'holds' && answer?.verdict !== 'holds in scope')) {
        return { kind: 'rejected', change };
    }
    const because = failedScenario(policy, baseline);
    if (because !== undefined) {
        return { kind: 'rejected', change, because };
    }
    const alsoRepairs: string[] = [];
    for (const other of baseline.claims.filter(({ name }) => name !== claim.name)) {
        const same = policy.claims.find(({ name }) => name === other.name);
        const verdict = same && answerTo(policy, same, options).verdict;
        if (verdict === undefined || !keeps(other.verdict, verdict)) {
            return { kind: 'rejected', change, because: `"${other.name}" would be ${verdict ?? 'gone'}` };
        }
        if (verdict !== other.verdict) {
            alsoRepairs.push(other.name);
        }
    }
    return { kind: 'accepted', change, policy, verdict: answer.verdict, scopes: answer.scopes, alsoRepairs };
}

/** The first of those that passed. */
function failedScenario(policy: Policy, baseline: PolicyResult): string | undefined {
    const passed = new Set(baseline.scenarios.filter((scenario) => scenario.passed).map(({ name }) => name));
    for (const scenario of policy.scenarios.filter(({ name }) => passed.has(name))) {
        const result = runScenario(policy, scenario);
        const step = result.steps.find((one) => !one.passed);
        if (!result.passed && step) {
            return `the scenario "${scenario.name}" would fail at \`${step.text}\``;
        }
    }
    return undefined;
}

/** The same, or what its author wants. */
function keeps(before: VerdictWord, now: VerdictWord): boolean {
    const isOpen = before === 'violated' || before === 'impossible' || before === 'vacuous' || before === 'undecided';
    const isBetter =
        (now === 'holds' && (isOpen || before === 'holds in scope')) ||
        (now === 'holds in scope' && isOpen) ||
        (now === 'witnessed' && (isOpen || before === 'not witnessed in scope'));
    return now === before || isBetter;
}
