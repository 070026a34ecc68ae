/** The words of a line as a POSIX shell splits it, if it has only words and quotes; undefined for an open quote. */
export function wordsOf(line: string): readonly string[] | undefined {
    const words: string[] = [];
    const part = /'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|([^\s'"\\]+)|(\s+)/gy;
    let word: string | undefined;
    while (part.lastIndex < line.length) {
        const match = part.exec(line);
        if (!match) {
            return undefined;
        }
        const [, single, double, escaped, plain, blank] = match;
        if (blank !== undefined) {
            if (word !== undefined) {
                words.push(word);
            }
            word = undefined;
        } else {
            word = (word ?? '') + (single ?? double?.replace(/\\([\\"$`\n])/g, '$1') ?? escaped ?? plain);
        }
    }
    return word === undefined ? words : [...words, word];
}
