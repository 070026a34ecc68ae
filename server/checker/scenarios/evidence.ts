/**
 * Judges the claims by the sessions of scenarios. Such a session is a session of the policy, regardless of what the
 * scenario expects: if it breaks a claim, the claim is *violated*; if it completes the steps of a `possible`, the claim
 * is *witnessed* (M22).
 */
import { shownVerdict } from '../results/verdict.js';
import type { CallPattern, Claim, Policy, Scenario } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { stepsOf } from '../questions/parts.js';
import { questionOf } from '../questions/question.js';
import { FALSE, mayBe } from '../../model/policy/truth.js';
import { searchedFor, secondLineOf } from '../reductions/new-sessions.js';
import { patternsIn } from '../concrete/choices.js';
import { poll } from '../limits/budget.js';
import { reachOf } from '../reductions/cone.js';
import { isClock, periodsOf } from '../reductions/environment/closed.js';
import { isSafety } from '../reductions/all-sessions.js';
import { hasPart } from '../conditions/rewrite.js';
import { playedScenario } from './scenarios.js';
import { shownMonitors } from '../traces/found-session.js';
import type { Evidence, ShownSession } from '../results/with-evidence.js';
import { PlayedSession } from './played.js';
import type { DecidingStep } from './played.js';
import { traceShown } from './shown.js';

/** @param claims the claims to judge, which the evidence refers to by index */
export function evidenceOf(policy: Policy, scenario: Scenario, claims: readonly Claim[] = policy.claims): Evidence[] {
    const played = new Map<Policy, PlayedSession>();
    const playedIn = (searched: Policy): PlayedSession => {
        const known = played.get(searched) ?? new PlayedSession(searched, playedScenario(searched, scenario));
        played.set(searched, known);
        return known;
    };
    return claims.map(questionOf).flatMap((question, index): Evidence[] => {
        poll();
        const first = searchedFor(policy, question);
        const found = shownOf(first.policy, first.question, playedIn(first.policy));
        if (found) {
            return [{ claim: index, isAcross: false, scenario: named(scenario), ...found }];
        }
        const hasSessions = scenario.steps.some(({ kind }) => kind === 'session');
        const second =
            hasSessions && question.across !== true && isSafety(question) ? secondLineOf(policy, question) : undefined;
        const across = second && shownOf(second.policy, second.question, playedIn(second.policy));
        return across ? [{ claim: index, isAcross: true, scenario: named(scenario), ...across }] : [];
    });
}

function named({ name, source }: Scenario): Evidence['scenario'] {
    return { name, source };
}

/** The session of the scenario, if it breaks the claim or completes its steps; for a claim over all sessions, in its own policy. */
export function shownBy(policy: Policy, question: Question, scenario: Scenario): ShownSession | undefined {
    const found = shownOf(policy, question, new PlayedSession(policy, playedScenario(policy, scenario)));
    return found && { scenario: named(scenario), ...found };
}

/** True if the session of the scenario breaks the claim, or completes its steps. */
export function isShownBy(policy: Policy, question: Question, scenario: Scenario): boolean {
    const session = new PlayedSession(policy, playedScenario(policy, scenario));
    return showsOf(policy, question, session) !== undefined;
}

function showsOf(policy: Policy, question: Question, session: PlayedSession): DecidingStep | undefined {
    const found = isWithoutClock(policy, question, session) ? undefined : session.shows(question);
    return found && leavesResultsOpen(policy, question, session.openResultsBehind(found, question)) ? undefined : found;
}

/**
 * If a step only states that a call succeeded, `succeeds when` leaves the result open, although the call had one. A
 * host cannot report such a session without the result if something that the claim sees reads it.
 */
function leavesResultsOpen(policy: Policy, question: Question, openResults: ReadonlySet<number>): boolean {
    if (openResults.size === 0) {
        return false;
    }
    const reach = reachOf(policy, question);
    const isOpen = ({ tools }: CallPattern): boolean => [...openResults].some((tool) => mayBe(tools[tool] ?? FALSE));
    const recorders = [...reach.recorders].map((index) => policy.recorders![index]!);
    const transitions = [...reach.machines].flatMap((index) => policy.machines![index]!.transitions);
    const isSource = [...reach.sources].some((index) => {
        const source = policy.sources![index]!;
        return source.kind === 'result' && isOpen(source.event);
    });
    const reading = [
        patternsIn(policy, reach).filter(isOpen),
        stepsOf(question).filter(isOpen),
        recorders.filter(({ event }) => isOpen(event)),
        transitions.filter(({ event }) => isOpen(event)),
        policy.rules.filter(({ kind, subject }) => kind === 'withhold' && isOpen(subject)),
        [...openResults].map((tool) => policy.tools[tool]!.conditionalReads),
        policy.assumptions?.filter(({ kind }) => kind === 'result')
    ];
    return isSource || hasPart(reading, (part) => 'term' in part && part.term === 'result');
}

/**
 * True if a search does not cover the session: a search starts at some moment of the clock, but this session has no
 * readable clock (M13).
 */
function isWithoutClock(policy: Policy, question: Question, { hasClock }: PlayedSession): boolean {
    return !hasClock && readsClock(policy, question);
}

/** Cached, because each scenario needs it; neither policies nor claims change. */
const clockReaders = new WeakMap<Policy, WeakMap<Question, boolean>>();

function readsClock(policy: Policy, question: Question): boolean {
    const known = clockReaders.get(policy) ?? new WeakMap<Question, boolean>();
    clockReaders.set(policy, known);
    const reads = known.get(question) ?? seesClock(policy, question);
    known.set(question, reads);
    return reads;
}

function seesClock(policy: Policy, question: Question): boolean {
    const reach = reachOf(policy, question);
    const seen = [
        question,
        [...reach.rules],
        [...reach.monitors].map((index) => policy.monitors[index]),
        [...reach.recorders].map((index) => policy.recorders?.[index]),
        [...reach.machines].map((index) => policy.machines?.[index]),
        [...reach.tools].map((index) => policy.tools[index]),
        policy.assumptions
    ];
    return periodsOf(seen).size > 0 || hasPart(seen, isClock);
}

function shownOf(
    policy: Policy,
    question: Question,
    session: PlayedSession
): Pick<Evidence, 'verdict' | 'trace' | 'length'> | undefined {
    const found = showsOf(policy, question, session);
    if (!found) {
        return undefined;
    }
    const { trace, length } = traceShown(
        policy,
        question,
        session,
        found,
        shownMonitors(policy, reachOf(policy, question))
    );
    return { verdict: shownVerdict(question.goal), trace, length };
}
