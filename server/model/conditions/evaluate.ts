/**
 * Computes conditions and terms over a call and the history that the call meets, in Kleene's strong three-valued logic
 * (M3). They are in one file because they refer to each other.
 */
import { type RecordedQuery, type AskEvent, latestEvent, recordedInterval, recordedTruth } from './aggregates.js';
import { addIntervals, compareIntervals, type Interval, negatedInterval, pointOf } from '../values/amounts.js';
import { addressAlone, isHostWithin } from '../values/addresses.js';
import { addDecimals, subtractDecimals } from '../values/decimals.js';
import { asksClock, readPeriod } from './clock-conditions.js';
import { anyText, compare, contains, isOneLine, ofText, testOpenText, testText } from './value-tests.js';
import type { Call, Memory } from '../memory/memory.js';
import type { CallPattern, Condition, Monitor, Policy, Term, Value } from '../policy/policy.js';
import { canonicalText } from '../values/canonical-text.js';
import { cellsOf, countOfCells, valueOfCells } from './within.js';
import {
    commandsOf,
    commandStartsWith,
    type Line,
    onlyCommandOf,
    onlyProgramOf,
    redirects,
    ShellCommand,
    testCommand,
    testPrograms,
    textsOfCommands
} from '../values/shell-commands.js';
import { bytesIn, charactersIn } from '../values/text-sizes.js';
import { domainOf, extensionOfPath, isPathInFolder, nameOfPath } from '../values/structured-texts.js';
import { entriesOf, isList, isRecord, ownField, sameValue } from '../values/values.js';
import { eventKeys, fromKeys, keyOf, type Keys } from '../memory/history-keys.js';
import { hostMatches, hostOf } from '../values/hosts.js';
import { instantOf } from '../values/instants.js';
import { isFrom } from '../memory/provenance.js';
import { isInMode } from '../memory/modes.js';
import { isOfShell, readsLines, type StaticCondition } from './reads.js';
import { matchesPattern } from '../values/text-patterns.js';
import { readSignal } from './signals.js';
import type { OpenText } from '../values/shell-words.js';
import { type Situation, situationAt, situationIn } from './inputs.js';
import { type Truth, and, FALSE, mayBe, not, or, truth, TRUE, UNKNOWN } from '../policy/truth.js';

/** What conditions refer to by number. */
type Declared = Pick<Policy, 'machines' | 'monitors' | 'timezone'>;

export const NO_MEMORY: Memory = { monitors: [], keyed: [], labels: [] };

const NOTHING = { settled: NO_MEMORY, time: 0 };

/** Evaluates a condition that reads only the call. */
export function evaluateStatic(condition: StaticCondition, call: Call): Truth {
    return evaluate({ monitors: [] }, condition, situationIn(NOTHING, { call }));
}

/** The value of a term that reads only the call. */
export function readOfCall(term: Term, call: Call): Value | undefined {
    return readTerm(term, situationIn(NOTHING, { call }));
}

export function evaluate(policy: Declared, condition: Condition, situation: Situation): Truth {
    switch (condition.op) {
        case 'constant':
            return condition.value;
        case 'not':
            return not(evaluate(policy, condition.arg, situation));
        case 'and': {
            let value: Truth = TRUE;
            for (const arg of condition.args) {
                value = and(value, evaluate(policy, arg, situation));
                if (value === FALSE) {
                    break;
                }
            }
            return value;
        }
        case 'or': {
            let value: Truth = FALSE;
            for (const arg of condition.args) {
                value = or(value, evaluate(policy, arg, situation));
                if (value === TRUE) {
                    break;
                }
            }
            return value;
        }
        case 'every':
        case 'some':
            return quantify(policy, condition, situation);
        case 'monitor': {
            const cells = monitorCells(policy, condition.monitor, situation);
            return cells ? valueOfCells(policy.monitors[condition.monitor]!, cells, situation.time) : UNKNOWN;
        }
        case 'count': {
            const cells = monitorCells(policy, condition.monitor, situation);
            if (!cells) {
                return UNKNOWN;
            }
            const [least, most] = countOfCells(policy.monitors[condition.monitor]!, cells, situation.time);
            return compareIntervals(condition.cmp, { least, most }, pointOf(condition.bound));
        }
        case 'carries':
            return hasLabel(situation.memory.labels[callerOf(situation)], condition.label);
        case 'received':
            return hasLabel(situation.memory.received?.[callerOf(situation)], condition.label);
        case 'in mode':
            return isInMode(policy, situation.memory, condition, situation.call.agent, situation.time);
        case 'approved by':
            return isApproved(condition.humans, condition.per, situation);
        case 'recorded':
            return recordedTruth(recordedQueryOf(condition.recorder, situation), askEvent(policy, situation));
        case 'time in':
        case 'day in':
        case 'date in':
            return asksClock(condition, policy.timezone, situation.epoch);
        case 'given':
            return truth(ownField(situation.call.args, condition.param) !== undefined);
        case 'caller is':
            return truth(situation.call.agent === condition.agent);
        case 'tool is':
            return condition.tools[situation.call.tool] ?? FALSE;
        case 'compare':
            return isOfNumbers(condition)
                ? compareNumbers(condition, situation, askEvent(policy, situation))
                : (askShell(policy, condition, 'left', situation) ??
                      askShell(policy, condition, 'right', situation) ??
                      compare(
                          condition.cmp,
                          readTerm(condition.left, situation),
                          readTerm(condition.right, situation)
                      ));
        case 'any text':
            return anyText(
                condition.term ? readTerm(condition.term, situation) : Object.values(situation.call.args),
                condition.pattern
            );
        case 'redirects':
        case 'command starts with': {
            const line = readLine(condition.term, situation);
            return line === undefined
                ? UNKNOWN
                : condition.op === 'redirects'
                  ? redirects(line)
                  : commandStartsWith(line, condition.prefix);
        }
        default:
            return askShell(policy, condition, 'term', situation) ?? testValue(condition, situation);
    }
}

