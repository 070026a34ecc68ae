/** The result of comparing two policies: plain data, for reports and tests. */
import type { Decision } from '../../model/session/session.js';
import type { Source } from '../../model/policy/policy.js';
import type { Basis, ClaimResult, RuleReference, Trace } from './result.js';

/** Only `verdict.ts` creates one. */
export type DifferenceWord = 'equivalent' | 'equivalent in scope' | 'differs' | 'undecided';

/** The decision of one policy on the last call of a session. */
export interface SideDecision {
    readonly decision: Decision['kind'];
    readonly by: Decision['by'];
    readonly rules: readonly RuleReference[];
    /** The decision with its reason, `denied by line 9`. */
    readonly text: string;
}

/** A session in which all decisions of the two policies agree except the last. */
export interface Difference {
    /** The two decisions, `denied -> allowed`. */
    readonly change: string;
    readonly tool: string;
    readonly old: SideDecision;
    readonly new: SideDecision;
    /** The session under the new policy. */
    readonly trace: Trace;
}

export interface InventoryDifference {
    readonly what: 'tool' | 'parameter' | 'agent' | 'human' | 'label' | 'event' | 'other tools';
    /** A name, `server.tool`, or `server.tool(param)`; for `other tools`, the statement. */
    readonly name: string;
    readonly in: 'old' | 'new' | 'both';
    /** True if no session in the comparison calls the tool. */
    readonly isLeftOut: boolean;
    /** The difference in one sentence. */
    readonly text: string;
}

/** What the change does to a statement, by its text or by an implication; sessions show what it does to decisions. */
export interface StatementChange {
    readonly what: 'claim' | 'exception' | 'scenario' | 'assumption' | 'rule' | 'label' | 'trait';
    /** The name of the claim, scenario, label or trait; otherwise the text. */
    readonly name: string;
    /** `looser`: by itself it forbids, claims or tests less. `otherwise`: its text does not show which. */
    readonly effect: 'looser' | 'stricter' | 'otherwise';
    /** The change in a sentence without a full stop. */
    readonly text: string;
    /** In the policy that has the statement, the new one if both have it. */
    readonly source: Source;
    /** The verdict under the new rules of a claim that is gone or weaker, or of the claim that a rule that is gone still stops all that it stopped. */
    readonly result?: ClaimResult;
}

export interface DifferenceResult {
    readonly verdict: DifferenceWord;
    /** The result in one sentence. */
    readonly explanation: string;
    /** A shortest session for each change and the rules that decide it, shortest first. */
    readonly differences: readonly Difference[];
    /** The reason why some kinds of difference were not searched for, or why the differences found may not be all. */
    readonly incomplete: readonly string[];
    /** The elements that only one of the inventories has. */
    readonly apart: readonly InventoryDifference[];
    readonly basis: Basis;
}
