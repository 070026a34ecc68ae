/**
 * Shell lines as bash reads them (docs/language/lines.md): the commands of a line, wherever they stand, each as its
 * words. What depends on more than the line is open: a word, or a whole command in place of what cannot be read.
 */
import type { Assignment, Command as CommandNode, ParsedScript, SyntaxNode } from 'unbash';
import { forEachChild, parse } from 'unbash';
import { anyWords, readValue, readWord, type Word } from './shell-words.js';
import { FALSE, TRUE, type Truth, UNKNOWN } from '../policy/truth.js';
import { isNumeric, Variables, variableKind } from './shell-variables.js';

export interface ShellLine {
    /** Every command of the line in its order, also those of substitutions and functions; at least one. */
    readonly commands: readonly (readonly Word[])[];
    /** True if anything in the line reads from or writes to a file or a descriptor other than its own. */
    readonly redirects: Truth;
}

/** The commands of the line. A line that cannot be read is one command, of which nothing is known. */
export function shellLine(text: string): ShellLine {
    if (!new LineBudget().take(text)) {
        return unreadable(text);
    }
    if (latest?.text !== text) {
        latest = { text, line: lineWithin(text) };
    }
    return latest.line;
}

/** The line that was read last, because most conditions of a decision read the same line. */
let latest: { readonly text: string; readonly line: ShellLine } | undefined;

/** The commands of a text inside a line that has been counted. */
export function lineWithin(text: string): ShellLine {
    if (FORBIDDEN.test(text)) {
        return unreadable(text);
    }
    const reading = new Reading();
    try {
        reading.readLine(text);
    } catch (error) {
        if (error instanceof RangeError) {
            // The line is nested too deeply.
            return unreadable(text);
        }
        throw error;
    }
    const { commands, redirects } = reading;
    return commands.length > 0 ? { commands, redirects } : unreadable(text);
}

function unreadable(text: string): ShellLine {
    return { commands: [[anyWords(text)]], redirects: UNKNOWN };
}

/** The commands that run because a variable is set: those that its value names, or any. */
export function commandsOfVariable(name: string, value: Word | undefined, source: string): ShellLine['commands'] {
    switch (variableKind(name, source)) {
        case 'any':
            return [[anyWords(source)]];
        case 'command':
            return value === '' ? [] : typeof value === 'string' ? lineWithin(value).commands : [[anyWords(source)]];
        default:
            return [];
    }
}

/**
 * The maximum length of a line: a longer one is unknown, because reading a line takes up to a microsecond per
 * character.
 */
export const LONGEST_LINE = 32_767;

/**
 * The maximum number of `<<` in a line, quoted or not: a line with more is unknown, because for each one the library
 * copies the list of the previous ones.
 */
export const MOST_HERE_DOCUMENTS = 500;

/**
 * The maximum number of `;`, `&`, `|`, `<`, `>`, `(`, backquotes and line breaks in a line, quoted or not: a line with
 * more is unknown, because each part between them takes microseconds.
 */
export const MOST_OPERATORS = 4_096;

/** Counts the lines that one condition may still read. */
export class LineBudget {
    private characters = LONGEST_LINE;
    private documents = MOST_HERE_DOCUMENTS;
    private operators = MOST_OPERATORS;

