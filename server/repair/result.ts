/** Changes of the rules that repair a violated claim: plain data, for reports and for editors. */
import type { AcrossSessions, VerdictWord } from '../checker/results/result.js';
import type { Source } from '../model/policy/policy.js';

/** A text edit. */
export interface TextEdit {
    /** The range that is replaced; empty for an insertion. */
    readonly source: Source;
    readonly text: string;
}

export interface Repair {
    /** A description of the change in one line: `add: deny web.fetch when carries private`. */
    readonly text: string;
    /** The edits in text order, without overlaps. */
    readonly edits: readonly TextEdit[];
    /** The number of rules that are changed, added or removed. */
    readonly rules: number;
    /** The verdict on the repaired claim for people, such as `holds in one session`. */
    readonly word: string;
    /** The verdict on the repaired claim: `holds`, or `holds in scope` with the scopes. */
    readonly verdict: 'holds' | 'holds in scope';
    readonly scopes: readonly string[];
    /** The verdict if the agents may open further sessions; undefined if the claim has no second line. */
    readonly acrossSessions?: Pick<AcrossSessions, 'verdict'>;
    /** Other claims that come out better with the repair. */
    readonly alsoRepairs: readonly string[];
    /**
     * Scenarios that demonstrate what the claim forbids, and that pass now: every repair of the claim has to change
     * them too.
     */
    readonly contradicts: readonly string[];
    /** The decisions that the repair changes, such as `mail.send: allowed -> denied`. */
    readonly changes: readonly string[];
    /** The permanent losses, as sentences without a full stop, such as `clerk can never call bank.pay`. */
    readonly lost: readonly string[];
    /** The possible permanent losses, for which the search gave no answer. */
    readonly perhapsLost: readonly string[];
    /** True if all changed decisions were found. */
    readonly isComplete: boolean;
}

export interface RepairResult {
    readonly claim: string;
    readonly source: Source;
    /** The verdict without a repair; with `holds` and `holds in scope`, a second session breaks the claim. */
    readonly verdict: VerdictWord;
    /** The repairs, best first; at most three. */
    readonly repairs: readonly Repair[];
    /** The number of changes that were checked. */
    readonly tried: number;
    /** The reason why there is no repair, in a sentence. */
    readonly reason?: string;
}
