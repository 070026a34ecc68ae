/**
 * Repair: changes of the rules with which a violated claim holds. Changes are made as text (from what the claim says, from
 * the counterexample, from the rules that let it through), and each is read and checked again as a whole: the claim holds,
 * every other claim keeps its verdict, the scenarios pass. At most three are proposed, those first that newly deny least.
 */
import { CheckCancelled } from '../checker/check.js';
import type { ExploreOptions } from '../checker/explore.js';
import type { ClaimResult, PolicyResult } from '../checker/result.js';
import { DEFAULT_LIMITS } from '../checker/result.js';
import type { Policy, Position } from '../model/policy.js';
import { changesFor } from './candidates.js';
import type { Replacement } from './change.js';
import type { PolicyEditor } from './editor.js';
import type { Ranked } from './ranking.js';
import { ranked } from './ranking.js';
import type { RepairResult, TextEdit } from './result.js';
import type { Accepted, Rejected } from './trial.js';
import { tryChange } from './trial.js';

export type * from './result.js';
export { PolicyEditor } from './editor.js';

export interface RepairOptions {
    /** For one claim, in milliseconds. */
    readonly timeoutMs?: number;
    /** Asked often; `CheckCancelled` is thrown once it says yes. */
    readonly isCancelled?: () => boolean;
}

const TIMEOUT_MS = 30_000;
/** Of one search for one change: a change that needs more is not proposed. */
const SEARCH_MS = 3_000;
const MAX_STATES = 200_000;
/** Good ones that are compared with each other. */
const ENOUGH = 6;
const PROPOSED = 3;

/**
 * @param baseline what a check of the policy as it is came to
 * @param claim of the baseline, violated
 */
export async function repairsOf(
    editor: PolicyEditor,
    policy: Policy,
    baseline: PolicyResult,
    claim: ClaimResult,
    options: RepairOptions = {}
): Promise<RepairResult> {
    const until = Date.now() + (options.timeoutMs ?? TIMEOUT_MS);
    const limits = { ...DEFAULT_LIMITS, maxStates: MAX_STATES, timeoutMs: SEARCH_MS };
    const explore: ExploreOptions = { limits, ...(options.isCancelled && { isCancelled: options.isCancelled }) };
    const changes = changesFor(editor.original, editor.uri, policy, claim);
    const accepted: Accepted[] = [];
    const rejected: Rejected[] = [];
    for (const change of changes) {
        if (accepted.length >= ENOUGH || Date.now() > until) {
            break;
        }
        if (options.isCancelled?.()) {
            throw new CheckCancelled();
        }
        const tried = await tryChange(editor, change, claim, baseline, explore);
        if (tried.kind === 'accepted') {
            accepted.push(tried);
        } else {
            rejected.push(tried);
        }
    }
    const tried = accepted.length + rejected.length;
    const repairs = ranked(policy, accepted, explore).slice(0, PROPOSED);
    return {
        claim: claim.name,
        source: claim.usedAt ?? claim.source,
        repairs: repairs.map((repair) => ({
            text: repair.change.text,
            edits: editsOf(repair, editor),
            rules: repair.change.rules,
            verdict: repair.verdict,
            scopes: repair.scopes,
            alsoRepairs: repair.alsoRepairs,
            changes: repair.changes,
            isComplete: repair.isComplete
        })),
        tried,
        ...(repairs.length === 0 && { reason: reasonOf(rejected, tried < changes.length) })
    };
}

/** Of changes that would do but for something else, the first says most. */
function reasonOf(rejected: readonly Rejected[], isCutShort: boolean): string {
    const nearly = rejected.find(({ because }) => because !== undefined);
    const late = isCutShort ? ' Not all changes were tried: the time was over.' : '';
    if (nearly) {
        return `With \`${nearly.change.text}\` it would hold, but ${nearly.because}.${late}`;
    }
    return rejected.length === 0
        ? `No change of the rules is known for a claim of this kind.${late}`
        : `It holds with none of the ${rejected.length} changes that were tried.${late}`;
}

function editsOf({ change }: Ranked, { original, uri }: PolicyEditor): TextEdit[] {
    return change.replacements.map(({ from, to, text }: Replacement) => ({
        source: { uri, start: positionAt(original.text, from), end: positionAt(original.text, to) },
        text
    }));
}

function positionAt(text: string, offset: number): Position {
    const before = text.slice(0, offset);
    const line = before.split('\n').length - 1;
    return { line, character: offset - (before.lastIndexOf('\n') + 1) };
}