type Quantified = Condition & { op: 'every' | 'some' };
type Comparison = Condition & { op: 'compare' };
type OfOneTerm = Exclude<
    Extract<Condition, { readonly term: Term }>,
    { op: 'any text' | 'redirects' | 'command starts with' }
>;

/** The conditions that a program or command of a shell line satisfies if any of those that the line may run does. */
const OF_SHELL: ReadonlySet<string> = new Set(['compare', 'in', 'matches', 'starts with', 'contains', 'text test']);

/** Evaluates a condition on the value of its term. */
function testValue(condition: OfOneTerm, situation: Situation): Truth {
    const value = readTerm(condition.term, situation);
    switch (condition.op) {
        case 'in':
            return value === undefined ? UNKNOWN : truth(condition.values.some((other) => sameValue(value, other)));
        case 'host in':
            return ofText(value, (host) => condition.hosts.some((pattern) => hostMatches(host, pattern)));
        case 'host within':
            return ofText(value, (host) => isHostWithin(host, condition.network));
        case 'path within': {
            const inside =
                typeof value === 'string' ? isPathInFolder(value, condition.root, condition.base) : undefined;
            return inside === undefined ? UNKNOWN : truth(inside);
        }
        case 'matches':
            return typeof value === 'string' ? matchesPattern(value, condition.pattern) : UNKNOWN;
        case 'starts with':
            return ofText(value, (text) => text.startsWith(condition.prefix));
        case 'contains':
            return contains(value, condition.value);
        case 'text test':
            return testText(condition, value, readTerm(condition.other, situation));
        case 'from': {
            const given = situation.memory.given?.[condition.source];
            return value === undefined || !given ? UNKNOWN : isFrom(value, given, condition.canonical);
        }
    }
}

/** The value of a condition on the program or command of a shell line, which may be any of several; else undefined. */
function askShell<C extends Comparison | OfOneTerm, F extends keyof C>(
    policy: Declared,
    condition: C,
    field: F,
    situation: Situation
): Truth | undefined {
    const part = condition[field] as Term;
    const line = OF_SHELL.has(condition.op) ? readLine(isOfShell(part) ? part.of : part, situation) : undefined;
    if (!OF_SHELL.has(condition.op) || !(isOfShell(part) || line instanceof ShellCommand)) {
        return undefined;
    }
    if (condition.op === 'compare' && condition.cmp === '!=') {
        return not(evaluate(policy, { ...condition, cmp: '==' }, situation));
    }
    if (line !== undefined && condition.op === 'text test' && condition.test === 'starts with' && !isProgram(part)) {
        const prefix = readTerm(condition.other, situation);
        return typeof prefix === 'string' ? commandStartsWith(line, prefix) : UNKNOWN;
    }
    const test = (text: string | OpenText): Truth =>
        typeof text === 'string'
            ? evaluate(policy, { ...condition, [field]: { term: 'constant', value: text } }, situation)
            : testOpenText(condition, text, (term) => readTerm(term, situation), String(field));
    return line === undefined ? UNKNOWN : isProgram(part) ? testPrograms(line, test) : testCommand(line, test);
}

