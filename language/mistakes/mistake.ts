/**
 * Finds what an author of another language, or of plain English, has written in place of a form of this language. It
 * only explains errors: a text that the language accepts is never looked at.
 */
import { MISTAKES } from './table.js';

/** A form that the language does not have. */
export interface Form {
    /**
     * Matches the form where it stands in a line, with enough text around it to include every place where it causes an
     * error. The group `mark`, if there is one, is the part that is wrong.
     */
    readonly written: RegExp;
    /** True if the form can be read, and only names in it are unknown; otherwise it only explains a syntax error. */
    readonly isAboutNames?: true;
    /** The form to write instead, in one or two sentences; `$1` stands for a group of `written`. */
    readonly says: string;
    /**
     * The text to write in place of the wrong part; undefined if it depends on what was meant. A function returns the
     * empty text if the form is not a mistake after all.
     */
    readonly instead?: string | ((groups: readonly string[], names: Names) => string | undefined);
}

/** The names that a form may need, such as the only human of a policy. */
export interface Names {
    readonly humans: readonly string[];
    readonly agents: readonly string[];
    /** The constants of the session. */
    readonly constants: readonly string[];
    /** The parameters of all tools. */
    readonly parameters: readonly string[];
    /** True for a word of the language. */
    readonly isWord: (word: string) => boolean;
}

export interface Mistake {
    /** The offsets of the wrong part. */
    readonly from: number;
    readonly to: number;
    readonly message: string;
    readonly instead?: string;
}

/** Lines that are longer are not searched. */
const MOST_CHARACTERS = 200;

/**
 * The mistake that explains an error at the offset.
 *
 * @param isSyntax true if the text cannot be read there; false if it names something that is unknown
 */
export function mistakeAt(text: string, offset: number, isSyntax: boolean, names: Names): Mistake | undefined {
    const start = text.lastIndexOf('\n', offset - 1) + 1;
    const end = /[\r\n]|$/g;
    end.lastIndex = offset;
    const line = text.slice(start, end.exec(text)!.index);
    if (line.length > MOST_CHARACTERS) {
        return undefined;
    }
    const at = offset - start;
    for (const form of MISTAKES.filter(({ isAboutNames }) => isSyntax || isAboutNames)) {
        for (const found of line.matchAll(form.written)) {
            if (found.index <= at && at < found.index + Math.max(1, found[0].length)) {
                const mistake = described(form, found, names);
                if (mistake) {
                    return { ...mistake, from: mistake.from + start, to: mistake.to + start };
                }
            }
        }
    }
    return undefined;
}

function described({ says, instead }: Form, found: RegExpExecArray, names: Names): Mistake | undefined {
    const groups = found.map((group: string | undefined) => group ?? '');
    const text = typeof instead === 'function' ? instead(groups, names) : instead && filled(instead, groups);
    const mark = found.groups?.['mark'] ?? found[0];
    if ((typeof instead === 'function' && text === '') || text?.trim() === mark.trim()) {
        return undefined;
    }
    const [from, to] = found.indices!.groups?.['mark'] ?? found.indices![0]!;
    return {
        from,
        to,
        message: filled(says, groups),
        ...(text !== undefined && { instead: spaced(text, found.input[from - 1], found.input[to]) })
    };
}

/** A word has blanks around it, although the sign that it replaces may have none. */
function spaced(text: string, before = ' ', after = ' '): string {
    const isWord = /^[a-z]+$/.test(text);
    return `${isWord && /\w/.test(before) ? ' ' : ''}${text}${isWord && /\w/.test(after) ? ' ' : ''}`;
}

function filled(template: string, groups: readonly string[]): string {
    return template.replace(/\$(\d)/g, (_, index: string) => groups[Number(index)] ?? '');
}
