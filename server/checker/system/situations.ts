/** The queries that the finite system makes on memories: situations of the search, and change detection. */
import { cellsOf, valueOfCells } from '../../model/conditions/within.js';
import type { Situation } from '../../model/conditions/inputs.js';
import type { Arguments, Condition, Monitor } from '../../model/policy/policy.js';
import type { Call, Memory } from '../../model/session/session.js';
import { TRUE } from '../../model/policy/truth.js';
import type { Slice } from '../reductions/slice.js';
import { NOW } from './timing.js';

/** The situation of a call without visible approvals. */
export function situationOf(call: Call, memory: Memory): Situation {
    return { call, memory, time: NOW, approvals: [] };
}

/** The call for conditions that do not read one. */
export const NO_CALL: Call = { agent: 0, tool: 0, args: {} };

/** The call for conditions on the values of an event. Without `values` there is no call. */
export function eventCall(args: Arguments = {}): Call {
    return Object.keys(args).length === 0 ? NO_CALL : { ...NO_CALL, args };
}

/**
 * True if the monitor may be true in some reachable state, at some age. A time that is present was recent when it was
 * set.
 */
export function mayBeTrue(monitor: Monitor, cells: readonly number[]): boolean {
    const width = cellsOf(monitor);
    return (
        monitor.kind !== 'count' &&
        cells.some(
            (_, cell) => cell % width === 0 && valueOfCells(monitor, cells.slice(cell, cell + width), NOW) === TRUE
        )
    );
}

/** True if no condition of the slice can distinguish the two memories. */
export function sameMemory({ labels, received }: Pick<Slice, 'labels' | 'received'>, a: Memory, b: Memory): boolean {
    return (
        a.labels.every((bits, agent) => ((bits ^ b.labels[agent]!) & labels) === 0) &&
        a.monitors.every((cells, monitor) => cells.every((cell, index) => cell === b.monitors[monitor]![index])) &&
        (a.received ?? []).every((had, agent) => ((had ^ b.received![agent]!) & received) === 0) &&
        (a.stored ?? []).every((bits, store) => ((bits ^ b.stored![store]!) & labels) === 0) &&
        (a.storedReceived ?? []).every((bits, store) => ((bits ^ b.storedReceived![store]!) & received) === 0) &&
        (a.delegated ?? []).every((open, delegation) => open === b.delegated![delegation]) &&
        (a.machines === b.machines || JSON.stringify(a.machines) === JSON.stringify(b.machines))
    );
}

export const ALWAYS: Condition = { op: 'constant', value: TRUE };

/** A condition that is evaluated without a call, over the monitors of the search; any value of a key counts. */
export function forAnyKey(slice: Slice, condition: Condition): Condition {
    return slice.grounding.resolve(condition, undefined, (monitor) => ({
        op: 'or',
        args: slice.grounding.allOf(monitor).map((instance) => ({ op: 'monitor', monitor: instance }))
    }));
}
