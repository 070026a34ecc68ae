/**
 * Writes text for a comment that ends at the end of its line. Names in a policy may contain line breaks, which would
 * turn the rest into code for the tool that reads the export, or end in a backslash, which joins the next line to the
 * comment in C.
 */
export function oneLine(text: string): string {
    return text.replace(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').replace(/(\\|\?\?\/) ?$/, '$1.');
}
