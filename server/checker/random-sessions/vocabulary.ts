/** The values that the conditions of a policy mention, by the name of the place that the condition reads. */
import type { TextCondition } from '../arguments/languages.js';
import type { Condition, Policy, Term, TextTest, Type, Value } from '../../model/policy/policy.js';
import { constantsOf, placesOf, signalPlace } from './places.js';
import { spellings } from './spellings.js';
import { samplesOf } from './text-samples.js';
import { visit } from './walk.js';

export interface Vocabulary {
    /** Values at which conditions on places with this name change, with at least one value of each kind. */
    valuesOf(name: string): readonly Value[];
    /** The values of all places. */
    readonly all: readonly Value[];
    /** The numbers of elements or characters that conditions mention, and their neighbours. */
    readonly sizes: readonly number[];
    /** The numbers of calls that conditions, rules and claims count to. */
    readonly counts: readonly number[];
    /** Seconds on both sides of every window, duration and deadline. */
    readonly waits: readonly number[];
    /** Seconds of the day, and days as `YYYY-MM-DD`, at which a condition on the clock changes. */
    readonly clock: {
        readonly isAsked: boolean;
        readonly seconds: readonly number[];
        readonly dates: readonly string[];
    };
}

/** The conditions on the values of one name. */
interface NameConditions {
    readonly values: Set<Value>;
    readonly texts: TextCondition[];
    /** The components of a whole value, for conditions on its parts. */
    readonly hosts: Set<string>;
    readonly names: Set<string>;
    readonly extensions: Set<string>;
    readonly roots: Set<string>;
    readonly commands: Set<string>;
    readonly domains: Set<string>;
}

const MOST_COUNTED = 40;
const USUAL_WAITS = [1, 60, 3600, 86_400];

export function vocabularyOf(policy: Policy): Vocabulary {
    const known = vocabularies.get(policy) ?? new Reader(policy).read();
    vocabularies.set(policy, known);
    return known;
}

const vocabularies = new WeakMap<Policy, Vocabulary>();

class Reader {
    private readonly asked = new Map<string, NameConditions>();
    private readonly sizes = new Set<number>();
    private readonly counts = new Set<number>();
    private readonly durations = new Set<number>();
    private readonly seconds = new Set<number>();
    private readonly dates = new Set<string>();
    private isClockAsked = false;

    constructor(private readonly policy: Policy) {}

    read(): Vocabulary {
        const { policy } = this;
        visit(policy, {
            condition: (condition, lists) => this.condition(condition, lists),
            term: (term) => this.term(term),
            part: (part) => this.part(part)
        });
        policy.tools.forEach(({ params, returns = [] }) =>
            [...params, ...returns].forEach(({ name, type, default: usual }) => {
                this.type(name, type);
                if (usual !== undefined) {
                    this.of(name).values.add(usual);
                }
            })
        );
        (policy.signals ?? []).forEach(({ type }, index) => this.type(signalPlace(index), type));
        (policy.sessionConstants ?? []).forEach(({ name, type }) => this.type(name, type));
        (policy.request ?? []).forEach(({ name, type }) => this.type(name, type));
        policy.outsideEvents.forEach(({ params = [] }) => params.forEach(({ name, type }) => this.type(name, type)));
        const found = new Map([...this.asked].map(([name, asked]) => [name, valuesFor(asked)]));
        return {
            valuesOf: (name) => found.get(name) ?? [],
            all: distinct([...found.values()].flat()),
            sizes: around([...this.sizes], 64),
            counts: [...this.counts].filter((count) => count > 0 && count <= MOST_COUNTED),
            waits: [...new Set([...USUAL_WAITS, ...around([...this.durations], Infinity)])].filter((wait) => wait > 0),
            clock: { isAsked: this.isClockAsked, seconds: [...this.seconds], dates: [...this.dates] }
        };
    }

    private of(name: string): NameConditions {
        let asked = this.asked.get(name);
        if (!asked) {
            asked = {
                values: new Set(),
                texts: [],
                hosts: new Set(),
                names: new Set(),
                extensions: new Set(),
                roots: new Set(),
                commands: new Set(),
                domains: new Set()
            };
            this.asked.set(name, asked);
        }
        return asked;
    }

    private condition(condition: Condition, lists: readonly Term[]): void {
        switch (condition.op) {
            case 'compare': {
                const { left, right } = condition;
                const constants = [...constantsOf(left), ...constantsOf(right)] as Value[];
                [left, right].forEach((term) => {
                    constants.forEach((value) => this.mention(term, value, lists));
                    this.counted(term, constants);
                });
                return;
            }
            case 'in':
                condition.values.forEach((value) => this.mention(condition.term, value, lists));
                return;
            case 'host in':
                condition.hosts.forEach((host) => this.mention(condition.term, host, lists));
                return;
            case 'host within':
                this.mention(condition.term, condition.network, lists);
                return;
            case 'path within':
                this.eachPlace(condition.term, lists, (asked) => asked.roots.add(condition.root));
                return;
            case 'matches':
                this.text(condition.term, { kind: 'matches', pattern: condition.pattern }, lists);
                return;
            case 'starts with':
                this.text(condition.term, { kind: 'starts with', part: condition.prefix }, lists);
                return;
            case 'contains': {
                const { value } = condition;
                this.mention(condition.term, value, lists);
                if (typeof value === 'string') {
                    this.text(condition.term, { kind: 'contains', part: value }, lists);
                }
                return;
            }
            case 'text test':
                // Few texts, so that one is often a part of another.
                for (const term of [condition.term, condition.other]) {
                    const texts = TESTED[condition.test];
                    texts.forEach((text) => this.mention(term, text, lists));
                }
                return;
            case 'any text':
                this.of('').texts.push({ kind: 'matches', pattern: condition.pattern });
                return;
            case 'command starts with':
                this.eachPlace(condition.term, lists, (asked) => asked.commands.add(condition.prefix));
                return;
            case 'redirects':
                this.eachPlace(condition.term, lists, (asked) => asked.commands.add('cat x'));
                return;
            case 'count':
                this.counts.add(condition.bound);
                return;
            case 'time in':
                this.isClockAsked = true;
                [condition.from, condition.to].forEach((time) => this.seconds.add(secondOf(time)));
                return;
            case 'day in':
                this.isClockAsked = true;
                this.seconds.add(0);
                return;
            case 'date in':
                this.isClockAsked = true;
                this.seconds.add(0);
                [condition.from, condition.to].forEach((date) => this.dates.add(date));
                return;
            default:
        }
    }

