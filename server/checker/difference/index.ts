/**
 * The difference of two policies (M25). Both read the same attempts, answers and times; as long as their decisions
 * agree they have the same history. A first difference is therefore a difference of the rules for one tool, over a
 * history that both have. Each tool whose rules differ is compared separately, with everything that its rules read
 * (docs/checker.md, "Difference").
 */
import { rulesOf } from '../../model/decide.js';
import type { Policy } from '../../model/policy/policy.js';
import { unsupportedPartsOf } from '../system/unsupported.js';
import type { BoundedLimits } from '../concrete/explore.js';
import { usualLimits } from '../concrete/explore.js';
import { reachOf } from '../reductions/cone.js';
import { joined } from '../conditions/joined.js';
import type { TotalTime } from '../limits/budget.js';
import { look, totalBudget, tryWithin } from '../limits/budget.js';
import type { ExploreOptions } from '../search/breadth-first.js';
import { budgetOf } from '../search/breadth-first.js';
import { CONSTANTS } from '../system/support-table.js';
import type { Basis } from '../results/result.js';
import type { ReplayedCall } from '../traces/replay.js';
import type { FoundSession } from '../traces/found-session.js';
import { callText, decisionText, ruleReference, traceOf } from '../traces/trace.js';
import { represented } from '../system/represented-totals.js';
import { differenceVerdictOf } from '../results/verdict.js';
import { compareConcretely } from './concrete.js';
import type { ComparisonQuestion, ComparisonResult } from './exact.js';
import { compareEach } from './each.js';
import { comparisonOf, compareExactly } from './exact.js';
import { withoutCommonDenials } from './fewer.js';
import type { MergedPolicy } from './merge.js';
import { mergeOf, withPolicy } from './merge.js';
import { plainText } from '../conditions/plain.js';
import type { ReplayedSide } from './replay.js';
import { replayInBoth, replaySide } from './replay.js';
import type { Difference, DifferenceResult, DifferenceWord, SideDecision } from '../results/difference.js';
import { DEFAULT_LIMITS } from '../results/default-limits.js';
import { limitOf } from '../limits/limits.js';

export type * from './inventory.js';
export * from '../results/difference.js';
export * from './statements.js';

export interface DifferenceOptions extends Partial<ExploreOptions> {
    /** The maximum number of sessions to show, each the shortest of its kind; with 1, the search ends at the first. */
    readonly most?: number;
    /** The limits of the search over concrete sessions, for each tool. */
    readonly concrete?: BoundedLimits;
    /** The time left of the whole run; tools that it does not reach are undecided. Without it there is no bound. */
    readonly total?: TotalTime;
}

/** Throws `CheckCancelled` if it was cancelled. Any other exception is a defect of the checker. */
export function differenceOf(old: Policy, young: Policy, options: DifferenceOptions = {}): DifferenceResult {
    const started = performance.now();
    const { most = limitOf('shownDifferences') } = options;
    const total = totalBudget(options.total, options.isCancelled);
    const merged = tryWithin(
        total,
        () => mergeOf(old, young),
        ({ text }) => ({ incomparable: text })
    );
    if ('incomparable' in merged) {
        return resultOf([], [unsearched(merged.incomparable)], [], started, { tools: 0, rules: 0, monitors: 0 });
    }
    const explored = {
        ...options,
        limits: options.limits ?? DEFAULT_LIMITS,
        concrete: options.concrete ?? usualLimits()
    };
    const tools = merged.policy.tools.map((_, tool) => tool).filter((tool) => rulesDiffer(merged, tool));
    const compared: ComparisonResult[] = [];
    const differences: Difference[] = [];
    for (const tool of tools) {
        if (differences.length > 0 && differences.length >= most) {
            break;
        }
        const found = total.run(() =>
            tryWithin(
                budgetOf(explored),
                () => {
                    look();
                    return compareTool(merged, tool, explored, most);
                },
                ({ text }) => unsearched(text)
            )
        );
        compared.push(found);
        differences.push(...found.sessions.map((session) => differenceIn(merged, old, young, session)));
    }
    const areAllCompared = compared.length === tools.length;
    const shown = [...differences].sort((a, b) => a.trace.steps.length - b.trace.steps.length).slice(0, most);
    const slice = { tools: tools.length, rules: merged.policy.rules.length, monitors: merged.policy.monitors.length };
    return resultOf(shown, compared, merged.apart, started, slice, areAllCompared);
}

/**
 * True if the two policies may decide a call of the tool differently over the same history. They may not if they have
 * the same rules for it. A withheld result leaves other labels behind.
 */
function rulesDiffer(merged: MergedPolicy, tool: number): boolean {
    const of = (policy: Policy): string => {
        const rules = rulesOf(policy, tool)
            .filter(({ rule }) => rule.kind !== 'withhold')
            .map(({ rule }) => plainText({ ...rule, subject: { ...rule.subject, tools: rule.subject.tools[tool] } }));
        return plainText([...new Set(rules)].sort());
    };
    return of(merged.old) !== of(merged.new) || withholdsOtherwise(merged);
}

function withholdsOtherwise(merged: MergedPolicy): boolean {
    const withheld = ({ rules }: Policy): string => plainText(rules.filter(({ kind }) => kind === 'withhold'));
    return withheld(merged.old) !== withheld(merged.new);
}

function compareTool(
    merged: MergedPolicy,
    tool: number,
    options: ExploreOptions & { readonly concrete: BoundedLimits },
    most: number
): ComparisonResult {
    const asked = comparisonOf(merged, tool);
    const found = compareFinitely(merged, asked, options, most);
    if (found) {
        return found;
    }
    const fewer = withoutCommonDenials(merged, tool);
    const without = fewer && compareFinitely(fewer.merged, fewer.asked, options, 1);
    return without && isProof(without) && without.sessions.length === 0
        ? without
        : compareConcretely(merged, asked, options, options.concrete, most);
}

