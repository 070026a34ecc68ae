/**
 * A parser for Dogwood's temporal conditions, by the grammar of its formal specification, without macros: the syntax
 * that an export may use. It is independent of the export.
 */

export type Condition =
    | { readonly op: 'and'; readonly left: Condition; readonly right: Condition }
    | { readonly op: 'not'; readonly inner: Condition }
    | { readonly op: 'formerly' | 'previous'; readonly seconds: number; readonly body: Condition }
    | { readonly op: 'since'; readonly left: Condition; readonly seconds: number; readonly right: Condition }
    | ({ readonly op: 'predicate' } & Predicate)
    | { readonly op: 'compare'; readonly cmp: string; readonly left: Term; readonly right: Term }
    | { readonly op: 'exists'; readonly binder: Binder; readonly body: Condition }
    | { readonly op: 'tp'; readonly name: string };

export interface Predicate {
    /** The action as `Action::"id"`, with its namespace. */
    readonly action: string;
    readonly kind: string;
    readonly fields: readonly (readonly [path: string, term: Term])[];
}

export interface Binder {
    readonly name: string;
    readonly type: string;
}

export type Term =
    | { readonly term: 'literal'; readonly value: Literal }
    /** The path, starting at its root `context`, `principal` or `resource`. */
    | { readonly term: 'request'; readonly path: string }
    | { readonly term: 'variable'; readonly name: string }
    | { readonly term: 'any' }
    | {
          readonly term: 'aggregate';
          readonly sum?: string;
          readonly binders: readonly Binder[];
          readonly body: Condition;
      };

/** A literal; entities use Cedar's syntax. */
export type Literal = string | number | boolean | { readonly entity: string };

export class SyntaxProblem extends Error {}

interface Token {
    readonly kind: 'name' | 'number' | 'text' | 'sign';
    readonly text: string;
}

const TOKEN = /\s+|\/\/[^\n]*|([A-Za-z_]\w*)|(-?\d+)|("(?:[^"\\]|\\[^])*")|(::|&&|<=|>=|==|[(){}[\].,:!<>*])/gy;

function tokensOf(text: string): Token[] {
    const tokens: Token[] = [];
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.length) {
        const at = TOKEN.lastIndex;
        const found = TOKEN.exec(text);
        if (!found) {
            throw new SyntaxProblem(`no token at ${text.slice(at, at + 20)}`);
        }
        const [, name, number, string, sign] = found;
        if (name ?? number ?? string ?? sign) {
            const kind = name ? 'name' : number ? 'number' : string ? 'text' : 'sign';
            tokens.push({ kind, text: string ? unescaped(string) : (name ?? number ?? sign)! });
        }
    }
    return tokens;
}

/** Replaces Cedar's escapes. */
export function unescaped(literal: string): string {
    return literal
        .slice(1, -1)
        .replace(/\\(?:u\{([0-9a-fA-F]+)\}|([^]))/g, (_, code?: string, sign?: string) =>
            code === undefined ? (ESCAPES[sign!] ?? sign!) : String.fromCodePoint(parseInt(code, 16))
        );
}

const ESCAPES: { readonly [sign: string]: string } = { n: '\n', t: '\t', r: '\r', '0': '\0' };

const UNITS: { readonly [unit: string]: number } = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Parses a condition, or throws a `SyntaxProblem`. */
export function parseCondition(text: string): Condition {
    const parser = new Parser(tokensOf(text));
    const condition = parser.condition();
    parser.end();
    return condition;
}

class Parser {
    private at = 0;

    constructor(private readonly tokens: readonly Token[]) {}

    end(): void {
        if (this.at < this.tokens.length) {
            throw new SyntaxProblem(`unexpected ${this.tokens[this.at]!.text}`);
        }
    }

    condition(): Condition {
        let left = this.conjunctOrSince();
        while (this.takes('&&')) {
            left = { op: 'and', left, right: this.conjunctOrSince() };
        }
        return left;
    }

    private conjunctOrSince(): Condition {
        const left = this.negated();
        return this.takes('since') ? { op: 'since', left, seconds: this.within(), right: this.atom() } : left;
    }

    private negated(): Condition {
        return this.takes('!') ? { op: 'not', inner: this.negated() } : this.conjunct();
    }

    private conjunct(): Condition {
        const compared = this.attempt(() => this.comparison());
        if (compared) {
            return compared;
        }
        if (this.takes('(')) {
            return this.closed(this.condition());
        }
        for (const op of ['formerly', 'previous'] as const) {
            if (this.takes(op)) {
                return { op, seconds: this.within(), body: this.atom() };
            }
        }
        if (this.takes('exists')) {
            const binder = this.binder();
            this.expect('.');
            return { op: 'exists', binder, body: this.condition() };
        }
        return this.tpOrPredicate();
    }

