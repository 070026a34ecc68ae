import type { BaseParser, ILookaheadStrategy, IOrAlt, IToken, TokenType } from 'chevrotain';
import { getLookaheadPaths } from 'chevrotain';

/**
 * Computes the decisions of a parser before it continues: which of several alternatives to take, and whether an
 * optional part is present.
 */
type Lookahead<Answer> = (this: BaseParser, alternatives?: IOrAlt<unknown>[]) => Answer;

/**
 * Changes the lookahead that a parser's strategy builds, before the parser is finished.
 *
 * - **On first use.** A text needs few of the places in the grammar at which a parser may have to look ahead; computing
 *   all of them takes longer than reading a policy.
 * - **Greedy.** `and`, `or` and `implies` belong to the innermost possible condition. In `every x in a: b or (…)`, `or`
 *   may belong to the body or to the whole: the parser would follow both to the end of the rest, which doubles the work
 *   with each level.
 * - **Modes.** A mode starts with a name. After an error inside a machine that is left open, any name would start one.
 */
export function lookAheadOnDemand(strategy: ILookaheadStrategy): void {
    const forAlternation = strategy.buildLookaheadForAlternation.bind(strategy);
    const forOptional = strategy.buildLookaheadForOptional.bind(strategy);
    strategy.buildLookaheadForAlternation = (options) => onFirstUse(() => forAlternation(options));
    strategy.buildLookaheadForOptional = (options) =>
        onFirstUse(() => {
            if (options.rule.name.startsWith('Modes') && options.prodType === 'Repetition') {
                const mayFollow = forOptional(options);
                return function (this: BaseParser) {
                    return mayFollow.call(this) && mayStartMode(this as unknown as TokenStream);
                };
            }
            if (!mentionsOperators(options.rule)) {
                return forOptional(options);
            }
            const { prodOccurrence: occurrence, prodType, rule } = options;
            const [inside = []] = getLookaheadPaths({ occurrence, prodType, rule, maxLookahead: 1 });
            const first = inside.map(([type]) => type);
            return first.length > 0 && first.every((type) => type && OPERATORS.has(type.name))
                ? function (this: BaseParser) {
                      return first.includes((this as unknown as TokenStream).LA(1).tokenType);
                  }
                : forOptional(options);
        });
}

/** True for `from`, for a name and what follows it in a mode, and for a name whose mode may still be written. */
function mayStartMode(tokens: TokenStream): boolean {
    const [before, first, next] = [tokens.LA(0), tokens.LA(1), tokens.LA(2)];
    const isUnfinished = next.tokenType.name === 'ID' || next.image === '}' || next.startLine !== first.startLine;
    const isPlaced = before.image === '{' || before.image === '}' || before.endLine !== first.startLine;
    return ['{', 'initial', 'for'].includes(next.image) || first.image === 'from' || (isPlaced && isUnfinished);
}

/** Only these rules have an optional part that begins with an operator. */
function mentionsOperators(rule: { readonly definition: readonly object[] }): boolean {
    return rule.definition.some((part) =>
        'terminalType' in part
            ? OPERATORS.has((part.terminalType as TokenType).name)
            : !('referencedRule' in part) && 'definition' in part && mentionsOperators(part as typeof rule)
    );
}

function onFirstUse<Answer>(build: () => Lookahead<Answer>): Lookahead<Answer> {
    let built: Lookahead<Answer> | undefined;
    return function (this: BaseParser, alternatives) {
        return (built ??= build()).call(this, alternatives);
    };
}

const OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'implies']);

/** The interface of Chevrotain's parsers for subclasses. */
export interface TokenStream {
    LA(howMuch: number): IToken;
    SKIP_TOKEN(): IToken;
    /** The number of the last token that was parsed. */
    exportLexerState(): number;
}
