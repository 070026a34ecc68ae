/**
 * Escapes texts of policies in GitHub Markdown: they are shown unchanged, and are never markup, HTML or a link, and
 * mention nobody. A line break becomes a space, because it would end a table cell.
 */
import { printable } from '../../terminal/layout.js';

/** Escapes a text for running text and for table cells. */
export function inMarkdown(text: string): string {
    return unmentioned(
        oneLine(text)
            .replace(/[\\`*_{}[\]()|~]/g, '\\$&')
            // A colon turns an address into a link, and so does `www.`.
            .replace(/:(?=\/\/)|:(?=\S+@)|(?<=\bwww)\./gi, '\\$&')
            .replace(/^([#+-]|\d+\\?[.)])/, '\\$1')
            .replaceAll('&', '&amp;')
            .replaceAll('<', '&lt;')
            .replaceAll('>', '&gt;')
    );
}

/** Escapes a text between HTML tags, where Markdown is not parsed. */
export function inHtml(text: string): string {
    return unmentioned(oneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'));
}

/** Formats a text as code; in a table a vertical bar has to be escaped even there. */
export function code(text: string, isInTable = true): string {
    const line = oneLine(text);
    const longest = Math.max(0, ...Array.from(line.matchAll(/`+/g), ([run]) => run.length));
    const fence = '`'.repeat(longest + 1);
    const inside = isInTable ? line.replaceAll('|', '\\|') : line;
    const gap = /^`|`$|^ .* $/.test(inside) || inside === '' ? ' ' : '';
    return `${fence}${gap}${inside}${gap}${fence}`;
}

/** A zero-width space keeps `@name` from mentioning someone, and `#1` from linking to an issue. */
function unmentioned(text: string): string {
    return text.replace(/[@#](?=\w)/g, '$&&#8203;');
}

function oneLine(text: string): string {
    return printable(text)
        .replace(/\p{Cs}/gu, '\ufffd')
        .replace(/\s+/g, ' ')
        .trim();
}
