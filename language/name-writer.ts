/** How a name must be written in a text: in backquotes where it is no identifier or is a word of the language there. */
import type { Grammar } from 'langium';
import { AstUtils, GrammarAST, GrammarUtils } from 'langium';

/**
 * The rules of the grammar for names: `Name` may be nearly every keyword, `StrictName` none; of an `EventName`, which has
 * parts, the first is strict.
 */
export type NameRule = 'Name' | 'StrictName' | 'EventName';

export class NameWriter {
    private readonly reserved: { readonly [rule in 'Name' | 'StrictName']: ReadonlySet<string> };

    constructor(grammar: Grammar) {
        const keywords = wordsIn(grammar);
        const rule = grammar.rules.find((each) => each.name === 'KEYWORD_NAME');
        const words = GrammarAST.isTerminalRule(rule) ? GrammarUtils.terminalRegex(rule) : undefined;
        this.reserved = {
            Name: new Set([...keywords].filter((word) => words?.exec(word)?.[0] !== word)),
            StrictName: keywords
        };
    }

    write(name: string, rule: NameRule): string {
        if (rule === 'EventName') {
            return name
                .split('.')
                .map((part, index) => this.write(part, index === 0 ? 'StrictName' : 'Name'))
                .join('.');
        }
        return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !this.reserved[rule].has(name) ? name : `\`${name}\``;
    }

    /** `server.tool` */
    writeQualified(name: string): string {
        const dot = name.indexOf('.');
        return dot < 0
            ? this.write(name, 'Name')
            : `${this.write(name.slice(0, dot), 'Name')}.${this.write(name.slice(dot + 1), 'Name')}`;
    }

    /** Whether backquotes can hold the name, or each of its parts. */
    canWrite(name: string, rule: NameRule): boolean {
        const parts = rule === 'EventName' ? name.split('.') : [name];
        return parts.every((part) => /^[^`\r\n]+$/.test(part));
    }
}

function wordsIn(grammar: Grammar): Set<string> {
    return new Set(
        AstUtils.streamAllContents(grammar)
            .filter(GrammarAST.isKeyword)
            .map((keyword) => keyword.value)
            .filter((word) => /^\w+$/.test(word))
    );
}
