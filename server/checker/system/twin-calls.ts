/** Two calls of one kind that are held at the same time. */
import type { Arguments, Tool, Type, Value } from '../../model/policy/policy.js';

import type { Action } from './actions.js';
import { behaviour, variantsOf } from './actions.js';
import { fits } from '../arguments/candidates.js';
import { realParams } from '../reductions/environment/chosen.js';
import type { Slice } from '../reductions/slice.js';
import { ownField } from '../../model/values/values.js';

/**
 * For each action whose calls may be held, another call that does the same in every state, if one is easily found.
 * While one of two calls of a kind is held, the other is a separate call (M7).
 */
export function twinsOf(slice: Slice, actions: readonly Action[]): Action[] {
    return actions.flatMap((action): Action[] => {
        const { call, results, text, amounts } = action;
        const isHoldable = [action.rules, ...action.principals.map(({ rules }) => rules)]
            .flat()
            .some(({ rule }) => rule.kind === 'approval');
        if (!isHoldable) {
            return [];
        }
        const key = behaviour(action, slice.policy);
        for (const other of otherValues(slice.policy.tools[call.tool]!, call.args)) {
            const ends = results.map((args) => ({ ...args, ...other }));
            const alike = (variantsOf(slice, { ...call, args: { ...call.args, ...other } }, ends, text) ?? []).find(
                (variant) => behaviour({ ...variant, amounts }, slice.policy) === key
            );
            if (alike) {
                return [{ ...alike, amounts, twinOf: action }];
            }
        }
        return [];
    });
}

/**
 * Arguments that differ in one place. The environment's choices do not make another call, and values that do not fit do
 * not make a call of the action.
 */
function otherValues({ params }: Tool, args: Arguments): Arguments[] {
    return realParams(params).flatMap(({ name, type }) =>
        othersOf(type, ownField(args, name))
            .filter((other) => fits(type, other))
            .map((other) => ({ [name]: other }))
    );
}

function othersOf(type: Type, value: Value | undefined): Value[] {
    switch (type.kind) {
        case 'string':
        case 'entity':
            return typeof value === 'string' ? [`${value}2`] : [];
        case 'int':
        case 'number':
        case 'decimal':
            return typeof value === 'number' ? [value + 1, value - 1] : [];
        case 'literals':
            return type.values.filter((other) => other !== value);
        default:
            return [];
    }
}
