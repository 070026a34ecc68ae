/** Compares predictions by tables with Chevrotain's, and texts parsed with tables with texts parsed without. */
import type { TokenType } from 'chevrotain';
import { EOF } from 'chevrotain';
import type { AstNode, LangiumParser, ParseResult } from 'langium';
import { AstUtils, EmptyFileSystem } from 'langium';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { describe, expect, it, test } from 'vitest';
import { PREDICTIONS } from '../../language/generated/predictions.js';
import { createGuardrailServices } from '../../language/module.js';
import { createFullParser } from '../../language/parser/parser.js';
import type { Prediction } from '../../language/grammar/predictions.js';
import { isState, Predictions, toState } from '../../language/grammar/predictions.js';
import { QuickParser } from '../../language/parser/quick-parser.js';

const { guardrail } = createGuardrailServices(EmptyFileSystem);
const types = new Map(Object.entries(guardrail.parser.Lexer.definition));
types.set(EOF.name, EOF);

describe('the tables', () => {
    const { wrapper } = createFullParser(guardrail) as unknown as {
        readonly wrapper: {
            readonly definedRulesNames: readonly string[];
            readonly fullRuleNameToShort: { readonly [rule: string]: number };
            readonly lookAheadFuncsCache: readonly (Prediction[] | undefined)[];
        };
    };
    const known = (rule: string): Prediction[] => wrapper.lookAheadFuncsCache[wrapper.fullRuleNameToShort[rule]!] ?? [];
    const predictions = new Predictions(PREDICTIONS, types, () => () => NOT_IN_TABLES);

    it('match the tokens and places of the grammar; otherwise run `npm run generate`', () => {
        expect([...PREDICTIONS.tokens].sort()).toEqual([...types.keys()].sort());
        const places = wrapper.definedRulesNames.flatMap((rule) =>
            Object.keys(known(rule)).map((key) => `${rule} ${key}`)
        );
        const tabled = Object.entries(PREDICTIONS.rules).flatMap(([rule, keys]) =>
            Object.keys(keys).map((key) => `${rule} ${key}`)
        );
        expect(tabled.sort()).toEqual(places.sort());
    });

    it('are of this grammar; otherwise run `npm run generate`', () => {
        const grammar = createHash('sha256');
        globSync('language/grammar/*.langium', { cwd: root, absolute: true })
            .sort()
            .forEach((file) => grammar.update(readFileSync(file)));
        expect(readFileSync(join(root, 'language/generated/predictions.ts'), 'utf8')).toContain(grammar.digest('hex'));
    });

    it('predict the same as Chevrotain for every state; otherwise run `npm run generate`', () => {
        const wrong: string[] = [];
        let asked = 0;
        for (const [rule, machines] of Object.entries(PREDICTIONS.rules)) {
            for (const [key, first] of Object.entries(machines)) {
                const [ours, theirs] = [predictions.of(rule)[Number(key)]!, known(rule)[Number(key)]!];
                for (const path of pathsFrom(first)) {
                    const predicted = predict(ours, path);
                    asked++;
                    if (predicted !== NOT_IN_TABLES && predicted !== predict(theirs, path)) {
                        wrong.push(`${rule} ${key}: ${path.map(({ name }) => name).join(' ')}`);
                    }
                }
            }
        }
        expect(wrong).toEqual([]);
        expect(asked).toBeGreaterThan(2_000);
    });
});

const NOT_IN_TABLES = -1;

