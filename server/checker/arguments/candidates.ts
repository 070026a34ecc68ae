/**
 * Candidate values of one parameter: enough to make every combination of truth values that its conditions can take
 * (docs/checker.md, "Argument classes", argues why this is exact). They are every constant, a value on each side of
 * every threshold, every named host, one host below every wildcard, and as many fresh values as there are parameters
 * compared with each other. Simplest first: the first one that fits becomes the witness in a counterexample.
 */
import { addDecimals } from '../../model/values/decimals.js';
import { canonicalHost } from '../../model/values/hosts.js';
import type { Param, TextPattern, Type, Value } from '../../model/policy/policy.js';
import { canonicalText } from '../../model/values/canonical-text.js';
import { namedFolder } from '../../model/values/structured-texts.js';
import { completeValue, misfit, ownField } from '../../model/values/values.js';
import type { TextCondition } from './languages.js';
import { holdsOf } from './languages.js';
import { instantTexts } from './instants.js';
import { listsOf } from './lists.js';
import { mapsOf, mostEntries } from './maps.js';
import type { Mentions } from './mentions.js';
import { mentionsOf } from './mentions.js';
import { addressHosts, addressTexts, mailTexts, pathTexts, privateNames } from './structured-texts.js';
import { assertOneKind, textsFor } from './texts.js';
import { Undecidable } from '../limits/undecidable.js';
import { limitOf } from '../limits/limits.js';
import { poll } from '../limits/budget.js';

/** Undefined represents an absent optional argument. */
export function candidatesFor(param: Param, mentions: Mentions, constrained: boolean): (Value | undefined)[] {
    const values = constrained
        ? [param.type, ...mentions.related].flatMap((type) => typedCandidates(type, mentions))
        : [readable(param)];
    const absent = param.optional && param.default === undefined ? [undefined] : [];
    const usual = param.default === undefined ? [] : [param.default];
    const fitting = [...usual, ...values].filter((value) => fits(param.type, value));
    return distinct([...absent, ...fitting.map((value) => completeValue(param.type, value))]);
}

/** Use an address if the name suggests one, because a person reads the counterexample. */
function readable(param: Param): Value {
    return param.type.kind === 'string' && !param.type.pattern && /ur[il]$/i.test(param.name)
        ? 'https://evil.example/'
        : simplest(param.type);
}

/** The simplest value of a type, shown for an unconstrained argument. */
export function simplest(type: Type): Value {
    switch (type.kind) {
        case 'string':
            return type.pattern ? (patterned(type.pattern, NOTHING_MENTIONED)[0] ?? 'x') : 'x';
        case 'any':
            return 'x';
        case 'bool':
            return false;
        case 'int':
            return Math.ceil(nearestToZero(type.min, type.max));
        case 'number':
        case 'decimal':
            return nearestToZero(type.min, type.max);
        case 'entity':
            return completeValue(type, 'x');
        case 'literals':
            return type.values[0] ?? null;
        case 'list':
            return [];
        case 'map':
            return {};
        case 'record':
            return Object.fromEntries(
                type.fields.filter((field) => !field.optional).map((field) => [field.name, simplest(field.type)])
            );
    }
}

function typedCandidates(type: Type, mentions: Mentions): Value[] {
    switch (type.kind) {
        case 'string':
            return type.pattern
                ? patterned(type.pattern, mentions)
                : asksTexts(mentions)
                  ? textsFor(mentions)
                  : texts(mentions);
        case 'bool':
            return [false, true];
        case 'int':
            return numbers(mentions, type, 1);
        case 'number':
            return numbers(mentions, type, undefined);
        case 'decimal':
            return numbers(mentions, type, Number(`1e-${type.scale}`));
        case 'entity':
            return texts(mentions);
        case 'literals':
            return [...type.values];
        case 'any':
            return anything(mentions);
        case 'list':
            return lists(type.element, mentions);
        case 'map':
            return maps(type.value, mentions);
        case 'record':
            return records(type.fields, mentions);
    }
}

/** The texts of a type with a pattern: the pattern counts as one more condition on them. */
function patterned(pattern: TextPattern, mentions: Mentions): string[] {
    const condition: TextCondition = { kind: 'matches', pattern };
    return textsFor({ ...mentions, texts: [...mentions.texts, condition] }).filter((text) => holdsOf(condition, text));
}

function asksTexts(mentions: Mentions): boolean {
    const { texts, parts, lengths, bytes, roots } = mentions;
    return [texts, parts, lengths, bytes].some((asked) => asked.length > 0) || roots.some(namedFolder);
}

/** Values of a type that is left open: texts, numbers, truth values, and lists of these. */
function anything(mentions: Mentions): Value[] {
    if (mentions.looksInside) {
        throw new Undecidable('are read by element or field although their type is `any`');
    }
    const texts = typedCandidates({ kind: 'string' }, mentions);
    const simple = [...texts, ...numbers(mentions, {}, undefined), false, true, ...mentions.constants];
    return mentions.lists.length > 0 || mentions.lengths.length > 0
        ? [...simple, ...listsOf(simple, mentions), {}]
        : simple;
}

