/**
 * Compares the calls of one tool in the finite system. Tools with keys are compared in two systems, as claims are
 * (`portfolio/exact.ts`).
 */
import { allAllowed } from '../questions/own.js';
import type { DecisionQuestion } from '../questions/question.js';
import { FALSE, mayBe, TRUE } from '../../model/policy/truth.js';
import { conditionsOf } from '../conditions/walk.js';
import { actionsOf } from '../system/actions.js';
import type { ExploreOptions, Exploration } from '../search/breadth-first.js';
import { explore } from '../search/breadth-first.js';
import { pathSession } from '../portfolio/exact.js';
import type { FoundSession } from '../traces/found-session.js';
import type { Slice } from '../reductions/slice.js';
import { sliceFor, withScope } from '../reductions/slice.js';
import type { TimedActs } from '../system/successors.js';
import type { MergedPolicy } from './merge.js';
import { Requirements } from './requirements.js';
import { DifferenceSystem } from './system.js';
import { trackedInTurn } from '../reductions/tracked-values.js';
import { limitOf } from '../limits/limits.js';
import { neededValues } from '../reductions/needed-key-values.js';

export type ComparisonQuestion = DecisionQuestion;

export interface ComparisonResult {
    /** A shortest session for each kind of difference. */
    readonly sessions: readonly FoundSession[];
    readonly exploration: Pick<Exploration<unknown>, 'states' | 'transitions' | 'depth' | 'exhausted' | 'limit'>;
    readonly scopes: readonly string[];
}

/**
 * The part of the policies that the comparison of a tool reads: the rules of both policies for the tool, and everything
 * that these rules read. It is computed for every call.
 */
export function comparisonOf({ policy }: MergedPolicy, tool: number): ComparisonQuestion {
    const conditions = policy.rules
        .filter((rule) => rule.audit !== true && mayBe(rule.subject.tools[tool]!))
        .flatMap(conditionsOf);
    const { name } = policy.tools[tool]!;
    return allAllowed(
        { name, text: name, source: policy.source },
        { tools: policy.tools.map((_, index) => (index === tool ? TRUE : FALSE)), text: name },
        { op: 'or', args: [{ op: 'constant', value: TRUE }, ...conditions] }
    );
}

/** Undefined if a part that distinguishes the policies cannot be explored here. */
export function compareExactly(
    merged: MergedPolicy,
    asked: ComparisonQuestion,
    options: ExploreOptions,
    kinds: number
): ComparisonResult | undefined {
    const slice = sliceFor(merged.policy, asked);
    const found = slice.grounding.isKeyed
        ? compareKeyed(merged, slice, options, kinds)
        : compareSlice(merged, slice, options, kinds);
    const sessions = found?.paths.flatMap((path) => pathSession(merged.policy, found.slice, path) ?? []);
    // A path without a session does not show that a session exists.
    return found && sessions?.length === found.paths.length ? { ...found, sessions } : undefined;
}

interface SearchResult {
    readonly slice: Slice;
    readonly paths: readonly (readonly TimedActs[])[];
    readonly exploration: ComparisonResult['exploration'];
    readonly scopes: readonly string[];
}

function compareKeyed(
    merged: MergedPolicy,
    slice: Slice,
    options: ExploreOptions,
    kinds: number
): SearchResult | undefined {
    const { question } = slice;
    const needed = question.goal === 'decision' ? slice.grounding.neededFor(question.when, question.subject.tools) : 1;
    const { isSymmetric } = slice.grounding;
    let few: SearchResult | undefined;
    for (const tracked of trackedInTurn('comparison', { needed, isSymmetric })) {
        // If untracked values may be anything, a path is not yet a session.
        const found = compareSlice(merged, withScope(slice, tracked), options, tracked.others ? 1 : kinds);
        if (tracked.others) {
            if (found?.exploration.exhausted) {
                return found;
            }
            continue;
        }
        few = found;
        if (!few || few.paths.length > 0 || !few.exploration.exhausted) {
            break;
        }
    }
    const mostAlone = limitOf('comparedKeysAlone');
    const counted = neededValues(merged.policy, slice.question, slice.reach);
    const isNarrow = few?.exploration.exhausted === true && few.paths.length === 0 && counted > mostAlone;
    const limit = `keys had at most ${mostAlone} different values, and it may take ${counted} to count so many`;
    return (
        few && {
            ...few,
            scopes: [...few.scopes, 'keys have a few different values'],
            ...(isNarrow && { exploration: { ...few.exploration, exhausted: false, limit } })
        }
    );
}

function compareSlice(
    merged: MergedPolicy,
    slice: Slice,
    options: ExploreOptions,
    kinds: number
): SearchResult | undefined {
    const actions = actionsOf(slice);
    if (!Array.isArray(actions)) {
        const exploration = { states: 0, transitions: 0, depth: 0, exhausted: false, limit: actions.undecidable };
        return { slice, paths: [], exploration, scopes: [] };
    }
    const border = merged.old.rules.filter((rule) => slice.reach.rules.has(rule)).length;
    const system = new DifferenceSystem(slice, actions, border, new Requirements(slice.policy.rules));
    if (system.seesHolds) {
        return undefined;
    }
    const exploration = explore(system, options, kinds);
    const paths = exploration.paths ?? [];
    // The approving human may move a machine, and may then differ between the two policies.
    if (system.requirementsDiffer && (paths.length === 0 || slice.reach.machines.size > 0)) {
        return undefined;
    }
    const lapses = system.requirementsDiffer ? ['no approval lapses and no held call is requested again'] : [];
    return { slice, paths, exploration, scopes: [...system.scopes, ...lapses] };
}
