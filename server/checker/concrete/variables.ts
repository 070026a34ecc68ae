/** The conditions of a policy and a claim on values: the classes of single values, and the links between values. */
import type { CallPattern, Condition, EventPattern, Policy, Recorder, Term, Value } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { type StaticCondition, isStatic } from '../../model/conditions/reads.js';
import type { ClockCondition } from '../../model/conditions/clock-conditions.js';
import type { Period } from '../../model/policy/clock.js';
import { mayBe } from '../../model/policy/truth.js';
import type { Reach } from '../reductions/cone.js';
import { patternsOf } from '../conditions/walk.js';
import { OWN, substituted } from '../conditions/own-value.js';
import { isPart } from '../conditions/rewrite.js';
import type { Form, Link, Variable } from './table.js';
import { VariableTable } from './table.js';

/** A condition that compares `now` with instants. */
export interface AskedNow {
    readonly timezone: string;
    /** The texts that name the instants. */
    readonly variables: readonly Variable[];
    /** Texts, and distances in seconds. */
    readonly constants: readonly Value[];
}

/** The kind of call or event that a condition is evaluated for. */
interface Place {
    readonly tool?: number;
    readonly outside?: number;
}

export class Variables extends VariableTable {
    /** The numbers that counts are compared with. */
    readonly counts = new Set<number>();
    /** The numbers that counts of distinct values are compared with. */
    readonly distinct = new Set<number>();
    readonly clock: ClockCondition[] = [];
    /** The periods of the calendar that the history is kept for. */
    readonly periods = new Set<Period>();
    /** The conditions that compare `now`. */
    readonly nows: AskedNow[] = [];
    private readonly recorders = new Set<number>();
    private readonly monitors = new Set<number>();
    private readonly everyCall: readonly Place[];

    constructor(policy: Policy, questions: readonly Question[], reach: Pick<Reach, 'tools' | 'machines'>) {
        super(policy);
        this.everyCall = [...reach.tools].map((tool) => ({ tool }));
        for (const rule of policy.rules) {
            const places = this.placesOf(rule.subject);
            this.asked(rule.when, places);
            if (rule.kind === 'require') {
                this.asked(rule.requires, places);
            } else if (rule.kind === 'approval') {
                rule.changedBy?.keys.forEach((key) => {
                    const events = this.placesOf(rule.changedBy!.event);
                    this.link(this.terms([key.event], events), this.terms([key.call], places));
                });
                this.link(this.terms(rule.per ?? [], places));
            }
        }
        for (const tool of reach.tools) {
            const { conditionalReads = [], succeeds } = policy.tools[tool]!;
            const asked = [...conditionalReads.map(({ when }) => when), ...(succeeds ? [succeeds] : [])];
            asked.forEach((condition) => this.asked(condition, [{ tool }]));
        }
        for (const index of reach.machines) {
            policy.machines![index]!.transitions.forEach(({ event, when }) => {
                this.pattern(event);
                this.asked(when, this.placesOf(event));
            });
        }
        for (const { subject, when } of policy.assumptions ?? []) {
            this.asked(when, subject ? this.placesOf(subject) : this.everyCall);
        }
        questions.forEach((question) => this.claimed(question));
    }

    get readsClock(): boolean {
        return this.clock.length > 0 || this.periods.size > 0 || this.nows.length > 0;
    }

    private claimed(question: Question): void {
        switch (question.goal) {
            case 'work':
                question.steps.forEach((step) => this.pattern(step));
                break;
            case 'state':
                this.asked(question.condition, [{}]);
                break;
            case 'decision':
                this.asked(question.when, this.placesOf(question.subject));
                break;
            case 'recovery':
                break;
            case 'release':
                this.asked(question.bad, this.placesOf(question.subject));
                if (question.trigger) {
                    this.asked(question.trigger, [{}]);
                }
        }
    }

    private placesOf(pattern: CallPattern): Place[] {
        const tools = pattern.tools.flatMap((value, tool) => (mayBe(value) ? [{ tool }] : []));
        return [...tools, ...(pattern.outside ?? []).map((outside) => ({ outside }))];
    }

    private asked(condition: Condition, places: readonly Place[]): void {
        places.forEach((place) => this.ask(condition, place));
    }

    private ask(condition: Condition, place: Place): void {
        switch (condition.op) {
            case 'not':
                this.ask(condition.arg, place);
                break;
            case 'and':
            case 'or':
                condition.args.forEach((arg) => this.ask(arg, place));
                break;
            case 'monitor':
            case 'count':
                if (condition.op === 'count') {
                    this.counts.add(condition.bound);
                }
                this.monitor(condition.monitor, place);
                break;
            case 'recorded':
                this.recorder(condition.recorder, place);
                break;
            case 'time in':
            case 'day in':
            case 'date in':
                this.clock.push(condition);
                break;
            case 'constant':
            case 'carries':
            case 'in mode':
            case 'approved by':
            case 'caller is':
                break;
            default:
                this.leaf(condition, place);
        }
    }