function lists(element: Type, mentions: Mentions): Value[] {
    const named = mentions.constants.filter((value) => Array.isArray(value));
    if (mentions.lists.length === 0 && mentions.lengths.length === 0) {
        // As many values as are compared with each other. They differ in length, and no condition names them.
        const known = new Set(named.map(canonicalText));
        const fresh: Value[] = [];
        for (let length = 0; fresh.length < mentions.width; length++) {
            const list = Array.from({ length }, (): Value => simplest(element));
            if (!known.has(canonicalText(list))) {
                fresh.push(list);
            }
        }
        return [...fresh, ...named];
    }
    if (mentions.isCompared || named.length > 0) {
        throw new Undecidable('are compared with each other, and conditions read their elements too');
    }
    return listsOf(
        typedCandidates(element, mentions).filter((value) => fits(element, value)),
        mentions
    );
}

function maps(type: Type, mentions: Mentions): Value[] {
    const named = mentions.constants.filter(isRecord);
    if (mentions.lists.length === 0 && mentions.lengths.length === 0) {
        // As many values as are compared with each other. They differ in size, and no condition names them.
        const known = new Set(named.map(canonicalText));
        const fresh: Value[] = [];
        for (let size = 0; fresh.length < mentions.width; size++) {
            const keys = freshTexts(new Set(), size);
            const map = Object.fromEntries(keys.map((key) => [key, simplest(type)]));
            if (!known.has(canonicalText(map))) {
                fresh.push(map);
            }
        }
        return [...fresh, ...named];
    }
    if (mentions.isCompared || named.length > 0) {
        throw new Undecidable('are compared with each other, and conditions read their entries too');
    }
    if (mentions.readsHost || mentions.readsDomain || mentions.readsAddress || mentions.readsPath) {
        throw new Undecidable('are maps, and conditions read parts of the texts in them');
    }
    const most = mostEntries(mentions);
    const keys = typedCandidates({ kind: 'string' }, { ...mentions, width: most });
    return mapsOf(
        [...new Set(keys)].filter((key) => typeof key === 'string'),
        typedCandidates(type, mentions).filter((value) => fits(type, value)),
        mentions
    );
}

/**
 * Every combination of the fields that some condition reads; the other fields are as simple as possible. For named
 * records all fields count: each takes the values that it has there, and others.
 */
function records(fields: readonly Param[], mentions: Mentions): Value[] {
    const named = mentions.constants.filter(isRecord);
    let partial: { readonly [field: string]: Value }[] = [{}];
    for (const field of fields) {
        const looked = mentions.wholeValues || named.length > 0 || mentions.fields.has(field.name);
        const values =
            looked || !field.optional
                ? candidatesFor(field, ofField(field.name, named, mentions), looked)
                : [undefined];
        if (partial.length * values.length > limitOf('records')) {
            throw new Undecidable('have too many fields that conditions look at');
        }
        partial = partial.flatMap((record) =>
            values.map((value) => (value === undefined ? record : { ...record, [field.name]: value }))
        );
    }
    return partial;
}

/** The named values for a field of the named records. */
function ofField(name: string, named: readonly { readonly [field: string]: Value }[], mentions: Mentions): Mentions {
    if (named.length === 0) {
        return mentions;
    }
    const values = named.map((record) => ownField(record, name)).filter((value) => value !== undefined);
    const others = mentions.constants.filter((value) => !isRecord(value));
    return { ...mentions, constants: [...others, ...values], isCompared: true, width: Math.max(2, mentions.width) };
}