    /** True if this line can still be read. */
    take(text: string): boolean {
        if (text === '') {
            return true;
        }
        this.characters -= text.length;
        if (this.characters < 0) {
            return false;
        }
        this.documents -= text.split('<<').length - 1;
        this.operators -= text.match(/[;&|<>(`\n]/g)?.length ?? 0;
        return this.documents >= 0 && this.operators >= 0;
    }
}

/** Control characters except tabs and line feeds, and lone surrogates: programs disagree about their meaning. */
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ud800-\udfff]/u;

/** At a prompt, `!` before such a character recalls an earlier line. */
const HISTORY = /(?<!\\)![\w!$?-]/;

/** Walks the library's syntax tree in the order of the line. */
class Reading {
    readonly commands: (readonly Word[])[] = [];
    redirects: Truth = FALSE;
    private variables!: Variables;

    readLine(text: string): void {
        const script = parse(text);
        this.variables = new Variables(script, text);
        this.script(script, text);
    }

    private script(script: ParsedScript, text: string): void {
        if (script.errors?.length) {
            this.any(text);
            this.redirects = UNKNOWN;
        } else {
            script.commands.forEach((statement) => this.walk(statement));
        }
    }

    private any(source: string): void {
        this.commands.push([anyWords(source)]);
    }

    private walk(node: SyntaxNode): void {
        switch (node.type) {
            case 'Command':
                return this.command(node);
            case 'Function':
                // It runs later, when variables may have other values.
                return this.variables.suspended(() => this.children(node));
            case 'CommandExpansion':
            case 'ProcessSubstitution':
                return node.script ? this.script(node.script, node.text) : this.any(node.text);
            case 'For':
            case 'Select':
                this.setting(node.name.value, node.name.value);
                break;
            case 'FileDescriptorVariable':
                this.setting(node.name, `{${node.name}}`);
                break;
            case 'Coproc':
                this.setting(node.name?.value ?? '', 'coproc');
                break;
            case 'Redirect':
                this.redirects = this.redirects === UNKNOWN ? UNKNOWN : TRUE;
                break;
            case 'Subshell':
                if (
                    isInside(node, ({ type, pos }) => type === 'Subshell' && pos === node.pos + 1) &&
                    isInside(node, ({ type }) => type === 'HereDoc')
                ) {
                    // bash first reads `((` as a computation, and then runs the text of the here-document.
                    this.any('((');
                }
                break;
            case 'ExtendedGlob':
                // zsh runs commands that stand in such a glob.
                this.any(node.text);
                break;
            case 'Word':
                if (!node.parts && HISTORY.test(node.text)) {
                    this.any(node.text);
                }
                break;
            case 'Literal':
                if (HISTORY.test(node.text)) {
                    this.any(node.text);
                }
                return;
            case 'HereDocBody':
                return node.parts?.forEach((part) => (part.type === 'Literal' ? undefined : this.walk(part)));
            case 'ArithmeticWord':
                this.numbers({ text: node.value });
                break;
            case 'ParameterExpansion':
                if (node.prefix === '!' || node.operation?.type === 'Transform' || node.operation?.type === 'Unknown') {
                    // The value is read as a name or a prompt, and can contain commands.
                    this.any(node.text);
                }
                if (node.operation?.type === 'Default' && node.operation.operator.endsWith('=')) {
                    this.setting(node.parameter, node.text);
                }
                this.numbers(node.index && !/^[@*]$/.test(node.index.text) ? node.index : undefined);
                if (node.operation?.type === 'Slice') {
                    this.numbers(node.operation.offset);
                    this.numbers(node.operation.length);
                }
                break;
            case 'TestUnary':
                if (node.operator === '-v') {
                    this.numbers(node.operand);
                }
                break;
            case 'TestBinary':
                if (/^-(?:eq|ne|lt|le|gt|ge)$/.test(node.operator)) {
                    this.numbers(node.left);
                    this.numbers(node.right);
                }
                break;
            default:
                break;
        }
        this.children(node);
    }

    /** A variable that is set to any value. */
    private setting(name: string, source: string): void {
        this.commands.push(...commandsOfVariable(name, undefined, source));
    }

    private children(node: SyntaxNode): void {
        forEachChild(node, (child) => this.walk(child));
    }

    private command(node: CommandNode): void {
        const words: Word[] = [];
        const items = [...node.prefix, ...(node.name ? [node.name] : []), ...node.suffix];
        const at = this.commands.length;
        for (const [index, item] of items.entries()) {
            const before = items[index - 1];
            if (item.type === 'Word' && before?.end === item.pos) {
                // The library ends a word before and after `<(…)`, and bash does not.
                const start = before.type === 'Word' ? before.text : '';
                words.splice(start === '' ? words.length : -1, 1, anyWords(`${start}${item.text}`));
            } else if (item.type === 'Word') {
                words.push(...readWord(item, this.variables));
            } else if (item.type === 'Assignment') {
                const value = item.value.type === 'Word' ? readValue(item.value, this.variables) : undefined;
                if (index >= node.prefix.length) {
                    words.push(assignmentWord(item, value));
                } else {
                    this.commands.push(...commandsOfVariable(item.name, value, item.text));
                }
                this.numbers(item.index);
                this.variables.assign(item, value, node);
            } else if (item.type === 'Redirect' && item.operator.startsWith('&>')) {
                // For sh, `a &>f b` is `a & >f b`.
                const rest = items
                    .slice(index)
                    .flatMap((one) => (one.type === 'Word' ? readWord(one, this.variables) : []));
                this.commands.push(...(rest.length > 0 ? [[...words], rest].filter(({ length }) => length > 0) : []));
            }
        }
        if (words.length > 0) {
            this.commands.splice(at, 0, words);
        }
        items.forEach((item) => this.walk(item));
    }

    /** A word that the shell computes as a number: the value of a variable in it can contain commands. */
    private numbers(word: { readonly text: string } | undefined): void {
        if (word && !isNumeric(word.text, this.variables)) {
            this.any(word.text);
        }
    }
}

/** True if the test is true of the node or of one inside of it. */
function isInside(node: SyntaxNode, test: (node: SyntaxNode) => boolean): boolean {
    let found = test(node);
    forEachChild(node, (child) => {
        found ||= isInside(child, test);
    });
    return found;
}

function assignmentWord({ name, append, text, index }: Assignment, value: Word | undefined): Word {
    const before = `${name}${append ? '+' : ''}=`;
    return index || typeof value !== 'string'
        ? { source: text, pieces: index ? [undefined] : [before, undefined], count: 'one' }
        : before + value;
}
