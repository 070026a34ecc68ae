import type { ILookaheadStrategy, IToken, TokenType } from 'chevrotain';
import { EOF, MismatchedTokenException } from 'chevrotain';
import type {
    AstNode,
    CompositeCstNode,
    CstNode,
    GrammarAST,
    LangiumCoreServices,
    Lexer,
    ParseResult,
    ParserOptions
} from 'langium';
import { CstNodeBuilder, createParser, LangiumParser } from 'langium';
import { STATEMENTS } from './keywords.js';
import { MovableComposite, MovableLeaf } from './cst.js';
import type { LexedPart } from './part.js';
import { statementEnds, withStatementEnds } from './statement-ends.js';
import type { TokenStream } from './lookahead.js';
import { lookAheadOnDemand } from './lookahead.js';
import { MAX_LINKS, MAX_NESTING, nestedMessage } from './nesting.js';

type Subrule = Parameters<LangiumParser['subrule']>;
type Action = Parameters<LangiumParser['action']>;

/** Langium's parser for any text, built from the whole grammar. */
export function createFullParser(services: LangiumCoreServices): GuardrailParser {
    const parser = new GuardrailParser(services);
    createParser(services.Grammar, parser, services.parser.Lexer.definition);
    parser.finalize();
    return parser;
}

/** Langium's parser, hardened against text that nests deeper than the stack, which becomes a normal syntax error. */
export class GuardrailParser extends LangiumParser {
    /** The maximum nesting of a rule in itself while it is read. */
    private readonly depths = new Map<Subrule[1], number>();
    /** The maximum number of nodes nested on the left: `a or b or c` nests without nesting rules. */
    private readonly links = new WeakMap<object, number>();
    /** The tokens with the ends of statements whose brackets are open. */
    private readonly ended: (tokens: readonly IToken[]) => IToken[];

    constructor(services: LangiumCoreServices) {
        super(services);
        (this as unknown as { nodeBuilder: CstNodeBuilder }).nodeBuilder = new NodeBuilder();
        const { Lexer } = services.parser;
        const end = Lexer.definition['STATEMENT_END'] as TokenType;
        this.ended = (tokens) => withStatementEnds(tokens, statementEnds(tokens), end);
        (this as unknown as { lexer: Lexer }).lexer = {
            definition: Lexer.definition,
            tokenize: (text, options) => {
                const result = Lexer.tokenize(text, options);
                return { ...result, tokens: this.ended(result.tokens) };
            }
        };
        // This matters only to the error message, which lists the possible next words: finding more of them takes
        // seconds.
        const wrapper = this.wrapper as unknown as {
            maxLookahead: number;
            readonly lookaheadStrategy: ILookaheadStrategy;
            readonly RULE_STACK_IDX: number;
            findReSyncTokenType: () => TokenType;
        };
        wrapper.maxLookahead = 1;
        lookAheadOnDemand(wrapper.lookaheadStrategy);
        // Between statements, only the end of the text can follow, for which Chevrotain would search the whole text.
        const find = wrapper.findReSyncTokenType.bind(wrapper);
        wrapper.findReSyncTokenType = () => (wrapper.RULE_STACK_IDX === 0 ? EOF : find());
    }

    /**
     * Parses a part of a text, given as tokens. Undefined if a decision before `context` depends on the text after the
     * part.
     * @param context the number of the first token that is only context
     */
    parseTokens(
        text: string,
        { tokens, hidden, errors }: LexedPart,
        context: number | undefined,
        options?: ParserOptions
    ): ParseResult<AstNode> | undefined {
        const stream = this.wrapper as unknown as TokenStream;
        let isOpen = false;
        const ended = this.ended(tokens);
        const start = context === undefined ? -1 : ended.indexOf(tokens[context]!);
        const all =
            context === undefined
                ? ended
                : [...ended, endOfPart(() => (isOpen ||= stream.exportLexerState() < start - 1))];
        const own = this.lexer;
        const read = this as unknown as { lexer: Pick<Lexer, 'definition' | 'tokenize'> };
        read.lexer = {
            definition: own.definition,
            tokenize: () => ({ tokens: [...all], hidden: [...hidden], errors, report: { diagnostics: [] } })
        };
        try {
            const result = super.parse(text, options);
            return isOpen ? undefined : result;
        } finally {
            read.lexer = own;
        }
    }

