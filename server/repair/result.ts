/** Changes of the rules that repair a violated claim: plain data, for reports and for editors. */
import type { Source } from '../model/policy/policy.js';

/** A change of a text. */
export interface TextEdit {
    /** The replaced range; empty for an insertion. */
    readonly source: Source;
    readonly text: string;
}

export interface Repair {
    /** The change, in a line: `add: deny web.fetch when carries private`. */
    readonly text: string;
    /** In the order of the text, none overlapping another. */
    readonly edits: readonly TextEdit[];
    /** Rules that are changed, added or taken away. */
    readonly rules: number;
    /** The verdict on the claim with it: `holds`, or `holds in scope` with what that leaves out. */
    readonly verdict: 'holds' | 'holds in scope';
    readonly scopes: readonly string[];
    /** Other claims that come out better with it. */
    readonly alsoRepairs: readonly string[];
    /** Scenarios that show what the claim forbids, and pass now: whatever repairs the claim, they have to change too. */
    readonly contradicts: readonly string[];
    /** The decisions that it changes: `mail.send: allowed -> denied`. */
    readonly changes: readonly string[];
    /** Its permanent losses, in sentences without a full stop: `clerk can never call bank.pay`. */
    readonly lost: readonly string[];
    /** Its possible permanent losses: the search gave no answer. */
    readonly perhapsLost: readonly string[];
    /** All that it decides otherwise was found. */
    readonly isComplete: boolean;
}

export interface RepairResult {
    readonly claim: string;
    readonly source: Source;
    /** The best first; at most three. */
    readonly repairs: readonly Repair[];
    /** Changes that were checked. */
    readonly tried: number;
    /** The reason why there is none, in a sentence. */
    readonly reason?: string;
}
