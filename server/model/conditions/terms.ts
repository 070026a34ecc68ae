/**
 * Computes the values of terms, in Kleene's strong logic: values, and the possible numbers of a sum, a `count` or a
 * total (M3). They are in one file because terms refer to each other.
 */
import { type RecordedQuery, type AskEvent, latestEvent, recordedInterval } from './aggregates.js';
import { addIntervals, type Interval, negatedInterval, pointOf } from '../values/amounts.js';
import { commandsOf, onlyCommandOf, onlyProgramOf } from '../values/shell-commands.js';
import { addressAlone } from '../values/addresses.js';
import { addDecimals, subtractDecimals } from '../values/decimals.js';
import { hostOf } from '../values/hosts.js';
import type { Call } from '../memory/memory.js';
import { domainOf, extensionOfPath, nameOfPath } from '../values/structured-texts.js';
import type { Term, Value } from '../policy/policy.js';
import { eventKeys, fromKeys, keyOf, type Keys } from '../memory/history-keys.js';
import { readPeriod } from './clock-conditions.js';
import { readSignal } from './signals.js';
import { bytesIn, charactersIn } from '../values/text-sizes.js';
import { type Situation, situationAt } from './inputs.js';
import { UNKNOWN } from '../policy/truth.js';
import { instantOf } from '../values/instants.js';
import { entriesOf, isList, isRecord, ownField } from '../values/values.js';

/** The value of the term; undefined if it cannot be read. */
export function readTerm(term: Term, situation: Situation, elements = situation.elements): Value | undefined {
    if (term.term === 'param') {
        return ownField(situation.call.args, term.name);
    }
    return valueOf(term, situation.call, elements, situation);
}

/**
 * The value of the term. Undefined if it cannot be read: the argument is absent, or the text does not fit the grammar
 * of its part. Without a situation, terms that read anything but the call's own arguments cannot be read.
 *
 * @param elements the current elements of the enclosing quantifiers
 */
export function valueOf(
    term: Term,
    call: Call,
    elements: readonly Value[] = [],
    situation?: Situation
): Value | undefined {
    switch (term.term) {
        case 'constant':
            return term.value;
        case 'param':
            return ownField(call.args, term.name);
        case 'element':
            return elements[term.level];
        case 'field': {
            const record = valueOf(term.of, call, elements, situation);
            return isRecord(record) ? ownField(record, term.field) : undefined;
        }
        case 'length': {
            const value = valueOf(term.of, call, elements, situation);
            return typeof value === 'string' ? charactersIn(value) : isList(value) ? value.length : undefined;
        }
        case 'bytes': {
            const text = valueOf(term.of, call, elements, situation);
            return typeof text === 'string' ? bytesIn(text) : undefined;
        }
        case 'part': {
            const text = valueOf(term.of, call, elements, situation);
            return typeof text === 'string' ? PARTS[term.part](text) : undefined;
        }
        case 'host': {
            const url = valueOf(term.of, call, elements, situation);
            return typeof url === 'string' ? hostOf(url) : undefined;
        }
        case 'joined': {
            const [left, right] = [term.left, term.right].map((part) => valueOf(part, call, elements, situation));
            return typeof left === 'string' && typeof right === 'string' ? left + right : undefined;
        }
        case 'entries': {
            const map = valueOf(term.of, call, elements, situation);
            return isRecord(map) ? entriesOf(map) : undefined;
        }
        case 'instant': {
            const text = valueOf(term.of, call, elements, situation);
            return typeof text === 'string' ? instantOf(text, term.timezone) : undefined;
        }
        case 'commands': {
            const line = valueOf(term.of, call, elements, situation);
            return typeof line === 'string' ? commandsOf(line) : undefined;
        }
        default:
            return situation && readOuter(term, situation, elements);
    }
}

const PARTS = {
    domain: domainOf,
    name: nameOfPath,
    extension: extensionOfPath,
    command: onlyCommandOf,
    program: onlyProgramOf,
    address: addressAlone
} as const;

/**
 * Terms that read something other than the call's own arguments: the result, the session, the request, signals, the
 * clock, or the decided call.
 */
type OuterTerm = Extract<
    Term,
    { term: 'result' | 'session' | 'request' | 'signal' | 'call' | 'sum' | 'aggregate' | 'latest' | 'period' | 'now' }
>;

const OUTER: ReadonlySet<unknown> = new Set<OuterTerm['term']>([
    'result',
    'session',
    'request',
    'signal',
    'call',
    'sum',
    'aggregate',
    'latest',
    'period',
    'now'
]);

/** True if a term of this kind reads something other than the call's own arguments. */
export function isOuter(term: unknown): boolean {
    return OUTER.has(term);
}

/** @param elements the current elements of the enclosing quantifiers */
function readOuter(term: OuterTerm, situation: Situation, elements: readonly Value[]): Value | undefined {
    const read = (inner: Term): Value | undefined => valueOf(inner, situation.call, elements, situation);
    switch (term.term) {
        case 'result':
            return situation.result;
        case 'session':
            return situation.constants && ownField(situation.constants, term.constant);
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
        case 'now':
            return situation.epoch;
        case 'period':
            return readPeriod(term, situation.epoch);
        case 'latest': {
            const event = latestEvent(recordedQueryOf(term.recorder, situation));
            return event && readTerm(term.of, situationAt(event, situation.memory));
        }
        case 'aggregate': {
            const asked = recordedQueryOf(term.recorder, situation);
            const number = asked?.state.recorder.asked ? undefined : recordedInterval(asked, () => UNKNOWN);
            return typeof number?.least === 'number' && number.least === number.most ? number.least : undefined;
        }
    }
}

/** Undefined if the memory does not belong to this policy, so that nothing is known. */
export function recordedQueryOf(recorder: number, situation: Situation): RecordedQuery | undefined {
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

/** The interval of possible numbers; undefined if the term is not a number, or cannot be read. */
export function intervalOf(term: Term, situation: Situation, ask: AskEvent): Interval | undefined {
    switch (term.term) {
        case 'sum': {
            const left = intervalOf(term.left, situation, ask);
            const right = intervalOf(term.right, situation, ask);
            return left && right && addIntervals(left, term.minus ? negatedInterval(right) : right);
        }
        case 'aggregate':
            return recordedInterval(recordedQueryOf(term.recorder, situation), ask);
        case 'call':
            return intervalOf(term.of, situation.decided ?? situation, ask);
        default: {
            const value = readTerm(term, situation);
            return typeof value === 'number' && Number.isFinite(value) ? pointOf(value) : undefined;
        }
    }
}
