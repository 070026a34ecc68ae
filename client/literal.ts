/** What the author wrote, in Markdown: shown as it is. None of it is markup, an icon, or becomes a link. */
export function literal(text: string): string {
    return text.replace(/[\\`*_{}[\]()#+\-.!|<>~$&:@]/g, '\\$&');
}
