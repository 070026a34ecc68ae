/**
 * The certificates that `guardrail check --certificate` writes and `guardrail-verify` checks (docs/certificates.md).
 * Whenever the shapes change, so does `format`. `npm run schemas` writes their JSON schema from these types.
 */

/** The certificates of one policy. */
export interface Certificates {
    readonly format: 'guardrail-certificates/4';
    /** The name of the policy. */
    readonly policy: string;
    readonly certificates: readonly Certificate[];
    /** The claims with an exact verdict that has no certificate. */
    readonly without: readonly Uncertified[];
}

interface OfClaim {
    /** The number of the claim in the policy, from 0. */
    readonly claim: number;
    readonly name: string;
    readonly verdict: 'holds' | 'impossible';
}

export interface Uncertified extends OfClaim {
    readonly reason: string;
}

/** The proof that no choice of truth values for the conditions of the policy breaks the claim. */
export interface Certificate extends OfClaim {
    /**
     * The conditions that the proofs choose values for, each as the JSON pointer (RFC 6901) to one of its places: in the policy, or, if
     * it begins with `/bad/`, in what has to be proven for the claim.
     */
    readonly conditions: readonly string[];
    /** The histories that the proof distinguishes; absent if the proof is the same after every history. */
    readonly history?: History;
    /**
     * Calls that the rules stop in some states, so that no history continues with their release; absent without a
     * history.
     */
    readonly stopped?: readonly Case[];
    /**
     * A proof for each call that the claim is about, in each state of the history; for a `possible`, for each call that may complete
     * one of its steps; absent for an `always`.
     */
    readonly cases?: readonly Case[];
    /** For a `possible`, the number of the step that is never completed. */
    readonly step?: number;
    /** Comparisons that no release makes false: all that an `always` asks for, or bounds from which other proofs follow. */
    readonly kept?: readonly Kept[];
}

export interface Kept {
    /** The place of the comparison in the claim, of its opposite, or of the opposite for the sum of a total and something else. */
    readonly place: string;
    /** A proof for each call that it counts, in each state of the history: the rules stop it if the comparison would become false. */
    readonly cases: readonly Case[];
}

/** Every combination of values that these parts of the history can have. */
export interface History {
    readonly cells: readonly Cell[];
    /** For each combination, a text with one digit for each cell: 0 for false, 1 for unknown, 2 for true. */
    readonly states: readonly string[];
}

/**
 * The value of a monitor, by its number, for the calls of one agent if the monitor distinguishes agents; or a label of an agent. The value of a
 * monitor with keys, or of a recorder, is the greatest that it has for any key.
 */
export type Cell =
    | { readonly monitor: number; readonly agent?: number }
    | { readonly recorder: number }
    /** With `ever`, the cell stays true after the label was cleared. */
    | { readonly label: number; readonly agent: number; readonly ever?: true };

/** Calls with the same proof, each as the number of a tool and the number of an agent. */
export interface Case {
    /** The numbers of the states of the history; absent without a history. */
    readonly states?: readonly number[];
    readonly calls: readonly (readonly [tool: number, agent: number])[];
    readonly proof: Proof;
}

export type Proof = Split | Closed;

/** A proof for each value that the condition with this number can have: all three, unless the state of the history excludes one. */
export interface Split {
    readonly condition: number;
    readonly false?: Proof;
    readonly unknown?: Proof;
    readonly true?: Proof;
}

/** The reason why no call with the values chosen so far breaks the claim. */
export type Closed =
    /** The claim does not judge such a call, or the call cannot break it. */
    | 'claim'
    /** No `allow` certainly applies. */
    | 'no allow'
    /** The decision is the one that the claim requires. */
    | 'decision'
    /**
     * This rule, a `deny` or a `require`, denies the call; it requires approvals, and the claim says `without approval`, or its conditions
     * `approved by` show that too few people gave one; or it withholds the result that the claim is about.
     */
    | { readonly denies: number }
    /** No call has these values of the conditions with these numbers. */
    | { readonly excludes: readonly number[] };
