/**
 * The certificates that `guardrail check --certificate` writes and `guardrail-verify` checks (docs/certificates.md).
 * Whenever the shapes change, so does `format`. `npm run schemas` writes their JSON schema from these types.
 */

/** The certificates of one policy. */
export interface Certificates {
    readonly format: 'guardrail-certificates/1';
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
    /** The conditions that the proofs choose values for, each as the JSON pointer (RFC 6901) to one of its places in the policy. */
    readonly conditions: readonly string[];
    /** The histories that the proof distinguishes; absent if the proof is the same after every history. */
    readonly history?: History;
    /** A proof for each call that the claim is about, in each state of the history. */
    readonly cases: readonly Case[];
    /**
     * Calls that the rules stop in some states, so that no history continues with their release; absent without a
     * history.
     */
    readonly stopped?: readonly Case[];
}

/** Every combination of values that these parts of the history can have. */
export interface History {
    readonly cells: readonly Cell[];
    /** For each combination, a text with one digit for each cell: 0 for false, 1 for unknown, 2 for true. */
    readonly states: readonly string[];
}

/**
 * The value of a monitor, by its number, for the calls of one agent if the monitor distinguishes agents; or a label of
 * an agent.
 */
export type Cell =
    | { readonly monitor: number; readonly agent?: number }
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

/** A proof for each value that the condition with this number can have. */
export interface Split {
    readonly condition: number;
    readonly false: Proof;
    readonly unknown: Proof;
    readonly true: Proof;
}

/** The reason why no call with the values chosen so far breaks the claim. */
export type Closed =
    /** The claim does not judge such a call, or the call cannot break it. */
    | 'claim'
    /** No `allow` certainly applies. */
    | 'no allow'
    /** The decision is the one that the claim requires. */
    | 'decision'
    /** This rule, a `deny` or a `require`, denies the call. */
    | { readonly denies: number }
    /** This rule requires an approval, and according to the claim's condition `approved by` nobody has given it. */
    | { readonly unapproved: number; readonly condition: number }
    /** No call has these values, because one of the two conditions implies the other. */
    | { readonly excludes: readonly [number, number] };
