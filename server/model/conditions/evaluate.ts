/** Evaluates conditions over a call and the history that the call meets, in Kleene's strong three-valued logic (M3). */
import { type AskEvent, recordedTruth } from './aggregates.js';
import { compareIntervals } from '../values/amounts.js';
import { cellsOf, countOfCells, valueOfCells } from './within.js';
import type { CallPattern, Comparator, Condition, Monitor, Policy, Term, Value } from '../policy/policy.js';
import { isInMode } from '../memory/modes.js';
import type { Call } from '../memory/memory.js';
import type { Situation } from './inputs.js';
import { situationAt } from './inputs.js';
import { asksClock } from './clock-conditions.js';
import { evaluateStatic, fromSource, quantify, readsHistory } from './call-conditions.js';
import { recordedQueryOf, intervalOf, readTerm } from './terms.js';
import { type Truth, and, FALSE, mayBe, not, or, truth, TRUE, UNKNOWN } from '../policy/truth.js';
import { canonicalText } from '../values/canonical-text.js';
import { sameValue } from '../values/values.js';

export function evaluate(policy: Policy, condition: Condition, situation: Situation): Truth {
    switch (condition.op) {
        case 'constant':
            return condition.value;
        case 'not':
            return not(evaluate(policy, condition.arg, situation));
        case 'and': {
            let value: Truth = TRUE;
            for (const arg of condition.args) {
                value = and(value, evaluate(policy, arg, situation));
            }
            return value;
        }
        case 'or': {
            let value: Truth = FALSE;
            for (const arg of condition.args) {
                value = or(value, evaluate(policy, arg, situation));
            }
            return value;
        }
        case 'monitor': {
            const cells = monitorCells(policy, condition.monitor, situation);
            return cells ? valueOfCells(policy.monitors[condition.monitor]!, cells, situation.time) : UNKNOWN;
        }
        case 'count': {
            const cells = monitorCells(policy, condition.monitor, situation);
            if (!cells) {
                return UNKNOWN;
            }
            const [least, most] = countOfCells(policy.monitors[condition.monitor]!, cells, situation.time);
            return compareInterval(condition.cmp, least, most, condition.bound);
        }
        case 'carries':
            return hasLabel(situation.memory.labels[callerOf(situation)], condition.label);
        case 'received':
            return hasLabel(situation.memory.received?.[callerOf(situation)], condition.label);
        case 'in mode':
            return isInMode(policy, situation.memory, condition, situation.call.agent, situation.time);
        case 'approved by':
            return isApproved(condition.humans, condition.per, situation);
        case 'recorded':
            return recordedTruth(recordedQueryOf(condition.recorder, situation), askEvent(policy, situation));
        case 'time in':
        case 'day in':
        case 'date in':
            return asksClock(condition, policy.timezone, situation.epoch);
        case 'from':
            return fromSource(condition, situation, situation.elements ?? []);
        default:
            if (condition.op === 'compare' && isOfNumbers(condition)) {
                return compareNumbers(condition, situation, askEvent(policy, situation));
            }
            return (condition.op === 'every' || condition.op === 'some') && readsHistory(condition.arg)
                ? quantifyHistory(policy, condition, situation)
                : evaluateStatic(condition, situation.call, situation.elements, situation);
    }
}

function quantifyHistory(policy: Policy, condition: Quantified, situation: Situation): Truth {
    const { elements = [] } = situation;
    return quantify(condition, readTerm(condition.list, situation), elements, (within) =>
        evaluate(policy, condition.arg, { ...situation, elements: within })
    );
}

type Quantified = Condition & { op: 'every' | 'some' };
type Comparison = Condition & { op: 'compare' };

/** True if one side is a sum, a count or a total. */
function isOfNumbers({ left, right }: Comparison): boolean {
    return isSumOrAggregate(left) || isSumOrAggregate(right);
}

function isSumOrAggregate(term: Term): boolean {
    return term.term === 'sum' || term.term === 'aggregate' || (term.term === 'call' && isSumOrAggregate(term.of));
}

