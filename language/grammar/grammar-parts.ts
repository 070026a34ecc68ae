/**
 * Builds the grammar part by part, on demand: a policy uses few of the rules, and building all of them takes longer
 * than reading most policies. The result equals the tree that Langium's `loadGrammarFromJson` creates (a test compares
 * them), but does not belong to a document.
 */
import type { Grammar } from 'langium';

/** The parts of the grammar as plain data, stored in `generated/grammar.ts`. */
export interface GrammarParts {
    /**
     * The JSON that langium-cli writes, except that a long part is `{ $later: [from, to] }`: the position of its JSON
     * in `later`.
     */
    readonly grammar: string;
    readonly later: string;
}

type Value = string | number | boolean | null | Node | Value[];
interface Node {
    [property: string]: Value | undefined;
}

export function grammarOf({ grammar, later }: GrammarParts): Grammar {
    const root = JSON.parse(grammar) as Node;
    new Linking(root, later).node(root);
    return root as unknown as Grammar;
}

class Linking {
    constructor(
        private readonly root: Node,
        private readonly later: string
    ) {}

    /** Turns references below the node into Langium references, and sets the container of each node there. */
    node(node: Node, container?: Node, property?: string, index?: number): void {
        for (const key of Object.keys(node)) {
            this.property(node, key);
        }
        node.$container = container;
        node.$containerProperty = property;
        node.$containerIndex = index;
    }

    private property(node: Node, property: string): void {
        const value = node[property];
        if (Array.isArray(value)) {
            for (let index = 0; index < value.length; index++) {
                value[index] = this.value(value[index]!, node, property, index);
            }
        } else if (typeof value === 'object') {
            const place = value?.$later;
            if (Array.isArray(place)) {
                this.whenAsked(node, property, place as [number, number]);
            } else {
                node[property] = this.value(value, node, property);
            }
        }
    }

    private value(value: Value, container: Node, property: string, index?: number): Value {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) {
            return value;
        }
        if (typeof value.$ref === 'string') {
            return this.reference(value.$ref);
        }
        this.node(value, container, property, index);
        return value;
    }

    /** Computes the value of a property on first access. */
    private whenAsked(node: Node, property: string, [from, to]: readonly [number, number]): void {
        Object.defineProperty(node, property, {
            configurable: true,
            enumerable: true,
            get: () => {
                const value = JSON.parse(this.later.slice(from, to)) as Value;
                Object.defineProperty(node, property, { configurable: true, enumerable: true, writable: true, value });
                this.property(node, property);
                return value;
            }
        });
    }

    /** The node at a path of the grammar, with its name. */
    private reference(path: string): Value {
        const [, list = '', index = ''] = /^#\/(\w+)@(\d+)$/.exec(path) ?? [];
        const target = (): Node => (this.root[list] as Node[])[Number(index)]!;
        const reference = {
            get ref() {
                return target();
            },
            get $refText() {
                return target().name;
            }
        };
        return reference;
    }
}