/**
 * Compares in the finite system; undefined if it does not represent everything that the rules read, or if the search
 * gives no answer.
 */
function compareFinitely(
    merged: MergedPolicy,
    asked: ComparisonQuestion,
    options: ExploreOptions,
    most: number
): ComparisonResult | undefined {
    const counted = withSums(merged, asked);
    const beyond = unsupportedPartsOf(
        counted.merged.policy,
        counted.asked,
        reachOf(counted.merged.policy, counted.asked)
    );
    const unknown = beyond.filter(({ isSearched }) => !isSearched);
    if (unknown.length > 0) {
        return unsearched(`no search represents ${joined(unknown.map(({ what }) => what))}`);
    }
    const open = beyond.filter(({ what }) => what !== CONSTANTS);
    // A result that only one policy withholds leads to two histories.
    if (open.some(({ isMore }) => !isMore) || withholdsOtherwise(merged)) {
        return undefined;
    }
    // The search covers more sessions than exist. So if it finds no difference, there is none; a difference that it
    // finds may not be a session.
    const isMore = open.length > 0 || counted.merged !== merged;
    const compare = open.length < beyond.length ? compareEach : compareExactly;
    const found = compare(counted.merged, counted.asked, options, isMore ? 1 : most);
    return found && (!isMore || isProof(found)) ? found : undefined;
}

function isProof({ exploration, scopes }: ComparisonResult): boolean {
    return exploration.exhausted && scopes.length === 0;
}

/** Counts and totals become monitors of the finite system as far as possible. */
function withSums(
    merged: MergedPolicy,
    asked: ComparisonQuestion
): { readonly merged: MergedPolicy; readonly asked: ComparisonQuestion } {
    const seen = represented(merged.policy, asked, reachOf(merged.policy, asked));
    if (seen.policy === merged.policy) {
        return { merged, asked };
    }
    return { merged: withPolicy(merged, seen.policy), asked: seen.question };
}

function unsearched(limit: string): ComparisonResult {
    return { sessions: [], exploration: { states: 0, transitions: 0, depth: 0, exhausted: false, limit }, scopes: [] };
}

/** Both policies as written confirm the session, and it is shown with the names of both. */
function differenceIn(merged: MergedPolicy, old: Policy, young: Policy, session: FoundSession): Difference {
    const sides = replayInBoth(merged.policy, old, young, session);
    const [before, after] = [sideOf(old, sides.old), sideOf(young, sides.new)];
    const { steps } = replaySide(merged.policy, merged.new, session);
    const last = steps[steps.length - 1] as ReplayedCall;
    const call = callText(merged.new, last);
    return {
        change: `${before.decision} -> ${after.decision}`,
        tool: merged.new.tools[last.call.tool]!.name,
        old: before,
        new: after,
        trace: traceOf(merged.new, steps, {
            shown: session.shown,
            judgesLast: true,
            summary: `${call} is ${after.text}; under the old policy it is ${before.text}.`
        })
    };
}

function sideOf(policy: Policy, { decision }: ReplayedSide): SideDecision {
    return {
        decision: decision.kind,
        by: decision.by,
        rules: decision.rules.map((rule) => ruleReference(policy.rules[rule]!)),
        text: decisionText(policy, decision)
    };
}

function resultOf(
    differences: readonly Difference[],
    compared: readonly ComparisonResult[],
    apart: DifferenceResult['apart'],
    started: number,
    slice: Basis['slice'],
    areAllCompared = true
): DifferenceResult {
    const sum = (of: (exploration: ComparisonResult['exploration']) => number): number =>
        compared.reduce((total, { exploration }) => total + of(exploration), 0);
    const leftOut = apart.filter(({ isLeftOut }) => isLeftOut).map(({ text }) => text);
    const scopes = [...new Set([...compared.flatMap((one) => one.scopes), ...leftOut])];
    const limits = compared.flatMap(({ exploration }) => exploration.limit ?? []);
    const exhausted = areAllCompared && compared.every(({ exploration }) => exploration.exhausted);
    const verdict = differenceVerdictOf({ session: differences.length > 0, exhausted, scopes });
    const more = exhausted ? [] : limits.length > 0 ? limits : [`only the first ${differences.length} are shown`];
    return {
        verdict,
        explanation: explanationOf(verdict, differences, scopes, limits),
        differences,
        incomplete: differences.length > 0 ? [...more, ...scopes] : [],
        apart,
        basis: {
            by: differences.length > 0 ? 'session' : 'search',
            states: sum(({ states }) => states),
            transitions: sum(({ transitions }) => transitions),
            depth: Math.max(0, ...compared.map(({ exploration }) => exploration.depth)),
            exhausted,
            scopes: differences.length > 0 ? [] : scopes,
            ...(limits[0] !== undefined && { limit: limits[0] }),
            slice,
            milliseconds: performance.now() - started
        }
    };
}

function explanationOf(
    verdict: DifferenceWord,
    differences: readonly Difference[],
    scopes: readonly string[],
    limits: readonly string[]
): string {
    switch (verdict) {
        case 'equivalent':
            return 'No session of any length distinguishes the two policies.';
        case 'equivalent in scope':
            return `No session was found that distinguishes them, with this left out: ${scopes.join('; ')}.`;
        case 'undecided':
            return `It was not decided: ${limits[0] ?? 'the search was stopped'}.`;
        case 'differs': {
            const changes = [...new Set(differences.map(({ change }) => change))];
            return `They decide differently: ${joined(changes)}.`;
        }
    }
}
