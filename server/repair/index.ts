/**
 * Repair: changes of the rules that make a claim hold which a session breaks, or only a second session. Changes are made
 * as text (from the claim, from the counterexample, from the rules that let it through), and each changed text is read
 * and checked again as a whole: the claim holds, no other claim comes out worse, and the scenarios pass except those
 * that demonstrate what the claim forbids. At most three repairs are proposed, those that newly deny least first; if any is known that holds across
 * sessions, too, it is one of them.
 *
 * A command, or the worker of an editor, calls it claim by claim:
 *
 * const editor = await PolicyEditor.open(uri, text, files); // once for a text; it has the language services const
 * result = await repairsOf(editor, policy, checked, claim, { timeoutMs: 2_000, isCancelled });
 *
 * `policy` is the lowered text, `checked` the result of `checkPolicy` for it, `claim` one of its claims that a session
 * breaks. It yields between two changes, so that other work of the thread gets its turn. It polls `isCancelled` there and
 * within each search, and keeps no state between calls. After `timeoutMs` it proposes what it has found.
 */
import { Budget, CheckCancelled, look, tryWithin } from '../checker/limits/budget.js';
import type { ExploreOptions } from '../checker/search/breadth-first.js';
import type { ClaimResult, Limits, PolicyResult } from '../checker/results/result.js';
import { isBrokenBySecondSession, isOpenAcrossSessions, wordOf } from '../checker/results/verdict-words.js';
import { DEFAULT_LIMITS } from '../checker/results/default-limits.js';
import type { Policy, Position } from '../model/policy/policy.js';
import { changesFor } from './candidates.js';
import type { Replacement } from './change.js';
import type { PolicyEditor } from './editor.js';
import { repairLimit } from './limits.js';
import { LossFinder } from './losses.js';
import { harmOf, ranked, type RankedChange, type AcceptedChange } from './ranking.js';
import { reasonOf } from './reason.js';
import type { RepairResult, TextEdit } from './result.js';
import { Trials, type RejectedTrial } from './trial.js';
import type { FileSystemProvider, URI } from 'langium';

export type * from './result.js';
export { PolicyEditor } from './editor.js';
export * from './tune.js';

export interface RepairOptions {
    /** The time for one claim, in milliseconds: the repairs found by then are proposed. The default is 30 s. */
    readonly timeoutMs?: number;
    /**
     * The limits of each search for one change: larger searches propose nothing. The default is 3 s and 200,000 states.
     */
    readonly limits?: Limits;
    /** Polled often; once it returns true, `CheckCancelled` is thrown. */
    readonly isCancelled?: () => boolean;
}

/**
 * @param baseline the result of checking the unchanged policy
 * @param claim a claim of the baseline that is to be repaired (`needsRepair`)
 */
