/**
 * Finds the parts of the history that vary most between the states of a search that met a limit, and the statements that
 * read them. The more values a part has, the more states the search has to visit.
 */
import type { Condition, Policy } from '../../model/policy/policy.js';
import { durationText } from '../conditions/durations.js';
import { visitParts } from '../conditions/walk.js';
import { stepsOf, withConditions } from '../questions/parts.js';
import type { Slice } from '../reductions/slice.js';
import { transitionsOf } from '../reductions/slice.js';
import type { Costs, RuleReference, StateCost } from '../results/result.js';
import type { SearchedState } from '../search/breadth-first.js';
import type { Zone } from '../search/zone.js';
import type { ExploredState } from './codec.js';
import type { Summing } from './summing.js';
import type { Timing } from './timing.js';

/** The system whose states are measured. */
export interface MeasuredSystem {
    readonly slice: Slice;
    readonly timing: Timing;
    readonly summing: Summing;
    readonly stateOf: (words: Uint32Array) => ExploredState;
}

/** The number of parts that are named; the others are counted. */
const NAMED = 3;

interface Part {
    readonly what: string;
    readonly readers: readonly RuleReference[];
    /** A text that is equal for states in which the part has the same value. */
    readonly valueIn: (state: ExploredState, zone: Zone | undefined) => string;
}

/**
 * The parts of these states that have more than one value, those with the most values first. Values are only counted
 * in the given states, so each count is a lower bound for the whole search.
 */
export function costsOf(system: MeasuredSystem, states: readonly SearchedState[]): Costs {
    const parts = partsOf(system);
    const values = parts.map(() => new Set<string>());
    for (const { state, zone } of states) {
        const decoded = system.stateOf(state);
        parts.forEach(({ valueIn }, index) => values[index]!.add(valueIn(decoded, zone)));
    }
    const found = parts
        .map(({ what, readers }, index): StateCost => ({ what, readers, values: values[index]!.size }))
        .filter((part) => part.values > 1)
        .sort((a, b) => b.values - a.values);
    return { states: states.length, parts: found.slice(0, NAMED), others: Math.max(0, found.length - NAMED) };
}

function partsOf({ slice, timing, summing }: MeasuredSystem): Part[] {
    const { policy, ground, grounding, question } = slice;
    const readers = readersIn(slice);
    const claim = claimOf(slice);
    const monitors = policy.monitors.map((monitor, index): Part => {
        const instances = grounding.allOf(index);
        const ages = instances.flatMap((instance) => timing.registersOf({ monitor: instance }));
        const sums = instances.flatMap((instance) => summing.registersOf(instance));
        return {
            what: `${monitor.text}${monitor.window === undefined ? '' : ` within ${durationText(monitor.window)}`}`,
            readers: readers[index]!,
            valueIn: ({ memory }, zone) =>
                `${instances.map((instance) => memory.monitors[instance]!.join()).join(';')}|${boundsText(zone, ages)}|${boundsText(zone?.sums, sums)}`
        };
    });
    // A search may add the history that a claim with a time limit starts from.
    const added = ground.monitors.slice(grounding.monitors.length).map((monitor, offset): Part => {
        const number = grounding.monitors.length + offset;
        const ages = timing.registersOf({ monitor: number });
        return {
            what: monitor.text,
            readers: [claim],
            valueIn: ({ memory }, zone) => `${memory.monitors[number]!.join()}|${boundsText(zone, ages)}`
        };
    });
    const machines = (policy.machines ?? []).flatMap((machine, index): Part[] => {
        const ages = timing.registersOf({ machine: index });
        const text = `modes ${machine.name}`;
        return slice.reach.machines.has(index)
            ? [
                  {
                      what: text,
                      readers: [{ text, source: machine.source }],
                      valueIn: ({ memory }, zone) =>
                          `${(memory.machines?.[index] ?? []).map((places) => places.map(({ mode }) => mode).join()).join(';')}|${boundsText(zone, ages)}`
                  }
              ]
            : [];
    });
    const labels = policy.labels.flatMap((label, index): Part[] => {
        const bit = 1 << index;
        const text = `label ${label.name}`;
        return (slice.labels | slice.received) & bit
            ? [
                  {
                      what: text,
                      readers: [{ text, source: label.source }],
                      valueIn: ({ memory: { labels: carried, received = [], stored = [], storedReceived = [] } }) =>
                          [carried, received, stored, storedReceived]
                              .map((holders) => holders.map((bits) => (bits & bit ? 1 : 0)).join(''))
                              .join()
                  }
              ]
            : [];
    });
    const approvals = policy.rules.filter(({ kind }) => kind === 'approval');
    const holdAges = timing.registersOf('held calls');
    const holds: Part = {
        what: 'calls that are held',
        readers: approvals.map(referenceOf),
        valueIn: ({ holds: held, others = [] }, zone) =>
            `${JSON.stringify([held.map(({ action, asked, deadlines, answers }) => [action, asked, deadlines, answers]), others])}|${boundsText(zone, holdAges)}`
    };
    const steps: Part = {
        what: 'steps that are done',
        readers: [claim],
        valueIn: ({ progress }) => `${progress}`
    };
    return [
        ...monitors,
        ...added,
        ...machines,
        ...labels,
        ...(approvals.length > 0 ? [holds] : []),
        ...(stepsOf(question).length > 0 ? [steps] : [])
    ];
}

/** The statements that read each monitor of the slice: rules first, then what else the policy has, and the claim. */
function readersIn(slice: Slice): RuleReference[][] {
    const { policy, question } = slice;
    const readers: RuleReference[][] = policy.monitors.map(() => []);
    const note = (condition: Condition, reader: RuleReference): void =>
        visitParts(condition, (part) => {
            if ('op' in part && (part.op === 'monitor' || part.op === 'count')) {
                const known = readers[part.monitor]!;
                if (!known.some((other) => isSame(other, reader))) {
                    known.push(reader);
                }
            }
        });
    for (const rule of policy.rules) {
        note(rule.when, referenceOf(rule));
        if (rule.kind === 'require') {
            note(rule.requires, referenceOf(rule));
        }
        if (rule.kind === 'approval' && rule.served) {
            note(rule.served, referenceOf(rule));
        }
    }
    transitionsOf(policy).forEach((transition) => note(transition.when, referenceOf(transition)));
    (policy.assumptions ?? []).forEach((assumption) => note(assumption.when, referenceOf(assumption)));
    const claim = claimOf(slice);
    withConditions(question, (condition) => {
        note(condition, claim);
        return condition;
    });
    return readers.map((found) => (found.length > 0 ? found : [claim]));
}

/** True for two rules that one statement stands for. */
function isSame(a: RuleReference, b: RuleReference): boolean {
    const [{ uri, start }, other] = [a.source, b.source];
    return uri === other.uri && start.line === other.start.line && start.character === other.start.character;
}

function claimOf({ question }: Slice): RuleReference {
    return referenceOf(question);
}

type Statement = Pick<Policy['rules'][number], 'text' | 'source' | 'usedAt'>;

function referenceOf({ text, source, usedAt }: Statement): RuleReference {
    return { text, source, ...(usedAt && { usedAt }) };
}

/** The bounds of these registers; the differences between them are left out. */
function boundsText(zone: Zone | undefined, registers: readonly number[]): string {
    return zone
        ? registers
              .filter((register) => zone.clocks.includes(register))
              .map((register) => `${register}:${zone.bound(undefined, register)},${zone.bound(register, undefined)}`)
              .join(';')
        : '';
}
