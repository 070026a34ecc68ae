/**
 * Finitely many values for each variable. Conditions on a single value need one value for each class. Linked values
 * also need the values at which the conditions on their link change, and fresh values, which no condition names.
 */
import type { Param, TextTest, Type, Value } from '../../model/policy/policy.js';
import { evaluateStatic } from '../../model/conditions/evaluate.js';
import type { StaticCondition } from '../../model/conditions/reads.js';
import { canonicalText } from '../../model/values/canonical-text.js';
import { instantOf } from '../../model/values/instants.js';
import { examplePath } from '../../model/values/structured-texts.js';
import { misfit } from '../../model/values/values.js';
import { candidatesFor, simplest } from '../arguments/candidates.js';
import { instantTexts } from '../arguments/instants.js';
import type { Mentions } from '../arguments/mentions.js';
import { mentionsOf } from '../arguments/mentions.js';
import { orReason } from '../limits/undecidable.js';
import { OWN } from '../conditions/own-value.js';
import type { ClockReads } from './clock.js';
import { builtFrom, readShell, seededValues } from './seeds.js';
import type { Form, Link, Variable } from './table.js';
import type { Variables } from './variables.js';
import { limitOf } from '../limits/limits.js';
import type { NamedScope } from '../limits/scopes.js';

/** The candidate is undefined if the value is absent or cannot be read. */
export type Candidate = Value | undefined;

export class Values {
    /** The ways in which the values were narrowed. */
    readonly scopes = new Set<NamedScope>();
    /** For each link, its fresh values, if they are interchangeable because only equality distinguishes them. */
    readonly symmetric: (readonly string[])[] = [];
    /** The smallest number of fresh values of any link; undefined if no link has any. */
    fewest: number | undefined;
    private readonly pools = new Map<Link, readonly Value[]>();
    private readonly found = new Map<Variable, readonly Candidate[]>();
    private readonly classes = new Map<Variable, readonly Candidate[]>();

    constructor(private readonly variables: Variables) {}

    of(variable: Variable): readonly Candidate[] {
        let values = this.found.get(variable);
        if (!values) {
            values = this.candidates(variable);
            this.found.set(variable, values);
        }
        return values;
    }

    /** What the conditions read of the clock, with the instants at which a comparison of these values with `now` changes. */
    clockReads(): ClockReads {
        const { clock, periods, nows } = this.variables;
        const moments = nows.flatMap(({ timezone, variables, constants }) => {
            const texts = [...constants, ...variables.flatMap((variable) => this.of(variable).flatMap(textsIn))];
            const named = texts.flatMap((text) => (typeof text === 'string' ? (instantOf(text, timezone) ?? []) : []));
            const distances = constants.filter((value) => typeof value === 'number');
            return named.flatMap((at) => [at, ...distances.flatMap((distance) => [at + distance, at - distance])]);
        });
        return { clock, periods, moments };
    }

    private candidates(variable: Variable): readonly Candidate[] {
        const classes = this.classesOf(variable);
        if (!variable.link) {
            return classes;
        }
        const pool = this.poolOf(variable.link);
        const { type } = variable.param;
        const asked = this.asked(variable);
        const linked =
            type.kind === 'list' || type.kind === 'record' || type.kind === 'map'
                ? [...builtFrom(type, pool, [], true), ...this.crossed(type, pool, asked)]
                : pool;
        // The plain value of a class adds nothing if the class has linked values.
        const covered = new Set(linked.map((value) => signature(asked, value)));
        const others = classes.filter((value) => value === undefined || !covered.has(signature(asked, value)));
        const values = distinct([...others, ...linked].filter((value) => value === undefined || fits(type, value)));
        const most = limitOf('valuesOfVariable');
        if (values.length > most) {
            this.scopes.add(`\`${variable.name}\` has ${most} of its values (values)`);
        }
        const kept = values.slice(0, most);
        if (type.kind !== 'bool' && type.kind !== 'literals') {
            this.scopes.add(`\`${variable.name}\` is ${shown(kept)} (values)`);
        }
        return kept;
    }

    /**
     * Values that have every text in each field: records, and lists of one record. The other fields have the values
     * that the conditions distinguish.
     */
    private crossed(type: Type, pool: readonly Value[], asked: readonly StaticCondition[]): Value[] {
        if (type.kind === 'list') {
            return this.crossed(type.element, pool, asked).map((element) => [element]);
        }
        if (type.kind !== 'record') {
            return [];
        }
        const found = new Map<string, Value>();
        const records = type.fields.reduce<{ readonly [field: string]: Value }[]>(
            (some, { name, type: of }) =>
                some
                    .flatMap((record) => builtFrom(of, pool, [], true).map((value) => ({ ...record, [name]: value })))
                    .slice(0, limitOf('crossedRecords')),
            [{}]
        );
        for (const record of records) {
            const texts = Object.values(record).filter((value) => typeof value === 'string');
            const key = `${texts.join('\n')} ${signature(asked, record)} ${signature(asked, [record])}`;
            found.set(key, found.get(key) ?? record);
        }
        return [...found.values()];
    }

