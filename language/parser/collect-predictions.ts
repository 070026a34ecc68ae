/**
 * Builds the tables of `tables.ts` by querying Chevrotain's predictions for every token. Predictions by a single token
 * are complete in the tables. For the machines that look further ahead, the tables contain the states that some text
 * has reached, with all their transitions. So more texts make the tables larger, but never wrong.
 */
import type { IToken, TokenType } from 'chevrotain';
import { EOF } from 'chevrotain';
import type { LangiumParser } from 'langium';
import type { Prediction, PredictionTables, TokenSource } from '../grammar/predictions.js';
import { isState, toState, UNKNOWN } from '../grammar/predictions.js';

/** A state of a machine of the strategy (chevrotain-allstar). */
interface Dfa {
    readonly start?: DfaState;
    readonly states: { readonly [key: string]: DfaState };
}
interface DfaState {
    readonly edges: { readonly [tokenType: number]: DfaState | undefined };
    readonly isAcceptState: boolean;
    readonly prediction: number;
    /** The configurations; undefined if the state is an error. */
    readonly configs?: object;
}
type DfaCache = (predicates: { toString(): string }) => Dfa;

interface Recognizer {
    readonly definedRulesNames: readonly string[];
    readonly fullRuleNameToShort: { readonly [rule: string]: number };
    readonly lookAheadFuncsCache: readonly (readonly Prediction[] | undefined)[];
    readonly lookaheadStrategy: { dfas: readonly DfaCache[] };
}

/** The target for each token: an alternative, a state, or `UNKNOWN`. */
type Edges = ReadonlyMap<TokenType, number>;

/**
 * @param parser a parser that has computed its predictions from the grammar, and has not read anything yet
 * @param types all token types of the lexer
 * @returns the tables by rule name, as in Chevrotain
 */
export function collectPredictions(
    parser: LangiumParser,
    types: readonly TokenType[],
    texts: readonly string[]
): PredictionTables {
    const collector = new Collector(parser, [...types, EOF]);
    texts.forEach((text) => parser.parse(text));
    return collector.collect();
}

class Collector {
    private readonly parser: Recognizer;
    private readonly dfas: readonly DfaCache[];
    /** The most recently queried machine. */
    private asked: number | undefined;
    private readonly states: Edges[] = [];
    private readonly rules: Record<string, Record<string, number>> = {};

    constructor(
        parser: LangiumParser,
        private readonly types: readonly TokenType[]
    ) {
        this.parser = (parser as unknown as { readonly wrapper: Recognizer }).wrapper;
        this.dfas = this.parser.lookaheadStrategy.dfas;
        // This must run before the first prediction, which caches its results here.
        this.parser.lookaheadStrategy.dfas = new Proxy(this.dfas, {
            get: (dfas, index) => {
                this.asked = Number(index);
                return dfas[this.asked];
            }
        });
    }

    collect(): PredictionTables {
        const visited = this.dfas.map((dfa) => new Set(Object.values(dfa(NO_PREDICATES).states)));
        for (const rule of this.parser.definedRulesNames) {
            const predictions = this.parser.lookAheadFuncsCache[this.parser.fullRuleNameToShort[rule]!];
            predictions?.forEach((prediction, key) => {
                this.rules[rule] ??= {};
                this.rules[rule][key] = this.machine(prediction, visited);
            });
        }
        return this.compact();
    }

    private machine(prediction: Prediction, visited: readonly ReadonlySet<DfaState>[]): number {
        this.asked = undefined;
        const first = this.types.map((type) => [type, predict(prediction, [type])] as const);
        // The proxy has assigned it.
        const dfa = this.asked as number | undefined;
        if (dfa === undefined) {
            return this.add(
                new Map(
                    first.flatMap(([type, found]) => {
                        const alternative = typeof found === 'boolean' ? (found ? 0 : undefined) : found;
                        return alternative === undefined ? [] : [[type, alternative]];
                    })
                )
            );
        }
        const start = this.dfas[dfa]!(NO_PREDICATES).start!;
        return this.walk(start, [], prediction, new Set([start, ...visited[dfa]!]), new Map());
    }

