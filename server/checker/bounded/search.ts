/**
 * The search for what the exact one does not represent: concrete sessions through the decision procedure itself, with
 * finitely many values (docs/checker.md, "Beyond the exact search"). What it finds is a session. That it finds none is so
 * in its scope only, which every verdict names.
 */
import type { Claim, Policy } from '../../model/policy.js';
import { isStatic } from '../../model/static.js';
import type { Answer } from '../answer.js';
import type { Beyond } from '../beyond.js';
import { reachOf } from '../cone.js';
import { joined } from '../explain.js';
import type { ExploreOptions } from '../explore.js';
import { outlivesSessions } from '../kept.js';
import { overlapScopes } from '../overlaps.js';
import type { Pausing } from '../pausing.js';
import { begin } from '../replay.js';
import type { FoundSession } from '../sessions.js';
import { sessionOf, shownMonitors } from '../sessions.js';
import { seesHolds } from '../slice.js';
import { orReason } from '../undecidable.js';
import { verdictOf } from '../verdict.js';
import { Bounds } from './bounds.js';
import { ClockChanges } from './clock.js';
import { Choices, patternsIn } from './choices.js';
import type { BoundedLimits, BoundedPath } from './explore.js';
import { BoundedSearch, usualLimits } from './explore.js';
import { Judge } from './judge.js';
import { Keys } from './key.js';
import { Moves } from './moves.js';
import { narrowed, windowsOf } from './scope.js';
import { Symmetry } from './symmetry.js';
import { Values } from './values.js';
import { Variables } from './variables.js';

/** @param beyond why the claim is not searched exactly */
export function* searchWithin(
    whole: Policy,
    claim: Claim,
    beyond: readonly Beyond[],
    options: ExploreOptions,
    limits: BoundedLimits = usualLimits()
): Pausing<Answer> {
    const reach = reachOf(whole, claim);
    const slice = { tools: reach.tools.size, rules: reach.rules.size, monitors: reach.monitors.size };
    const unknown = beyond.filter(({ isSearched }) => !isSearched);
    if (claim.kind === 'stays possible' || unknown.length > 0) {
        return unsearched(nobodySearches(unknown.length > 0 ? unknown : beyond), slice);
    }
    const policy = narrowed(whole, reach);
    const variables = new Variables(policy, claim, reach);
    const values = new Values(variables);
    const patterns = [...patternsIn(policy, reach), ...(claim.kind === 'possible' ? claim.steps : [])];
    const choices = orReason(() => new Choices(policy, reach, patterns, variables, values, claim));
    if (typeof choices === 'string') {
        return unsearched(`the values that arguments may have ${choices}`, slice);
    }
    const holdsMatter =
        // A human who does not approve at every time.
        (policy.assumptions ?? []).some(({ kind, when }) => kind === 'approval' && !isStatic(when)) ||
        policy.rules.some((rule) => rule.kind === 'approval' && rule.per !== undefined) ||
        seesHolds({ policy, claim, tools: [...reach.tools] }, patterns);
    const windows = windowsOf(policy, claim, reach, holdsMatter);
    const withoutApproval = claim.kind === 'possible' && claim.withoutApproval;
    const moves = new Moves(policy, choices, holdsMatter, withoutApproval, outlivesSessions(whole, reach));
    const judge = new Judge(policy, claim);
    const bounds = new Bounds(policy, reach, variables.counts);
    const clock = new ClockChanges(policy.timezone ?? 'UTC', policy.timezone === undefined ? [] : variables.clock);
    const epochs = clock.isRead ? clock.starts() : [undefined];
    const search = new BoundedSearch(
        {
            policy,
            claim,
            starts: choices.constants.flatMap((constants) =>
                epochs.map((epoch) => {
                    const start = {
                        ...(Object.keys(constants).length > 0 && { constants }),
                        ...(epoch !== undefined && { epoch })
                    };
                    return { start, session: begin(policy, start) };
                })
            ),
            clock,
            moves,
            keys: new Keys(policy, windows, values.symmetric, holdsMatter),
            judge,
            bounds,
            symmetry: new Symmetry(values.symmetric),
            windows
        },
        limits,
        options
    );
    const found = yield* search.run();
    const timed = windows.length > 0 ? ['time passes until a window has just not ended, or has just ended'] : [];
    const parts = [values, choices, moves, bounds, clock, search].flatMap((part) => [...part.scopes]);
    const alone = overlapScopes(whole, claim, reach);
    const unseen = found.exhausted ? judge.unseen() : [];
    const scopes = [...parts, ...timed, ...alone, ...unseen, ...(parts.length + timed.length === 0 ? [OTHERWISE] : [])];
    const shown = shownMonitors(whole, reach);
    const trace = found.session && sessionOf(whole, claim, found.session.acts, sessionFound(found.session, shown));
    const evidence = {
        kind: claim.kind === 'possible' ? ('possible' as const) : ('safety' as const),
        session: trace !== undefined,
        exhausted: found.exhausted,
        scopes,
        empty: false
    };
    const { limit } = found;
    return {
        verdict: verdictOf(evidence),
        exploration: { ...found, ...(limit !== undefined && { limit: `${limit}, as long as ${joined(scopes)}` }) },
        scopes: trace ? [] : scopes,
        slice,
        furthest: search.furthest,
        ...(trace && { trace, session: sessionFound(found.session, shown) }),
        obstacles: []
    };
}

/** Where every value was tried that some condition can tell from others. */
const OTHERWISE = 'calls, answers and outside events are of the kinds that some condition asks for';

function sessionFound({ start, acts, end }: BoundedPath, shown: FoundSession['shown']): FoundSession {
    return { acts, shown, end, start };
}

function nobodySearches(beyond: readonly Beyond[]): string {
    const what = beyond.map(({ what: noun, source }) => `${noun} (line ${source.start.line + 1})`);
    return `no search represents ${joined(what)}`;
}

function unsearched(limit: string, slice: Answer['slice']): Answer {
    return {
        verdict: verdictOf({ kind: 'safety', session: false, exhausted: false, scopes: [], empty: false }),
        exploration: { states: 0, transitions: 0, depth: 0, exhausted: false, limit },
        scopes: [],
        slice,
        furthest: 0,
        obstacles: []
    };
}
