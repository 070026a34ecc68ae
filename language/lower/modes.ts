/** Lowers machines with modes, and the contents of a mode (M18). */
import { AstUtils } from 'langium';
import type { Condition, Machine, Rule, Transition } from '../../server/model/policy/policy.js';
import type * as tree from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { durationSeconds } from '../parser/values.js';
import { lowerCondition } from './conditions.js';
import { type LoweringContext, sourceOf, textOf } from './context.js';
import { allOf } from './logic.js';
import { lowerEvent } from './patterns.js';

export function lowerModes(machine: tree.Modes, context: LoweringContext): Machine {
    const number = (mode: tree.Mode | undefined): number => context.indexOf(machine.modes, mode);
    const transition = (lowered: tree.Transition, from: number | undefined): Transition => {
        const { keys: _keys, keyTerms: _terms, ...event } = lowerEvent(lowered.event, context);
        return {
            ...(from !== undefined && { from }),
            event,
            when: lowered.when ? lowerCondition(lowered.when, context) : allOf([]),
            to: number(lowered.target.ref),
            text: textOf(lowered),
            source: sourceOf(lowered)
        };
    };
    return {
        name: machine.name,
        ...context.doc(machine),
        source: sourceOf(machine),
        perAgent: machine.perAgent,
        modes: machine.modes.map((mode) => ({
            name: mode.name,
            ...context.doc(mode),
            source: sourceOf(mode),
            ...(mode.duration !== undefined && {
                lasts: { seconds: durationSeconds(mode.duration), returnTo: number(mode.returnTo?.ref) }
            })
        })),
        initial: machine.modes.findIndex((mode) => mode.initial),
        transitions: [
            ...machine.modes.flatMap((mode, from) => mode.transitions.map((one) => transition(one, from))),
            ...machine.transitions.map((one) => transition(one, undefined))
        ]
    };
}

/** Elements inside a mode act only there: an `allow` through the machine, the others while `in mode`. */
export function insideMode(rule: tree.Rule, lowered: readonly Rule[], context: LoweringContext): Rule[] {
    const container = AstUtils.getContainerOfType(rule, ast.isMode);
    if (!container) {
        return [...lowered];
    }
    const mode = context.modeOf(container);
    const here: Condition = { op: 'in mode', ...mode };
    return lowered.map((one) => ({ ...one, mode, ...(one.kind !== 'allow' && { when: both(here, one.when) }) }));
}

function both(here: Condition, when: Condition): Condition {
    return when.op === 'constant' && when.value === 2 ? here : { op: 'and', args: [here, when] };
}
