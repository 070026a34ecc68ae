import type { IToken } from 'chevrotain';
import type { Lexer } from 'langium';
import { STATEMENTS } from '../../../../language/parser/keywords.js';

export interface StatementContext {
    /**
     * Finds the tokens of the statement, or of its last annotation, before the cursor; all tokens if none starts a
     * statement.
     */
    readonly tokens: readonly IToken[];
    /**
     * The tokens that the grammar reads up to the cursor. In a machine, its header precedes the statement; in a server,
     * only the last tool is included.
     */
    readonly read: readonly IToken[];
    /** The text of the statement, up to the word at the cursor. */
    readonly text: string;
    /**
     * The headers of the pack and of the machine that contain the statement, up to their braces; undefined outside of
     * them.
     */
    readonly around?: string;
    /** True if only white space precedes the word on its line. */
    readonly atLineStart: boolean;
    /** True if the word is in the first column. */
    readonly inFirstColumn: boolean;
    /** True if only comments precede the word in the file. */
    readonly atFileStart: boolean;
    /** The start of the word. */
    readonly offset: number;
}

/** A name that replaces the word, so that the lexer sees it as if something followed it. */
const WORD = 'x';

/** The statement around the cursor, whose word starts at `start`. Text after the cursor is ignored. */
export function statementAt(text: string, start: number, lexer: Lexer): StatementContext {
    const before = text.slice(0, start);
    const tokens = lexer.tokenize(before + WORD).tokens.filter((token) => token.startOffset < start);
    const { pack, machine } = blocksAround(tokens);
    let first = machine?.contents ?? 0;
    tokens.forEach((token, index) => {
        if (index >= first && startsStatement(token)) {
            first = index;
        }
    });
    const own = tokens.slice(first);
    const around = [...(pack ?? []), ...(machine?.head ?? [])];
    const line = before.slice(before.lastIndexOf('\n') + 1);
    return {
        tokens: own,
        read: [...(machine?.head ?? []), ...withoutToolsBefore(own)],
        text: before.slice(own[0]?.startOffset ?? start),
        ...(around.length > 0 && { around: around.map(({ image }) => image).join(' ') }),
        atLineStart: line.trim() === '',
        inFirstColumn: line === '',
        atFileStart: tokens.length === 0,
        offset: start
    };
}

/** The possible continuations in a server do not depend on its complete tools, of which there may be hundreds. */
function withoutToolsBefore(tokens: readonly IToken[]): readonly IToken[] {
    const names = tokens.map(({ tokenType }) => tokenType.name);
    const [first, last] = [names.indexOf('tool'), names.lastIndexOf('tool')];
    return names[0] === 'server' && first < last ? [...tokens.slice(0, first), ...tokens.slice(last)] : tokens;
}

interface Blocks {
    /** The tokens of the header of the pack, up to its brace. */
    readonly pack?: readonly IToken[];
    /**
     * The tokens up to the innermost brace, and the index of the first token after the complete parts that follow it.
     */
    readonly machine?: { readonly head: readonly IToken[]; readonly contents: number };
}

/** The open blocks at the end of the tokens: a pack, a machine, a mode of the machine. */
function blocksAround(tokens: readonly IToken[]): Blocks {
    let pack: Block | undefined;
    let machine: Block | undefined;
    let mode: Block | undefined;
    tokens.forEach(({ tokenType: { name }, image }, index) => {
        if (name === 'pack' || name === 'modes') {
            pack = name === 'pack' ? { start: index } : pack;
            machine = name === 'modes' ? { start: index } : undefined;
            mode = undefined;
        } else if (STATEMENTS.has(name) && !IN_MODES.has(name)) {
            pack = IN_PACKS.has(name) ? pack : undefined;
            machine = mode = undefined;
        } else if (image === '{') {
            if (machine?.contents !== undefined && !mode) {
                mode = { start: machine.contents, contents: index + 1 };
            } else if (machine && machine.contents === undefined) {
                machine.contents = index + 1;
            } else if (pack && pack.contents === undefined) {
                pack.contents = index + 1;
            }
        } else if (image === '}') {
            if (mode) {
                mode = undefined;
                machine!.contents = index + 1;
            } else if (machine) {
                machine = undefined;
            } else {
                pack = undefined;
            }
        }
    });
    return {
        ...(pack?.contents !== undefined && { pack: headOf(pack, tokens) }),
        ...(machine?.contents !== undefined && {
            machine: {
                head: [...headOf(machine, tokens), ...(mode ? tokens.slice(mode.start, mode.contents) : [])],
                contents: mode?.contents ?? machine.contents
            }
        })
    };
}

interface Block {
    readonly start: number;
    /** The index of the first token of the contents; undefined before the brace. */
    contents?: number;
}

/** The tokens of a statement from its first word to its brace. */
function headOf({ start }: Block, tokens: readonly IToken[]): readonly IToken[] {
    const brace = tokens.findIndex(({ image }, index) => index > start && image === '{');
    return tokens.slice(start, brace + 1);
}

/** The statements that are possible in a mode. */
const IN_MODES: ReadonlySet<string> = new Set(['allow', 'deny', 'require', 'order', 'limit', 'audit', 'withhold', '@']);

/** The statements that are possible in a pack. */
const IN_PACKS: ReadonlySet<string> = new Set([...IN_MODES, 'group', 'define', 'use', 'claim', 'assume', 'modes']);

/**
 * The lexer distinguishes words that start a statement from names with the same spelling. A tool is part of its server.
 */
function startsStatement({ tokenType: { name } }: IToken): boolean {
    return name === '@' || (name !== 'tool' && STATEMENTS.has(name));
}
