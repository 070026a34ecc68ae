/** At most `length` characters, the last of them an ellipsis where something is left out. */
export function shorten(text: string, length: number): string {
    return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