    /** One value for each combination of values of the conditions on it alone. */
    private classesOf(variable: Variable): readonly Candidate[] {
        let classes = this.classes.get(variable);
        if (!classes) {
            classes = this.divide(variable);
            this.classes.set(variable, classes);
        }
        return classes;
    }

    private divide(variable: Variable): readonly Candidate[] {
        const { name, param } = variable;
        const conditions = this.asked(variable);
        const together = readShell(conditions) ? undefined : candidatesOf(param, conditions);
        if (together) {
            return classesIn(together, conditions);
        }
        // No procedure solves all these conditions together.
        this.scopes.add(`\`${name}\` has values that are built from the conditions on it (values)`);
        const each = conditions.flatMap((condition) => candidatesOf(param, [condition]) ?? []);
        const absent = param.optional && param.default === undefined ? [undefined] : [];
        const simple = param.default ?? simplest(param.type);
        const seeded = seededValues(param, conditions, signature);
        return classesIn([...absent, simple, ...each, ...seeded], conditions);
    }

    /** The candidates for an argument that may be absent or of a wrong type, so that the inventory refuses the call. */
    loose(variable: Variable): readonly Candidate[] {
        const param: Param = { name: variable.param.name, type: { kind: 'any' }, optional: true };
        const values = this.divide({ ...variable, param });
        return variable.link ? distinct([...values, ...this.poolOf(variable.link)]) : values;
    }

    /** The conditions on the value and on values linked with it: it may have to equal one of them. */
    private asked({ own, link }: Variable): readonly StaticCondition[] {
        const all = link ? [...link.variables].flatMap((other) => [...other.own]) : [...own];
        return [...new Map(all).values()];
    }

    private poolOf(link: Link): readonly Value[] {
        let pool = this.pools.get(link);
        if (!pool) {
            pool = this.makePool(link);
            this.pools.set(link, pool);
        }
        return pool;
    }

    private makePool(link: Link): readonly Value[] {
        const members = [...link.variables];
        const types = members.flatMap(({ param }) => leafTypes(param.type));
        const classes = members.flatMap((member) => this.classesOf(member)).filter((value) => value !== undefined);
        const asked = this.asked(members[0]!);
        const counts = link.counts ? this.variables.counts : [];
        const constants = [...link.constants, ...members.flatMap(namedBy), ...counts];
        const pool: Value[] = [];
        if (types.some(isNumeric)) {
            pool.push(...numbersFor(link, constants, types));
        }
        if (types.some(isTextual)) {
            const fresh = this.freshTexts(link, [...constants, ...classes], asked);
            pool.push(...fresh);
            const named = constants.filter((value) => typeof value === 'string');
            link.joined.forEach((text) => {
                const rests = [...named, ...members.flatMap(foldersOf)].flatMap((value) => restsOf(value, text));
                pool.push(...rests, ...[...fresh, ...named, ...rests].flatMap((value) => [text + value, value + text]));
            });
            const parts = [...named, ...members.flatMap(hostsOf)];
            pool.push(...[...link.forms].flatMap((form) => parts.flatMap((part) => wholeOf(form, part))));
            if (link.timezone !== undefined) {
                pool.push(...instantTexts({ constants, width: 1, spellings: 1 }, link.timezone));
            }
            link.tests.forEach((test) => pool.push(...TESTED[test]));
            if ([...link.forms].some((form) => form !== 'itself')) {
                pool.push(WITHOUT_PARTS);
            }
        }
        const covered = new Set(pool.map((value) => signature(asked, value)));
        const isNumber = types.some(isNumeric);
        pool.push(...constants.filter((value) => typeof value !== 'number' || !isNumber));
        pool.push(...classes.filter((value) => !covered.has(signature(asked, value))));
        return pool.filter((value) => types.some((type) => fits(type, value)));
    }

