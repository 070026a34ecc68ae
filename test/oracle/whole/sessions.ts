/** Generates random sessions over the vocabulary: indices are fitted to the possibilities at that point. */
import fc from 'fast-check';
import type { Arguments, Reading } from '../../../server/model/policy/policy.js';
import { FORMS } from './forms.js';
import { ACCOUNTS, argumentsOf, CONSTANTS, DELEGATIONS, EPOCHS, OCCURRING, REQUESTS, SERVED } from './vocabulary.js';

export type Step =
    | {
          readonly kind: 'call';
          readonly agent: number;
          readonly tool: number;
          readonly args: Arguments;
          readonly readings: readonly Reading[];
          readonly ending: number;
          /** The values of the signals with the answer. */
          readonly answered: readonly Reading[];
          /** True if the call is left running. */
          readonly overlaps: boolean;
      }
    | {
          readonly kind: 'again';
          readonly hold: number;
          readonly readings: readonly Reading[];
          readonly ending: number;
          readonly answered: readonly Reading[];
          readonly overlaps: boolean;
      }
    | {
          readonly kind: 'approve' | 'refuse';
          readonly hold: number;
          readonly human: number;
          readonly again: boolean;
          /** What the human chooses among the times that the rules offer. */
          readonly lasts: number;
      }
    | {
          readonly kind: 'end';
          readonly running: number;
          readonly ending: number;
          readonly answered: readonly Reading[];
      }
    | { readonly kind: 'wait'; readonly seconds: number }
    /** A wait until one of the moments at which something ends, or one second less or more (`offset` 1, 0 and 2). */
    | { readonly kind: 'wait until'; readonly which: number; readonly offset: number }
    | {
          readonly kind: 'outside';
          readonly event: number;
          readonly args: Arguments;
          readonly readings: readonly Reading[];
      }
    | { readonly kind: 'says'; readonly request: Arguments; readonly readings: readonly Reading[] }
    | { readonly kind: 'session'; readonly constants: Arguments }
    | { readonly kind: 'clock'; readonly epoch: number }
    | { readonly kind: 'delegate'; readonly which: number }
    | { readonly kind: 'return'; readonly which: number };

const index = fc.nat({ max: 11 });

/** A reading for each signal and argument, of which some are absent. */
const readings: fc.Arbitrary<Reading[]> = fc.oneof(
    { weight: 2, arbitrary: fc.constant<Reading[]>([]) },
    {
        weight: 1,
        arbitrary: fc
            .record({
                risk: fc.constantFrom(undefined, 0, 1, 2),
                of: fc.constantFrom(...ACCOUNTS),
                pii: fc.constantFrom(undefined, 0, 2),
                others: fc.constantFrom(undefined, undefined, 1, 3)
            })
            .map(({ risk, of, pii, others }): Reading[] => [
                ...(others === undefined ? [] : [{ signal: 1, value: others }]),
                ...(risk === undefined ? [] : [{ signal: 0, value: risk }]),
                ...(pii === undefined ? [] : [{ signal: 1, args: [of], value: pii }])
            ])
    }
);

const kind = <K extends string>(name: K): fc.Arbitrary<K> => fc.constant(name);

/** A change of the arguments: one is missing, odd or undeclared. */
const spoil = fc.constantFrom<((args: Arguments) => Arguments)[]>(
    ...Array.from({ length: 12 }, () => (args: Arguments) => args),
    ({ acct: _, ...rest }) => rest,
    (args) => ({ ...args, amount: 0.001 }),
    (args) => ({ ...args, undeclared: true })
);

const call = fc.oneof(
    ...SERVED.map((tool) => ({
        weight: tool < 2 ? 3 : 1,
        arbitrary: fc
            .record({
                kind: kind('call'),
                agent: fc.nat({ max: 2 }),
                tool: fc.constant(tool),
                args: argumentsOf(tool),
                spoil,
                readings,
                ending: index,
                answered: readings,
                overlaps: fc.boolean()
            })
            .map(({ spoil: spoilt, ...draw }): Step => ({ ...draw, args: spoilt(draw.args) }))
    }))
);

const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 12, arbitrary: call },
    {
        weight: 3,
        arbitrary: fc.record({
            kind: kind('again'),
            hold: index,
            readings,
            ending: index,
            answered: readings,
            overlaps: fc.boolean()
        })
    },
    {
        weight: 4,
        arbitrary: fc.record({ kind: kind('approve'), hold: index, human: index, again: fc.boolean(), lasts: index })
    },
    {
        weight: 1,
        arbitrary: fc.record({ kind: kind('refuse'), hold: index, human: index, again: fc.boolean(), lasts: index })
    },
    { weight: 2, arbitrary: fc.record({ kind: kind('end'), running: index, ending: index, answered: readings }) },
    { weight: 1, arbitrary: fc.record({ kind: kind('wait'), seconds: fc.constantFrom(1, 2, 5, 6, 900, 3600) }) },
    {
        weight: 2,
        arbitrary: fc.record({ kind: kind('wait until'), which: fc.nat({ max: 59 }), offset: fc.nat({ max: 2 }) })
    },
    {
        weight: 1,
        arbitrary: fc
            .record({ event: fc.constantFrom(...OCCURRING), acct: fc.constantFrom(...ACCOUNTS), readings })
            .map(({ event, acct, readings: said }): Step => ({
                kind: 'outside',
                event,
                args: event === 1 ? { acct } : {},
                readings: said
            }))
    },
    { weight: 1, arbitrary: fc.record({ kind: kind('says'), request: fc.constantFrom(...REQUESTS), readings }) },
    {
        weight: FORMS.sessions ? 1 : 0,
        arbitrary: fc.record({ kind: kind('session'), constants: fc.constantFrom(...CONSTANTS) })
    },
    { weight: 1, arbitrary: fc.record({ kind: kind('delegate'), which: fc.nat({ max: DELEGATIONS.length - 1 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: kind('return'), which: index }) }
);

/** The start of a session, usually with a clock and with constants. */
const opening: fc.Arbitrary<readonly Step[]> = fc
    .record({ epoch: fc.constantFrom(undefined, ...EPOCHS), constants: fc.constantFrom(undefined, ...CONSTANTS) })
    .map(({ epoch, constants }) => [
        ...(epoch === undefined ? [] : [{ kind: 'clock' as const, epoch }]),
        ...(constants === undefined || !FORMS.sessions ? [] : [{ kind: 'session' as const, constants }])
    ]);

export const sessions: fc.Arbitrary<readonly Step[]> = fc
    .tuple(opening, fc.array(step, { minLength: 1, maxLength: 12, size: 'max' }))
    .map(([first, rest]) => [...first, ...rest]);
