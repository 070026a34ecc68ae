/**
 * Decides whether a text matches a pattern, in time linear in the text: patterns are regular (M12), and the agent
 * chooses the text, so a decision must not backtrack. The automaton is built by `refa`, which the checker's languages
 * also use. Its subsets are constructed when a text first needs them, and are cached for the next text.
 */
import type { CharSet } from 'refa';
import { JS, NFA } from 'refa';
import { modelLimit } from '../policy/limits.js';
import type { OpenText } from './shell-words.js';
import type { TextPattern } from '../policy/policy.js';
import type { Truth } from '../policy/truth.js';
import { truth, UNKNOWN } from '../policy/truth.js';

/** A set of nodes that the automaton can be in after some text. */
interface Subset {
    readonly nodes: readonly number[];
    readonly accepts: boolean;
    /** The number of edges that leave the nodes: the cost of the first step from here. */
    readonly edges: number;
    /** The next subset for each character class. */
    readonly next: (Subset | undefined)[];
    /** The number of the latest text that needed this step, for each character class. */
    readonly usedBy: number[];
}

/** The maximum number of entries of `next` that are kept from one text to the next. */
const KEPT_ENTRIES = 2 ** 18;

export class LazyAutomaton {
    private readonly alphabet: Alphabet;
    /** For each node, its edges as pairs: the number of a character set, and a node. */
    private readonly edges: readonly (readonly number[])[];
    private readonly accepting: Uint8Array;
    /** For each node, the number of the latest step that reached it. */
    private readonly reached: number[];
    private subsets = new Map<string, Subset>();
    private initial: Subset;
    private texts = 0;
    private steps = 0;

    /** Throws a `TooManyNodesError` of `refa` if the pattern's automaton is too large. */
    constructor(pattern: TextPattern) {
        const { nodes, finals, sets, edges } = graphOf(nfaOf(pattern, modelLimit('patternNodes')));
        this.alphabet = new Alphabet(sets);
        this.edges = edges;
        this.accepting = finals;
        this.reached = new Array<number>(nodes).fill(0);
        this.initial = this.subsetOf([0]);
    }

    /** True if the whole text matches; unknown if that takes more than `patternSteps`. */
    matches(text: string): Truth {
        this.forgetSome();
        const run = ++this.texts;
        const most = modelLimit('patternSteps');
        let work = 0;
        let subset = this.initial;
        for (let index = 0; index < text.length; index++) {
            let code = text.charCodeAt(index);
            if (code >= 0xd800 && code <= 0xdbff) {
                code = text.codePointAt(index)!;
                index += code > 0xffff ? 1 : 0;
            }
            const of = this.alphabet.classOf(code);
            const next = subset.next[of] ?? this.step(subset, of);
            if (subset.usedBy[of] !== run) {
                // The step counts even if it was cached, so that the answer depends only on the text.
                subset.usedBy[of] = run;
                work += 1 + subset.edges;
                if (work > most) {
                    return UNKNOWN;
                }
            }
            subset = next;
            if (subset.nodes.length === 0) {
                break;
            }
        }
        return truth(subset.accepts);
    }

    /** True if the text matches whatever its open pieces are, false if it never does; unknown also beyond the limit. */
    matchesOpen(text: OpenText): Truth {
        this.forgetSome();
        let work = modelLimit('patternSteps');
        const after = (from: Subset, characters: number): Subset => {
            work -= 1 + from.edges;
            return from.next[characters] ?? this.step(from, characters);
        };
        let subsets = new Set([this.initial]);
        for (const piece of text) {
            if (piece === undefined) {
                // Iterating over a set includes what is added during the iteration.
                for (const subset of subsets) {
                    for (let characters = 0; characters < this.alphabet.classes && work > 0; characters++) {
                        subsets.add(after(subset, characters));
                    }
                }
            } else {
                for (const character of work > 0 ? piece : '') {
                    const characters = this.alphabet.classOf(character.codePointAt(0)!);
                    subsets = new Set(Array.from(subsets, (subset) => after(subset, characters)));
                }
            }
        }
        const accepts = Array.from(subsets, (subset) => subset.accepts);
        return work > 0 && new Set(accepts).size === 1 ? truth(accepts[0]!) : UNKNOWN;
    }

    private step(from: Subset, characters: number): Subset {
        const step = ++this.steps;
        const nodes: number[] = [];
        for (const node of from.nodes) {
            const edges = this.edges[node]!;
            for (let edge = 0; edge < edges.length; edge += 2) {
                const to = edges[edge + 1]!;
                if (this.reached[to] !== step && this.alphabet.has(edges[edge]!, characters)) {
                    this.reached[to] = step;
                    nodes.push(to);
                }
            }
        }
        const next = this.subsetOf(nodes.length > 1 ? nodes.sort((a, b) => a - b) : nodes);
        from.next[characters] = next;
        return next;
    }