    /** As many fresh texts as the largest count in a condition, plus one. */
    private freshTexts(link: Link, constants: readonly Value[], asked: readonly StaticCondition[]): string[] {
        const { counts, distinct } = this.variables;
        const upTo = (numbers: ReadonlySet<number>, most: number): number[] =>
            [...numbers].filter((number) => number < most).map((number) => Math.floor(number) + 1);
        const most = limitOf('freshValues');
        const count = Math.max(2, ...upTo(counts, most), ...upTo(distinct, limitOf('distinctValues')));
        this.fewest = Math.min(count, this.fewest ?? count);
        const name = plainName([...link.variables][0]!.param.name);
        const forms = [...link.forms];
        const fresh: string[] = [];
        for (let i = 1, made = 0; made < count; i++) {
            const texts = forms.map((form) => textOf(form, `${name}${i}`, forms.length > 1));
            if (!texts.some((text) => constants.includes(text))) {
                fresh.push(...texts);
                made++;
            }
        }
        // If a text is compared with a part of another text, swapping texts may change something.
        const alike =
            forms.length === 1 &&
            link.joined.size === 0 &&
            new Set(fresh.map((text) => signature(asked, text))).size === 1;
        if (alike) {
            this.symmetric.push(fresh);
        }
        return fresh;
    }
}

/** Enough texts that each test is true of some pair of them and false of another pair. */
const TESTED: { readonly [Test in TextTest]: readonly string[] } = {
    contains: ['a', 'ab', 'b'],
    'starts with': ['a', 'ab', 'b'],
    'ends with': ['a', 'ba', 'b'],
    'path within': ['/a', '/a/b', '/b'],
    'host within': ['10.0.0.0/8', 'http://10.1.2.3/', 'http://192.0.2.1/']
};

/** The texts of a value, of its elements and of its fields. */
function textsIn(value: Candidate): string[] {
    return typeof value === 'string'
        ? [value]
        : typeof value === 'object' && value !== null
          ? Object.values(value).flatMap(textsIn)
          : [];
}

/** The texts that make the whole when they are put before or after the part. */
function restsOf(whole: string, part: string): string[] {
    return [
        ...(whole.startsWith(part) ? [whole.slice(part.length)] : []),
        ...(whole.endsWith(part) ? [whole.slice(0, whole.length - part.length)] : [])
    ];
}

/** The text is neither an address nor a path: none of its parts can be read, so it may match any key (M3). */
const WITHOUT_PARTS = '';

/**
 * The name in letters, digits and `_`, starting with a letter. It is used in hosts and paths, and must never read as a
 * number.
 */
function plainName(name: string): string {
    return name.replace(/[^A-Za-z0-9_]/g, '').replace(/^[^A-Za-z]+/, '') || 'value';
}

/**
 * A text whose part differs from the parts of other texts.
 * @param meets true if the part itself is also used as a value
 */
function textOf(form: Form, name: string, meets: boolean): string {
    switch (form) {
        case 'itself':
            return meets ? `${name}.example` : name;
        case 'host':
        case 'domain':
            return wholeOf(form, `${name.replaceAll('_', '-')}.example`);
        case 'name':
            return wholeOf(form, meets ? `${name}.example` : name);
        case 'extension':
            return wholeOf(form, name);
    }
}

/** A text with this part. */
function wholeOf(form: Form, part: string): string {
    switch (form) {
        case 'itself':
            return part;
        case 'host':
            return `https://${part}/`;
        case 'domain':
            return `x@${part}`;
        case 'name':
            return `/${part}`;
        case 'extension':
            return `/x.${part}`;
    }
}

/** Undefined if no procedure finds a value for each combination of condition values. */
function candidatesOf(param: Param, conditions: readonly StaticCondition[]): readonly Candidate[] | undefined {
    const found = orReason(() => candidatesFor(param, mentionsOf(conditions), conditions.length > 0));
    return typeof found === 'string' ? undefined : found;
}

/** The first value for each combination of condition values. */
function classesIn(candidates: readonly Candidate[], conditions: readonly StaticCondition[]): readonly Candidate[] {
    const classes = new Map<string, Candidate>();
    for (const value of candidates) {
        const key = signature(conditions, value);
        classes.set(key, classes.has(key) ? classes.get(key) : value);
    }
    return [...classes.values()];
}

/** The constants that are compared with this value and with no part of another. */
function namedBy(variable: Variable): readonly Value[] {
    return mentionedBy(variable)?.constants ?? [];
}

/** The folders that the value is compared with, and a folder in each. */
function foldersOf(variable: Variable): string[] {
    return (mentionedBy(variable)?.roots ?? []).map(examplePath).flatMap((root) => [root, `${root}/x`]);
}

/** The hosts and domains that parts of the value are compared with; a wildcard gives one of its hosts. */
function hostsOf(variable: Variable): string[] {
    return (mentionedBy(variable)?.hosts ?? []).map((host) => host.replace(/^\*\./, 'sub.'));
}

function mentionedBy({ own }: Variable): Mentions | undefined {
    const mentions = orReason(() => mentionsOf([...own.values()]));
    return typeof mentions === 'string' ? undefined : mentions;
}

export function signature(conditions: readonly StaticCondition[], value: Candidate): string {
    const args = value === undefined ? {} : { [OWN]: value };
    return conditions.map((condition) => evaluateStatic(condition, { agent: 0, tool: 0, args })).join('');
}

