/**
 * Texts of policies in Markdown as GitHub reads it: they show as they are, and are not markup, no HTML, no link, and mention
 * nobody. A line break would end a cell of a table, and is a space.
 */
import { printable } from '../layout.js';

/** In running text and in cells. */
export function inMarkdown(text: string): string {
    return unmentioned(
        oneLine(text)
            .replace(/[\\`*_{}[\]()|~]/g, '\\$&')
            // A colon makes an address a link, and so does `www.`.
            .replace(/:(?=\/\/)|:(?=\S+@)|(?<=\bwww)\./gi, '\\$&')
            .replace(/^([#+-]|\d+\\?[.)])/, '\\$1')
            .replaceAll('&', '&amp;')
            .replaceAll('<', '&lt;')
            .replaceAll('>', '&gt;')
    );
}

/** Between tags, where Markdown is not read. */
export function inHtml(text: string): string {
    return unmentioned(oneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'));
}

/** As code; in a table a bar has to be escaped even there. */
export function code(text: string, isInTable = true): string {
    const line = oneLine(text);
    const longest = Math.max(0, ...Array.from(line.matchAll(/`+/g), ([run]) => run.length));
    const fence = '`'.repeat(longest + 1);
    const inside = isInTable ? line.replaceAll('|', '\\|') : line;
    const gap = /^`|`$|^ .* $/.test(inside) || inside === '' ? ' ' : '';
    return `${fence}${gap}${inside}${gap}${fence}`;
}

/** A space of no width keeps `@name` from calling someone, and `#1` from leading to an issue. */
function unmentioned(text: string): string {
    return text.replace(/[@#](?=\w)/g, '$&&#8203;');
}

function oneLine(text: string): string {
    return printable(text)
        .replace(/\p{Cs}/gu, '\ufffd')
        .replace(/\s+/g, ' ')
        .trim();
}
