/**
 * The facts that a report gives about the states that the generated code has reached: the progress with the steps of a
 * `possible`, the conditions that were ever true, and what stops the next step. The system itself records them as it
 * runs; here they are computed from the states afterwards, once for each way in which the states differ.
 */
import type { Action } from '../system/actions.js';
import { mayBeTrue } from '../system/situations.js';
import type { Slice } from '../reductions/slice.js';
import type { PolicySystem } from '../system/system.js';
import { ALL_LABELS, ReadState } from './fields.js';
import type { Layout } from './layout.js';
import type { GeneratedSearch } from './run.js';
import type { TabledSystem } from './steps.js';
import { PROGRESS } from './steps.js';

export function observe(
    slice: Slice,
    actions: readonly Action[],
    { tables, layout, search }: { tables: TabledSystem; layout: Layout; search: GeneratedSearch },
    system: PolicySystem
): void {
    const seen = valuesSeen(tables, layout, search);
    seen.forEach((values, index) => {
        const { place, values: all } = tables.fields[index]!;
        for (const number of values) {
            const value = all[number]!;
            if (place.kind === 'progress') {
                system.furthest = Math.max(system.furthest, value as number);
            } else if (
                place.kind === 'cells' &&
                mayBeTrue(slice.ground.monitors[place.monitor]!, value as readonly number[])
            ) {
                system.trueMonitors.add(place.monitor);
            }
        }
    });
    const state = new ReadState(slice.ground, tables.fields, system.stateOf(system.initial().state).memory);
    const before = { memory: state.memory, progress: system.furthest, holds: [] };
    const part = { zone: undefined, guards: [], memory: state.memory, holds: [], holders: new Map<number, number>() };
    actions.forEach((action, index) => {
        if (!action.mayComplete[system.furthest]) {
            return;
        }
        for (const packed of projections(layout, search, tables.reads.get(index)!)) {
            if (layout.read(packed, PROGRESS) === system.furthest) {
                state.readBy((field) => layout.read(packed, field), ALL_LABELS);
                system.submit({ ...before, part, before }, action, index, () => undefined);
            }
        }
    });
}

function valuesSeen({ fields }: TabledSystem, layout: Layout, search: GeneratedSearch): Set<number>[] {
    const seen = fields.map(() => new Set<number>());
    for (const packed of projections(layout, search, new Set([PROGRESS]))) {
        seen[PROGRESS]!.add(layout.read(packed, PROGRESS));
    }
    fields.forEach(({ place }, field) => {
        if (place.kind === 'cells') {
            for (const packed of projections(layout, search, new Set([field]))) {
                seen[field]!.add(layout.read(packed, field));
            }
        }
    });
    return seen;
}

/** The distinct values of some fields in the states; all other bits are zero. */
function projections(layout: Layout, search: GeneratedSearch, fields: ReadonlySet<number>): bigint[] {
    const mask = [...fields].reduce((bits, field) => bits | layout.mask(field), 0n);
    const [low, high] = [Number(mask & 0xffffffffn) | 0, Number(mask >> 32n) | 0];
    /** The lower halves of the values, by their upper half. */
    const found = new Map<number, Set<number>>();
    let [lastLow, lastHigh] = [-1, -1];
    search.all((stateLow, stateHigh) => {
        const [ownLow, ownHigh] = [(stateLow & low) >>> 0, (stateHigh & high) >>> 0];
        // Neighbouring states often have the same value.
        if (ownLow !== lastLow || ownHigh !== lastHigh) {
            [lastLow, lastHigh] = [ownLow, ownHigh];
            const lows = found.get(ownHigh);
            if (lows) {
                lows.add(ownLow);
            } else {
                found.set(ownHigh, new Set([ownLow]));
            }
        }
    });
    return [...found].flatMap(([ownHigh, lows]) =>
        [...lows].map((ownLow) => (BigInt(ownHigh) << 32n) | BigInt(ownLow))
    );
}
