/**
 * The variables of an exported system: the contents of a state of the exact search, separately and with readable names.
 */
import { cellKinds } from '../model/conditions/within.js';
import { initialMemory } from '../model/events/effects.js';
import type { Monitor } from '../model/policy/policy.js';
import type { Slice } from '../checker/reductions/slice.js';
import { Unexportable } from './unexportable.js';
import { limitOf } from '../checker/limits/limits.js';

/** A variable with the values 0 … `max`. */
export interface Variable {
    /** A name of letters, digits and `_`, unique in the system. */
    readonly name: string;
    readonly max: number;
    readonly initial: number;
    /** The meaning of the variable, for a comment. */
    readonly text: string;
    /**
     * True if the variable is an age: 0 if there is none, otherwise one more than the seconds, up to one more than the
     * window.
     */
    readonly isAge: boolean;
}

export class Variables {
    readonly all: Variable[] = [];
    private readonly names = new Set<string>();
    private readonly numbers = new Map<string, number>();

    constructor(
        private readonly slice: Slice,
        /** The variable for the completed steps of a `possible`. */
        steps: number
    ) {
        this.addMonitors();
        this.addLabels();
        this.addMachines();
        (slice.ground.delegations ?? []).forEach(({ from, to }, index) => {
            const text = `${this.agent(from)} delegates to ${this.agent(to)}`;
            this.add(`delegated ${index}`, text, 1, 0);
        });
        if (steps > 0) {
            this.add('progress', 'steps done', steps, 0);
        }
    }

    /** @param offset the index in the cells of the monitor for one agent */
    cell(monitor: number, agent: number, offset: number): number {
        const { perAgent } = this.slice.ground.monitors[monitor]!;
        return this.get(`cell ${monitor} ${perAgent ? agent : 0} ${offset}`);
    }

    /** Undefined if the claim does not depend on the label. */
    label(kind: 'carries' | 'received', agent: number, label: number): number | undefined {
        return this.numbers.get(`${kind} ${agent} ${label}`);
    }

    mode(machine: number, agent: number, mode: number): number {
        const { perAgent } = this.slice.ground.machines![machine]!;
        return this.get(`mode ${machine} ${perAgent ? agent : 0} ${mode}`);
    }

    delegated(delegation: number): number {
        return this.get(`delegated ${delegation}`);
    }

    get progress(): number {
        return this.get('progress');
    }

    private addMonitors(): void {
        const { ground } = this.slice;
        const { monitors } = initialMemory(ground);
        ground.monitors.forEach((monitor, index) => {
            const kinds = cellKinds(monitor);
            if (monitor.kind === 'count' && monitor.window !== undefined) {
                throw new Unexportable('counts within a window');
            }
            const cells = monitors[index]!;
            cells.forEach((initial, cell) => {
                const kind = kinds[cell % kinds.length]!;
                const agent = Math.floor(cell / kinds.length);
                const offset = cell % kinds.length;
                const part = kinds.length > 1 ? ` ${partOf(monitor, offset)}` : '';
                const of = monitor.perAgent ? ` of ${this.agent(agent)}` : '';
                const max = kind === 'count' ? monitor.cap! : kind === 'time' ? monitor.window! + 1 : 2;
                const isAge = kind === 'time';
                this.add(
                    `cell ${index} ${agent} ${offset}`,
                    `${monitor.text}${of}${part}`,
                    max,
                    isAge ? initial + 1 : initial,
                    isAge
                );
            });
        });
    }

    private addLabels(): void {
        const { ground, labels, received } = this.slice;
        for (const [kind, bits] of [
            ['carries', labels],
            ['received', received]
        ] as const) {
            ground.agents.forEach(({ name }, agent) =>
                ground.labels.forEach((label, index) => {
                    if ((bits & (1 << index)) !== 0) {
                        this.add(`${kind} ${agent} ${index}`, `${name} ${kind} ${label.name}`, 1, 0);
                    }
                })
            );
        }
    }

    private addMachines(): void {
        const { ground, reach } = this.slice;
        (ground.machines ?? []).forEach((machine, index) => {
            if (!reach.machines.has(index)) {
                return;
            }
            if (machine.modes.some(({ lasts }) => lasts)) {
                throw new Unexportable('modes with a time limit');
            }
            const groups = machine.perAgent ? ground.agents.map((_, agent) => agent) : [0];
            for (const group of groups) {
                machine.modes.forEach(({ name }, mode) => {
                    const of = machine.perAgent ? `${this.agent(group)} ` : '';
                    this.add(
                        `mode ${index} ${group} ${mode}`,
                        `${of}may be in mode ${name}`,
                        1,
                        mode === machine.initial ? 1 : 0
                    );
                });
            }
        });
    }

    private add(key: string, text: string, max: number, initial: number, isAge = false): void {
        this.numbers.set(key, this.all.length);
        this.all.push({ name: this.nameFor(text), max, initial, text, isAge });
    }

    private get(key: string): number {
        const found = this.numbers.get(key);
        if (found === undefined) {
            throw new Error(`there is no variable for ${key}`);
        }
        return found;
    }

    private nameFor(text: string): string {
        const words = text
            .replace(/[^A-Za-z0-9]+/g, '_')
            .replace(/^_+|_+$/g, '')
            .slice(0, limitOf('exportedNames'));
        let name = `v_${words}`;
        for (let copy = 2; this.names.has(name); copy++) {
            name = `v_${words}_${copy}`;
        }
        this.names.add(name);
        return name;
    }

    private agent(index: number): string {
        return this.slice.ground.agents[index]!.name;
    }
}

function partOf({ kind, window }: Monitor, offset: number): string {
    if (kind === 'count') {
        return ['at least', 'at most'][offset]!;
    }
    if (window === undefined) {
        return ['', '(F happened)'][offset]!;
    }
    return kind === 'once then'
        ? ['(A happened)', '(age)', '(age perhaps)'][offset]!
        : ['(age)', '(age perhaps)', '(age with an E)', '(age perhaps with an E)'][offset]!;
}
