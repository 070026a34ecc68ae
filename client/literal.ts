/** Writes the author's text literally in Markdown: it then contains no markup, icons or links. */
export function literal(text: string): string {
    return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$&:@]/g, '\\$&');
}
