/** What is known of one policy: the latest results, and while a check runs the ones before. */
import type { ClaimResult, PolicyResult } from '../../checker/result.js';
import type { CheckState } from '../protocol.js';
import type { CheckProgress } from './host.js';

export interface PolicyKnowledge {
    readonly uri: string;
    readonly version: number;
    readonly state: CheckState['state'];
    /** The text that `version` has. */
    readonly text: string;
    /** Complete, of `version`: only when `done`. */
    readonly result?: PolicyResult;
    /** Of `version`, as they come while `checking`; all of them when `done`. */
    readonly claims: readonly ClaimResult[];
    readonly progress?: CheckProgress;
    /** The last complete results, shown for a moment while the next are on their way. */
    readonly earlier?: { readonly result: PolicyResult; readonly text: string };
    readonly message?: string;
}

export function toCheckState(known: PolicyKnowledge): CheckState {
    return {
        uri: known.uri,
        version: known.version,
        state: known.state,
        ...(known.result && { result: known.result }),
        ...(known.message !== undefined && { message: known.message })
    };
}
