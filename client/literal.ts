/** The author's text in Markdown, shown literally: it contains no markup, icons or links. */
export function literal(text: string): string {
    return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$&:@]/g, '\\$&');
}
