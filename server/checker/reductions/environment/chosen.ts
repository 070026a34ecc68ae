/**
 * The choices of the environment besides a call: the values of signals, the result, the time on the clock. In the
 * finite system these are additional arguments, under names that no parameter can have because they contain a
 * backquote.
 */
import type { Arguments, Param, Reading, Term, Value } from '../../../model/policy/policy.js';
import { readOfCall } from '../../../model/conditions/evaluate.js';
import { canonicalText } from '../../../model/values/canonical-text.js';
import { type Part, hasPart } from '../../conditions/rewrite.js';
import { ownField } from '../../../model/values/values.js';

/** The name of the phase of the clock (`phases.ts`). */
export const CLOCK = 'clock`';

const SIGNAL = 'signal`';
const RESULT = 'result`';

export function resultName(field: string): string {
    return `${RESULT}${field}`;
}

/** The name of a signal with these arguments: it has one value at a decision. */
export function signalName(signal: number, args: readonly Term[]): string {
    return `${SIGNAL}${JSON.stringify([signal, args])}`;
}

interface SignalRead {
    readonly name: string;
    readonly signal: number;
    readonly args: readonly Term[];
}

function signalOf(name: string): SignalRead | undefined {
    if (!name.startsWith(SIGNAL)) {
        return undefined;
    }
    const [signal, args] = JSON.parse(name.slice(SIGNAL.length)) as [number, readonly Term[]];
    return { name, signal, args };
}

export function isOfSignal(name: string, signal: number): boolean {
    return signalOf(name)?.signal === signal;
}

export function isChosen(name: string): boolean {
    return name === CLOCK || name.startsWith(SIGNAL) || name.startsWith(RESULT);
}

/** True for a field of the result, or the value of a signal for a result: neither is known before the call ends. */
export function isOfResult(name: string): boolean {
    return name.startsWith(RESULT) || askedOf(name).some(isOfResult);
}

/** The arguments of a signal, from its name. */
export function askedOf(name: string): string[] {
    return signalOf(name)?.args.flatMap(namesIn) ?? [];
}

/** The parameters that the tool declares. */
export function realParams(params: readonly Param[]): Param[] {
    return params.filter(({ name }) => !isChosen(name));
}

export function realArguments(args: Arguments): Arguments {
    return pick(args, (name) => !isChosen(name));
}

/** What the environment chooses. */
export function chosenArguments(args: Arguments): Arguments {
    return pick(args, isChosen);
}

/** The arguments that are known before the call ends. */
export function withoutResult(args: Arguments): Arguments {
    return pick(args, (name) => !isOfResult(name));
}

/** The fields of the answer; undefined if no field can be read. */
export function resultIn(args: Arguments): Arguments | undefined {
    const fields = Object.entries(args).filter(([name]) => name.startsWith(RESULT));
    return fields.length === 0
        ? undefined
        : Object.fromEntries(fields.map(([name, value]) => [name.slice(RESULT.length), value]));
}

/** The values of the signals for the result. */
export function resultReadingsIn(args: Arguments): Reading[] {
    return readingsIn(args, isOfResult);
}

/** The values of the signals; an absent one cannot be read. */
export function readingsIn(args: Arguments, isMeant: (name: string) => boolean = () => true): Reading[] {
    return Object.entries(args).flatMap(([name, value]): Reading[] => {
        if (!isMeant(name)) {
            return [];
        }
        const read = signalOf(name);
        const of = read?.args.map((term) => valueIn(term, args));
        return !read || of!.includes(undefined)
            ? []
            : [{ signal: read.signal, ...(of!.length > 0 && { args: of as Value[] }), value }];
    });
}

export function phaseIn(args: Arguments | undefined): number | undefined {
    const phase = args?.[CLOCK];
    return typeof phase === 'number' ? phase : undefined;
}

/**
 * Parameters whose values depend on each other: the value of a signal and its arguments, and two values of one signal whose
 * arguments may be equal.
 */
export function tiesOf(names: readonly string[]): string[][] {
    const own = names.map((name) => [name, ...askedOf(name)]);
    return [...own, ...readTwice(names).map((reads) => reads.map(({ name }) => name))].filter(
        ({ length }) => length > 1
    );
}

/** Pairs of terms whose equality matters: the arguments of one signal that is read twice. */
export function pairsOf(names: readonly string[]): [Term, Term][] {
    return readTwice(names).flatMap(([one, other]) =>
        one.args
            .map((term, at): [Term, Term] => [term, other.args[at]!])
            .filter(([left, right]) => JSON.stringify(left) !== JSON.stringify(right))
    );
}

/** Two reads of one signal whose arguments may be equal: different constants never are. */
function readTwice(names: readonly string[]): [SignalRead, SignalRead][] {
    const reads = names.flatMap((name) => signalOf(name) ?? []);
    return reads.flatMap((one, index) =>
        reads
            .slice(index + 1)
            .filter(
                ({ signal, args }) =>
                    signal === one.signal && args.every((term, at) => !areDifferentConstants(term, one.args[at]!))
            )
            .map((other): [SignalRead, SignalRead] => [one, other])
    );
}

function areDifferentConstants(one: Term, other: Term): boolean {
    return (
        one.term === 'constant' && other.term === 'constant' && canonicalText(one.value) !== canonicalText(other.value)
    );
}

/** True if some decision can have these arguments: a signal has the same value for equal or absent arguments. */
export function isPossible(args: Arguments, names: readonly string[]): boolean {
    const said = new Map<string, string>();
    return names.every((name) => {
        const read = signalOf(name);
        if (!read) {
            return true;
        }
        const of = read.args.map((term) => valueIn(term, args));
        const value = ownField(args, name);
        if (of.includes(undefined)) {
            return value === undefined;
        }
        const key = JSON.stringify([read.signal, of.map((one) => canonicalText(one!))]);
        const text = value === undefined ? '' : canonicalText(value);
        const known = said.get(key);
        said.set(key, text);
        return known === undefined || known === text;
    });
}

function valueIn(term: Term, args: Arguments): Value | undefined {
    return readOfCall(term, { agent: 0, tool: 0, args });
}

function namesIn(term: Term): string[] {
    const names: string[] = [];
    const note = (part: Part): boolean => {
        if ('term' in part && part.term === 'param') {
            names.push(part.name);
        }
        return false;
    };
    hasPart(term, note);
    return names;
}

function pick(args: Arguments, isMeant: (name: string) => boolean): Arguments {
    return Object.fromEntries(Object.entries(args).filter(([name]) => isMeant(name)));
}
