/** Terms that are not of the call's own arguments: of the result, the session, the request, signals, the decided call. */
import { addDecimals, subtractDecimals } from './decimals.js';
import type { Situation } from './evaluate.js';
import type { Term, Value } from './policy.js';
import { valueOf } from './static.js';
import { readSignal } from './signals.js';

export type OuterTerm = Extract<
    Term,
    { term: 'result' | 'session' | 'request' | 'signal' | 'call' | 'sum' | 'aggregate' | 'latest' }
>;

/** Undefined: it cannot be read. */
export function readTerm(term: Term, situation: Situation): Value | undefined {
    return valueOf(term, situation.call, [], (outer, elements) => readOuter(outer, situation, elements));
}

/** `elements` are those that the quantifiers around are asking about. */
export function readOuter(term: OuterTerm, situation: Situation, elements: readonly Value[]): Value | undefined {
    const read = (inner: Term): Value | undefined =>
        valueOf(inner, situation.call, elements, (outer) => readOuter(outer, situation, elements));
    switch (term.term) {
        case 'result':
            return situation.result;
        case 'session':
            return situation.constants?.[term.constant];
        case 'request':
            return situation.request;
        case 'call':
            return readTerm(term.of, situation.decided ?? situation);
        case 'signal': {
            const args = term.args.map(read);
            return args.includes(undefined) ? undefined : readSignal(term.signal, args as Value[], situation.readings);
        }
        case 'sum': {
            const [left, right] = [read(term.left), read(term.right)];
            return typeof left === 'number' && typeof right === 'number'
                ? term.minus
                    ? subtractDecimals(left, right)
                    : addDecimals(left, right)
                : undefined;
        }
        default:
            throw new Error(`a term ${term.term} cannot be read`);
    }
}
