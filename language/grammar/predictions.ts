/**
 * Predicts the parser's next step from the next tokens, by tables: a state machine for each place of the grammar with
 * more than one alternative (the DFAs of ALL(*): Parr, Harwell, Fisher, "Adaptive LL(*) parsing", OOPSLA 2014).
 * Chevrotain builds these from the whole grammar while it parses, which takes longer than reading a policy.
 * `collect.ts` builds them beforehand, from those of Chevrotain.
 */
import type { IToken, TokenType } from 'chevrotain';

/** The tables as plain data, stored in `generated/predictions.ts`. */
export interface PredictionTables {
    /** The names of token types, including EOF. */
    readonly tokens: readonly string[];
    /** Sets of tokens, each as the first and the last number of each run in `tokens`. */
    readonly sets: readonly (readonly number[])[];
    /**
     * For each state of a machine, alternately a set of tokens and the target of these: an alternative (0 or more),
     * `UNKNOWN`, or state n as `toState(n)`. Any other token is an error.
     */
    readonly states: readonly (readonly number[])[];
    /** The first state for each rule of the grammar, by the keys that Chevrotain gives to these places. */
    readonly rules: { readonly [rule: string]: { readonly [key: string]: number } };
}

/** The target if the tables have no entry for the next token, so that Chevrotain decides. */
export const UNKNOWN = -1;

export const toState = (state: number): number => -2 - state;
export const isState = (target: number): boolean => target <= -2;

/** The target of a token without a transition. */
const ERROR = -32_768;

/** The part of a parser that a prediction may see. */
export interface TokenSource {
    LA(howMuch: number): IToken;
}

/**
 * The result that Chevrotain expects: the number of an alternative; for an optional part, whether it is present;
 * undefined for an error.
 */
export type Prediction = (this: TokenSource) => number | boolean | undefined;

/** Chevrotain's keys have the kind of place above these bits; a choice between alternatives is of kind 1. */
const OCCURRENCE_BITS = 8;
const CHOICE = 1;

export class Predictions {
    /** For each state, the target by the number of a token in the tables. */
    private readonly states: Int16Array[] = [];
    /** Maps the numbers that Chevrotain gave to token types in this process to those in the tables. */
    private readonly numbers: Int16Array;

    /**
     * @param types all token types of the lexer by name, and EOF
     * @param unknown Chevrotain's prediction, for anything that is not in the tables
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

    /** States are read on demand, because a text needs few of them. */
    private stateAt(index: number): Int16Array {
        const { tokens, sets, states } = this.tables;
        // The last entry is for tokens that are not in the tables.
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
