/** Tests that each name of the language is offered where it is used, even if the text ends there. */
import { describe, expect, test } from 'vitest';
import type { CompletionItem } from 'vscode-languageserver';
import { CURSOR, open } from '../../support.js';
import { cases } from './cases.js';

interface Place {
    readonly name: string;
    readonly before: string;
    readonly after: string;
}

/** The texts before and after each use of the name in the first file. */
function places(marked: string): Place[] {
    const found: Place[] = [];
    const plain = (text: string): string => text.replace(/[«»‹›]/g, '');
    for (const match of marked.matchAll(/‹([^›]*)›/g)) {
        const after = marked.slice(match.index + match[0].length);
        found.push({ name: match[1]!, before: plain(marked.slice(0, match.index)), after: plain(after) });
    }
    return found;
}

/**
 * The inserted text. For `server.tool` this includes the parts; what follows a name, as in `key: ` or `risky tools`, is
 * left out.
 */
function namesOf({ label, textEdit, filterText }: CompletionItem): string[] {
    const text = (filterText ?? label).replace(/: ?$| tools$/, '');
    return [text, label, textEdit?.newText ?? '', ...text.split('.'), text.replace(/\.[^.]*$/, '')];
}

describe.each(cases)('$title', ({ files }) => {
    const [path, marked] = Object.entries(files)[0]!;
    const others = Object.fromEntries(
        Object.entries(files)
            .slice(1)
            .map(([other, text]) => [other, text.replace(/[«»‹›]/g, '')])
    );

    test.each([
        ['with the text that follows', ({ before, after }: Place) => before + CURSOR + after],
        ['at the end of the text', ({ before }: Place) => before + CURSOR]
    ])('%s', async (title, mark) => {
        const missing: string[] = [];
        for (const place of places(marked)) {
            const isImport = /^import \{ $/m.test(place.before) && place.after.includes('from "');
            const isDeclared = Object.keys(others).length > 0 || place.before.includes(place.name);
            if (title.includes('end') && (isImport || !isDeclared)) {
                // The file of the names is not known yet, or the declaration comes later.
                continue;
            }
            const { services, document, params } = await open({ [path]: mark(place), ...others });
            const list = await services.lsp.CompletionProvider!.getCompletion(document, params);
            if (!list?.items.some((item) => namesOf(item).includes(place.name))) {
                missing.push(`${place.before.split('\n').at(-1)}<|>${place.after.split('\n')[0]}`);
            }
        }
        expect(missing).toEqual([]);
    });
});
