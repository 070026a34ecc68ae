/** Measures texts, as `length of` and `bytes of` do. */

/** Counts characters (code points), not UTF-16 code units. */
export function charactersIn(text: string): number {
    let seconds = 0;
    for (let index = 0; index < text.length; index++) {
        if (text.codePointAt(index)! > 0xffff) {
            seconds++;
            index++;
        }
    }
    return text.length - seconds;
}

/** Counts the bytes of the text in UTF-8. A surrogate alone counts as the character that encoders write instead. */
export function bytesIn(text: string): number {
    let bytes = 0;
    for (let index = 0; index < text.length; index++) {
        const character = text.codePointAt(index)!;
        bytes += bytesOf(character);
        index += character > 0xffff ? 1 : 0;
    }
    return bytes;
}

function bytesOf(character: number): number {
    return character <= 0x7f ? 1 : character <= 0x7ff ? 2 : character <= 0xffff ? 3 : 4;
}
