/**
 * The histories that a proof has to follow: the values of the labels and monitors that the claim and the rules read, as
 * a set of states that no step leaves. Everything else about an event is arbitrary: its arguments, its outcome, the
 * time.
 */
import { stepMonitor } from '../model/events/once-and-since.js';
import type { EventPattern, Monitor, Policy } from '../model/policy/policy.js';
import { FALSE, mayBe, TRUE, type Truth, UNKNOWN } from '../model/policy/truth.js';
import type { Cell } from './format.js';

/** An event: a call, released or not, or an event from outside. If it is neither, only time passes. */
export interface Step {
    readonly call?: { readonly tool: number; readonly agent: number; readonly isReleased: boolean };
    readonly outside?: number;
}

const ALL: readonly Truth[] = [FALSE, UNKNOWN, TRUE];
const ONLY_FALSE: readonly Truth[] = [FALSE];

/** True if the monitor's value can be followed without tracking keys, times and numbers. */
export function isFollowed({ kind, keys, event, from }: Monitor): boolean {
    return (
        ['once', 'no since', 'since or start', 'since', 'once then'].includes(kind) &&
        !keys &&
        [event, from].every((pattern) => pattern === undefined || FOLLOWED.includes(pattern.status))
    );
}

const FOLLOWED: readonly EventPattern['status'][] = ['released', 'succeeded', 'failed', 'denied', 'refused'];

export class Followed {
    constructor(
        private readonly policy: Policy,
        readonly cells: readonly Cell[]
    ) {}

    initial(): string {
        return this.cells
            .map((cell) => {
                const monitor = 'monitor' in cell ? this.policy.monitors[cell.monitor]! : undefined;
                return monitor?.kind === 'no since' && !monitor.from ? TRUE : FALSE;
            })
            .join('');
    }

    /** Every state after the step. */
    after(state: string, step: Step): string[] {
        // Two cells that test the same property of the event see the same event.
        const asked = new Map<string, readonly Truth[]>();
        for (const cell of this.cells) {
            this.asks(cell, step).forEach(([name, values]) => asked.set(name, values));
        }
        let answers: ReadonlyMap<string, Truth>[] = [new Map()];
        for (const [name, values] of asked) {
            answers = answers.flatMap((some) => values.map((value) => new Map(some).set(name, value)));
        }
        return [...new Set(answers.flatMap((some) => this.afterWith(state, step, some)))];
    }

    private afterWith(state: string, step: Step, answers: ReadonlyMap<string, Truth>): string[] {
        return this.cells.reduce<string[]>(
            (all, cell, index) => {
                const values = this.next(cell, Number(state[index]) as Truth, step, answers);
                return all.flatMap((prefix) => values.map((value) => `${prefix}${value}`));
            },
            ['']
        );
    }

    private asks(cell: Cell, step: Step): [string, readonly Truth[]][] {
        if ('label' in cell) {
            return [[nameOfLabel(cell), this.gains(cell.label, cell.agent, step)]];
        }
        return patternsOf(this.policy.monitors[cell.monitor]!).map((pattern) => [
            nameOf(pattern, cell.agent),
            this.matches(pattern, cell.agent, step)
        ]);
    }

    private next(cell: Cell, value: Truth, { call }: Step, answers: ReadonlyMap<string, Truth>): readonly Truth[] {
        if ('label' in cell) {
            const isGained = answers.get(nameOfLabel(cell)) === TRUE;
            const isLost =
                !cell.ever &&
                call?.isReleased === true &&
                call.agent === cell.agent &&
                this.policy.tools[call.tool]!.clears.includes(cell.label);
            return isGained ? [TRUE] : isLost && value === TRUE ? [FALSE, TRUE] : [value];
        }
        const monitor = this.policy.monitors[cell.monitor]!;
        const [e, f = FALSE] = patternsOf(monitor).map((pattern) => answers.get(nameOf(pattern, cell.agent))!);
        const { window, ...untimed } = monitor;
        const found = (monitor.from ? ALL : [TRUE]).map((begun) => {
            const cells = [value, begun];
            return stepMonitor({ ...untimed, perAgent: false }, cells, [{ e: e!, f }], RELEASED, 0)[0] as Truth;
        });
        // At any time, past events may become too old.
        return ALL.filter((one) => found.some((other) => one === other || (window !== undefined && one < other)));
    }

    private matches(pattern: EventPattern, viewer: number | undefined, { call, outside }: Step): readonly Truth[] {
        if (!call) {
            return outside !== undefined && pattern.outside?.includes(outside) ? ALL : ONLY_FALSE;
        }
        const { delegations, tools } = this.policy;
        const done = tools[call.tool]!.mayDo;
        if (done?.some((value, tool) => mayBe(value) && mayBe(pattern.tools[tool] ?? FALSE))) {
            return ALL;
        }
        const { agents, status, where } = pattern;
        const isViewed = viewer === undefined || viewer === call.agent || Boolean(delegations?.length);
        const isAgent = typeof agents === 'string' ? isViewed : (agents?.includes(call.agent) ?? true);
        const isOfRelease = status === 'released' || status === 'succeeded' || status === 'failed';
        const meant = pattern.tools[call.tool] ?? FALSE;
        if (!isAgent || !mayBe(meant) || (isOfRelease && !call.isReleased)) {
            return ONLY_FALSE;
        }
        const isSure =
            status === 'released' &&
            where.op === 'constant' &&
            where.value === TRUE &&
            (typeof agents !== 'string' || viewer === call.agent);
        return isSure ? [meant] : ALL;
    }

    /** True if the agent certainly gets the label in the step. */
    private gains(label: number, owner: number, { call }: Step): readonly Truth[] {
        const { delegations, rules, tools } = this.policy;
        const isPassed = Boolean(delegations?.length);
        if (!call?.isReleased || call.agent !== owner) {
            return isPassed ? [FALSE, TRUE] : ONLY_FALSE;
        }
        const { reads, conditionalReads = [] } = tools[call.tool]!;
        if (reads.includes(label)) {
            return rules.some(({ kind }) => kind === 'withhold') ? [FALSE, TRUE] : [TRUE];
        }
        const mayGet =
            isPassed ||
            conditionalReads.some(({ labels }) => labels.includes(label)) ||
            tools.some((tool) => tool.stores !== undefined);
        return mayGet ? [FALSE, TRUE] : ONLY_FALSE;
    }
}

const RELEASED = { released: true };

function patternsOf({ event, from }: Monitor): EventPattern[] {
    return from ? [event, from] : [event];
}

function nameOf({ text: _, ...pattern }: EventPattern, viewer: number | undefined): string {
    return JSON.stringify([pattern, viewer ?? null]);
}

function nameOfLabel({ label, agent }: { readonly label: number; readonly agent: number }): string {
    return `label ${label} ${agent}`;
}
