/** Changed policies that wait for a person. The extension bundles this file. */
import type { Answerer } from './who-answers.js';

/** A changed policy that waits for a person. */
export interface PolicyChange {
    /** The digest of the text that the person confirms. */
    readonly digest: string;
    /** What it decides differently from the policy in force, as `guardrail diff` says it. */
    readonly difference: string;
}

/** The part of a gateway that shows changed policies to people. */
export interface PolicyChanges {
    readonly change: () => Promise<PolicyChange | undefined>;
    /**
     * Enforces the changed policy with this digest, which the person has seen. Rejects with GR997 if the person must prove
     * who they are, or if the files have another policy now, or one that cannot be enforced.
     */
    readonly confirm: (digest: string, by: Answerer) => Promise<void>;
}

/**
 * The name by which a person confirms a changed policy. It has the whole digest, because somebody who writes policies finds
 * two whose digests begin with the same dozen characters.
 */
export function changeName(digest: string): string {
    return `policy-${digest.replace('sha256:', '')}`;
}
