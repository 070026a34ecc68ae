/** The result of comparing two policies: plain data, for reports and tests. */
import type { Decision } from '../../model/session/session.js';
import type { Basis, RuleReference, Trace } from './result.js';

/** Only `verdict.ts` creates one. */
export type DifferenceWord = 'equivalent' | 'equivalent in scope' | 'differs' | 'undecided';

/** The decision of one policy on the last call of a session. */
export interface SideDecision {
    readonly decision: Decision['kind'];
    readonly by: Decision['by'];
    readonly rules: readonly RuleReference[];
    /** `denied by line 9`. */
    readonly text: string;
}

/** A session on which all earlier decisions of the two policies agree, but the last does not. */
export interface Difference {
    /** `denied -> allowed`. */
    readonly change: string;
    readonly tool: string;
    readonly old: SideDecision;
    readonly new: SideDecision;
    /** The session under the new policy. */
    readonly trace: Trace;
}

export interface InventoryDifference {
    readonly what: 'tool' | 'parameter' | 'agent' | 'human' | 'label' | 'event';
    /** `server.tool`, `server.tool(param)`, or a name. */
    readonly name: string;
    readonly in: 'old' | 'new' | 'both';
    /** No session in the comparison calls it. */
    readonly isLeftOut: boolean;
    /** One sentence. */
    readonly text: string;
}

export interface DifferenceResult {
    readonly verdict: DifferenceWord;
    /** One sentence. */
    readonly explanation: string;
    /** The shortest session for each change and deciding rules, shortest first. */
    readonly differences: readonly Difference[];
    /** The reason why not every kind of difference was searched for, or why the differences found may not be all. */
    readonly incomplete: readonly string[];
    /** The elements that only one of the inventories has. */
    readonly apart: readonly InventoryDifference[];
    readonly basis: Basis;
}