/** Paths to each state, and from there by one token of each set, and by one of no set. */
function* pathsFrom(first: number): Generator<TokenType[]> {
    const seen = new Set([first]);
    const queue: [number, TokenType[]][] = [[first, []]];
    for (const [state, path] of queue) {
        const edges = PREDICTIONS.states[state]!;
        const possible = new Set<number>();
        for (let at = 0; at < edges.length; at += 2) {
            const [set, target] = [PREDICTIONS.sets[edges[at]!]!, edges[at + 1]!];
            for (let run = 0; run < set.length; run += 2) {
                for (let token = set[run]!; token <= set[run + 1]!; token++) {
                    possible.add(token);
                }
            }
            const next = [...path, typeAt(set[0]!)];
            if (target >= 0) {
                yield next;
            }
            if (isState(target) && !seen.has(toState(target))) {
                seen.add(toState(target));
                queue.push([toState(target), next]);
            }
        }
        const other = PREDICTIONS.tokens.findIndex((_, token) => !possible.has(token));
        if (other >= 0) {
            yield [...path, typeAt(other)];
        }
    }
}

function typeAt(token: number): TokenType {
    return types.get(PREDICTIONS.tokens[token]!)!;
}

const END: TokenType = { name: 'end of the path', tokenTypeIdx: -1, categoryMatches: [] };

function predict(prediction: Prediction, path: readonly TokenType[]): ReturnType<Prediction> {
    const LA = (ahead: number): never => {
        const tokenType = path[ahead - 1] ?? END;
        return { tokenType, tokenTypeIdx: tokenType.tokenTypeIdx, image: '', startOffset: 0 } as never;
    };
    const source = { LA, LA_FAST: LA };
    return prediction.call(source);
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = globSync(
    [
        'test/checker/bounded/*.guardrail',
        'examples/**/*.guardrail',
        'test/checker/cases/*.guardrail',
        'test/language/**/*.guardrail'
    ],
    {
        cwd: root,
        ignore: '**/node_modules/**'
    }
);

describe('texts', () => {
    expect(files.length).toBeGreaterThan(150);
    const full = createFullParser(guardrail);
    test.each(files)('%s is parsed as by the full parser', (file) => {
        const text = readFileSync(join(root, file), 'utf8');
        expect(shape(guardrail.parser.LangiumParser, text)).toEqual(shape(full, text));
    });

    test.each([
        ['', 'nothing'],
        ['policy', 'half a statement'],
        ['policy P\nallow a: t when (', 'an open parenthesis'],
        ['policy P }', 'what belongs nowhere'],
        ['\0', 'binary data']
    ])('%j is parsed as by the full parser: %s', (text) => {
        expect(shape(guardrail.parser.LangiumParser, text)).toEqual(shape(full, text));
    });

    it('are parsed with tables after one with an error', () => {
        const parser = new QuickParser(guardrail);
        expect(parser.parse('policy P\nallow a: t when (').parserErrors).not.toEqual([]);
        const text = 'policy Q\nserver s { tool t() }\nagent a\nallow a: s.t';
        expect(shape(parser, text)).toEqual(shape(full, text));
    });

    test.each(globSync('examples/**/*.guardrail', { cwd: root }))('%s needs no full parser', (file) => {
        const parser = new QuickParser(guardrail);
        parser.parse(readFileSync(join(root, file), 'utf8'));
        expect((parser as unknown as { readonly fullParser: unknown }).fullParser).toBeUndefined();
    });
});

/** All nodes in order, with their locations and own values, and the errors. */
function shape(parser: LangiumParser, text: string): object {
    const { value, lexerErrors, parserErrors }: ParseResult<AstNode> = parser.parse(text);
    const nodes = AstUtils.streamAst(value)
        .map((node) => {
            const own = Object.entries(node).filter(([name, one]) => !name.startsWith('$') && typeof one !== 'object');
            const { offset, end } = node.$cstNode ?? { offset: -1, end: -1 };
            return `${node.$type} ${node.$containerProperty ?? ''} ${offset}-${end} ${JSON.stringify(own)}`;
        })
        .toArray();
    const references = AstUtils.streamAst(value)
        .flatMap((node) => AstUtils.streamReferences(node))
        .map(({ property, reference }) => `${property} ${reference.$refText}`)
        .toArray();
    return {
        nodes,
        references,
        lexed: lexerErrors.map(({ message, offset }) => `${offset} ${message}`),
        errors: parserErrors.map(({ message, token }) => `${token.startOffset} ${message}`)
    };
}