    /** Adds a condition on values. */
    private leaf(condition: Condition, place: Place): void {
        const read = new Reading();
        this.readInside(condition, place, read);
        const [only] = read.variables;
        const own = read.variables.size === 1 ? substituted(condition) : undefined;
        if (only && own && isStatic(own)) {
            only.own.set(JSON.stringify(own), own);
        }
        if (only && own && isStatic(own) && !read.isRelated) {
            return;
        }
        if (condition.op === 'any text' && !condition.term && place.tool !== undefined) {
            const text: StaticCondition = { ...condition, term: { term: 'param', name: OWN } };
            this.policy.tools[place.tool]!.params.forEach(({ name }) =>
                this.param(place.tool!, name)?.own.set(JSON.stringify(text), text)
            );
        } else {
            if (read.timezone !== undefined) {
                INSTANTS.forEach((value) => read.constants.add(value));
            }
            const link = this.link(read);
            if (link) {
                if (condition.op === 'text test') {
                    link.tests.add(condition.test);
                }
                link.timezone ??= read.timezone;
                link.counts ||= read.counts;
            }
            if (read.now && read.timezone !== undefined) {
                this.nows.push({
                    timezone: read.timezone,
                    variables: [...read.variables],
                    constants: [...read.constants]
                });
            }
            read.joined.forEach((text) => link?.joined.add(text));
            read.constants.forEach((value) => {
                if (read.counts && typeof value === 'number') {
                    this.counts.add(value);
                }
                if (read.distinct && typeof value === 'number') {
                    this.distinct.add(value);
                }
                link?.constants.add(value);
                if (read.totals && typeof value === 'number') {
                    link?.totals.add(value);
                }
            });
        }
    }

    private readInside(condition: Condition, place: Place, read: Reading): void {
        for (const [field, inner] of Object.entries(condition) as [string, unknown][]) {
            for (const part of [inner].flat()) {
                if (field === 'values' || field === 'value') {
                    read.constants.add(part as Value);
                } else if (isPart(part)) {
                    if ('op' in part) {
                        this.readInside(part, place, read);
                    } else {
                        this.read(part, place, read);
                    }
                }
            }
        }
        if (condition.op === 'given') {
            read.add(place.tool === undefined ? undefined : this.param(place.tool, condition.param));
        } else if (condition.op === 'from') {
            read.isRelated = true;
            const source = this.policy.sources![condition.source]!;
            if (source.kind === 'user') {
                const fields = (this.policy.request ?? []).map(({ name }) => name);
                [...fields, 'text'].forEach((field) => read.add(this.request(field)));
            } else {
                this.placesOf(source.event).forEach(({ tool }) => {
                    const returned = (this.policy.tools[tool!]!.returns ?? []).map(({ name }) => name);
                    const fields = source.fields.length > 0 ? source.fields.slice(0, 1) : [...returned, 'text'];
                    fields.forEach((field) => read.add(this.result(tool!, field)));
                });
            }
        }
    }

    private read(term: Term, place: Place, read: Reading, form: Form = 'itself'): void {
        switch (term.term) {
            case 'constant':
                read.constants.add(term.value);
                break;
            case 'element':
                break;
            case 'param':
                read.add(this.paramAt(place, term.name), form);
                break;
            case 'field':
                if (term.of.term === 'result') {
                    read.add(place.tool === undefined ? undefined : this.result(place.tool, term.field), form);
                } else if (term.of.term === 'request') {
                    read.add(this.request(term.field), form);
                } else {
                    this.read(term.of, place, read, form);
                }
                break;
            case 'period':
                this.periods.add(term.unit);
                break;
            case 'now':
                read.isRelated = true;
                read.now = true;
                break;
            case 'instant':
                read.timezone = term.timezone;
                this.read(term.of, place, read, form);
                break;
            case 'result':
            case 'request':
                // The value is read as a whole, with every field.
                read.isRelated = true;
                break;
            case 'session':
                read.add(this.constant(term.constant), form);
                break;
            case 'signal':
                // Its arguments only select the reading, but they must be present.
                read.add(this.signal(term.signal), form);
                term.args
                    .map((arg) => ({ arg, said: this.terms([arg], [place]) }))
                    .filter(({ arg, said }) => !isStaticTerm(arg) || said.mayBeAbsent)
                    .forEach(({ said }) => this.link(said));
                break;
            case 'call':
                read.isRelated = true;
                this.everyCall.forEach((call) => this.read(term.of, call, read));
                break;
            case 'sum':
            case 'joined':
                [term.left, term.right].forEach((part) => {
                    if (part.term === 'constant' && typeof part.value === 'string') {
                        read.joined.add(part.value);
                    }
                });
                read.isRelated = true;
                this.read(term.left, place, read);
                this.read(term.right, place, read);
                break;
            case 'latest':
            case 'aggregate':
                read.isRelated = true;
                this.readRecorder(term, place, read);
                break;
            case 'host':
                this.read(term.of, place, read, 'host');
                break;
            case 'part':
                this.read(term.of, place, read, isForm(term.part) ? term.part : form);
                break;
            case 'length':
            case 'bytes':
            case 'commands':
            case 'entries':
                this.read(term.of, place, read, form);
                break;
        }
    }

