/** Finds one text inside another in linear time, since an agent may choose both. */

/** The engine searches for parts up to this length; it takes at most this many steps for each character. */
const SHORT = 128;

/** True if the text contains the part (Knuth, Morris and Pratt 1977). */
export function containsText(text: string, part: string): boolean {
    if (part.length <= SHORT || part.length > text.length) {
        return text.includes(part);
    }
    const borders = bordersOf(part);
    let matched = 0;
    for (let index = 0; index < text.length; index++) {
        while (matched > 0 && text[index] !== part[matched]) {
            matched = borders[matched - 1]!;
        }
        matched += text[index] === part[matched] ? 1 : 0;
        if (matched === part.length) {
            return true;
        }
    }
    return false;
}

/** For each prefix of the part, the length of its longest proper suffix that is also a prefix. */
function bordersOf(part: string): Int32Array {
    const borders = new Int32Array(part.length);
    let length = 0;
    for (let index = 1; index < part.length; index++) {
        while (length > 0 && part[index] !== part[length]) {
            length = borders[length - 1]!;
        }
        length += part[index] === part[length] ? 1 : 0;
        borders[index] = length;
    }
    return borders;
}