function compareNumbers({ cmp, left, right }: Comparison, situation: Situation, ask: AskEvent): Truth {
    const [a, b] = [intervalOf(left, situation, ask), intervalOf(right, situation, ask)];
    return a && b ? compareIntervals(cmp, a, b) : UNKNOWN;
}

/** Evaluates the part of a `where` that concerns the decided call. */
function askEvent(policy: Policy, decided: Situation): AskEvent {
    return (asked, event) => evaluate(policy, asked, { ...situationAt(event, decided.memory), decided });
}

function hasLabel(bits: number | undefined, label: number): Truth {
    return bits === undefined ? UNKNOWN : truth((bits & (1 << label)) !== 0);
}

/** The calling agent, regardless of the principal that the call is decided for (M16). */
function callerOf({ call, carrier }: Situation): number {
    return carrier ?? call.agent;
}

/** The value of `approved by H`, for exactly this call; with `per K`, also for a call with the same keys (M5). */
function isApproved(humans: readonly number[], per: readonly Term[] | undefined, situation: Situation): Truth {
    const approvals = situation.approvals.filter(({ human }) => humans.includes(human));
    if (approvals.some(({ of }) => of === undefined)) {
        return TRUE;
    }
    const keys = per?.map((term) => readTerm(term, situation)) ?? [];
    if (!per || keys.includes(undefined)) {
        return per ? UNKNOWN : FALSE;
    }
    return truth(
        approvals.some(({ of }) => {
            const approved = { ...situation, call: { ...situation.call, args: of ?? {} } };
            return per.every((term, at) => {
                const value = readTerm(term, approved);
                return value !== undefined && sameValue(value, keys[at]);
            });
        })
    );
}

/** True if the pattern selects the call by its tool and agent. A pattern of `caller` selects any agent here. */
export function matchesCall(pattern: CallPattern, call: Call): Truth {
    const tool = pattern.tools[call.tool] ?? FALSE;
    const agent =
        pattern.agents === undefined || typeof pattern.agents === 'string' || pattern.agents.includes(call.agent);
    return mayBe(tool) && agent ? tool : FALSE;
}

/**
 * The cells that a call reads; undefined if the call has no value for a key, or the memory belongs to another policy.
 */
export function monitorCells(policy: Policy, index: number, situation: Situation): readonly number[] | undefined {
    const monitor = policy.monitors[index]!;
    const { memory } = situation;
    const key = keyIn(monitor, situation);
    if (key === undefined) {
        return undefined;
    }
    const state = (monitor.keys && memory.keyed[index]?.get(key)) ?? memory.monitors[index];
    if (!monitor.perAgent) {
        return state;
    }
    const width = cellsOf(monitor);
    // `last is` reads the principal's own cells; patterns with `caller` are evaluated for the calling agent (M16).
    const agent = monitor.kind === 'last is' ? situation.call.agent : callerOf(situation);
    return state?.slice(agent * width, (agent + 1) * width);
}

/** The canonical text of a call's values for the keys; undefined if one of them cannot be read. */
function keyIn({ keys }: Monitor, situation: Situation): string | undefined {
    if (!keys) {
        return '';
    }
    const values = keys.map((term) => readTerm(term, situation));
    return values.some((value) => value === undefined) ? undefined : keyText(values as Value[]);
}

export function keyText(values: readonly Value[]): string {
    return values.map(canonicalText).join();
}

/** Compares a count between `least` and `most` with a number: unknown only if the interval straddles it (M3). */
function compareInterval(cmp: Comparator, least: number, most: number, bound: number): Truth {
    switch (cmp) {
        case '<':
            return most < bound ? TRUE : least >= bound ? FALSE : UNKNOWN;
        case '<=':
            return most <= bound ? TRUE : least > bound ? FALSE : UNKNOWN;
        case '>':
            return not(compareInterval('<=', least, most, bound));
        case '>=':
            return not(compareInterval('<', least, most, bound));
        case '==':
            return least === bound && most === bound ? TRUE : least > bound || most < bound ? FALSE : UNKNOWN;
        case '!=':
            return not(compareInterval('==', least, most, bound));
    }
}
