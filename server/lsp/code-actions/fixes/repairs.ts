/**
 * Changes of the rules with which a violated claim holds, each confirmed by the checker. Looking for them takes seconds: it
 * begins when the author asks for fixes, not for a light bulb, and goes on when the request does not wait for it.
 */
import type { CancellationToken } from 'vscode-languageserver';
import { CancellationTokenSource, CodeActionTriggerKind, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { ClaimResult } from '../../../checker/result.js';
import type { Repair, RepairResult } from '../../../repair/index.js';
import { rangeOf } from '../../anchors.js';
import { capital } from '../../source-text.js';
import type { Problem } from '../place.js';
import type { Changes, Proposal } from '../proposal.js';
import { claimResults } from '../results.js';
import type { Fix } from './fix.js';

/** How long a request for fixes waits; what comes later is there for the next, and for the action that waits for it. */
const PATIENCE_MS = 2_500;

const confirmed: Fix = {
    codes: ['GR590'],
    summary: 'Change the rules so that the claim holds: repairs that the checker has confirmed',
    propose: async (problem) => {
        const broken = claimResults(problem).filter(({ verdict }) => verdict === 'violated');
        return (await Promise.all(broken.map((claim) => repairsOf(problem, claim)))).flat();
    }
};

async function repairsOf(problem: Problem, claim: ClaimResult): Promise<Proposal[]> {
    const { Repairs } = problem.services.editing;
    const { known } = problem;
    if (!known?.result || !Repairs.isAvailable) {
        return [];
    }
    const { uri, result } = known;
    const search = (token: CancellationToken): Promise<RepairResult | undefined> =>
        Repairs.find(uri, result, claim, token);
    const isAsked = problem.triggerKind !== CodeActionTriggerKind.Automatic;
    const found = Repairs.get(result, claim) ?? (isAsked ? await within(PATIENCE_MS, search) : undefined);
    return found ? found.repairs.map(proposal) : [later(claim, search)];
}

/** For whom the search is not done yet: the best repair, once it is. */
function later(claim: ClaimResult, search: (token: CancellationToken) => Promise<RepairResult | undefined>): Proposal {
    return {
        title: `Look for a change of the rules with which ${JSON.stringify(claim.name)} holds`,
        changes: async (token) => {
            const found = await search(token);
            const [best] = found?.repairs ?? [];
            if (!best) {
                throw new ResponseError(LSPErrorCodes.RequestFailed, found?.reason ?? 'The search was given up.');
            }
            return changesOf(best);
        }
    };
}

function proposal(repair: Repair): Proposal {
    return { title: titleOf(repair), changes: changesOf(repair) };
}

/** What to do, and all that it does. */
function titleOf({ text, verdict, alsoRepairs, changes, isComplete }: Repair): string {
    const also =
        alsoRepairs.length > 0 ? `, and so ${alsoRepairs.length > 1 ? 'do' : 'does'} ${list(alsoRepairs)}` : '';
    const more = isComplete ? '' : ' and perhaps more';
    return `${capital(text)} (${verdict} after this change${also}; changes ${changes.join(', ') || 'nothing'}${more})`;
}

function list(names: readonly string[]): string {
    return names.map((name) => JSON.stringify(name)).join(', ');
}

function changesOf({ edits }: Repair): Changes {
    return edits.map(({ source, text }) => ({ uri: source.uri, range: rangeOf(source), text }));
}

/** Undefined if it takes longer; it goes on then. */
async function within<T>(
    milliseconds: number,
    search: (token: CancellationToken) => Promise<T | undefined>
): Promise<T | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => resolve(undefined), milliseconds);
    });
    try {
        return await Promise.race([search(new CancellationTokenSource().token), late]);
    } finally {
        clearTimeout(timer);
    }
}

export const repairs: readonly Fix[] = [confirmed];
