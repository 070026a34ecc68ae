/**
 * Finds text that an author of another language, or of plain English, has written instead of a form of this language.
 * It only explains errors: a text that the language accepts is never examined.
 */
import type { Form, Names } from './form.js';
import { CLAIMS } from './claims.js';
import { CONDITIONS } from './conditions.js';
import { DECLARATIONS } from './declarations.js';
import { HISTORY } from './history.js';
import { RULES } from './rules.js';
import { SIGNS } from './signs.js';
import { VALUES } from './values.js';

export interface Mistake {
    /** The offsets of the wrong part. */
    readonly from: number;
    readonly to: number;
    readonly message: string;
    readonly instead?: string;
}

/** The maximum length of the lines that are searched. */
const MOST_CHARACTERS = 200;

/**
 * The mistake that explains an error at the offset.
 *
 * @param isSyntax true if the text cannot be parsed there; false if it contains an unknown name
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

/** A word needs blanks around it, even if the sign that it replaces has none. */
function spaced(text: string, before = ' ', after = ' '): string {
    const isWord = /^[a-z]+$/.test(text);
    return `${isWord && /\w/.test(before) ? ' ' : ''}${text}${isWord && /\w/.test(after) ? ' ' : ''}`;
}

function filled(template: string, groups: readonly string[]): string {
    return template.replace(/\$(\d)/g, (_, index: string) => groups[Number(index)] ?? '');
}

/**
 * The words and forms of Cedar, Rego, Dogwood, Colang, TLA+, SQL and plain English, each with its replacement. The first
 * form that matches explains an error, so narrow forms come before wide ones.
 */
const MISTAKES: readonly Form[] = [
    ...CLAIMS,
    ...RULES,
    ...DECLARATIONS,
    ...CONDITIONS,
    ...HISTORY,
    ...VALUES,
    ...SIGNS
];
