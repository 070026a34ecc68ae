/**
 * Evaluates temporal conditions by the definitions of the operators: a condition is true at a point of the history
 * under the bindings that satisfy it. An accepted condition has finitely many of these, in the order of its parts.
 */
import type { Binder, Condition, Literal, Predicate, Term } from './syntax.js';

/** A point of the history, with its fields by path. */
export interface Point {
    readonly time: number;
    readonly action: string;
    readonly kind: string;
    readonly fields: { readonly [path: string]: Literal };
}

/** The variables, and the values read from the request, by path. A point is bound as `tp(t)` counts it. */
type Bindings = { readonly [name: string]: Literal | undefined };

/**
 * True if the condition is true at the last point, for the request there.
 * @param request the values of the request by path
 */
export function holds(condition: Condition, history: readonly Point[], request: Bindings): boolean {
    return new History(history).solutions(condition, history.length - 1, request).length > 0;
}

class History {
    constructor(private readonly points: readonly Point[]) {}

    /** The bindings under which the condition is true at the point, each an extension of the given ones. */
    solutions(condition: Condition, at: number, bindings: Bindings): Bindings[] {
        switch (condition.op) {
            case 'and':
                return this.solutions(condition.left, at, bindings).flatMap((left) =>
                    this.solutions(condition.right, at, left)
                );
            case 'not':
                return this.solutions(condition.inner, at, bindings).length === 0 ? [bindings] : [];
            case 'formerly':
                return this.within(condition.seconds, at).flatMap((past) =>
                    this.solutions(condition.body, past, bindings)
                );
            case 'previous':
                return this.within(condition.seconds, at).includes(at - 1)
                    ? this.solutions(condition.body, at - 1, bindings)
                    : [];
            case 'since':
                return this.within(condition.seconds, at).flatMap((past) =>
                    this.solutions(condition.right, past, bindings).filter((anchor) =>
                        this.points.every(
                            (_, point) =>
                                point <= past || point > at || this.solutions(condition.left, point, anchor).length > 0
                        )
                    )
                );
            case 'predicate': {
                const matched = this.matched(condition, at, bindings);
                return matched ? [matched] : [];
            }
            case 'compare':
                return this.compared(condition, at, bindings);
            case 'exists': {
                const { name } = condition.binder;
                return this.solutions(condition.body, at, { ...bindings, [name]: undefined }).map((inner) => ({
                    ...inner,
                    [name]: bindings[name]
                }));
            }
            case 'tp': {
                const known = bindings[condition.name];
                return known === undefined || known === at ? [{ ...bindings, [condition.name]: at }] : [];
            }
        }
    }

    /** True if the point is in the window; both ends of a window are inclusive. */
    private within(seconds: number, at: number): number[] {
        const points: number[] = [];
        for (let point = 0; point <= at; point++) {
            const age = this.points[at]!.time - this.points[point]!.time;
            if (age >= 0 && age <= seconds) {
                points.push(point);
            }
        }
        return points;
    }

    private matched({ action, kind, fields }: Predicate, at: number, bindings: Bindings): Bindings | undefined {
        const point = this.points[at]!;
        if (point.action !== action || point.kind !== kind) {
            return undefined;
        }
        let matched = bindings;
        for (const [path, term] of fields) {
            const value = point.fields[path];
            if (value === undefined) {
                return undefined;
            }
            if (term.term === 'variable' && matched[term.name] === undefined) {
                matched = { ...matched, [term.name]: value };
            } else if (term.term !== 'any' && !isEqual(this.valueOf(term, at, matched), value)) {
                return undefined;
            }
        }
        return matched;
    }

    private compared({ cmp, left, right }: Condition & { op: 'compare' }, at: number, bindings: Bindings): Bindings[] {
        const [first, second] = [this.valueOf(left, at, bindings), this.valueOf(right, at, bindings)];
        if (cmp === '==' && first === undefined && second !== undefined && left.term === 'variable') {
            return [{ ...bindings, [left.name]: second }];
        }
        if (cmp === '==' && second === undefined && first !== undefined && right.term === 'variable') {
            return [{ ...bindings, [right.name]: first }];
        }
        return (cmp === '==' ? isEqual(first, second) : isInOrder(cmp, first, second)) ? [bindings] : [];
    }

    /** The value of a term; undefined if it has none. */
    private valueOf(term: Term, at: number, bindings: Bindings): Literal | undefined {
        switch (term.term) {
            case 'literal':
                return term.value;
            case 'request':
                return bindings[term.path];
            case 'variable':
                return bindings[term.name];
            case 'any':
                return undefined;
            case 'aggregate': {
                const rows = this.rows(term.binders, term.body, at, bindings);
                return term.sum === undefined ? rows.length : sumOf(rows.map((row) => row[term.sum!]));
            }
        }
    }

    /** The distinct values that satisfy an aggregate's body. */
    private rows(binders: readonly Binder[], body: Condition, at: number, bindings: Bindings): Bindings[] {
        const open = { ...bindings };
        for (const { name } of binders) {
            open[name] = undefined;
        }
        const rows = new Map<string, Bindings>();
        for (const solution of this.solutions(body, at, open)) {
            rows.set(JSON.stringify(binders.map(({ name }) => solution[name])), solution);
        }
        return Array.from(rows.values());
    }
}

/** Values other than numbers add nothing. */
function sumOf(values: readonly (Literal | undefined)[]): number {
    let sum = 0;
    for (const value of values) {
        sum += typeof value === 'number' ? value : 0;
    }
    return sum;
}

function isEqual(a: Literal | undefined, b: Literal | undefined): boolean {
    return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}

/** Only whole numbers are ordered. */
function isInOrder(cmp: string, a: Literal | undefined, b: Literal | undefined): boolean {
    if (typeof a !== 'number' || typeof b !== 'number') {
        return false;
    }
    return cmp === '<' ? a < b : cmp === '<=' ? a <= b : cmp === '>' ? a > b : a >= b;
}