function isProgram(term: Term): boolean {
    return isOfShell(term) && term.part === 'program';
}

/** The line, or the command of a line, that a term is; undefined if it is not a text. */
function readLine(term: Term, situation: Situation): Line | undefined {
    const element = term.term === 'element' ? situation.elements?.[term.level] : undefined;
    if (element instanceof ShellCommand) {
        return element;
    }
    if (term.term === 'part' && term.part === 'command') {
        const line = readLine(term.of, situation);
        const commands = line === undefined ? [] : commandsOf(line);
        return commands.length === 1 ? commands[0] : undefined;
    }
    if (term.term === 'call') {
        return readLine(term.of, situation.decided ?? situation);
    }
    const value = readTerm(term, situation);
    return typeof value === 'string' ? value : undefined;
}

function quantify(policy: Declared, { op, arg, level, list: term }: Quantified, situation: Situation): Truth {
    const list = term.term === 'commands' ? readCommands(term.of, situation) : readList(term, arg, situation);
    if (!list) {
        return UNKNOWN;
    }
    const [start, combine, end] = op === 'every' ? ([TRUE, and, FALSE] as const) : ([FALSE, or, TRUE] as const);
    let value: Truth = start;
    // The same array is reused for all elements, since there may be very many; nothing keeps a reference to it.
    const within: (Value | ShellCommand)[] = [...(situation.elements ?? [])];
    const inside = { ...situation, elements: within };
    for (const element of list) {
        within[level] = element;
        value = combine(value, evaluate(policy, arg, inside));
        if (value === end) {
            break;
        }
    }
    return value;
}

function readList(term: Term, arg: Condition, situation: Situation): readonly Value[] | undefined {
    const list = readTerm(term, situation);
    return isList(list) && (!readsLines(arg) || isOneLine(list)) ? list : undefined;
}

function readCommands(of: Term, situation: Situation): readonly ShellCommand[] | undefined {
    const line = readLine(of, situation);
    return line === undefined ? undefined : commandsOf(line);
}

/** True if one side is a sum, a count or a total. */
function isOfNumbers({ left, right }: Comparison): boolean {
    return isSumOrAggregate(left) || isSumOrAggregate(right);
}

function isSumOrAggregate(term: Term): boolean {
    return term.term === 'sum' || term.term === 'aggregate' || (term.term === 'call' && isSumOrAggregate(term.of));
}

function compareNumbers({ cmp, left, right }: Comparison, situation: Situation, ask: AskEvent): Truth {
    const [a, b] = [intervalOf(left, situation, ask), intervalOf(right, situation, ask)];
    return a && b ? compareIntervals(cmp, a, b) : UNKNOWN;
}

/** Evaluates the part of a `where` that concerns the decided call. */
function askEvent(policy: Declared, decided: Situation): AskEvent {
    return (asked, event) => evaluate(policy, asked, { ...situationAt(event, decided.memory), decided });
}

function hasLabel(bits: number | undefined, label: number): Truth {
    return bits === undefined ? UNKNOWN : truth((bits & (1 << label)) !== 0);
}

/** The calling agent, regardless of the principal that the call is decided for (M16). */
function callerOf({ call, carrier }: Situation): number {
    return carrier ?? call.agent;
}

/** The value of `approved by H`, for exactly this call; with `per K`, also for a call with the same keys (M5). */
function isApproved(humans: readonly number[], per: readonly Term[] | undefined, situation: Situation): Truth {
    const approvals = situation.approvals.filter(({ human }) => humans.includes(human));
    if (approvals.some(({ of }) => of === undefined)) {
        return TRUE;
    }
    const keys = per?.map((term) => readTerm(term, situation)) ?? [];
    if (!per || keys.includes(undefined)) {
        return per ? UNKNOWN : FALSE;
    }
    return truth(
        approvals.some(({ of }) => {
            const approved = { ...situation, call: { ...situation.call, args: of ?? {} } };
            return per.every((term, at) => {
                const value = readTerm(term, approved);
                return value !== undefined && sameValue(value, keys[at]);
            });
        })
    );
}

/** True if the pattern selects the call by its tool and agent. A pattern of `caller` selects any agent here. */
export function matchesCall(pattern: CallPattern, call: Call): Truth {
    const tool = pattern.tools[call.tool] ?? FALSE;
    const agent =
        pattern.agents === undefined || typeof pattern.agents === 'string' || pattern.agents.includes(call.agent);
    return mayBe(tool) && agent ? tool : FALSE;
}

/**
 * The cells that a call reads; undefined if the call has no value for a key, or the memory belongs to another policy.
 */
