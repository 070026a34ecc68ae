/** Finds the modes of a policy and the transitions between them, and for each mode if some session enters it. */
import type { Machine, Policy, Source } from '../model/policy/policy.js';
import { alwaysSo } from '../checker/questions/own.js';
import { answering } from '../checker/portfolio/answers.js';
import type { ExploreOptions } from '../checker/search/breadth-first.js';
import type { Resumable } from '../checker/limits/resumable.js';
import type { RuleReference } from '../checker/results/result.js';
import { ruleReference } from '../checker/traces/trace.js';

export interface MachineDiagram {
    readonly name: string;
    readonly perAgent: boolean;
    readonly source: Source;
    readonly modes: readonly ModeDiagram[];
    readonly transitions: readonly TransitionDiagram[];
}

export interface ModeDiagram {
    readonly name: string;
    readonly source: Source;
    readonly isInitial: boolean;
    /** `yes` if some session reaches the mode. */
    readonly reached: 'yes' | 'no' | 'unknown';
    /** The rules inside the mode. */
    readonly rules: readonly RuleReference[];
}

export interface TransitionDiagram {
    /** The index of the mode in `modes` that the transition leaves. */
    readonly from: number;
    readonly to: number;
    /** The event as written, or a note that the mode's time is over. */
    readonly text: string;
    readonly source: Source;
    readonly isTimeout: boolean;
}

export function* machinesOf(policy: Policy, options: ExploreOptions): Resumable<MachineDiagram[]> {
    const machines: MachineDiagram[] = [];
    for (const [index, machine] of (policy.machines ?? []).entries()) {
        const modes: ModeDiagram[] = [];
        for (const [mode, { name, source }] of machine.modes.entries()) {
            modes.push({
                name,
                source,
                isInitial: mode === machine.initial,
                reached: yield* isReached(policy, index, mode, options),
                rules: policy.rules
                    .filter((rule) => rule.mode?.machine === index && rule.mode.mode === mode)
                    .map(ruleReference)
            });
        }
        const { name, perAgent, source } = machine;
        machines.push({ name, perAgent, source, modes, transitions: transitionsOf(machine) });
    }
    return machines;
}

function transitionsOf({ modes, transitions }: Machine): TransitionDiagram[] {
    return [
        ...transitions.flatMap(({ from, to, text, source }) =>
            modes.flatMap((_, mode) =>
                (from === undefined ? mode !== to : mode === from)
                    ? [{ from: mode, to, text, source, isTimeout: false }]
                    : []
            )
        ),
        ...modes.flatMap(({ lasts, source }, from) =>
            lasts ? [{ from, to: lasts.returnTo, text: `after ${lasts.seconds}s`, source, isTimeout: true }] : []
        )
    ];
}

function* isReached(
    policy: Policy,
    machine: number,
    mode: number,
    options: ExploreOptions
): Resumable<ModeDiagram['reached']> {
    const named = { name: 'never in the mode', text: 'always not in the mode', source: policy.source };
    const never = alwaysSo(named, { op: 'not', arg: { op: 'in mode', machine, mode } });
    const { verdict } = yield* answering(policy, never, { ...options, withoutCauses: true });
    return verdict === 'violated' ? 'yes' : verdict === 'holds' || verdict === 'vacuous' ? 'no' : 'unknown';
}