    /** @param nodes the nodes in ascending order */
    private subsetOf(nodes: readonly number[]): Subset {
        const key = String.fromCharCode(...nodes);
        let subset = this.subsets.get(key);
        if (!subset) {
            const { classes } = this.alphabet;
            let [accepts, edges] = [false, 0];
            for (const node of nodes) {
                accepts ||= this.accepting[node] === 1;
                edges += this.edges[node]!.length / 2;
            }
            subset = {
                nodes,
                accepts,
                edges,
                next: new Array<Subset | undefined>(classes).fill(undefined),
                usedBy: new Array<number>(classes).fill(0)
            };
            this.subsets.set(key, subset);
        }
        return subset;
    }

    /**
     * Evicts cached subsets, but never while a text is read, because the parts that the text has used count only once.
     */
    private forgetSome(): void {
        if (this.subsets.size * this.alphabet.classes > KEPT_ENTRIES) {
            this.subsets = new Map();
            this.initial = this.subsetOf([0]);
        }
    }
}

/** The classes of characters that no edge distinguishes. */
class Alphabet {
    readonly classes: number;
    /** The first character of each interval, ascending, and the class of each. */
    private readonly starts: Uint32Array;
    private readonly classAt: Uint16Array;
    private readonly ofLatin: Uint16Array;
    /** For each set and class, true if the set contains the class. */
    private readonly members: Uint8Array;

    constructor(sets: readonly CharSet[]) {
        const cuts = new Set([0]);
        for (const { ranges } of sets) {
            for (const { min, max } of ranges) {
                cuts.add(min).add(max + 1);
            }
        }
        this.starts = Uint32Array.from(cuts).sort();
        const own = new Map<string, number>();
        const found = signatures(sets, this.starts);
        this.classAt = Uint16Array.from(found, (signature) => {
            const number = own.get(signature) ?? own.size;
            own.set(signature, number);
            return number;
        });
        this.classes = own.size;
        this.members = new Uint8Array(sets.length * this.classes);
        sets.forEach((set, number) => {
            this.starts.forEach((start, interval) => {
                if (set.has(start)) {
                    this.members[number * this.classes + this.classAt[interval]!] = 1;
                }
            });
        });
        this.ofLatin = Uint16Array.from({ length: LATIN }, (_, code) => this.search(code));
    }

    has(set: number, characters: number): boolean {
        return this.members[set * this.classes + characters] === 1;
    }

    classOf(code: number): number {
        return code < LATIN ? this.ofLatin[code]! : this.search(code);
    }

    private search(code: number): number {
        let [low, high] = [0, this.starts.length];
        while (high - low > 1) {
            const middle = (low + high) >>> 1;
            if (this.starts[middle]! <= code) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return this.classAt[low]!;
    }
}

const LATIN = 256;

/** For each interval, a text for the sets that contain it. */
function signatures(sets: readonly CharSet[], starts: Uint32Array): string[] {
    const found = Array.from(starts, () => '');
    sets.forEach((set, number) => {
        starts.forEach((start, interval) => {
            if (set.has(start)) {
                found[interval] += `${number},`;
            }
        });
    });
    return found;
}

function nfaOf({ regex, ignoreCase }: TextPattern, nodes: number): NFA {
    const parser = JS.Parser.fromLiteral({ source: regex, flags: ignoreCase ? 'sui' : 'su' });
    const { expression, maxCharacter } = parser.parse({
        backreferences: 'throw',
        assertions: 'throw',
        maxNodes: nodes
    });
    return NFA.fromRegex(expression, { maxCharacter }, {}, new NFA.LimitedNodeFactory(nodes));
}

/** The automaton with numbered nodes, the initial one first, and with numbers for the distinct character sets. */
function graphOf(nfa: NFA): { nodes: number; finals: Uint8Array; sets: CharSet[]; edges: number[][] } {
    const numbers = new Map<NFA.Node, number>([[nfa.initial, 0]]);
    const sets = new Map<string, { readonly number: number; readonly set: CharSet }>();
    const edges: number[][] = [];
    // Iterating over a map includes entries that are added during the iteration.
    for (const node of numbers.keys()) {
        const own: number[] = [];
        for (const [to, set] of node.out) {
            const key = set.ranges.map(({ min, max }) => `${min}-${max}`).join();
            const known = sets.get(key) ?? { number: sets.size, set };
            sets.set(key, known);
            numbers.set(to, numbers.get(to) ?? numbers.size);
            own.push(known.number, numbers.get(to)!);
        }
        edges.push(own);
    }
    const finals = Uint8Array.from(numbers.keys(), (node) => (nfa.finals.has(node) ? 1 : 0));
    return { nodes: numbers.size, finals, sets: [...sets.values()].map(({ set }) => set), edges };
}