function isRecord(value: Value): value is { readonly [field: string]: Value } {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const NOTHING_MENTIONED = mentionsOf([]);

function texts(mentions: Mentions): string[] {
    const constants = mentions.constants.filter((value) => typeof value === 'string');
    const avoid = new Set(constants);
    const fresh = freshTexts(avoid, mentions.width);
    const { readsHost, readsDomain, readsAddress, readsPath, instants } = mentions;
    assertOneKind(mentions);
    if (instants !== undefined) {
        return [...constants, ...instantTexts(mentions, instants, avoid), ...fresh];
    }
    if (readsAddress) {
        return [...addressTexts(mentions, avoid), ...fresh, ...constants];
    }
    if (readsPath) {
        return [...pathTexts(mentions, avoid), ...fresh, ...constants];
    }
    if (!readsHost && !readsDomain) {
        return [...fresh, ...constants];
    }
    const hosts = [...freshHosts(mentions), ...namedHosts(mentions), ...addressHosts(mentions)];
    if (readsDomain) {
        const addresses = mailTexts(hosts, avoid, mentions.width);
        return [...addresses, ...fresh, ...constants, ...(mentions.isCompared ? hosts : [])];
    }
    const urls = hosts.flatMap((host) => freshUrls(host, avoid, mentions.width));
    const bareHosts = mentions.isCompared ? hosts : [];
    // The address that no condition names comes first: an attacker would use it.
    return [...urls, ...fresh, ...constants, ...bareHosts];
}

function freshTexts(avoid: ReadonlySet<string>, count: number): string[] {
    const fresh: string[] = [];
    for (let i = 0; fresh.length < count; i++) {
        const text = i === 0 ? 'x' : `x${i + 1}`;
        if (!avoid.has(text)) {
            fresh.push(text);
        }
    }
    return fresh;
}

/** URLs of the host that differ from all constants. */
function freshUrls(host: string, avoid: ReadonlySet<string>, count: number): string[] {
    const urls: string[] = [];
    for (let i = 0; urls.length < count; i++) {
        const url = `https://${host}/${i === 0 ? '' : `x${i}`}`;
        if (!avoid.has(url)) {
            urls.push(url);
        }
    }
    return urls;
}

/**
 * Hosts that none of the patterns names. They always exist: a wildcard names hosts below one domain, so among more
 * domains than wildcards one is free, and among more of its hosts than names one is free.
 */
function freshHosts({ hosts, width }: Mentions): string[] {
    const named = new Set(exactHosts(hosts));
    const wildcards = new Set(hosts.map((pattern) => pattern.toLowerCase()));
    const domain = firstOf(
        (i) => ['example', 'test', 'invalid'][i - 1] ?? `domain${i}`,
        (name) => !wildcards.has(`*.${name}`)
    );
    const fresh: string[] = [];
    for (let i = 1; fresh.length < width; i++) {
        const host = `${i === 1 ? 'evil' : `evil${i}`}.${domain}`;
        if (!named.has(host)) {
            fresh.push(host);
        }
    }
    return fresh;
}

function exactHosts(patterns: readonly string[]): string[] {
    return patterns
        .filter((pattern) => !pattern.startsWith('*.'))
        .map((pattern) => canonicalHost(pattern) ?? pattern.toLowerCase());
}

/** Each named host. A wildcard gives its base and one proper subdomain that no other entry names. */
function namedHosts(mentions: Mentions): string[] {
    const all = [...mentions.hosts, ...privateNames(mentions)];
    const named = new Set(exactHosts(mentions.hosts));
    return all.flatMap((pattern) => {
        if (!pattern.startsWith('*.')) {
            return [pattern];
        }
        const base = pattern.slice(2);
        return [
            firstOf(
                (i) => `${i === 1 ? 'sub' : `sub${i}`}.${base}`,
                (host) => !named.has(host.toLowerCase())
            ),
            base
        ];
    });
}

/** The first free text in a numbered series, which is longer than the number of texts that can be taken. */
function firstOf(text: (i: number) => string, isFree: (text: string) => boolean): string {
    for (let i = 1; ; i++) {
        poll();
        const found = text(i);
        if (isFree(found)) {
            return found;
        }
    }
}

/**
 * Every threshold, its neighbouring values, and a value between every two adjacent thresholds; `step` is the
 * granularity of the type.
 */
function numbers(mentions: Mentions, range: { min?: number; max?: number }, step: number | undefined): number[] {
    const bounds = [range.min, range.max].filter((bound) => bound !== undefined);
    const named = [...mentions.constants.filter((value) => typeof value === 'number'), ...bounds];
    const thresholds = [...new Set(named.flatMap((number) => onGrid(number, step)))].sort((a, b) => a - b);
    const around = thresholds.flatMap((threshold, index) => {
        const next = thresholds[index + 1];
        const previous = thresholds[index - 1];
        const offsets = Array.from({ length: mentions.width }, (_, i) => i + 1);
        const below = offsets.map((i) =>
            addDecimals(threshold, -grain(step, threshold - (previous ?? threshold - 2), i, mentions.width))
        );
        const above = offsets.map((i) =>
            addDecimals(threshold, grain(step, (next ?? threshold + 2) - threshold, i, mentions.width))
        );
        return [threshold, ...below, ...above];
    });
    const start = nearestToZero(range.min, range.max);
    const first = step === 1 ? Math.ceil(start) : start;
    const spread = Array.from({ length: mentions.width }, (_, i) => [first + i, addDecimals(start, -i * (step ?? 1))]);
    return [...spread.flat(), ...around].sort((a, b) => Math.abs(a) - Math.abs(b) || b - a);
}

/** The number and its neighbours at the granularity of the type. */
function onGrid(number: number, step: number | undefined): number[] {
    if (step === undefined || !Number.isFinite(number)) {
        return [number];
    }
    const steps = number / step;
    return [number, ...[Math.floor(steps), Math.ceil(steps)].map((whole) => Number((whole * step).toPrecision(15)))];
}

/** The i-th of `width` steps into a gap: whole steps for integers; for numbers, fractions of the gap, never its end. */
function grain(step: number | undefined, gap: number, i: number, width: number): number {
    return step !== undefined ? i * step : (Math.min(gap, 2) * i) / (width + 1);
}

function nearestToZero(min = -Infinity, max = Infinity): number {
    return min > 0 ? min : max < 0 ? max : 0;
}

export function fits(type: Type, value: Value): boolean {
    return misfit(type, value) === undefined;
}

function distinct(values: readonly (Value | undefined)[]): (Value | undefined)[] {
    const seen = new Set<string>();
    return values.filter((value) => {
        const key = value === undefined ? '' : canonicalText(value);
        return seen.has(key) ? false : Boolean(seen.add(key));
    });
}
