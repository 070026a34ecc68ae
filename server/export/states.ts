/** Enumerates the states of a guarded system and the steps between them, for drawings and for comparison. */
import { evaluateBool, evaluateInt } from './expressions.js';
import type { Command, Goal, GuardedSystem } from './guarded.js';

export interface StateGraph {
    readonly states: readonly (readonly number[])[];
    readonly steps: readonly { readonly from: number; readonly to: number; readonly command: Command }[];
    /** The goals that can be taken, each from the first state in which it can. */
    readonly goals: readonly { readonly from: number; readonly goal: Goal }[];
    /** True if the enumeration is complete. */
    readonly isWhole: boolean;
}

/**
 * The search is breadth first, without steps that lead back to their start.
 * @param limit the maximum number of states
 */
export function stateGraphOf({ variables, commands, goals }: GuardedSystem, limit: number): StateGraph {
    const states: (readonly number[])[] = [];
    const numbers = new Map<string, number>();
    const numberOf = (state: readonly number[]): number => {
        const key = state.join();
        let known = numbers.get(key);
        if (known === undefined) {
            known = states.push(state) - 1;
            numbers.set(key, known);
        }
        return known;
    };
    const steps: { from: number; to: number; command: Command }[] = [];
    const taken = new Map<Goal, number>();
    numberOf(variables.map(({ initial }) => initial));
    for (let from = 0; from < states.length; from++) {
        const state = states[from]!;
        goals
            .filter((goal) => !taken.has(goal) && evaluateBool(goal.guard, state))
            .forEach((goal) => taken.set(goal, from));
        for (const command of commands) {
            if (!evaluateBool(command.guard, state)) {
                continue;
            }
            const next = [...state];
            command.assignments.forEach(({ variable, value }) => (next[variable] = evaluateInt(value, state)));
            if (next.join() === state.join()) {
                continue;
            }
            if (states.length >= limit && !numbers.has(next.join())) {
                return { states, steps, goals: goalsOf(taken), isWhole: false };
            }
            steps.push({ from, to: numberOf(next), command });
        }
    }
    return { states, steps, goals: goalsOf(taken), isWhole: true };
}

function goalsOf(taken: ReadonlyMap<Goal, number>): StateGraph['goals'] {
    return [...taken].map(([goal, from]) => ({ from, goal }));
}
