import type { IToken, TokenType } from 'chevrotain';
import { LangiumParserErrorMessageProvider } from 'langium';

/** Parse errors as an author reads them: what stands there, and the few things that could. */
export class GuardrailParserErrorMessageProvider extends LangiumParserErrorMessageProvider {
    override buildMismatchTokenMessage(options: { expected: TokenType; actual: IToken; previous: IToken; ruleName: string }): string {
        if (options.expected.name === 'EOF') {
            return this.buildNotAllInputParsedMessage({ firstRedundant: options.actual, ruleName: options.ruleName });
        }
        return `Expected ${nameOf(options.expected)}, found ${found(options.actual)}.`;
    }

    override buildNotAllInputParsedMessage(options: { firstRedundant: IToken; ruleName: string }): string {
        return `${capital(found(options.firstRedundant))} cannot stand here. A statement starts with a word such as allow, deny, require, order, claim or scenario.`;
    }

    override buildNoViableAltMessage(options: {
        expectedPathsPerAlt: TokenType[][][];
        actual: IToken[];
        previous: IToken;
        customUserDescription: string;
        ruleName: string;
    }): string {
        return expectedOneOf(options.expectedPathsPerAlt.flat(), options.actual[0]);
    }

    override buildEarlyExitMessage(options: {
        expectedIterationPaths: TokenType[][];
        actual: IToken[];
        previous: IToken;
        customUserDescription: string;
        ruleName: string;
    }): string {
        return expectedOneOf(options.expectedIterationPaths, options.actual[0]);
    }
}

/** A name can be any keyword, so the keywords are left out where a name is expected too. */
function expectedOneOf(paths: readonly TokenType[][], actual: IToken | undefined): string {
    const first = paths.map((path) => path[0]).filter((token) => token !== undefined);
    const isName = first.some((token) => token.name === 'ID');
    const words = first.filter((token) => !isName || !/^[a-z]+(:KW)?$/.test(token.name)).map(nameOf);
    const distinct = [...new Set(words)].filter((word) => word !== 'a tool pattern' || !words.includes('a name'));
    const shown = distinct.slice(0, 6);
    const list = shown.length > 1 ? `${shown.slice(0, -1).join(', ')} or ${shown[shown.length - 1]}` : shown[0];
    return list === undefined
        ? `${capital(found(actual))} cannot stand here.`
        : `Expected ${list}${distinct.length > shown.length ? ' (among others)' : ''}, found ${found(actual)}.`;
}

const TERMINALS: { readonly [name: string]: string } = {
    ID: 'a name',
    QUOTED_NAME: 'a name',
    TOOL_GLOB: 'a tool pattern',
    STRING: 'a text in double quotes',
    NUMBER: 'a number',
    DURATION: 'a duration such as 15m',
    EOF: 'the end of the file'
};

function nameOf(token: TokenType): string {
    return TERMINALS[token.name] ?? `\`${token.name.replace(/:KW$/, '')}\``;
}

function found(token: IToken | undefined): string {
    if (!token || token.tokenType.name === 'EOF' || token.image === '') {
        return 'the end of the file';
    }
    const image = token.image.length > 40 ? `${token.image.slice(0, 40)}…` : token.image;
    return `\`${image.replace(/\s+/g, ' ')}\``;
}

function capital(text: string): string {
    return text[0]!.toUpperCase() + text.slice(1);
}
