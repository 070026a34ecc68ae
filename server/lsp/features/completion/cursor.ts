/** Finds the context of the cursor in the text alone, so that this works in a text that does not parse. */

export type CursorContext =
    /** The cursor is in a comment, where nothing is completed. */
    | { readonly kind: 'comment' }
    /** The cursor is in a text in double quotes; `start` is the offset of the opening quote. */
    | { readonly kind: 'string'; readonly start: number; readonly contentEnd: number }
    | {
          readonly kind: 'code';
          /** The start and the end of the word, or the `server.tool`, at the cursor. */
          readonly start: number;
          readonly end: number;
          /** The typed `server.`, or the first parts of an event's name. */
          readonly qualifier?: string;
      };

export function cursorContext(text: string, offset: number): CursorContext {
    const open = openAt(text, offset);
    if (open.kind === 'comment') {
        return { kind: 'comment' };
    }
    if (open.kind === 'string') {
        const content = /^(?:[^"\\\r\n]|\\.)*/.exec(text.slice(open.start + 1))![0];
        const isClosed = text[open.start + 1 + content.length] === '"';
        return { kind: 'string', start: open.start, contentEnd: isClosed ? open.start + 1 + content.length : offset };
    }
    const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
    const before = text.slice(Math.max(lineStart, offset - MAX_NAME), offset);
    // A backquote starts a name only if none is open; otherwise it ends the previous name.
    const word = (
        open.kind === 'quoted name'
            ? /((?:(?:`[^`]*`|[A-Za-z_]\w*)\.)*)`[^`]*$/
            : /((?:(?:`[^`]*`|[A-Za-z_]\w*)\.)*)(?:[A-Za-z_]\w*)?$/
    ).exec(before)!;
    const rest = text.slice(offset);
    const after = (open.kind === 'quoted name' ? /^[^`\r\n]*`?/ : /^\w*/).exec(rest)![0];
    return {
        kind: 'code',
        start: offset - word[0].length,
        end: offset + after.length,
        ...(word[1] && { qualifier: word[1] })
    };
}

/** The length beyond which names are not completed: searching for the start of one takes more than linear time. */
const MAX_NAME = 500;

interface Open {
    readonly kind: 'code' | 'comment' | 'string' | 'quoted name';
    readonly start: number;
}

/** The open brackets at `offset`. Earlier tokens are skipped one by one. */
function openAt(text: string, offset: number): Open {
    const token =
        /\/\/[^\n\r]*|\/\*(?:[\s\S]*?\*\/|[^\r\n]*(?:[\r\n]+[ \t]*\*[^\r\n]*)*)|"(?:[^"\\\r\n]|\\.)*"?|`[^`\r\n]*`?/g;
    for (let match = token.exec(text); match && match.index < offset; match = token.exec(text)) {
        const found = match[0];
        const end = match.index + found.length;
        const isComment = found.startsWith('/');
        const closed = isComment
            ? found.endsWith('*/') && found.length > 3
            : found.length > 1 && found.endsWith(found[0]!);
        if (offset < end || (offset === end && !closed)) {
            return {
                kind: isComment ? 'comment' : found.startsWith('"') ? 'string' : 'quoted name',
                start: match.index
            };
        }
    }
    return { kind: 'code', start: offset };
}
