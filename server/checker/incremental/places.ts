/**
 * Replaces every place in a policy by a number, so that texts with the same policy share their results. A result is
 * resolved for one of these texts by mapping the numbers back to its places.
 */
import type { Policy, Source } from '../../model/policy/policy.js';

/** The places of one text that the numbers refer to. */
export interface Places {
    readonly sources: readonly Source[];
    /** Lines that sentences may mention, counted from zero: the lines of rules in their order, and all others. */
    readonly ruleLines: readonly number[];
    readonly otherLines: readonly number[];
}

/**
 * Sentences mention lines (`denied by line 9`), which must be recognized later. So the lines of rules are the even
 * numbers from here on, in their order, and other lines the odd ones.
 */
const FIRST_LINE = 718_281_000_000;
const LINES = 1_000_000;
const LINE = /718281\d{6}/g;
/** The URI of a source, followed by the number of its file; the number of the source is its character. */
const FILE = 'file:';

/** The fields with the author's data, in which a field may have any name. */
const DATA: ReadonlySet<string> = new Set(['value', 'values', 'default', 'args', 'result', 'constants', 'request']);

/** True if a text mentions numbers that would be taken for line numbers here, so that its places cannot be numbered. */
export function isMistakable(text: string): boolean {
    return text.search(LINE) >= 0;
}

/** Numbers the places of its input, in the order of their occurrence. */
export class Numbering {
    private readonly ids = new Map<string, number>();
    /** Rules of one statement share a source, so they also share the numbered one. */
    private readonly numbered = new Map<Source, Source>();
    private readonly sources: Source[] = [];
    private readonly files = new Map<string, string>();
    private readonly ruleLines: readonly number[];
    private readonly otherLines: number[] = [];

    constructor(policy: Pick<Policy, 'rules'>) {
        const lines = new Set(policy.rules.map(({ source, usedAt }) => (usedAt ?? source).start.line));
        this.ruleLines = [...lines].sort((a, b) => a - b);
    }

    get places(): Places {
        const { sources, ruleLines, otherLines } = this;
        return { sources, ruleLines, otherLines };
    }

    /** Documentation is left out too, because results never contain it. */
    policy(policy: Policy): Policy {
        const { rules, ...rest } = policy;
        return { ...(this.inside(rest, false) as Policy), rules: this.inside(rules, true) as Policy['rules'] };
    }

    other<T>(part: T): T {
        return this.inside(part, false) as T;
    }

    /** The places of the same text in another numbering, mapped to this one. */
    ofOthers({ sources, ruleLines, otherLines }: Places): Places {
        return {
            sources: sources.map((source) => this.source(source, false)),
            ruleLines: ruleLines.map((line) => this.lineOf(line, true)),
            otherLines: otherLines.map((line) => this.lineOf(line, false))
        };
    }

    private inside(part: unknown, isRule: boolean): unknown {
        if (typeof part !== 'object' || part === null) {
            return part;
        }
        if (Array.isArray(part)) {
            return part.map((one: unknown) => this.inside(one, isRule));
        }
        const entries = Object.entries(part).filter(([field, inner]) => field !== 'doc' || typeof inner !== 'string');
        return Object.fromEntries(
            entries.map(([field, inner]: [string, unknown]) => {
                if (DATA.has(field)) {
                    return [field, inner];
                }
                // For elements from a pack, the place of its use is named.
                const isNamed = isRule && !(field === 'source' && 'usedAt' in part);
                return [field, isSource(field, inner) ? this.source(inner, isNamed) : this.inside(inner, isRule)];
            })
        );
    }

    private source(source: Source, isRule: boolean): Source {
        const known = this.numbered.get(source);
        if (known) {
            return known;
        }
        const text = JSON.stringify(source);
        const id = this.ids.get(text) ?? this.sources.push(source) - 1;
        this.ids.set(text, id);
        const at = { line: this.lineOf(source.start.line, isRule), character: id };
        const uri = this.files.get(source.uri) ?? `${FILE}${this.files.size}`;
        this.files.set(source.uri, uri);
        const numbered = { uri, start: at, end: at };
        this.numbered.set(source, numbered);
        return numbered;
    }

    private lineOf(line: number, isRule: boolean): number {
        const index = (isRule ? this.ruleLines : this.otherLines).indexOf(line);
        return FIRST_LINE + (isRule ? 2 * index : 2 * (index < 0 ? this.otherLines.push(line) - 1 : index) + 1);
    }
}

/**
 * Resolves a result with numbered places to the text that has these places. Throws if the result belongs to another
 * text.
 */
export function placed<T>(result: T, places: Places): T {
    return placedIn(result, places) as T;
}

function placedIn(part: unknown, places: Places): unknown {
    if (typeof part === 'string') {
        return part.replace(LINE, (line) => String(lineAt(Number(line) - 1, places) + 1));
    }
    if (typeof part !== 'object' || part === null) {
        return part;
    }
    if (Array.isArray(part)) {
        return part.map((one: unknown) => placedIn(one, places));
    }
    return Object.fromEntries(
        Object.entries(part).map(([field, inner]: [string, unknown]) => [
            field,
            isSource(field, inner) ? sourceAt(inner, places) : DATA.has(field) ? inner : placedIn(inner, places)
        ])
    );
}

function sourceAt({ start }: Source, { sources }: Places): Source {
    return known(sources[start.character]);
}

function lineAt(numbered: number, { ruleLines, otherLines }: Places): number {
    const number = numbered - FIRST_LINE;
    return known((number % 2 === 0 ? ruleLines : otherLines)[number >> 1]);
}

function known<T>(place: T | undefined): T {
    if (place === undefined) {
        throw new Error('A result names a place that its policy does not have: a defect of the checker.');
    }
    return place;
}

function isSource(field: string, part: unknown): part is Source {
    return (field === 'source' || field === 'usedAt') && typeof part === 'object' && part !== null && 'uri' in part;
}

/** True if there are more lines than numbers for them. */
export function isTooLong({ ruleLines, otherLines }: Places): boolean {
    return 2 * Math.max(ruleLines.length, otherLines.length) + 2 > LINES;
}
