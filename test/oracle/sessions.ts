/** Generates random sessions: steps whose indices are fitted to the possibilities at that point. */
import fc from 'fast-check';
import type { Arguments, Outcome, Policy, Tool, Value } from '../../server/model/policy/policy.js';
import type { Call } from '../../server/model/session/session.js';
import { ANYONE, argumentValues } from './columns.js';
import { completed } from './schema.js';

export type RawStep =
    | {
          readonly kind: 'call';
          readonly agent: number;
          readonly tool: number;
          readonly args: readonly number[];
          /** The way in which the arguments are made invalid, if they are. */
          readonly foreign: number | undefined;
          readonly outcome: Outcome;
          /** True if the call is left running. */
          readonly overlaps: boolean;
      }
    | { readonly kind: 'again'; readonly hold: number; readonly outcome: Outcome; readonly overlaps: boolean }
    | { readonly kind: 'refuse'; readonly hold: number; readonly human: number }
    | {
          readonly kind: 'approve';
          readonly hold: number;
          readonly human: number;
          /** True if the agent immediately submits again. */
          readonly again: boolean;
          readonly outcome: Outcome;
      }
    /** A wait until some deadline, or past it, or for a few seconds. */
    | { readonly kind: 'wait'; readonly deadline: number; readonly offset: number }
    | { readonly kind: 'outside'; readonly event: number }
    | { readonly kind: 'end'; readonly running: number; readonly outcome: Outcome };

const index = fc.nat({ max: 59 });
const outcome = fc.constantFrom<Outcome[]>('success', 'success', 'error', 'lost');
const overlaps = fc.boolean();

const step: fc.Arbitrary<RawStep> = fc.oneof(
    {
        weight: 10,
        arbitrary: fc.record({
            kind: fc.constant<'call'>('call'),
            agent: index,
            tool: index,
            args: fc.array(index, { minLength: 3, maxLength: 3 }),
            foreign: fc.oneof({ weight: 16, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: index }),
            outcome,
            overlaps
        })
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant<'again'>('again'), hold: index, outcome, overlaps }) },
    {
        weight: 5,
        arbitrary: fc.record({
            kind: fc.constant<'approve'>('approve'),
            hold: index,
            human: index,
            again: fc.boolean(),
            outcome
        })
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant<'refuse'>('refuse'), hold: index, human: index }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant<'outside'>('outside'), event: index }) },
    {
        weight: 3,
        arbitrary: fc.record({
            kind: fc.constant<'wait'>('wait'),
            deadline: index,
            offset: fc.integer({ min: 0, max: 2 })
        })
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant<'end'>('end'), running: index, outcome }) }
);

export const sessions: fc.Arbitrary<readonly RawStep[]> = fc.array(step, { minLength: 1, maxLength: 24, size: 'max' });

export function callOf(policy: Policy, raw: RawStep & { kind: 'call' }): Call {
    const tool = raw.tool % policy.tools.length;
    const params = policy.tools[tool]?.params ?? [];
    const args: { [name: string]: Value } = {};
    params.forEach((param, i) => {
        const all = argumentValues(param);
        // Few values for keys, so that calls often share one.
        const values = all.includes(ANYONE[0]) ? [...all.slice(0, 2), ...(param.optional ? [undefined] : [])] : all;
        const value = values[(raw.args[i] ?? 0) % values.length];
        if (value !== undefined) {
            args[param.name] = value;
        }
    });
    const spoilt = foreign(args);
    const chosen = raw.foreign === undefined ? args : (spoilt[raw.foreign % spoilt.length] as Arguments);
    return { agent: raw.agent % policy.agents.length, tool, args: completed(policy.tools[tool] as Tool, chosen) };
}

/** Values that no parameter here accepts, and one that represents a missing argument. */
const ODD: readonly (Value | undefined)[] = [undefined, -7, 'odd', true, ['x']];

/**
 * Arguments that a tool's schema refuses, near arguments that it accepts: with an undeclared one, and with each of its
 * own in turn missing or odd. Not all of them are refused: a parameter may be optional.
 */
export function foreign(args: Arguments): Arguments[] {
    const spoilt = Object.keys(args).flatMap((name) =>
        ODD.map((value): Arguments => {
            const { [name]: _, ...others } = args;
            return value === undefined ? others : { ...others, [name]: value };
        })
    );
    return [{ ...args, undeclared: true }, ...spoilt];
}
