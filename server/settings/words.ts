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

/**
 * True for a line of commands that consist of words and quoted words only, between `;`, `|`, `&&` and `||`, so that every
 * shell and every client that splits lines reads the same commands.
 */
export function isPlainLine(line: string): boolean {
    const bare = line.replace(/'[^'\r\n]*'|"[^"$`\\!\r\n]*"/g, 'q').replaceAll('&&', ';');
    return (
        !/[$`<>(){}*?[\]~#!\\"'&\r\n]|\|&/.test(bare) &&
        !/(?:^|[;|])\s*(?:\w+\+?=|(?:case|coproc|do|done|elif|else|esac|fi|for|function|if|in|select|then|until|while)\b)/.test(
            bare
        )
    );
}
