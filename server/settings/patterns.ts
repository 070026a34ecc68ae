/** Patterns of settings as regular expressions of the policy language, which match a whole text. */
import { escaped } from '../../language/text/text-patterns.js';
import type { CommandPattern, PathPattern } from './settings.js';

/** A glob in which a star is any text. */
export function globSource(glob: string): string {
    return glob.split('*').map(escaped).join('.*');
}

/** The texts of commands that the pattern matches. */
export function commandSource(command: CommandPattern): string {
    if (command.kind === 'regex') {
        return onOneLine(command.source);
    }
    const words = command.words.map((alternatives) => {
        const sources = alternatives.map((word) => escaped(quoted(word)));
        return sources.length === 1 ? sources[0]! : `(?:${sources.join('|')})`;
    });
    return onOneLine(`${words.join(' ')}(?: .*)?`);
}

/** The pattern without line breaks and other characters of control, which a policy writes as escapes. */
function onOneLine(source: string): string {
    // eslint-disable-next-line no-control-regex
    return source.replace(/\\[^]|[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (part) => {
        const last = part.codePointAt(part.length - 1)!;
        const isControl = last < 0x20 || (last >= 0x7f && last < 0xa0) || last === 0x2028 || last === 0x2029;
        return isControl ? `\\u{${last.toString(16)}}` : part;
    });
}

/** A word as the text of a command has it: in quotes if it needs them. */
function quoted(word: string): string {
    return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * The paths that a pattern of `.gitignore` is about, including everything in a folder of that name.
 *
 * @param folder the folder of the settings, absolute; paths in it may be written without it
 */
export function pathSource({ glob, from }: PathPattern, folder: string): string {
    const inner = glob
        .replace(/\/$/, '')
        .split(/(\*\*\/|\/\*\*|\*\*|\*|\?)/)
        .map((part) => {
            switch (part) {
                case '**/':
                    return '(?:.*\\/)?';
                case '/**':
                    return '\\/.*';
                case '**':
                    return '.*';
                case '*':
                    return '[^\\/]*';
                case '?':
                    return '[^\\/]';
                default:
                    return escaped(part);
            }
        })
        .join('');
    return onOneLine(`${BEFORE[from](folder)}${inner}(?:\\/.*)?`);
}

const BEFORE: { readonly [from in PathPattern['from']]: (folder: string) => string } = {
    root: () => '',
    home: () => '(?:~|\\/root|\\/(?:home|Users)\\/[^\\/]+)\\/',
    folder: (folder) => `(?:${escaped(folder)}\\/|\\.\\/)?`,
    anywhere: () => '(?:.*\\/)?'
};
