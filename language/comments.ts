import type { CustomPatternMatcherFunc, IToken } from 'chevrotain';

/**
 * A comment up to its end. One without goes on over the lines that start with a star, and spoils no more than these.
 * That there is no end any more is found out once for a text.
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
