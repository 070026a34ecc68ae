/** Keeps a comment within the code host's limit: sessions are dropped first, starting with the last one. */
import { counted } from '../../../model/text/plural.js';
import { grouped } from '../../terminal/layout.js';
import { reportLimit } from '../limits.js';

export interface Part {
    readonly text: string;
    /** The session below the text, which may be dropped. */
    readonly session?: string;
    /** The text below both. */
    readonly end?: string;
    /** True if the part is always kept. */
    readonly isHead?: boolean;
}

/** @param command the command that shows what was dropped */
export function comment(parts: readonly Part[], command: string): string {
    const most = reportLimit('commentCharacters');
    const whole = parts.map((part) => written(part, true)).join('');
    if (whole.length <= most) {
        return whole;
    }
    const room = most - lastWords(parts.length, parts.length, command).length;
    const shown = parts.map((part) => written(part, false));
    let length = shown.reduce((sum, { length: own }) => sum + own, 0);
    let dropped = 0;
    for (let at = parts.length - 1; length > room && at >= 0; at--) {
        if (!parts[at]!.isHead) {
            length -= shown[at]!.length;
            shown[at] = '';
            dropped++;
        }
    }
    let sessions = 0;
    for (const [at, part] of parts.entries()) {
        const full = written(part, true);
        const more = full.length - shown[at]!.length;
        if (part.session === undefined) {
            continue;
        }
        if (shown[at] !== '' && length + more <= room) {
            shown[at] = full;
            length += more;
        } else {
            sessions++;
        }
    }
    return shown.join('') + lastWords(sessions, dropped, command);
}

function written({ text, session = '', end = '' }: Part, isWhole: boolean): string {
    return text + (isWhole ? session : '') + end;
}

function lastWords(sessions: number, entries: number, command: string): string {
    const what = [
        ...(sessions > 0 ? [counted(sessions, 'session')] : []),
        ...(entries > 0 ? [counted(entries, 'entry', 'entries')] : [])
    ].join(' and ');
    const most = grouped(reportLimit('commentCharacters'));
    return `\n> Left out, since a comment has at most ${most} characters: ${what}. \`${command}\` shows all.\n`;
}
