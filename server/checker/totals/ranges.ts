/**
 * Divides the amounts of calls into classes: the conditions on an amount divide the numbers into ranges, and a class is
 * one of them. Its witness is one amount in the range; the summed amount may be any of them.
 */
import { amountOf } from '../../model/values/amounts.js';
import type { Arguments, Param, Value } from '../../model/policy/policy.js';
import type { StaticCondition } from '../../model/conditions/reads.js';
import { Undecidable } from '../limits/undecidable.js';
import { digitsOf, scaled } from './amounts.js';
import type { SumMonitor } from '../conditions/sum-monitor.js';
import { ownField } from '../../model/values/values.js';

/** The amounts that a call of a class may add. */
export interface AmountRange {
    readonly param: string;
    /** The least amount in units. */
    readonly least: number;
    /** The largest amount in units; `Infinity` means no bound. */
    readonly most: number;
    /** The number of units of which every amount is a multiple: 100 for a whole number, if the unit is a hundredth. */
    readonly grain: number;
    /** The number of digits after the decimal point of a unit. */
    readonly digits: number;
}

/** A range of amounts within which no condition changes. */
export interface Run {
    /** The simplest amount in the range. */
    readonly witness: Value;
    readonly least: number;
    readonly most: number;
    /** The number of digits after the decimal point in the type. */
    readonly digits: number;
}

/**
 * The ranges of one parameter, the one with the simplest witness first.
 *
 * @param candidates values, simplest first, that include the neighbours of every number that a condition names
 * @param signatureOf returns the values of the conditions for a value
 */
export function runsOf(
    param: Param,
    atoms: readonly StaticCondition[],
    candidates: readonly (Value | undefined)[],
    signatureOf: (value: Value) => string
): Run[] {
    const { type } = param;
    const digits = type.kind === 'int' ? 0 : type.kind === 'decimal' ? type.scale : undefined;
    if (
        (type.kind !== 'int' && type.kind !== 'decimal') ||
        digits === undefined ||
        !atoms.every((atom) => isOfNumber(atom) && isOnGrid(atom, digits))
    ) {
        throw new Undecidable('are added up, and have conditions other than comparisons with numbers');
    }
    const values = candidates.filter((value) => typeof value === 'number');
    const sorted = [...values].sort((a, b) => a - b);
    const runs: { witness: number; least: number; most: number; signature: string }[] = [];
    for (const value of sorted) {
        const signature = signatureOf(value);
        const last = runs.at(-1);
        if (last?.signature === signature) {
            last.most = value;
            last.witness = values.indexOf(value) < values.indexOf(last.witness) ? value : last.witness;
        } else {
            runs.push({ witness: value, least: value, most: value, signature });
        }
    }
    return runs
        .map(({ witness, least, most }, index) => ({
            witness,
            digits,
            least: index === 0 ? (type.min ?? -Infinity) : least,
            most: index === runs.length - 1 ? (type.max ?? Infinity) : most
        }))
        .sort((a, b) => values.indexOf(a.witness) - values.indexOf(b.witness));
}

/** The ranges of the amounts of a call, given the ranges of its parameters. */
export function rangesOf(
    sums: readonly SumMonitor[],
    tool: number,
    args: Arguments,
    runs: (param: string) => readonly Run[]
): AmountRange[] {
    const digits = new Map(
        sums.flatMap(({ sum }) =>
            sum.param !== undefined && sum.tools[tool] ? [[sum.param, sum.digits] as const] : []
        )
    );
    return [...digits].map(([param, each]) => {
        const value = ownField(args, param);
        const run = runs(param).find(
            ({ least, most }) => typeof value === 'number' && value >= least && value <= most
        )!;
        return {
            param,
            least: scaled(amountOf(run.least), each),
            most: run.most === Infinity ? Infinity : scaled(amountOf(run.most), each),
            grain: 10 ** (each - run.digits),
            digits: each
        };
    });
}

/** True if the condition compares the value with numbers, or has the same value for all of them. */
function isOfNumber(atom: StaticCondition): boolean {
    return atom.op === 'compare' || atom.op === 'in' || atom.op === 'given' || atom.op === 'any text';
}

/**
 * True if the condition compares only with numbers of the type. Other numbers would have no neighbours among the
 * candidates.
 */
function isOnGrid(atom: StaticCondition, scale: number): boolean {
    const values: readonly unknown[] =
        atom.op === 'in'
            ? atom.values
            : atom.op === 'compare'
              ? [atom.left, atom.right].flatMap((term) => (term.term === 'constant' ? [term.value] : []))
              : [];
    return values.every((value) => typeof value !== 'number' || digitsOf(amountOf(value)) <= scale);
}
