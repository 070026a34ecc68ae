/** Texts of the page in the language of the editor: the extension passes them to the page. */
import * as l10n from '@vscode/l10n';
import type { ComponentChild } from 'preact';

let language = 'en';

/** Reads the texts embedded in the page; to be called before the first of them is shown. */
export function readTexts(): void {
    language = document.documentElement.lang || language;
    l10n.config({ contents: document.getElementById('texts')?.textContent || '{}' });
}

/** The text with `{0}`, `{1}`, … replaced by these parts, which may be elements; a translation may reorder them. */
export function filled(text: string, ...parts: readonly ComponentChild[]): ComponentChild[] {
    // The captures of the expression are at the odd indices.
    return text.split(/\{(\d+)\}/).map((piece, index) => (index % 2 === 0 ? piece : parts[Number(piece)]));
}

/** Writes `1,204`, in the number format of the page's language. This is for counts only: step numbers are names. */
export function numberText(value: number): string {
    return value.toLocaleString(language);
}
