/** Writes names and texts in Cedar's syntax. */
import { oneLine } from '../one-line.js';

const RESERVED = new Set(['true', 'false', 'if', 'then', 'else', 'in', 'is', 'like', 'has', '__cedar']);
const IDENTIFIER = /^[A-Za-z_]\w*$/;

/** A string literal; Cedar escapes like Rust, not like JSON. */
export function quoted(text: string): string {
    return `"${escaped(text)}"`;
}

/** Escapes a text inside a string literal or a `like` pattern. */
export function escaped(text: string): string {
    return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"\\]/gu, (sign) =>
        sign === '"' || sign === '\\' ? `\\${sign}` : `\\u{${sign.codePointAt(0)!.toString(16)}}`
    );
}

export function attribute(of: string, name: string): string {
    return isPlain(name) ? `${of}.${name}` : `${of}[${quoted(name)}]`;
}

/** The name of an attribute in `has` and in a schema. */
export function attributeName(name: string): string {
    return isPlain(name) ? name : quoted(name);
}

function isPlain(name: string): boolean {
    return IDENTIFIER.test(name) && !RESERVED.has(name);
}

/** The text on one line, as comments require. */
export function comment(text: string): string {
    return `// ${oneLine(text)}`;
}
