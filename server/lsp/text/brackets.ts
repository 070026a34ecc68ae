/** The brackets of the language, each with its closing bracket. */
export const CLOSING: { readonly [bracket: string]: string } = { '(': ')', '[': ']', '{': '}' };

const CLOSE: ReadonlySet<string> = new Set(Object.values(CLOSING));

export function isClosing(text: string): boolean {
    return CLOSE.has(text);
}
