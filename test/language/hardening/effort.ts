/** Counts the parser's work on a text, instead of timing it. */
import { EmptyFileSystem } from 'langium';
import { createGuardrailServices } from '../../../language/module.js';
import { createFullParser } from '../../../language/parser/parser.js';

export const { guardrail } = createGuardrailServices(EmptyFileSystem);

interface Lookahead {
    LA(howMuch: number): unknown;
    LA_FAST(howMuch: number): unknown;
}

/** The objects of prediction: sets of the places in the grammar where the parser may be. */
const { ATNConfigSet } = (await import(
    new URL('lib/dfa.js', import.meta.resolve('chevrotain-allstar').replace(/lib\/[^/]*$/, '')).href
)) as { ATNConfigSet: { prototype: { add: (config: unknown) => void } } };

/** An amount of work that takes about a second. */
const TOO_MUCH = 150_000;

export interface Effort {
    /** The number of token look-ups. */
    readonly tokens: number;
    /** The number of grammar places considered while a prediction is new. */
    readonly places: number;
    readonly errors: readonly string[];
}

/** A parser without caches from other texts. */
export function freshParser(): (text: string) => Effort {
    const parser = createFullParser(guardrail);
    const { wrapper } = parser as unknown as { wrapper: Lookahead };
    let tokens = 0;
    let places = 0;
    for (const name of ['LA', 'LA_FAST'] as const) {
        const look = wrapper[name].bind(wrapper);
        wrapper[name] = (howMuch) => {
            tokens++;
            return look(howMuch);
        };
    }
    return (text) => {
        tokens = 0;
        places = 0;
        const { add } = ATNConfigSet.prototype;
        ATNConfigSet.prototype.add = function (config) {
            places++;
            if (places > TOO_MUCH) {
                throw new Error(`There is no end to what the parser considers in: ${text.slice(0, 200)}…`);
            }
            add.call(this, config);
        };
        try {
            const { lexerErrors, parserErrors } = parser.parse(text);
            return { tokens, places, errors: [...lexerErrors, ...parserErrors].map(({ message }) => message) };
        } finally {
            ATNConfigSet.prototype.add = add;
        }
    };
}