    private readRecorder(term: Term & { term: 'latest' | 'aggregate' }, place: Place, read: Reading): void {
        this.recorder(term.recorder, place);
        const { kind, event, value } = this.policy.recorders![term.recorder]!;
        const of = term.term === 'latest' ? term.of : value;
        read.counts ||= kind === 'count' || kind === 'distinct';
        read.distinct ||= kind === 'distinct';
        read.totals ||= kind === 'total' || kind === 'total distinct';
        if (of) {
            this.placesOf(event).forEach((at) => this.read(of, at, read));
        }
    }

    private paramAt({ tool, outside }: Place, name: string): Variable | undefined {
        return tool !== undefined
            ? this.param(tool, name)
            : outside === undefined
              ? undefined
              : this.outside(outside, name);
    }

    private pattern(pattern: EventPattern): void {
        this.asked(pattern.where, this.placesOf(pattern));
    }

    private monitor(index: number, asked: Place): void {
        const monitor = this.policy.monitors[index]!;
        if (!this.monitors.has(index)) {
            this.monitors.add(index);
            patternsOf(monitor).forEach((pattern) => this.pattern(pattern));
        }
        monitor.keys?.forEach((key, position) => {
            const events = patternsOf(monitor).flatMap((pattern) =>
                pattern.keys
                    ? [this.terms([{ term: 'param', name: pattern.keys[position]! }], this.placesOf(pattern))]
                    : []
            );
            this.link(...events, this.terms([key], [asked]));
        });
    }

    private recorder(index: number, asked: Place): void {
        const recorder = this.policy.recorders![index]!;
        const events = this.placesOf(recorder.event);
        if (!this.recorders.has(index)) {
            this.recorders.add(index);
            this.pattern(recorder.event);
            if (recorder.from) {
                this.pattern(recorder.from);
            }
            this.whatIsTold(recorder, events);
        }
        recorder.keys?.forEach((key) => {
            this.link(this.terms([key.event], events), this.terms([key.call], [asked]));
        });
        const begins = recorder.from ? this.placesOf(recorder.from) : [];
        recorder.fromKeys?.forEach((key) => {
            this.link(this.terms([key.event], begins), this.terms([key.call], [asked]));
        });
    }

    private whatIsTold(recorder: Recorder, events: readonly Place[]): void {
        if (recorder.asked) {
            this.asked(recorder.asked, events);
        }
        if (recorder.value) {
            this.link(this.terms([recorder.value], events));
        }
        if (recorder.sameCall) {
            events.forEach(({ tool }) => {
                if (tool !== undefined) {
                    this.policy.tools[tool]!.params.forEach(({ name }) =>
                        this.linkAll([this.param(tool, name)!], ['itself'])
                    );
                }
            });
        }
    }

    private terms(terms: readonly Term[], places: readonly Place[]): Reading {
        const read = new Reading();
        places.forEach((place) => terms.forEach((term) => this.read(term, place, read)));
        return read;
    }

    private link(...readings: readonly Reading[]): Link | undefined {
        return this.linkAll(
            readings.flatMap(({ variables }) => [...variables]),
            readings.flatMap(({ forms }) => [...forms])
        );
    }
}

/** True if the term reads only the call's arguments. */
function isStaticTerm(term: Term): boolean {
    return isStatic({ op: 'in', term, values: [] });
}

function isForm(part: string): part is Form {
    return part === 'domain' || part === 'name' || part === 'extension';
}

/** The parts that a condition reads. */
class Reading {
    readonly variables = new Set<Variable>();
    readonly constants = new Set<Value>();
    readonly forms = new Set<Form>();
    readonly joined = new Set<string>();
    /** True if the condition reads more than the value of one variable. */
    isRelated = false;
    /** The time zone in which some text is read as an instant. */
    timezone: string | undefined;
    now = false;
    counts = false;
    distinct = false;
    totals = false;

    get mayBeAbsent(): boolean {
        return [...this.variables].some(({ param }) => param.optional && param.default === undefined);
    }

    add(variable: Variable | undefined, form: Form = 'itself'): void {
        if (variable) {
            this.variables.add(variable);
            this.forms.add(form);
        }
    }
}

/** Instants before and after every session. */
const INSTANTS = ['2000-01-01T00:00:00Z', '2100-01-01T00:00:00Z'];