    /** The number of a state; the states that follow it are numbered too. */
    private walk(
        state: DfaState,
        path: readonly TokenType[],
        prediction: Prediction,
        visited: ReadonlySet<DfaState>,
        numbers: Map<DfaState, number>
    ): number {
        const edges = new Map<TokenType, number>();
        const number = this.add(edges);
        numbers.set(state, number);
        for (const type of this.types) {
            predict(prediction, [...path, type]);
            const target = state.edges[type.tokenTypeIdx!];
            if (!target?.configs) {
                continue;
            }
            if (target.isAcceptState) {
                edges.set(type, target.prediction);
            } else if (!visited.has(target)) {
                edges.set(type, UNKNOWN);
            } else {
                const known = numbers.get(target);
                edges.set(type, toState(known ?? this.walk(target, [...path, type], prediction, visited, numbers)));
            }
        }
        return number;
    }

    private add(edges: Edges): number {
        return this.states.push(edges) - 1;
    }

    /** Numbers tokens so that sets consist of few runs, and numbers sets and states so that each occurs once. */
    private compact(): PredictionTables {
        const { classes, representatives } = equalStates(this.states);
        const groups = representatives.map((state) => {
            const targets = new Map<number, TokenType[]>();
            this.states[state]!.forEach((target, type) => {
                const to = isState(target) ? toState(classes[toState(target)]!) : target;
                targets.set(to, [...(targets.get(to) ?? []), type]);
            });
            return [...targets];
        });
        const rules = Object.entries(this.rules).map(([rule, machines]) => {
            const firsts = Object.entries(machines).map(([key, first]) => [key, classes[first]!] as const);
            return [rule, Object.fromEntries(firsts)] as const;
        });
        const all = new Map<string, readonly TokenType[]>();
        groups.flat().forEach(([, set]) => all.set(keyOf(set), set));
        const memberships = new Map(this.types.map((type) => [type, '']));
        for (const set of [...all.values()].sort((a, b) => b.length - a.length)) {
            const members = new Set(set);
            this.types.forEach((type) =>
                memberships.set(type, memberships.get(type)! + (members.has(type) ? '1' : '0'))
            );
        }
        const tokens = [...this.types].sort((a, b) => (memberships.get(a)! < memberships.get(b)! ? 1 : -1));
        const numbers = new Map(tokens.map((type, index) => [type, index]));
        const setNumbers = new Map([...all.keys()].map((key, index) => [key, index]));
        return {
            tokens: tokens.map(({ name }) => name),
            sets: [...all.values()].map((set) => runsOf(set.map((type) => numbers.get(type)!).sort((a, b) => a - b))),
            states: groups.map((targets) => targets.flatMap(([target, set]) => [setNumbers.get(keyOf(set))!, target])),
            rules: Object.fromEntries(rules)
        };
    }
}

/**
 * The classes of states that predict the same for all continuations: a partition that is refined until it is stable
 * (Moore, "Gedanken-experiments on sequential machines", 1956).
 */
function equalStates(states: readonly Edges[]): {
    readonly classes: readonly number[];
    readonly representatives: number[];
} {
    let classes = states.map(() => 0);
    for (let count = 1; ;) {
        const numbers = new Map<string, number>();
        const representatives: number[] = [];
        const refined = states.map((edges, state) => {
            const followed = Array.from(edges, ([type, target]) => {
                return `${type.tokenTypeIdx}:${isState(target) ? `s${classes[toState(target)]}` : target}`;
            });
            const key = `${classes[state]} ${followed.join()}`;
            let number = numbers.get(key);
            if (number === undefined) {
                number = numbers.size;
                numbers.set(key, number);
                representatives.push(state);
            }
            return number;
        });
        classes = refined;
        if (numbers.size === count) {
            return { classes, representatives };
        }
        count = numbers.size;
    }
}

const NO_PREDICATES = { toString: () => '' };

function keyOf(set: readonly TokenType[]): string {
    return set.map(({ tokenTypeIdx }) => tokenTypeIdx).join();
}

function runsOf(numbers: readonly number[]): number[] {
    const runs: number[] = [];
    for (const number of numbers) {
        if (runs.at(-1) === number - 1) {
            runs[runs.length - 1] = number;
        } else {
            runs.push(number, number);
        }
    }
    return runs;
}

function predict(prediction: Prediction, path: readonly TokenType[]): ReturnType<Prediction> {
    const at = (ahead: number): IToken => {
        const tokenType = path[ahead - 1] ?? NO_TYPE;
        return { tokenType, tokenTypeIdx: tokenType.tokenTypeIdx!, image: '', startOffset: 0 };
    };
    const source: TokenSource & { LA_FAST: TokenSource['LA'] } = { LA: at, LA_FAST: at };
    return prediction.call(source);
}

/** A token type without followers: a prediction that searches for one finds an error. */
const NO_TYPE: TokenType = { name: 'no token', tokenTypeIdx: -1, categoryMatches: [] };
