/**
 * What the parser does next, by the next tokens, as tables: a state machine for each place of the grammar at which there is
 * more than one way (the DFAs of ALL(*): Parr, Harwell, Fisher, "Adaptive LL(*) parsing", OOPSLA 2014). Chevrotain makes
 * these while it parses, from the whole grammar, which takes longer than to read a policy. `collect.ts` makes them
 * beforehand, from what Chevrotain made.
 */
import type { IToken, TokenType } from 'chevrotain';

/** Plain data, kept in `generated/predictions.ts`. */
export interface PredictionTables {
    /** Names of token types; EOF is one. */
    readonly tokens: readonly string[];
    /** Sets of tokens: the first and the last of each run of numbers in `tokens`. */
    readonly sets: readonly (readonly number[])[];
    /**
     * For each state of a machine, in turns, a set of tokens and where these lead: to an alternative (0 or more), to
     * `UNKNOWN`, or to state n as `toState(n)`. Any other token is an error.
     */
    readonly states: readonly (readonly number[])[];
    /** For each rule of the grammar, by the keys that Chevrotain gives to these places, the first state. */
    readonly rules: { readonly [rule: string]: { readonly [key: string]: number } };
}

/** Nothing was made beforehand for what comes now: it is left to Chevrotain. */
export const UNKNOWN = -1;

export const toState = (state: number): number => -2 - state;
export const isState = (target: number): boolean => target <= -2;

/** Of what leads nowhere. */
const ERROR = -32_768;

/** What a prediction may see of a parser. */
export interface TokenSource {
    LA(howMuch: number): IToken;
}

/** As Chevrotain calls it: the number of an alternative; of an optional part, whether it is there. Undefined: an error. */
export type Prediction = (this: TokenSource) => number | boolean | undefined;

/** Chevrotain's keys have the kind of place above these bits; a choice between alternatives is of kind 1. */
const OCCURRENCE_BITS = 8;
const CHOICE = 1;

export class Predictions {
    /** For each state, by the number of a token in the tables, where it leads. */
    private readonly states: Int16Array[] = [];
    /** The numbers of tokens in the tables, by those that Chevrotain gave to their types in this process. */
    private readonly numbers: Int16Array;

    /**
     * @param types all token types of the lexer by name, and EOF
     * @param unknown what Chevrotain predicts, for what is in no table
     */
    constructor(
        private readonly tables: PredictionTables,
        types: ReadonlyMap<string, TokenType>,
        private readonly unknown: (rule: string, key: number) => Prediction
    ) {
        const indices = tables.tokens.map((name) => types.get(name)?.tokenTypeIdx ?? 0);
        this.numbers = new Int16Array(Math.max(0, ...indices) + 1).fill(tables.tokens.length);
        indices.forEach((index, token) => (this.numbers[index] = token));
    }

    /** The predictions of a rule, by Chevrotain's keys. */
    of(rule: string): Prediction[] {
        const predictions: Prediction[] = [];
        for (const [text, first] of Object.entries(this.tables.rules[rule] ?? {})) {
            const key = Number(text);
            predictions[key] = this.prediction(rule, key, first);
        }
        return predictions;
    }

    private prediction(rule: string, key: number, first: number): Prediction {
        const { states, numbers, unknown } = this;
        const isChoice = key >> OCCURRENCE_BITS === CHOICE;
        const none = this.tables.tokens.length;
        const stateAt = this.stateAt.bind(this);
        return function () {
            let state = states[first] ?? stateAt(first);
            for (let ahead = 1; ; ahead++) {
                const target = state[numbers[this.LA(ahead).tokenTypeIdx] ?? none]!;
                if (target >= 0) {
                    return isChoice ? target : target === 0;
                }
                if (target === ERROR) {
                    return isChoice ? undefined : false;
                }
                if (target === UNKNOWN) {
                    return unknown(rule, key).call(this);
                }
                const next = toState(target);
                state = states[next] ?? stateAt(next);
            }
        };
    }

    /** Read when it is first needed: a text needs few. */
    private stateAt(index: number): Int16Array {
        const { tokens, sets, states } = this.tables;
        // The last is of what is no token of the tables.
        const state = new Int16Array(tokens.length + 1).fill(ERROR);
        const edges = states[index]!;
        for (let at = 0; at < edges.length; at += 2) {
            const runs = sets[edges[at]!]!;
            for (let run = 0; run < runs.length; run += 2) {
                state.fill(edges[at + 1]!, runs[run], runs[run + 1]! + 1);
            }
        }
        this.states[index] = state;
        return state;
    }
}
