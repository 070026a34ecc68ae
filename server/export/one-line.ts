/**
 * Text for a comment that ends with its line. What a policy can name may have line breaks, which would make the rest of it
 * code for the tool that reads the export, or a backslash at its end, which joins the next line to the comment in C.
 */
export function oneLine(text: string): string {
    return text.replace(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').replace(/(\\|\?\?\/) ?$/, '$1.');
}