    private atom(): Condition {
        return this.takes('(')
            ? this.closed(this.condition())
            : (this.attempt(() => this.comparison()) ?? this.tpOrPredicate());
    }

    private tpOrPredicate(): Condition {
        if (this.takes('tp')) {
            this.expect('(');
            return this.closed({ op: 'tp', name: this.name() });
        }
        return { op: 'predicate', ...this.predicate() };
    }

    private predicate(): Predicate {
        const action = this.entity();
        this.expect('::');
        const kind = this.name();
        this.expect('{');
        const fields: [string, Term][] = [];
        while (!this.takes('}')) {
            if (fields.length > 0) {
                this.expect(',');
            }
            const path = this.path(this.name());
            this.expect(':');
            fields.push([path, this.term()]);
        }
        return { action, kind, fields };
    }

    private comparison(): Condition {
        const left = this.term();
        const { text } = this.next();
        if (!['<=', '>=', '==', '<', '>'].includes(text)) {
            throw new SyntaxProblem(`no comparison: ${text}`);
        }
        return { op: 'compare', cmp: text, left, right: this.term() };
    }

    private term(): Term {
        if (this.takes('(')) {
            return this.closed(this.aggregate());
        }
        const entity = this.attempt(() => this.entity());
        if (entity !== undefined) {
            if (this.peek() === '::') {
                throw new SyntaxProblem('a predicate is not a term');
            }
            return { term: 'literal', value: { entity } };
        }
        if (this.peek() === 'sum' || this.peek() === 'count') {
            return this.aggregate();
        }
        const { kind, text } = this.next();
        switch (kind) {
            case 'number':
                return { term: 'literal', value: Number(text) };
            case 'text':
                return { term: 'literal', value: text };
            case 'sign':
                if (text === '*') {
                    return { term: 'any' };
                }
                throw new SyntaxProblem(`no term: ${text}`);
            case 'name':
                return text === 'true' || text === 'false'
                    ? { term: 'literal', value: text === 'true' }
                    : text === 'context' || text === 'principal' || text === 'resource'
                      ? { term: 'request', path: this.path(text) }
                      : text === '_'
                        ? { term: 'any' }
                        : { term: 'variable', name: text };
        }
    }

    private aggregate(): Term {
        const sum = this.takes('sum') ? this.name() : undefined;
        if (sum === undefined) {
            this.expect('count');
        }
        this.expect('for');
        const binders = [this.binder()];
        while (this.takes(',')) {
            binders.push(this.binder());
        }
        this.expect('.');
        this.expect('where');
        return { term: 'aggregate', ...(sum !== undefined && { sum }), binders, body: this.condition() };
    }

    private binder(): Binder {
        this.expect('(');
        const name = this.name();
        this.expect(':');
        let type = this.name();
        while (this.takes('::')) {
            type += `::${this.name()}`;
        }
        return this.closed({ name, type });
    }

    private within(): number {
        this.expect('within');
        const [amount, unit] = [this.next(), UNITS[this.name()]];
        if (amount.kind !== 'number' || unit === undefined || Number(amount.text) <= 0) {
            throw new SyntaxProblem('no window');
        }
        return Number(amount.text) * unit;
    }

    private entity(): string {
        let text = this.name();
        for (;;) {
            this.expect('::');
            const { kind, text: part } = this.next();
            text += `::${kind === 'text' ? JSON.stringify(part) : part}`;
            if (kind === 'text') {
                return text;
            }
            if (kind !== 'name') {
                throw new SyntaxProblem('no entity');
            }
        }
    }

    private path(start: string): string {
        let path = start;
        while (this.takes('.')) {
            path += `.${this.name()}`;
        }
        return path;
    }

    private closed<T>(value: T): T {
        this.expect(')');
        return value;
    }

    private name(): string {
        const { kind, text } = this.next();
        if (kind !== 'name') {
            throw new SyntaxProblem(`no name: ${text}`);
        }
        return text;
    }

    private next(): Token {
        const token = this.tokens[this.at++];
        if (!token) {
            throw new SyntaxProblem('it ends too early');
        }
        return token;
    }

    private peek(): string | undefined {
        const token = this.tokens[this.at];
        return token?.kind === 'text' ? undefined : token?.text;
    }

    private takes(text: string): boolean {
        const isThere = this.peek() === text;
        this.at += isThere ? 1 : 0;
        return isThere;
    }

    private expect(text: string): void {
        if (!this.takes(text)) {
            throw new SyntaxProblem(`${text} is missing before ${this.peek() ?? 'a text or the end'}`);
        }
    }

    /** The result of the rule; undefined if nothing was parsed. */
    private attempt<T>(rule: () => T): T | undefined {
        const start = this.at;
        try {
            return rule();
        } catch (error) {
            if (!(error instanceof SyntaxProblem)) {
                throw error;
            }
            this.at = start;
            return undefined;
        }
    }
}