/**
 * The numbers at which comparisons change: each constant and its neighbours; for a constant that a total is compared
 * with, also the remainder after some of the other amounts.
 */
function numbersFor(link: Link, constants: readonly Value[], types: readonly Type[]): number[] {
    const numbers = [...new Set(constants.filter((value) => typeof value === 'number'))];
    const caps = numbers.filter((number) => !link.totals.has(number) && number > 0);
    const multiples = limitOf('multiples');
    const rests = [...link.totals].flatMap((total) =>
        caps.flatMap((cap) =>
            Array.from({ length: Math.min(multiples, Math.floor(total / cap)) }, (_, k) => total - (k + 1) * cap)
        )
    );
    const scales = types.flatMap((type) => (type.kind === 'decimal' ? [type.scale] : []));
    const step = scales.length > 0 ? 10 ** -Math.max(...scales) : 1;
    // If values are compared with each other, one may have to lie between the constant and another.
    const apart = link.variables.size > 1 ? [step, 2 * step] : [step];
    const around = [...numbers, ...link.totals].flatMap((number) => [
        number,
        ...apart.flatMap((offset) => [number + offset, number - offset])
    ]);
    const ends = types.flatMap((type) =>
        isNumeric(type) ? [type.min, type.max].filter((end) => end !== undefined) : []
    );
    const negative = [...link.totals].map((total) => -total);
    const all = [...ends, 0, step, ...around, ...rests, ...rests.map((rest) => rest + step), ...negative];
    // Rounding turns 0.1 + 0.2 into the intended sum.
    return [...new Set(all.map((number) => Number(number.toPrecision(DIGITS))))].sort(
        (a, b) => Math.abs(a) - Math.abs(b) || b - a
    );
}

/**
 * The number of amounts that may be needed until each total reaches the number it is compared with, plus one, if
 * amounts are bounded by their type or by another number that they are compared with. Otherwise a few suffice, since
 * the comparisons change at the same sums for a few amounts as for many.
 */
export function summandsIn(variables: Variables): number {
    const needed = [...variables.links].flatMap((link) => {
        const types = [...link.variables].map(({ param }) => param.type);
        const ends = types.flatMap((type) => (isNumeric(type) && type.max !== undefined ? [type.max] : []));
        const numbers = [...link.constants, ...[...link.variables].flatMap(namedBy)];
        const caps = [...ends, ...numbers.filter((value) => typeof value === 'number' && !link.totals.has(value))];
        return [...link.totals].flatMap((total) => {
            const below = caps.filter((cap): cap is number => typeof cap === 'number' && cap > 0 && cap < total);
            return below.length > 0 ? [Math.ceil(total / Math.max(...below)) + 1] : [];
        });
    });
    return Math.max(FEW_SUMMANDS, ...needed);
}

const FEW_SUMMANDS = 4;

const DIGITS = 12;

/** The types of the elements and fields of the type. */
function leafTypes(type: Type): Type[] {
    return type.kind === 'list'
        ? leafTypes(type.element)
        : type.kind === 'record'
          ? type.fields.flatMap((field) => leafTypes(field.type))
          : type.kind === 'map'
            ? [{ kind: 'string' }, ...leafTypes(type.value)]
            : [type];
}

type Numeric = Type & { readonly kind: 'int' | 'number' | 'decimal' };

function isNumeric(type: Type): type is Numeric {
    return type.kind === 'int' || type.kind === 'number' || type.kind === 'decimal';
}

function isTextual(type: Type): boolean {
    return type.kind === 'string' || type.kind === 'entity' || type.kind === 'any';
}

function fits(type: Type, value: Value): boolean {
    return misfit(type, value) === undefined;
}

function distinct(values: readonly Candidate[]): Candidate[] {
    const seen = new Set<string>();
    return values.filter((value) => {
        const key = value === undefined ? '' : canonicalText(value);
        return seen.has(key) ? false : Boolean(seen.add(key));
    });
}

/** The values in words, of which only some are named. */
function shown(values: readonly Candidate[]): string {
    const texts = values.map((value) =>
        value === undefined ? 'absent' : typeof value === 'number' ? value.toLocaleString('en') : JSON.stringify(value)
    );
    const [first, last] = [texts.slice(0, SHOWN), texts.length - SHOWN];
    return last > 0 ? `${first.join(', ')} or one of ${last} others` : texts.join(', ').replace(/, ([^,]*)$/, ' or $1');
}

const SHOWN = 6;

/** The simplest value, for parts that no condition reads. */
export function plainValue(param: Param): Candidate {
    return param.default ?? (param.optional ? undefined : simplest(param.type));
}