export async function repairsOf(
    editor: PolicyEditor,
    policy: Policy,
    baseline: PolicyResult,
    claim: ClaimResult,
    options: RepairOptions = {}
): Promise<RepairResult> {
    const { timeoutMs = repairLimit('repairTime') } = options;
    const { limits = usualLimits(), isCancelled } = options;
    const most = repairLimit('proposedRepairs');
    const explore: ExploreOptions = { limits, ...(isCancelled && { isCancelled }) };
    const total = new Budget({ milliseconds: timeoutMs, work: repairLimit('repairWork') }, isCancelled);
    /** Undefined if there was no time or work left for it. */
    const inTime = <T>(work: () => T): T | undefined =>
        tryWithin(
            total,
            () => {
                look();
                return work();
            },
            () => undefined
        );
    const losses = new LossFinder(policy, explore);
    const accepted: AcceptedChange[] = [];
    const rejected: RejectedTrial[] = [];
    let isLate = false;
    let untried = 0;
    /** Tries changes until there are enough without a permanent loss: as long as all have one, another may be better. */
    const tryChanges = async (isAcross: boolean, isEnough: () => boolean): Promise<void> => {
        const { changes, isAll } = changesFor(editor, policy, claim, isAcross);
        const trials = new Trials(policy, baseline, claim, explore, isAcross);
        untried += isAll ? 0 : 1;
        for (const [index, change] of changes.entries()) {
            isLate = total.isSpent();
            if (isEnough() || isLate) {
                untried += changes.length - index;
                break;
            }
            if (isCancelled?.()) {
                throw new CheckCancelled();
            }
            const policyWith = await editor.policyWith(change.replacements);
            const tried = inTime(() => trials.tryChange(change, policyWith));
            const weighed = tried?.kind === 'accepted' && inTime(() => ({ ...tried, ...losses.of(tried.policy) }));
            if (weighed) {
                accepted.push(weighed);
            } else if (tried?.kind === 'rejected') {
                rejected.push(tried);
            } else {
                untried++;
            }
        }
    };
    const harmless = (): AcceptedChange[] => accepted.filter((one) => harmOf(one) === 0);
    const isViolated = claim.verdict === 'violated';
    await tryChanges(!isViolated, () => harmless().length >= most);
    if (isViolated && accepted.some(isForOneSession) && accepted.every(isForOneSession)) {
        await tryChanges(true, () => harmless().some((one) => !isForOneSession(one)));
    }
    const { milliseconds, work } = total.left;
    const forRanking = new Budget(
        {
            milliseconds: Math.max(milliseconds, timeoutMs / RANKING),
            work: Math.max(work, repairLimit('repairWork') / RANKING)
        },
        isCancelled
    );
    const others = baseline.claims.filter((one) => one.name !== claim.name && isWrong(one)).length;
    const all = ranked(policy, accepted, others, explore, forRanking);
    const firm = all.findIndex((one) => !isForOneSession(one));
    const repairs = all.filter((_, index) => (firm < most ? index < most : index < most - 1 || index === firm));
    return {
        claim: claim.name,
        source: claim.usedAt ?? claim.source,
        verdict: claim.verdict,
        repairs: repairs.map((repair) => ({
            text: repair.change.text,
            word: wordOfRepair(repair),
            edits: editsOf(repair, editor),
            rules: repair.change.rules,
            verdict: repair.verdict,
            scopes: repair.scopes,
            ...(repair.acrossSessions && { acrossSessions: repair.acrossSessions }),
            alsoRepairs: repair.alsoRepairs,
            contradicts: repair.contradicts,
            changes: repair.changes,
            lost: repair.lost,
            perhapsLost: repair.perhapsLost,
            isComplete: repair.isComplete
        })),
        tried: accepted.length + rejected.length,
        ...(repairs.length === 0 && { reason: reasonOf(rejected, { isAny: untried > 0, isLate }) })
    };
}

/** The extra share of both for comparing the repairs that were found. */
const RANKING = 10;

function wordOfRepair(repair: AcceptedChange): string {
    const word = wordOf(repair);
    const isPartly = repair.verdict === 'holds in scope' && isBrokenBySecondSession(repair);
    const more = isPartly ? ', in one session' : isOpenAcrossSessions(repair) ? ', undecided across sessions' : '';
    return `${word}${more}`;
}

/** True if a second session breaks the claim in spite of the change, or may do so. */
function isForOneSession({ acrossSessions }: AcceptedChange): boolean {
    return acrossSessions?.verdict === 'violated' || acrossSessions?.verdict === 'undecided';
}

function isWrong({ verdict }: ClaimResult): boolean {
    return verdict === 'violated' || verdict === 'impossible' || verdict === 'vacuous';
}

function usualLimits(): Limits {
    return {
        ...DEFAULT_LIMITS,
        maxStates: repairLimit('repairStates'),
        maxWork: repairLimit('repairSearchWork')
    };
}

function editsOf({ change }: RankedChange, { original, uri }: PolicyEditor): TextEdit[] {
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

/** The editor's text takes precedence over the file on disk. */
export function overlay(texts: ReadonlyMap<string, string>, disk: FileSystemProvider): FileSystemProvider {
    const has = (uri: URI): boolean => texts.has(uri.toString());
    return {
        stat: (uri) => disk.stat(uri),
        statSync: (uri) => disk.statSync(uri),
        exists: async (uri) => has(uri) || disk.exists(uri),
        existsSync: (uri) => has(uri) || disk.existsSync(uri),
        readBinary: (uri) => disk.readBinary(uri),
        readBinarySync: (uri) => disk.readBinarySync(uri),
        readFile: async (uri) => texts.get(uri.toString()) ?? disk.readFile(uri),
        readFileSync: (uri) => texts.get(uri.toString()) ?? disk.readFileSync(uri),
        readDirectory: (uri) => disk.readDirectory(uri),
        readDirectorySync: (uri) => disk.readDirectorySync(uri)
    };
}
