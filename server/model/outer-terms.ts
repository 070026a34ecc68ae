/** Terms that are not of the call's own arguments: of the result, the session, the request, signals, the decided call. */
import { type Asked, latestEvent, recordedInterval } from './aggregates.js';
import { addDecimals, subtractDecimals } from './decimals.js';
import { type Situation, situationAt } from './situations.js';
import type { Term, Value } from './policy.js';
import { type Keys, eventKeys, fromKeys, keyOf } from './record-keys.js';
import { type OuterTerm, valueOf } from './static.js';
import { readSignal } from './signals.js';
import { UNKNOWN } from './truth.js';

/** Undefined: it cannot be read. */
export function readTerm(term: Term, situation: Situation, elements: readonly Value[] = []): Value | undefined {
    if (term.term === 'param') {
        return situation.call.args[term.name];
    }
    return valueOf(term, situation.call, elements, (outer, inner) => readOuter(outer, situation, inner));
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
            return args.includes(undefined)
                ? undefined
                : readSignal(term.signal, args as Value[], situation.readings, term.args.some(isOfResult));
        }
        case 'sum': {
            const [left, right] = [read(term.left), read(term.right)];
            return typeof left === 'number' && typeof right === 'number'
                ? term.minus
                    ? subtractDecimals(left, right)
                    : addDecimals(left, right)
                : undefined;
        }
        case 'latest': {
            const event = latestEvent(askedOf(term.recorder, situation));
            return event && readTerm(term.of, situationAt(event, situation.memory));
        }
        case 'aggregate': {
            const asked = askedOf(term.recorder, situation);
            const number = asked?.state.recorder.asked ? undefined : recordedInterval(asked, () => UNKNOWN);
            return typeof number?.least === 'number' && number.least === number.most ? number.least : undefined;
        }
    }
}

/** Undefined: the memory is none of this policy, so that nothing is known. */
export function askedOf(recorder: number, situation: Situation): Asked | undefined {
    const state = situation.memory.records?.[recorder];
    if (!state) {
        return undefined;
    }
    const { call, carrier } = situation;
    const keyIn = (keys: Keys): string | undefined => {
        const values = (keys.keys ?? []).map((key) => readTerm(key.call, situation));
        return keyOf(state, keys, { ...call, agent: carrier ?? call.agent }, values);
    };
    const from = fromKeys(state.recorder);
    return { state, key: keyIn(eventKeys(state.recorder)), fromKey: from && keyIn(from), time: situation.time };
}

function isOfResult(term: Term): boolean {
    return term.term === 'result' || ('of' in term && isOfResult(term.of));
}
