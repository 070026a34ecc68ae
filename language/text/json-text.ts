/** Reads JSON from untrusted sources. */

/** The maximum nesting of arrays and objects. It keeps every recursive walk far below the end of its stack. */
export const MAX_JSON_DEPTH = 500;

/**
 * The value of a JSON text.
 *
 * @throws SyntaxError for a text that is not valid JSON or is nested more than `MAX_JSON_DEPTH` levels deep
 */
export function parseJson(text: string): unknown {
    assertShallow(text);
    return JSON.parse(text);
}

/** Throws a `SyntaxError` if arrays and objects are nested too deeply. It also works for JSON with comments. */
export function assertShallow(text: string): void {
    let depth = 0;
    for (let i = 0; i < text.length; i++) {
        switch (text.charAt(i)) {
            case '"':
                i = endOfString(text, i);
                break;
            case '/':
                i = endOfComment(text, i);
                break;
            case '[':
            case '{':
                depth += 1;
                if (depth > MAX_JSON_DEPTH) {
                    throw new SyntaxError(`it is nested more than ${MAX_JSON_DEPTH} levels deep`);
                }
                break;
            case ']':
            case '}':
                depth -= 1;
        }
    }
}

/** True for a value that is nested deeper than a text may be; a library may have read it without this limit. */
export function isTooDeep(value: unknown): boolean {
    const open = [{ value, depth: 0 }];
    for (let next = open.pop(); next; next = open.pop()) {
        if (typeof next.value === 'object' && next.value !== null) {
            const depth = next.depth + 1;
            if (depth > MAX_JSON_DEPTH) {
                return true;
            }
            for (const inner of Object.values(next.value) as unknown[]) {
                open.push({ value: inner, depth });
            }
        }
    }
    return false;
}

/** The place of the closing quotation mark, or of the last character if there is none. */
function endOfString(text: string, start: number): number {
    let i = start + 1;
    while (i < text.length && text[i] !== '"') {
        i += text[i] === '\\' ? 2 : 1;
    }
    return i;
}

/** The place of the last character of a comment, or of the slash if it does not start a comment. */
function endOfComment(text: string, start: number): number {
    const [opening, closing] = text[start + 1] === '*' ? ['/*', '*/'] : ['//', '\n'];
    if (!text.startsWith(opening, start)) {
        return start;
    }
    const end = text.indexOf(closing, start + 2);
    return end < 0 ? text.length : end + closing.length - 1;
}
