/** Builds HTML from parts: everything that is not `Html` is text, and is shown unchanged. */
import { printable } from '../../terminal/layout.js';

export class Html {
    /** @param text HTML that needs no escaping */
    constructor(readonly text: string) {}
}

type Part = Html | string | number | undefined | readonly Part[];

/** An HTML template without its indentation; inserted values are escaped, in elements and in quoted attributes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
    return new Html(
        strings
            .map((text, index) => text.replace(/\n\s+/g, '\n') + (index < parts.length ? written(parts[index]) : ''))
            .join('')
    );
}

export const NOTHING = new Html('');

function written(part: Part): string {
    if (part instanceof Html) {
        return part.text;
    }
    if (typeof part === 'object') {
        return part.map(written).join('');
    }
    return part === undefined ? '' : escaped(String(part));
}

const ENTITIES: { readonly [character: string]: string } = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;'
};

function escaped(text: string): string {
    return printable(text)
        .replace(/\p{Cs}|[\ufffe\uffff]/gu, '\ufffd')
        .replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
