/**
 * The fields of an explored state, each with its possible values. A field changes only with the steps of the system,
 * regardless of what the rules allow. Its values can therefore be computed before any decision (`updates.ts`).
 * Impossible values are left out and take no bits, such as unknown in a field that is never uncertain.
 */
import { cellsOf } from '../../model/conditions/within.js';
import type { Policy } from '../../model/policy/policy.js';
import type { MachineState, Memory } from '../../model/session/session.js';
import type { ExploredState } from '../system/codec.js';
import { NOT_COMPILED } from './gate.js';
import type { ReadField } from './tabulate.js';

/** The position of a field in a state. */
export type Place =
    | { readonly kind: 'cells'; readonly monitor: number; readonly caller: number }
    | { readonly kind: 'labels' | 'received'; readonly agent: number; readonly label: number }
    | { readonly kind: 'delegated'; readonly delegation: number }
    | { readonly kind: 'machine'; readonly machine: number; readonly group: number }
    | { readonly kind: 'progress' };

/** For cells, their numbers; for a machine, its places; for a label, a delegation or the progress, a single number. */
export type FieldValue = readonly number[] | MachineState | number;

export class Field {
    readonly values: FieldValue[] = [];
    private readonly numbers = new Map<string, number>();

    constructor(readonly place: Place) {}

    /** The number of a value; a new value gets the next number. */
    add(value: FieldValue): number {
        const key = JSON.stringify(value);
        let number = this.numbers.get(key);
        if (number === undefined) {
            number = this.values.push(value) - 1;
            this.numbers.set(key, number);
        }
        return number;
    }

    /** The number of a value; undefined if the value is impossible. */
    numberOf(value: FieldValue): number | undefined {
        return this.numbers.get(JSON.stringify(value));
    }
}

/** The values that a memory of the finite system may have. */
const KNOWN: { readonly [Part in keyof Required<Memory>]: boolean } = {
    monitors: true,
    keyed: true,
    labels: true,
    received: true,
    machines: true,
    delegated: true,
    stored: false,
    storedReceived: false,
    given: false,
    records: false,
    parked: false
};

const KNOWN_OF_STATES: { readonly [Part in keyof Required<ExploredState>]: boolean } = {
    memory: true,
    progress: true,
    // The holds are empty where nothing reads them.
    holds: true,
    others: false
};

/** The fields of the states, each with its initial value. Throws if a state has a part that is not supported here. */
export function fieldsOf(
    policy: Policy,
    start: ExploredState,
    labels: { readonly carried: number; readonly received: number }
): Field[] {
    const { memory } = start;
    const unknown = [
        ...Object.keys(memory).filter((part) => !KNOWN[part as keyof Memory]),
        ...Object.keys(start).filter((part) => !KNOWN_OF_STATES[part as keyof ExploredState])
    ];
    if (unknown.length > 0 || start.holds.length > 0 || memory.keyed.length > 0) {
        throw NOT_COMPILED;
    }
    const bits = (kind: 'labels' | 'received', mask: number): Place[] =>
        policy.labels.flatMap((_, label) =>
            mask & (1 << label) ? policy.agents.map((__, agent): Place => ({ kind, agent, label })) : []
        );
    const places: Place[] = [
        { kind: 'progress' },
        ...(memory.machines ?? []).flatMap((groups, machine) =>
            groups.map((_, group): Place => ({ kind: 'machine', machine, group }))
        ),
        ...policy.monitors.flatMap((monitor, index) =>
            (monitor.perAgent ? policy.agents : [0]).map((_, caller): Place => ({
                kind: 'cells',
                monitor: index,
                caller
            }))
        ),
        ...(memory.delegated ?? []).map((_, delegation): Place => ({ kind: 'delegated', delegation })),
        ...bits('labels', labels.carried),
        ...bits('received', memory.received ? labels.received : 0)
    ];
    return places.map((place) => {
        const field = new Field(place);
        field.add(valueIn(policy, start, place));
        return field;
    });
}