    private term(term: Term): void {
        if (term.term === 'now') {
            this.isClockAsked = true;
            this.durations.add(DAY);
        }
        if (term.term === 'period') {
            this.isClockAsked = true;
            this.seconds.add(0);
            this.durations.add(DAY);
            if (term.unit === 'month') {
                this.dates.add(FIRST_OF_MONTH);
            }
        }
    }

    /** Durations are fields of several kinds of nodes: monitors, approvals, modes and claims. */
    private part(part: Readonly<Record<string, unknown>>): void {
        for (const name of ['window', 'valid', 'timeout', 'seconds']) {
            const value = part[name];
            if (typeof value === 'number' && Number.isFinite(value)) {
                this.durations.add(value);
            }
        }
        if (Array.isArray(part['choices'])) {
            part['choices'].forEach((choice) => typeof choice === 'number' && this.durations.add(choice));
        }
        if (typeof part['cap'] === 'number') {
            this.counts.add(part['cap']);
        }
    }

    private counted(term: Term, constants: readonly Value[]): void {
        if (term.term === 'sum') {
            this.counted(term.left, constants);
            this.counted(term.right, constants);
        } else if (term.term === 'aggregate') {
            constants.forEach((value) => typeof value === 'number' && this.counts.add(value));
        }
    }

    private eachPlace(term: Term, lists: readonly Term[], tell: (asked: NameConditions) => void): void {
        placesOf(this.policy, term, lists).forEach(({ name }) => tell(this.of(name)));
    }

    private mention(term: Term, value: Value, lists: readonly Term[]): void {
        for (const { name, parts } of placesOf(this.policy, term, lists)) {
            const asked = this.of(name);
            const outermost = parts.at(-1);
            const text = typeof value === 'string' ? value : undefined;
            if (outermost === 'length' || outermost === 'bytes') {
                if (typeof value === 'number') {
                    this.sizes.add(value);
                }
            } else if (text === undefined || outermost === undefined) {
                asked.values.add(value);
            } else if (outermost === 'address') {
                const [address] = text.split('/');
                [address!, `::ffff:${address}`, '192.0.2.1'].forEach((spelled) => asked.values.add(spelled));
            } else if (outermost === 'host') {
                asked.hosts.add(text);
            } else if (outermost === 'domain') {
                asked.domains.add(text);
            } else if (outermost === 'name') {
                asked.names.add(text);
            } else if (outermost === 'extension') {
                asked.extensions.add(text);
            } else {
                asked.commands.add(text);
            }
        }
    }

    private text(term: Term, condition: TextCondition, lists: readonly Term[]): void {
        for (const { name, parts } of placesOf(this.policy, term, lists)) {
            if (parts.length === 0) {
                this.of(name).texts.push(condition);
            } else {
                samplesOf([condition]).forEach((text) => this.mention(term, text, lists));
            }
        }
    }

    private type(name: string, type: Type): void {
        const { values, texts } = this.of(name);
        switch (type.kind) {
            case 'string':
                if (type.pattern) {
                    texts.push({ kind: 'matches', pattern: type.pattern });
                }
                return;
            case 'int':
            case 'number':
            case 'decimal':
                [type.min, type.max].forEach((bound) => bound !== undefined && values.add(bound));
                return;
            case 'literals':
                type.values.forEach((value) => values.add(value));
                return;
            case 'list':
                this.type(name, type.element);
                return;
            case 'map':
                this.type('value', type.value);
                return;
            case 'record':
                type.fields.forEach((field) => this.type(field.name, field.type));
                return;
            default:
        }
    }
}

function valuesFor({ values, texts, ...parts }: NameConditions): Value[] {
    const named = [...values];
    return distinct([...named, ...samplesOf(texts), ...spellings(parts)]);
}

function around(numbers: readonly number[], most: number): number[] {
    const all = numbers.flatMap((number) => [number - 1, number, number + 1]);
    return [...new Set(all)].filter((number) => number >= 0 && number <= most);
}

function secondOf(time: string): number {
    const [hour = '0', minute = '0'] = time.split(':');
    return (Number(hour) * 60 + Number(minute)) * 60;
}

function distinct(values: readonly Value[]): Value[] {
    const seen = new Map(values.map((value) => [JSON.stringify(value), value]));
    return [...seen.values()];
}

/** Enough texts that each test is true of some pair of them and false of another pair. */
const TESTED: { readonly [Test in TextTest]: readonly string[] } = {
    contains: ['a', 'ab', 'b'],
    'starts with': ['a', 'ab', 'b'],
    'ends with': ['a', 'ba', 'b'],
    'path within': ['/a', '/a/b', '/b'],
    'host within': ['10.0.0.0/8', 'http://10.1.2.3/', 'http://192.0.2.1/']
};

const DAY = 86_400;
/** A day on which a month begins. */
const FIRST_OF_MONTH = '2026-02-01';
