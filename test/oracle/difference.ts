/**
 * The naive comparison of two policies with one inventory: it explores whole sessions in lock step, breadth first by
 * the number of steps, up to a bound. Sessions are merged only if exactly the same things happened at the same seconds.
 */
import type { Outcome, Policy } from '../../server/model/policy/policy.js';
import type { Call } from '../../server/model/session/session.js';
import { candidates, isNext } from './candidates.js';
import { oldestAge } from './sights.js';
import * as oracle from './decide.js';

export interface NaiveDifference {
    /**
     * The number of steps of a shortest session on which only the last decision differs; absent if there is none up to
     * the bound.
     */
    readonly steps?: number;
    /** The differences of the last decisions, over all sessions of that length. */
    readonly changes: ReadonlySet<string>;
    /** The number of steps up to which every session was examined. */
    readonly bound: number;
}

interface Pair {
    readonly old: oracle.OracleSession;
    readonly new: oracle.OracleSession;
}

const OUTCOMES: readonly Outcome[] = ['success', 'error', 'lost'];

/** @param limits the maximum number of steps of a session, and of decisions in total */
export function naiveDifference(
    old: Policy,
    young: Policy,
    limits: { readonly steps: number; readonly decisions: number }
): NaiveDifference {
    const both: Policy = {
        ...old,
        rules: [...old.rules, ...young.rules],
        monitors: [...old.monitors, ...young.monitors]
    };
    const calls = candidates({ ...both, claims: [] }, 1, true);
    const changes = new Set<string>();
    const oldest = Math.max(oldestAge(both) ?? 0, ...both.rules.flatMap(lapsesOf));
    let level: Pair[] = [{ old: oracle.start, new: oracle.start }];
    let budget = limits.decisions;
    for (let steps = 1; steps <= limits.steps; steps++) {
        const next = new Map<string, Pair>();
        for (const pair of level.flatMap((one) => waited(one, oldest))) {
            budget -= calls.length;
            if (budget < 0) {
                return { changes: new Set(), bound: steps - 1 };
            }
            for (const after of successors(old, young, pair, calls, changes)) {
                next.set(keyOf(after), after);
            }
        }
        if (changes.size > 0) {
            return { steps, changes, bound: steps };
        }
        level = [...next.values()];
    }
    return { changes, bound: limits.steps };
}

function lapsesOf(rule: Policy['rules'][number]): number[] {
    return rule.kind === 'approval' ? [rule.valid + 1, rule.timeout + 1] : [];
}

/** The pair now, and after every number of seconds that could matter. */
function waited(pair: Pair, oldest: number): Pair[] {
    return Array.from({ length: oldest + 1 }, (_, seconds) => ({
        old: oracle.wait(pair.old, seconds),
        new: oracle.wait(pair.new, seconds)
    }));
}

function* successors(
    old: Policy,
    young: Policy,
    pair: Pair,
    calls: readonly Call[],
    changes: Set<string>
): Iterable<Pair> {
    for (const [event] of old.outsideEvents.entries()) {
        yield { old: oracle.occur(pair.old, event), new: oracle.occur(pair.new, event) };
    }
    for (const call of calls.filter((candidate) => isNext(candidate, pair.old))) {
        const [before, after] = [oracle.decide(old, pair.old, call), oracle.decide(young, pair.new, call)];
        if (before.kind === 'waits' || after.kind === 'waits') {
            throw new Error('no call runs, so nothing can be waited for');
        }
        if (before.kind !== after.kind) {
            changes.add(`${before.kind} -> ${after.kind}`);
            continue;
        }
        const submitted = {
            old: oracle.submit(old, pair.old, call, before),
            new: oracle.submit(young, pair.new, call, after)
        };
        if (before.kind !== 'allowed') {
            yield submitted;
            continue;
        }
        const [ownOld, ownNew] = [oracle.viewOf(old, pair.old, call).own, oracle.viewOf(young, pair.new, call).own];
        for (const outcome of OUTCOMES) {
            yield {
                old: oracle.end(submitted.old, ownOld, outcome),
                new: oracle.end(submitted.new, ownNew, outcome)
            };
        }
    }
    yield* answers(old, young, pair);
}

/** The answers of humans to what either policy holds; if nobody was asked, an answer has no effect. */
function* answers(old: Policy, young: Policy, pair: Pair): Iterable<Pair> {
    const holds = { old: oracle.holds(old, pair.old), new: oracle.holds(young, pair.new) };
    const calls = new Map([...holds.old, ...holds.new].map((hold) => [JSON.stringify(hold.call), hold.call]));
    for (const text of calls.keys()) {
        const [before, after] = [holds.old, holds.new].map((all) =>
            all.find(({ call }) => JSON.stringify(call) === text)
        );
        const askedOld = before ? oracle.asked(old, before) : [];
        const askedNew = after ? oracle.asked(young, after) : [];
        for (const human of new Set([...askedOld, ...askedNew])) {
            yield {
                old: before && askedOld.includes(human) ? oracle.approve(old, pair.old, before, human) : pair.old,
                new: after && askedNew.includes(human) ? oracle.approve(young, pair.new, after, human) : pair.new
            };
            yield {
                old: before ? oracle.refuse(old, pair.old, before, human) : pair.old,
                new: after ? oracle.refuse(young, pair.new, after, human) : pair.new
            };
        }
    }
}

function keyOf({ old, new: young }: Pair): string {
    return JSON.stringify([old, young]);
}
