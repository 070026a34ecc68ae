import type { CustomPatternMatcherFunc, IToken } from 'chevrotain';

/**
 * Matches a comment up to its end. An unclosed comment covers only the following lines that start with a star, so that
 * it hides no other text. If the end is missing, the text is searched for it only once.
 */
export function commentPattern(): CustomPatternMatcherFunc {
    const lines = /\/\*[^\r\n]*(?:[\r\n]+[ \t]*\*[^\r\n]*)*/y;
    let current = '';
    let endless = Infinity;
    return (text, offset) => {
        if (!text.startsWith('/*', offset)) {
            return null;
        }
        if (text !== current) {
            current = text;
            endless = Infinity;
        }
        const end = offset < endless ? text.indexOf('*/', offset + 2) : -1;
        if (end >= 0) {
            return [text.slice(offset, end + 2)] as unknown as RegExpExecArray;
        }
        endless = Math.min(endless, offset);
        lines.lastIndex = offset;
        return lines.exec(text);
    };
}

export function isUnclosedComment({ tokenType, image }: IToken): boolean {
    return tokenType.name === 'ML_COMMENT' && !(image.length > 3 && image.endsWith('*/'));
}