/** The value of a field in a state. */
export function valueIn(policy: Policy, { memory, progress }: ExploredState, place: Place): FieldValue {
    switch (place.kind) {
        case 'progress':
            return progress;
        case 'machine':
            return memory.machines![place.machine]![place.group]!;
        case 'cells': {
            const width = cellsOf(policy.monitors[place.monitor]!);
            return memory.monitors[place.monitor]!.slice(place.caller * width, (place.caller + 1) * width);
        }
        case 'delegated':
            return memory.delegated![place.delegation] ? 1 : 0;
        case 'labels':
        case 'received':
            return (memory[place.kind]![place.agent]! >> place.label) & 1;
    }
}

/** The argument of `readBy` that allows all labels. */
export const ALL_LABELS = -1;

/**
 * A state whose fields are read lazily. The labels of an agent are read together, as one number. Only the named labels
 * are read; reading others is an error.
 */
export class ReadState {
    readonly memory: Memory;
    private reading: ReadField = () => 0;
    private named = 0;
    private readonly progressField: number;

    constructor(
        policy: Policy,
        private readonly fields: readonly Field[],
        start: Memory
    ) {
        const find = (isPlace: (place: Place) => boolean): number => fields.findIndex(({ place }) => isPlace(place));
        const valueAt = (field: number): FieldValue => fields[field]!.values[this.reading(field)]!;
        const cells = start.monitors.map((initial, monitor) => {
            const width = cellsOf(policy.monitors[monitor]!);
            const groups = initial.map((_, cell) =>
                find(
                    (place) =>
                        place.kind === 'cells' && place.monitor === monitor && place.caller === Math.floor(cell / width)
                )
            );
            return lazily(initial, (cell) => (valueAt(groups[cell]!) as readonly number[])[cell % width]!);
        });
        const labels = (kind: 'labels' | 'received', initial: readonly number[]): readonly number[] => {
            const own = initial.map((_, agent) =>
                fields.flatMap(({ place }, field) =>
                    place.kind === kind && place.agent === agent ? [{ field, bit: 1 << place.label }] : []
                )
            );
            return lazily(initial, (agent) => {
                if (this.named === 0) {
                    throw NOT_COMPILED;
                }
                return own[agent]!.reduce(
                    (all, { field, bit }) => (this.named & bit && valueAt(field) === 1 ? all | bit : all),
                    0
                );
            });
        };
        const machines = start.machines?.map((groups, machine) =>
            lazily(
                groups,
                (group) =>
                    valueAt(
                        find((place) => place.kind === 'machine' && place.machine === machine && place.group === group)
                    ) as MachineState
            )
        );
        const delegated =
            start.delegated &&
            lazily(
                start.delegated,
                (delegation) =>
                    valueAt(find((place) => place.kind === 'delegated' && place.delegation === delegation)) === 1
            );
        this.progressField = find(({ kind }) => kind === 'progress');
        this.memory = {
            monitors: cells,
            keyed: [],
            labels: labels('labels', start.labels),
            ...(start.received && { received: labels('received', start.received) }),
            ...(machines && { machines }),
            ...(delegated && { delegated })
        };
    }

    get progress(): number {
        return this.fields[this.progressField]!.values[this.reading(this.progressField)] as number;
    }

    /**
     * Sets the function that reads fields from now on.
     * @param named the bits of the labels that may be read
     */
    readBy(reading: ReadField, named: number): void {
        this.reading = reading;
        this.named = named;
    }
}

/** An array of the same length whose elements are computed on access. */
function lazily<Element>(like: readonly Element[], element: (index: number) => Element): readonly Element[] {
    return new Proxy([...like], {
        get: (array, key) => {
            const index = typeof key === 'string' ? Number(key) : NaN;
            return Number.isInteger(index) && index >= 0 && index < like.length
                ? element(index)
                : (Reflect.get(array, key) as unknown);
        }
    });
}
