import { EOF } from 'chevrotain';
import type { AstNode, GrammarAST, LangiumCoreServices, LangiumParser, ParseResult, ParserOptions } from 'langium';
import { createParser, GrammarUtils } from 'langium';
import { PREDICTIONS } from '../generated/predictions.js';
import type { LexedPart } from './part.js';
import { createFullParser, GuardrailParser } from './parser.js';
import type { Prediction } from '../grammar/predictions.js';
import { Predictions } from '../grammar/predictions.js';

/** The fields of Chevrotain that this parser sets; otherwise they come from an analysis of the whole grammar. */
interface Recognizer {
    selfAnalysisDone: boolean;
    recoveryEnabled: boolean;
    readonly ruleShortNameIdx: number;
    readonly shortRuleNameToFull: readonly string[];
    readonly fullRuleNameToShort: { readonly [rule: string]: number };
    readonly lookAheadFuncsCache: Prediction[][];
    attemptInRepetitionRecovery: () => void;
    consumeInternalError: () => never;
    raiseNoAltException: () => never;
    raiseEarlyExitException: () => never;
    RULE: Recognizer['defineRule'];
    defineRule(name: string, implementation: unknown, config?: object): unknown;
}

/**
 * A parser that is ready immediately: it builds only the rules of the grammar that a text needs, and predicts from
 * tables. It leaves a text with an error to the full parser, which can report what was expected and continue after it.
 */
export class QuickParser extends GuardrailParser {
    private readonly recognizer: Recognizer;
    private readonly rules: ReadonlyMap<string, GrammarAST.AbstractRule>;
    private readonly predictions: Predictions;
    private fullParser: GuardrailParser | undefined;

    constructor(private readonly services: LangiumCoreServices) {
        super(services);
        this.recognizer = this.wrapper as unknown as Recognizer;
        this.recognizer.selfAnalysisDone = true;
        this.recognizer.recoveryEnabled = false;
        this.recognizer.attemptInRepetitionRecovery = () => undefined;
        this.recognizer.consumeInternalError = giveUp;
        this.recognizer.raiseNoAltException = giveUp;
        this.recognizer.raiseEarlyExitException = giveUp;
        // The rules are not properties: that many properties would make the parser a slow object.
        this.recognizer.RULE = (name, implementation, config = {}) =>
            this.recognizer.defineRule(name, implementation, config);
        this.rules = new Map(services.Grammar.rules.map((rule) => [rule.name, rule]));
        const types = Object.entries(services.parser.Lexer.definition);
        this.predictions = new Predictions(PREDICTIONS, new Map([...types, [EOF.name, EOF]]), (rule, key) =>
            this.fullPrediction(rule, key)
        );
    }

    override parse<T extends AstNode = AstNode>(input: string, options: ParserOptions = {}): ParseResult<T> {
        return this.readBy(
            options,
            (quickly) => super.parse<T>(input, quickly),
            (full) => full.parse<T>(input, options)
        );
    }

    override parseTokens(
        text: string,
        part: LexedPart,
        context: number | undefined,
        options: ParserOptions = {}
    ): ParseResult<AstNode> | undefined {
        return this.readBy(
            options,
            (quickly) => super.parseTokens(text, part, context, quickly),
            (full) => full.parseTokens(text, part, context, options)
        );
    }

    /** Parses with the tables, or with the full parser once that is built, because it is then as fast. */
    private readBy<R extends ParseResult<AstNode> | undefined>(
        options: ParserOptions,
        quickly: (options: ParserOptions) => R,
        fully: (parser: GuardrailParser) => R
    ): R {
        if (this.fullParser) {
            return fully(this.fullParser);
        }
        const rule = options.rule ?? GrammarUtils.getEntryRule(this.services.Grammar)!.name;
        try {
            this.getRule(rule);
            const result = quickly({ ...options, rule });
            if (!result || result.parserErrors.length === 0) {
                return result;
            }
        } catch (error) {
            if (error !== GIVE_UP) {
                throw error;
            }
            this.forget();
        }
        return fully(this.full);
    }

    /** A rule is built when it is first called. */
    override getRule(name: string): ReturnType<LangiumParser['getRule']> {
        return super.getRule(name) ?? this.makeRule(name);
    }

    private makeRule(name: string): ReturnType<LangiumParser['getRule']> {
        const rule = this.rules.get(name);
        if (!rule) {
            return undefined;
        }
        const number = this.recognizer.ruleShortNameIdx;
        this.recognizer.selfAnalysisDone = false;
        // All rules of a grammar without an entry rule are built; this grammar has only one.
        const alone = { ...this.services.Grammar, rules: [{ ...rule, entry: false }] } as GrammarAST.Grammar;
        createParser(alone, this, this.lexer.definition);
        this.recognizer.selfAnalysisDone = true;
        this.recognizer.lookAheadFuncsCache[number] = this.predictions.of(this.recognizer.shortRuleNameToFull[number]!);
        return super.getRule(name);
    }

    protected override refuse(): never {
        throw GIVE_UP;
    }

    /** Drops the partial result for a text that was not completely parsed. */
    private forget(): void {
        (this as unknown as { readonly stack: object[] }).stack.length = 0;
        this.unorderedGroups.clear();
    }

    private get full(): GuardrailParser {
        return (this.fullParser ??= createFullParser(this.services));
    }

    private fullPrediction(rule: string, key: number): Prediction {
        const { fullRuleNameToShort, lookAheadFuncsCache } = (this.full as unknown as { readonly wrapper: Recognizer })
            .wrapper;
        return lookAheadFuncsCache[fullRuleNameToShort[rule]!]![key]!;
    }
}

/** Thrown to give up on a text; it is not an error in the text, after which Chevrotain would continue. */
const GIVE_UP = new Error('left to the full parser');

function giveUp(): never {
    throw GIVE_UP;
}