    override subrule(...call: Subrule): void {
        const rule = call[1];
        const depth = this.depths.get(rule) ?? 0;
        if (depth > MAX_NESTING) {
            this.refuse(nestedMessage(`${MAX_NESTING} levels`));
        }
        this.depths.set(rule, depth + 1);
        try {
            super.subrule(...call);
        } finally {
            this.depths.set(rule, depth);
        }
    }

    override action(type: Action[0], action: Action[1]): void {
        const left = this.isRecording() || !wraps(action) ? undefined : this.node();
        const links = left && (this.links.get(left) ?? 0) + 1;
        if (links !== undefined && links > MAX_LINKS) {
            this.refuse(`This is too long: more than ${MAX_LINKS} parts. Split it.`);
        }
        super.action(type, action);
        if (links !== undefined) {
            this.links.set(this.node(), links);
        }
    }

    /** The node that is being built. */
    private node(): object {
        return (this as unknown as { readonly current: object }).current;
    }

    /**
     * Ends the statement with an error. Its rest is skipped: otherwise every open rule would search through it for its
     * end.
     */
    protected refuse(message: string): never {
        const tokens = this.wrapper as unknown as TokenStream;
        const error = new MismatchedTokenException(message, tokens.LA(1), tokens.LA(0));
        this.wrapper.errors = [...this.wrapper.errors, error];
        const inStatements = isStatement(tokens.LA(1));
        for (let next = tokens.LA(1); next.tokenType !== EOF && (inStatements || !isStatement(next));) {
            next = tokens.SKIP_TOKEN();
        }
        throw error;
    }
}

/** The end of a text for the parser, which calls `onLook` whenever it reads it. */
function endOfPart(onLook: () => void): IToken {
    return {
        image: '',
        startOffset: NaN,
        endOffset: NaN,
        startLine: NaN,
        endLine: NaN,
        startColumn: NaN,
        endColumn: NaN,
        get tokenType() {
            onLook();
            return EOF;
        },
        get tokenTypeIdx() {
            onLook();
            return EOF.tokenTypeIdx!;
        }
    };
}

function isStatement(token: IToken): boolean {
    return STATEMENTS.has(token.tokenType.name);
}

/** True if the part read so far becomes the left part of a larger one. */
function wraps({ feature, operator }: GrammarAST.Action): boolean {
    return feature !== undefined && operator !== undefined;
}

/**
 * Builds nodes that can be moved. Searches for a node among the children of its parent from the end, where it is: from the start, a long list would
 * take quadratic time.
 */
class NodeBuilder extends CstNodeBuilder {
    override buildCompositeNode(feature: GrammarAST.AbstractElement): CompositeCstNode {
        const node = new MovableComposite() as CompositeCstNode & { grammarSource: GrammarAST.AbstractElement };
        node.grammarSource = feature;
        this.appendChild(this.current as CompositeCstNode, node);
        (this as unknown as { readonly nodeStack: CompositeCstNode[] }).nodeStack.push(node);
        return node;
    }

    override createLeafNode(token: IToken, hidden: boolean): MovableLeaf {
        return new MovableLeaf(
            token.startOffset,
            token.image.length,
            token.startLine! - 1,
            token.startColumn! - 1,
            token.endLine! - 1,
            token.endColumn!,
            token.tokenType,
            hidden
        );
    }

    override addHiddenNodes(tokens: Parameters<CstNodeBuilder['addHiddenNodes']>[0]): void {
        if (this.current.content.length === 0) {
            for (let node = this.current as CompositeCstNode; node.container; node = node.container) {
                const index = node.container.content.lastIndexOf(node);
                if (index > 0) {
                    const hidden = tokens.map((token) => this.createLeafNode(token, true) as CstNode);
                    this.insertChildren(node.container, index, hidden);
                    return;
                }
            }
        }
        super.addHiddenNodes(tokens);
    }
}