export function monitorCells(policy: Declared, index: number, situation: Situation): readonly number[] | undefined {
    const monitor = policy.monitors[index]!;
    const { memory } = situation;
    const key = keyIn(monitor, situation);
    if (key === undefined) {
        return undefined;
    }
    const state = (monitor.keys && memory.keyed[index]?.get(key)) ?? memory.monitors[index];
    if (!monitor.perAgent) {
        return state;
    }
    const width = cellsOf(monitor);
    // `last is` reads the principal's own cells; patterns with `caller` are evaluated for the calling agent (M16).
    const agent = monitor.kind === 'last is' ? situation.call.agent : callerOf(situation);
    return state?.slice(agent * width, (agent + 1) * width);
}

/** The canonical text of a call's values for the keys; undefined if one of them cannot be read. */
function keyIn({ keys }: Monitor, situation: Situation): string | undefined {
    if (!keys) {
        return '';
    }
    const values = keys.map((term) => readTerm(term, situation));
    return values.some((value) => value === undefined) ? undefined : keyText(values as Value[]);
}

export function keyText(values: readonly Value[]): string {
    return values.map(canonicalText).join();
}

/** The value of the term. Undefined if it cannot be read: an argument is absent, or a text does not fit the grammar. */
export function readTerm(term: Term, situation: Situation): Value | undefined {
    switch (term.term) {
        case 'constant':
            return term.value;
        case 'param':
            return ownField(situation.call.args, term.name);
        case 'element': {
            const element = situation.elements?.[term.level];
            return element instanceof ShellCommand ? element.value : element;
        }
        case 'result':
            return situation.result;
        case 'session':
            return situation.constants && ownField(situation.constants, term.constant);
        case 'request':
            return situation.request;
        case 'now':
            return situation.epoch;
        case 'period':
            return readPeriod(term, situation.epoch);
        case 'call':
            return readTerm(term.of, situation.decided ?? situation);
        case 'signal': {
            const args = term.args.map((arg) => readTerm(arg, situation));
            return args.includes(undefined)
                ? undefined
                : readSignal(term.signal, args as Value[], situation.readings, term.args.some(isOfResult));
        }
        case 'joined': {
            const [left, right] = [readTerm(term.left, situation), readTerm(term.right, situation)];
            return typeof left === 'string' && typeof right === 'string' ? left + right : undefined;
        }
        case 'sum': {
            const [left, right] = [readTerm(term.left, situation), readTerm(term.right, situation)];
            return typeof left === 'number' && typeof right === 'number'
                ? term.minus
                    ? subtractDecimals(left, right)
                    : addDecimals(left, right)
                : undefined;
        }
        case 'latest': {
            const event = latestEvent(recordedQueryOf(term.recorder, situation));
            return event && readTerm(term.of, situationAt(event, situation.memory));
        }
        case 'aggregate': {
            const asked = recordedQueryOf(term.recorder, situation);
            const number = asked?.state.recorder.asked ? undefined : recordedInterval(asked, () => UNKNOWN);
            return typeof number?.least === 'number' && number.least === number.most ? number.least : undefined;
        }
        case 'part':
            if (term.part === 'program' || term.part === 'command') {
                const line = readLine(term.of, situation);
                const read = term.part === 'program' ? onlyProgramOf : onlyCommandOf;
                return line === undefined ? undefined : read(line);
            }
            return partOf(term, readTerm(term.of, situation));
        default:
            return partOf(term, readTerm(term.of, situation));
    }
}

type PartOfValue = Extract<
    Term,
    { term: 'field' | 'length' | 'bytes' | 'part' | 'host' | 'entries' | 'instant' | 'commands' }
>;

function partOf(term: PartOfValue, value: Value | undefined): Value | undefined {
    if (term.term === 'field' || term.term === 'entries') {
        return !isRecord(value) ? undefined : term.term === 'field' ? ownField(value, term.field) : entriesOf(value);
    }
    if (term.term === 'length' && isList(value)) {
        return value.length;
    }
    if (typeof value !== 'string') {
        return undefined;
    }
    switch (term.term) {
        case 'length':
            return charactersIn(value);
        case 'bytes':
            return bytesIn(value);
        case 'part':
            return term.part === 'program' || term.part === 'command' ? undefined : PARTS[term.part](value);
        case 'host':
            return hostOf(value);
        case 'instant':
            return instantOf(value, term.timezone);
        case 'commands':
            return textsOfCommands(value);
    }
}

const PARTS = {
    domain: domainOf,
    name: nameOfPath,
    extension: extensionOfPath,
    address: addressAlone
} as const;

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
