/**
 * The best of the shortest sessions to a goal, in the order of M23: fewest human acts, then the declarations of all
 * steps, then all outcomes, then all texts. The generated code determines the states that such sessions pass through.
 * Along these states the system itself is followed step by step, on all paths that are tied for the best so far.
 */
import { poll } from '../limits/budget.js';
import type { Edge, Step, TransitionSystem } from '../search/breadth-first.js';

/** A place between two steps of a session. */
interface Node {
    /** The packed state, for a place between two edges. */
    readonly words?: Uint32Array;
    readonly outs: Out[];
}

interface Out {
    readonly step: Step;
    readonly to: Node;
}

/**
 * @param goal the length of the sessions
 * @param follows returns the fewest human acts that follow a state on a session of this length; undefined if the state
 * leads to none of these goals
 * @returns the labels of the edges
 */
export function bestPath<Label>(
    system: TransitionSystem<Label>,
    goal: number,
    follows: (words: Uint32Array, length: number) => number | undefined
): Label[] {
    const edges = new Map<Out, Edge<Label>>();
    const start: Node = { words: system.initial().state, outs: [] };
    /** For each number of steps, the places after them; a place between two edges is found by its state. */
    const layers: Map<string, Node>[] = Array.from({ length: goal + 1 }, () => new Map<string, Node>());
    layers[0]!.set(keyOf(start.words!), start);
    /** The places between two edges that some edge leads to, even if that edge is not followed. */
    const known: Map<string, Node>[] = layers.map(() => new Map<string, Node>());
    const stateAt = (words: Uint32Array, length: number): Node => {
        const key = keyOf(words);
        const node = known[length]!.get(key) ?? { words, outs: [] };
        known[length]!.set(key, node);
        return node;
    };
    const end: Node = { outs: [] };
    const add = (from: Node, length: number, edge: Edge<Label>): void => {
        const last = length + edge.steps.length;
        let node = from;
        edge.steps.forEach((step, index) => {
            const isLast = index === edge.steps.length - 1;
            const next = !isLast ? { outs: [] } : edge.goal ? end : stateAt(edge.target, last);
            const out = { step, to: next };
            if (index === 0) {
                edges.set(out, edge);
            }
            node.outs.push(out);
            node = next;
        });
    };
    for (let length = 0; length < goal; length++) {
        for (const node of layers[length]!.values()) {
            poll();
            const left = node.words && follows(node.words, length);
            if (node.words && left !== undefined) {
                system.edges(node.words, undefined, (edge) => {
                    const after = length + edge.steps.length;
                    const then = edge.goal ? (after === goal ? 0 : undefined) : follows(edge.target, after);
                    if (then !== undefined && edge.steps.length > 0 && edge.humanActs + then === left) {
                        add(node, length, edge);
                    }
                });
            }
        }
        // Only the best declarations are followed: every remaining path leads to a goal.
        const all = [...layers[length]!.values()];
        keepLeast(all, 'declaration');
        for (const { to } of all.flatMap(({ outs }) => outs)) {
            layers[length + 1]!.set(to.words ? keyOf(to.words) : `between ${layers[length + 1]!.size}`, to);
        }
    }
    for (const key of ['outcome', 'text'] as const) {
        prune(layers, end);
        let here = [start];
        for (let length = 0; length < goal; length++) {
            keepLeast(here, key);
            here = [...new Set(here.flatMap(({ outs }) => outs.map(({ to }) => to)))];
        }
    }
    prune(layers, end);
    return labelsFrom(start, edges, system, goal);
}

function labelsFrom<Label>(
    start: Node,
    edges: ReadonlyMap<Out, Edge<Label>>,
    system: TransitionSystem<Label>,
    goal: number
): Label[] {
    const labels: Label[] = [];
    let node = start;
    for (let length = 0; length < goal; length++) {
        const out = node.outs[0]!;
        const edge = edges.get(out);
        if (edge) {
            labels.push(edge.label);
        }
        node = out.to;
    }
    if (node.words) {
        // The session ends here: the state itself is a goal.
        system.edges(node.words, undefined, (edge) => edge.goal && edge.steps.length === 0 && labels.push(edge.label));
    }
    return labels;
}

/** Keeps the edges with the least key among all edges out of these places. */
function keepLeast(nodes: readonly Node[], key: keyof Step): void {
    const least = nodes
        .flatMap(({ outs }) => outs)
        .reduce((smallest, { step }) => Math.min(smallest, step[key]), Infinity);
    for (const { outs } of nodes) {
        outs.splice(0, outs.length, ...outs.filter(({ step }) => step[key] === least));
    }
}

/** Edges into dead ends are removed, starting from the last places. */
function prune(layers: readonly ReadonlyMap<string, Node>[], end: Node): void {
    const isOpen = (node: Node, length: number): boolean =>
        node === end || node.outs.length > 0 || length === layers.length - 1;
    for (let length = layers.length - 2; length >= 0; length--) {
        for (const { outs } of layers[length]!.values()) {
            outs.splice(0, outs.length, ...outs.filter(({ to }) => isOpen(to, length + 1)));
        }
    }
}

function keyOf(words: Uint32Array): string {
    return words.join();
}
