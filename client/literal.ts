/** The author's text in Markdown, shown literally: none of it is markup, an icon, or a link. */
export function literal(text: string): string {
    return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$&:@]/g, '\\$&');
}
