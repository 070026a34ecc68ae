/**
 * The naive checker of overlapping calls: a call is released at one step and ends at another, or never; a decision that
 * depends on how a running call will end is made when it has ended (M2). A release breaks a claim if it does so for
 * some possible ends of the running calls.
 */
import type { Outcome, Policy } from '../../server/model/policy/policy.js';
import type { Call } from '../../server/model/session/session.js';
import { every } from './answer.js';
import { NO_CALL } from './bystander.js';
import { candidates, isNext } from './candidates.js';
import { isSafety } from './check.js';
import { answer } from './conditions.js';
import * as oracle from './decide.js';
import { isOne } from './events.js';
import type { Ending } from './view.js';

export interface Overlaps {
    /** For each claim, the number of steps of a shortest examined session that breaks it. */
    readonly broken: readonly (number | undefined)[];
    /** The number of decisions that waited for a call to end, and of those made while one was running. */
    readonly waited: number;
    readonly overlapped: number;
}

const OUTCOMES: readonly Outcome[] = ['success', 'error', 'lost'];
const FAILED: oracle.Endings = () => [{ outcome: 'error' }];
/** The maximum number of calls running at the same time. */
const RUNNING = 2;

/**
 * Explores sessions of overlapping calls, shortest first, within the decision budget.
 *
 * @param patient if false, a decision that should wait is made as if the running calls had failed
 */
export function overlaps(policy: Policy, decisions: number, patient = true): Overlaps {
    const calls = candidates(policy, 1, true);
    const broken = policy.claims.map((): number | undefined => undefined);
    const seen = new Set<string>();
    let [waited, overlapped, budget] = [0, 0, decisions];
    const fresh = (sessions: readonly oracle.OracleSession[]): oracle.OracleSession[] =>
        sessions.filter((session) => {
            const key = keyOf(policy, session);
            return !seen.has(key) && Boolean(seen.add(key));
        });
    let level = closedByEnds([oracle.start]);
    for (let steps = 1; level.length > 0 && budget > 0; steps++) {
        const next: oracle.OracleSession[] = [];
        for (const session of level) {
            const running = oracle.runningIds(session);
            policy.outsideEvents.forEach((_, event) => next.push(oracle.occur(session, event)));
            for (const hold of oracle.holds(policy, session)) {
                for (const human of oracle.asked(policy, hold)) {
                    next.push(
                        oracle.approve(policy, session, hold, human),
                        oracle.refuse(policy, session, hold, human)
                    );
                }
            }
            for (const call of calls.filter((candidate) => isNext(candidate, session))) {
                if (budget-- <= 0) {
                    return { broken, waited, overlapped };
                }
                const made = oracle.decide(policy, session, call);
                if (made.kind === 'waits') {
                    waited++;
                    if (patient) {
                        continue;
                    }
                }
                const decision = made.kind === 'waits' ? oracle.decide(policy, session, call, [], FAILED) : made;
                if (decision.kind === 'waits') {
                    continue;
                }
                overlapped += running.length > 0 ? 1 : 0;
                if (decision.kind === 'allowed') {
                    noteBroken(policy, session, call, running, steps, broken);
                }
                if (decision.kind !== 'allowed' || running.length < RUNNING) {
                    next.push(oracle.submit(policy, session, call, decision));
                }
            }
        }
        level = fresh(closedByEnds(next));
    }
    return { broken, waited, overlapped };
}

function noteBroken(
    policy: Policy,
    session: oracle.OracleSession,
    call: Call,
    running: readonly number[],
    steps: number,
    broken: (number | undefined)[]
): void {
    policy.claims.forEach((claim, i) => {
        if (!isSafety(claim) || broken[i] !== undefined) {
            return;
        }
        const breaks = worldsOf(running).some((world) => {
            const view = { ...oracle.viewOf(policy, session, call, world), own: NO_CALL };
            return every([isOne(policy, claim.subject, call, call.agent), answer(claim.bad, view)]) !== 'no';
        });
        if (breaks) {
            broken[i] = steps;
        }
    });
}

function worldsOf(running: readonly number[]): ReadonlyMap<number, Ending>[] {
    return running.reduce<Map<number, Ending>[]>(
        (worlds, id) => worlds.flatMap((world) => OUTCOMES.map((outcome) => new Map(world).set(id, { outcome }))),
        [new Map<number, Ending>()]
    );
}

/** The sessions, and all their successors by ends of running calls: an end is not a step (M23). */
function closedByEnds(sessions: readonly oracle.OracleSession[]): oracle.OracleSession[] {
    const all = [...sessions];
    for (const session of all) {
        const last = session.entries[session.entries.length - 1];
        for (const id of oracle.runningIds(session)) {
            // Ends at one moment are tried in only one order: that of the releases.
            if (last?.kind !== 'end' || last.id < id) {
                all.push(...OUTCOMES.map((outcome) => oracle.end(session, id, outcome)));
            }
        }
    }
    return all;
}

/** The events in order; a denied or refused call that no pattern reads is left out. */
function keyOf(policy: Policy, session: oracle.OracleSession): string {
    const statuses = new Set(
        policy.monitors.flatMap(({ event, from }) => [event.status, ...(from ? [from.status] : [])])
    );
    const isSeen = ({ kind, id }: oracle.OracleSession['entries'][number]): boolean => {
        const isDenied = session.entries.some((other) => other.kind === 'deny' && other.id === id);
        return statuses.has('attempted') || statuses.has('denied') || !isDenied || kind === 'outside';
    };
    return JSON.stringify(
        session.entries
            .filter(isSeen)
            .map(({ kind, call, outcome, event, humans, rules }) => [kind, call, outcome, event, humans, rules])
    );
}
