/** Changes of the rules that repair a violated claim: plain data, for reports and for editors. */
import type { Source } from '../model/policy/policy.js';

/** A text edit. */
export interface TextEdit {
    /** The replaced range; empty for an insertion. */
    readonly source: Source;
    readonly text: string;
}

export interface Repair {
    /** A one-line description of the change: `add: deny web.fetch when carries private`. */
    readonly text: string;
    /** In text order, without overlaps. */
    readonly edits: readonly TextEdit[];
    /** The number of rules that are changed, added or removed. */
    readonly rules: number;
    /** The verdict on the repaired claim: `holds`, or `holds in scope` with the scopes. */
    readonly verdict: 'holds' | 'holds in scope';
    readonly scopes: readonly string[];
    /** Other claims that come out better with it. */
    readonly alsoRepairs: readonly string[];
    /**
     * Scenarios that demonstrate what the claim forbids, and pass now: every repair of the claim has to change them
     * too.
     */
    readonly contradicts: readonly string[];
    /** The decisions that it changes: `mail.send: allowed -> denied`. */
    readonly changes: readonly string[];
    /** Its permanent losses, in sentences without a full stop: `clerk can never call bank.pay`. */
    readonly lost: readonly string[];
    /** Its possible permanent losses: the search gave no answer. */
    readonly perhapsLost: readonly string[];
    /** All changed decisions were found. */
    readonly isComplete: boolean;
}

export interface RepairResult {
    readonly claim: string;
    readonly source: Source;
    /** Best first; at most three. */
    readonly repairs: readonly Repair[];
    /** The number of changes that were checked. */
    readonly tried: number;
    /** The reason why there is no repair, in a sentence. */
    readonly reason?: string;
}
