/**
 * GR509: a mode that no session enters, or that no session leaves again. To prove that nothing ever leaves a mode, the
 * machine gets an extra mode that all exits lead to, and a search checks whether that mode is ever entered.
 */
import { noRelease } from '../questions/own.js';
import type { Machine, Mode, Policy, Transition } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { FALSE } from '../../model/policy/truth.js';
import type { Finding } from '../results/result.js';
import type { FindingContext, FindingRule } from './finding.js';
import { nameText } from '../../model/text/typed-text.js';

export const modes: FindingRule = {
    codes: ['GR509'],
    find: (context) =>
        (context.policy.machines ?? []).flatMap((machine, index) =>
            machine.modes.flatMap((mode, number) => check(context, { machine, index, mode, number }))
        )
};

interface Place {
    readonly machine: Machine;
    readonly index: number;
    readonly mode: Mode;
    readonly number: number;
}

function check(context: FindingContext, place: Place): Finding[] {
    const { machine, index, mode, number } = place;
    if (isNeverIn(context, context.policy, index, number)) {
        return [
            {
                code: 'GR509',
                severity: 'warning',
                message: `No session ever enters ${nameText(mode.name)}: nothing that would lead into it happens. Correct the transitions of ${nameText(machine.name)}, or remove the mode.`,
                source: mode.source
            }
        ];
    }
    if (mode.lasts || number === machine.initial) {
        return [];
    }
    const out = machine.transitions.filter(({ from, to }) => to !== number && (from === undefined || from === number));
    if (out.length === 0) {
        return grantsIn(context.policy, place) ? [left(place, 'No transition leads out of it')] : [];
    }
    return isNeverIn(context, leaving(context.policy, place), index, machine.modes.length)
        ? [left(place, 'The events that lead out of it never happen')]
        : [];
}

function left({ mode, machine }: Place, why: string): Finding {
    return {
        code: 'GR509',
        severity: 'warning',
        message: `Once in ${nameText(mode.name)}, a session never leaves it. ${why}: give ${nameText(machine.name)} a way out, or a time that the mode lasts.`,
        source: mode.source
    };
}

/**
 * A mode that only restricts may be a final mode by design; one that allows something is an emergency without an end.
 */
function grantsIn({ rules }: Policy, { index, number }: Place): boolean {
    return rules.some(({ kind, mode }) => kind === 'allow' && mode?.machine === index && mode.mode === number);
}

/** True if it is proven that the machine is never in the mode: a claim that nothing breaks is vacuous. */
function isNeverIn({ answer }: FindingContext, policy: Policy, machine: number, mode: number): boolean {
    const { name, source } = policy.machines![machine]!.modes[mode]!;
    const nothing = noRelease(
        { name, text: name, source },
        { tools: policy.tools.map(() => FALSE), text: 'nothing' },
        { op: 'constant', value: FALSE }
    );
    const question: Question = { ...nothing, trigger: { op: 'in mode', machine, mode }, premises: ['trigger'] };
    return answer(question, policy)?.verdict === 'vacuous';
}

/** The policy with an extra mode that all exits of this mode lead to. */
function leaving(policy: Policy, { machine, index, mode, number }: Place): Policy {
    const outside = machine.modes.length;
    const transitions = machine.transitions.flatMap((transition): Transition[] => {
        const { from, to } = transition;
        if (to === number || (from !== undefined && from !== number)) {
            return [transition];
        }
        const others = from === undefined ? machine.modes.flatMap((_, other) => (other === number ? [] : [other])) : [];
        return [
            { ...transition, from: number, to: outside },
            ...others.map((other) => ({ ...transition, from: other }))
        ];
    });
    const { lasts: _lasts, ...lasting } = mode;
    const changed: Machine = {
        ...machine,
        modes: [...machine.modes, { ...lasting, name: `left ${mode.name}` }],
        transitions
    };
    return { ...policy, machines: policy.machines!.map((other, at) => (at === index ? changed : other)) };
}
