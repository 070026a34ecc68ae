/** Lines of Claude Code's transcripts. Between the messages they have lines with state of the client. */
import type { Fields } from '../../../../gateway/json.js';

/** Fields that only lines of the client have. Some of its lines have none of them. */
const CLIENT_FIELDS = ['sessionId', 'parentUuid', 'leafUuid', 'isSidechain'];
const CLIENT_LINES: ReadonlySet<string> = new Set([
    'ai-title',
    'attachment',
    'custom-title',
    'file-history-snapshot',
    'last-prompt',
    'permission-mode',
    'progress',
    'queue-operation',
    'summary',
    'worktree-state'
]);

/** True for a line of the client, with or without a message. */
export function isClientLine(value: Fields): boolean {
    const { type } = value;
    return typeof type === 'string' && (CLIENT_LINES.has(type) || CLIENT_FIELDS.some((name) => name in value));
}

/**
 * The words of the user in a text of the role `user`; undefined if there are none. The client also uses this role for
 * reminders, the output of its commands, summaries of the conversation, and what an agent tells another. A hijacked
 * agent or an attacker may have written these.
 */
export function userWordsIn(line: Fields, text: string): string | undefined {
    if (NOT_THE_USER.some((name) => line[name] === true)) {
        return undefined;
    }
    const words = withoutElements(text).trim();
    return words === '' ? undefined : words;
}

const NOT_THE_USER = ['isMeta', 'isCompactSummary', 'isSidechain'];

/** Elements that the client adds have names of several words. If one is not closed, the text after it is left out. */
function withoutElements(text: string): string {
    const kept: string[] = [];
    let from = 0;
    let open: { readonly name: string; readonly start: number } | undefined;
    for (const { 0: tag, 1: slash, 2: name = '', index } of text.matchAll(TAG)) {
        const end = index + tag.length;
        if (!open && slash === '') {
            kept.push(text.slice(from, index));
            open = { name, start: end };
        } else if (open?.name === name && slash === '/') {
            kept.push(TYPED.has(name) ? text.slice(open.start, index) : '');
            open = undefined;
            from = end;
        }
    }
    return [...kept, open ? '' : text.slice(from)].join('');
}

const TAG = /<(\/?)([a-z]+(?:[-_][a-z]+)+)(?:\s[^<>]*)?>/g;
/** The elements whose content the user has typed. */
const TYPED: ReadonlySet<string> = new Set(['command-args', 'bash-input']);
