/**
 * Functions of fields with few values each, as reduced ordered decision diagrams (Bryant 1986; with many values: Kam,
 * Villa, Brayton, Sangiovanni-Vincentelli, "Multi-valued decision diagrams", 1998). Two functions are equal exactly if
 * their diagrams have the same number.
 */
import { limitOf } from '../limits/limits.js';
import { poll } from '../limits/budget.js';

/** The number of a diagram. */
export type Diagram = number;

/** Thrown if a function takes more diagrams than is worthwhile. */
export class TooLarge extends Error {}

interface Inner {
    /** The field that the function tests first; nested diagrams test only later fields. */
    readonly field: number;
    /** The child for each value of the field. */
    readonly children: readonly Diagram[];
}

export class Diagrams {
    private readonly inner: (Inner | undefined)[] = [];
    private readonly values: number[] = [];
    private readonly most = limitOf('diagrams');
    private readonly numbers = new Map<string, Diagram>();
    private readonly choices = new Map<string, Diagram>();

    /** @param sizes the number of values of each field, in the order in which fields are tested */
    constructor(readonly sizes: readonly number[]) {}

    /** The constant function. */
    constant(value: number): Diagram {
        return this.intern(`${value}`, undefined, value);
    }

    /** The value of a constant function; undefined if the function is not constant. */
    valueOf(diagram: Diagram): number | undefined {
        return this.inner[diagram] ? undefined : this.values[diagram];
    }

    /**
     * The field that a function tests first, and the remaining function for each value. The function must not be
     * constant.
     */
    asks(diagram: Diagram): Inner {
        return this.inner[diagram]!;
    }

    /** The function that equals `children[v]` where the field has value v; the children may test any field. */
    choose(field: number, children: readonly Diagram[]): Diagram {
        poll();
        if (children.every((child) => child === children[0])) {
            return children[0]!;
        }
        const key = `${field}?${children.join()}`;
        const known = this.choices.get(key);
        if (known !== undefined) {
            return known;
        }
        const first = Math.min(field, ...children.map((child) => this.inner[child]?.field ?? Infinity));
        const chosen =
            first === field
                ? this.node(
                      field,
                      children.map((child, value) => this.given(child, field, value))
                  )
                : this.node(
                      first,
                      Array.from({ length: this.sizes[first]! }, (_, value) =>
                          this.choose(
                              field,
                              children.map((child) => this.given(child, first, value))
                          )
                      )
                  );
        this.choices.set(key, chosen);
        return chosen;
    }

    /** The restriction of a function to one value of its first field. */
    private given(diagram: Diagram, field: number, value: number): Diagram {
        const inner = this.inner[diagram];
        return inner?.field === field ? inner.children[value]! : diagram;
    }

    /** Applies a binary operation to the values of two functions; each pair is computed only once. */
    combiner(operate: (left: number, right: number) => number): (left: Diagram, right: Diagram) => Diagram {
        const known = new Map<number, Diagram>();
        const combine = (left: Diagram, right: Diagram): Diagram => {
            poll();
            const key = left * this.most + right;
            const found = known.get(key);
            if (found !== undefined) {
                return found;
            }
            const [a, b] = [this.inner[left], this.inner[right]];
            let result: Diagram;
            if (!a && !b) {
                result = this.constant(operate(this.values[left]!, this.values[right]!));
            } else {
                const field = Math.min(a?.field ?? Infinity, b?.field ?? Infinity);
                result = this.node(
                    field,
                    Array.from({ length: this.sizes[field]! }, (_, value) =>
                        combine(this.given(left, field, value), this.given(right, field, value))
                    )
                );
            }
            known.set(key, result);
            return result;
        };
        return combine;
    }

    /** Replaces each value by a function. */
    bind(diagram: Diagram, replace: (value: number) => Diagram): Diagram {
        const known = new Map<Diagram, Diagram>();
        const go = (at: Diagram): Diagram => {
            const found = known.get(at);
            if (found !== undefined) {
                return found;
            }
            const inner = this.inner[at];
            const result = inner ? this.choose(inner.field, inner.children.map(go)) : replace(this.values[at]!);
            known.set(at, result);
            return result;
        };
        return go(diagram);
    }

    map(diagram: Diagram, replace: (value: number) => number): Diagram {
        return this.bind(diagram, (value) => this.constant(replace(value)));
    }

    /**
     * The same function, restricted to the allowed values of each field: impossible values are left out.
     *
     * @param allows true if the field may have the value
     */
    restrict(diagram: Diagram, allows: (field: number, value: number) => boolean): Diagram {
        const known = new Map<Diagram, Diagram>();
        const go = (at: Diagram): Diagram => {
            const inner = this.inner[at];
            if (!inner) {
                return at;
            }
            let result = known.get(at);
            if (result === undefined) {
                const { field, children } = inner;
                const possible = children.filter((_, value) => allows(field, value)).map(go);
                // The result for an impossible value is arbitrary: using that of the first possible value leaves fewer
                // tests.
                const filled = children.map((child, value) => (allows(field, value) ? go(child) : possible[0]!));
                result = possible.length === 0 ? at : this.node(field, filled);
                known.set(at, result);
            }
            return result;
        };
        return go(diagram);
    }

    /** The value for these values of the fields. */
    at(diagram: Diagram, valueOf: (field: number) => number): number {
        let here = diagram;
        for (let inner = this.inner[here]; inner; inner = this.inner[here]) {
            here = inner.children[valueOf(inner.field)]!;
        }
        return this.values[here]!;
    }

    /** Every value that the function takes. */
    valuesIn(diagram: Diagram): Set<number> {
        return new Set([...this.within(diagram)].flatMap((at) => (this.inner[at] ? [] : [this.values[at]!])));
    }

    /** The fields that the function tests. */
    fieldsIn(diagram: Diagram): Set<number> {
        return new Set([...this.within(diagram)].flatMap((at) => this.inner[at]?.field ?? []));
    }

    /** The diagram and all nested ones. */
    within(diagram: Diagram): Set<Diagram> {
        const all = new Set([diagram]);
        for (const at of all) {
            this.inner[at]?.children.forEach((child) => all.add(child));
        }
        return all;
    }

    private node(field: number, children: readonly Diagram[]): Diagram {
        return children.every((child) => child === children[0])
            ? children[0]!
            : this.intern(`${field}:${children.join()}`, { field, children }, 0);
    }

    private intern(key: string, inner: Inner | undefined, value: number): Diagram {
        let number = this.numbers.get(key);
        if (number === undefined) {
            number = this.inner.length;
            if (number >= this.most) {
                throw new TooLarge('the diagrams of the system are too large');
            }
            this.numbers.set(key, number);
            this.inner.push(inner);
            this.values.push(value);
        }
        return number;
    }
}
