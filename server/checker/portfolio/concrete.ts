/**
 * The search for claims that the exact search does not support: concrete sessions through the decision procedure
 * itself, with finitely many values (docs/checker.md, "Beyond the exact search"). Whatever it finds is a real session.
 * If it finds none, the claim holds only in the scope of the search, which every verdict names.
 */
import { unanswered } from './unanswered.js';
import type { Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import type { Answer } from '../search/answer.js';
import type { Beyond } from '../results/result.js';
import { reachOf } from '../reductions/cone.js';
import { sessionText } from '../search/search-log.js';
import { coneText } from '../reductions/slice.js';
import { Budget, within } from '../limits/budget.js';
import { joined } from '../conditions/joined.js';
import type { ExploreOptions } from '../search/breadth-first.js';
import type { Resumable } from '../limits/resumable.js';
import type { FoundSession } from '../traces/found-session.js';
import { sessionOf } from '../counterexamples/sessions.js';
import { shownMonitors } from '../traces/found-session.js';
import { orReason } from '../limits/undecidable.js';
import { verdictOf } from '../results/verdict.js';
import { ClockChanges } from '../concrete/clock.js';
import { Choices } from '../concrete/choices.js';
import { OpenNeeds, untriedIn, untriedText } from '../concrete/contest.js';
import type { BoundedLimits, BoundedPath } from '../concrete/explore.js';
import { BoundedSearch, usualLimits } from '../concrete/explore.js';
import { Judge } from '../concrete/judge.js';
import { needsOf } from '../concrete/needs.js';
import { narrowed } from '../concrete/scope.js';
import { patternsSeen, systemOf } from '../concrete/system.js';
import { summandsIn, Values } from '../concrete/values.js';
import { Variables } from '../concrete/variables.js';
import type { NamedScope } from '../limits/scopes.js';

/** @param beyond the reasons why the claim is not searched exactly */
export function* searchWithin(
    whole: Policy,
    question: Question,
    beyond: readonly Beyond[],
    options: ExploreOptions,
    limits: BoundedLimits = usualLimits()
): Resumable<Answer> {
    const reach = reachOf(whole, question);
    const slice = { tools: reach.tools.size, rules: reach.rules.size, monitors: reach.monitors.size };
    const unknown = beyond.filter(({ isSearched }) => !isSearched);
    if (question.goal === 'recovery' || unknown.length > 0) {
        return unanswered({ text: nobodySearches(unknown.length > 0 ? unknown : beyond) }, slice);
    }
    const policy = narrowed(whole, reach);
    const variables = new Variables(policy, [question], reach);
    const values = new Values(variables);
    const patterns = patternsSeen(policy, question, reach);
    const choices = orReason(() => new Choices(policy, reach, patterns, variables, values, question));
    if (typeof choices === 'string') {
        return unanswered({ text: `the values that arguments may have ${choices}` }, slice);
    }
    const judge = new Judge(policy, question);
    const clock = ClockChanges.of(policy, values.clockReads());
    const shared = { values, counts: variables.counts, summands: summandsIn(variables), clock };
    const parts = { policy, question, reach, choices, judge, isLifted: false };
    const system = systemOf(whole, parts, shared);
    const open = new OpenNeeds(policy, needsOf(policy, question, reach));
    const search = new BoundedSearch({ ...system, watch: open.watch }, limits, options);
    const budget = new Budget();
    const found = yield* within(budget, search.run());
    const timed =
        system.windows.length > 0
            ? ['time passes until a window has just not ended, or has just ended (times)' as const]
            : [];
    const { moves, bounds } = system;
    const narrowing = [values, choices, moves, bounds, clock, search].flatMap((part) => [...part.scopes]);
    const unseen = found.exhausted ? judge.unseen() : [];
    const scopes = [...narrowing, ...timed, ...unseen, ...(narrowing.length + timed.length === 0 ? [OTHERWISE] : [])];
    const shown = shownMonitors(whole, reach);
    const trace = found.session && sessionOf(whole, question, found.session.acts, sessionFound(found.session, shown));
    const tried = { ...shared, choices };
    const untried =
        found.exhausted && question.goal !== 'work'
            ? yield* untriedIn(whole, question, tried, open.left, options)
            : undefined;
    const evidence = {
        goal: question.goal,
        session: trace !== undefined,
        exhausted: found.exhausted,
        scopes,
        empty: false,
        untried: untried !== undefined
    };
    const limit = untried ? untriedText(untried) : found.limit;
    options.log?.ran({
        engine: 'concrete',
        reductions: [...coneText(whole, slice.tools, slice.rules), ...narrowing],
        found: trace ? sessionText(trace) : (limit ?? 'no session'),
        states: found.states,
        transitions: found.transitions,
        milliseconds: budget.spent
    });
    return {
        verdict: verdictOf(evidence),
        exploration: { ...found, exhausted: found.exhausted && !untried, ...(limit !== undefined && { limit }) },
        scopes: trace ? [] : scopes,
        isContested: true,
        ...(values.fewest !== undefined && { values: values.fewest }),
        slice,
        furthest: search.furthest,
        ...(trace && { trace, session: sessionFound(found.session, shown) }),
        obstacles: []
    };
}

/** The scope that is named if no other one narrows the search. */
const OTHERWISE: NamedScope =
    'calls, answers and outside events are of the kinds that some condition distinguishes (values)';

function sessionFound({ start, acts, end }: BoundedPath, shown: FoundSession['shown']): FoundSession {
    return { acts, shown, end, start };
}

function nobodySearches(beyond: readonly Beyond[]): string {
    const what = beyond.map(({ what: noun, source }) => `${noun} (line ${source.start.line + 1})`);
    return `no search represents ${joined(what)}`;
}
