/** Texts of the page in the language of the editor: the extension hands them over with the page. */
import * as l10n from '@vscode/l10n';
import type { ComponentChild } from 'preact';

let language = 'en';

/** Reads the texts that stand in the page; before the first of them is shown. */
export function readTexts(): void {
    language = document.documentElement.lang || language;
    l10n.config({ contents: document.getElementById('texts')?.textContent || '{}' });
}

/** The text with `{0}`, `{1}`, … in it as these parts, which may be elements; a translation may have them in another order. */
export function filled(text: string, ...parts: readonly ComponentChild[]): ComponentChild[] {
    // The captures of the expression are at the odd places.
    return text.split(/\{(\d+)\}/).map((piece, index) => (index % 2 === 0 ? piece : parts[Number(piece)]));
}

/** `1,204`, as the language of the page writes it. Of a count: the numbers of steps are names. */
export function numberText(value: number): string {
    return value.toLocaleString(language);
}
