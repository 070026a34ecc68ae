/** Writes the few Markdown elements that hovers consist of. */
import { type AstNode, AstUtils, UriUtils } from 'langium';
import { firstWordOf } from '../../../../language/lower/context.js';

export function codeBlock(text: string): string {
    return `\`\`\`guardrail\n${text}\n\`\`\``;
}

/** Joins paragraphs; empty and absent ones are omitted. */
export function paragraphs(...parts: readonly (string | false | undefined)[]): string {
    return parts.filter((part) => part !== undefined && part !== false && part !== '').join('\n\n');
}

/** A list of at most `max` bullets, and the number of others. */
export function bullets(lines: readonly string[], max: number): string {
    const more = lines.length - max;
    return [...lines.slice(0, max).map((line) => `- ${line}`), ...(more > 0 ? [`- … and ${more} more`] : [])].join(
        '\n'
    );
}

export function inlineCode(text: string): string {
    const fence = text.includes('`') ? '``' : '`';
    return fence === '`' ? `\`${text}\`` : `\`\` ${text} \`\``;
}

/**
 * Writes text about a session literally: an attacker chooses the values in it, and no address in them may become a
 * link. Text in backticks stays code.
 */
export function plain(text: string): string {
    return text
        .split(/(`[^`]*`)/)
        .map((part, index) => (index % 2 === 1 ? part : part.replace(/[\\*_<>[\]]|:(?=\/\/)/g, '\\$&')))
        .join('');
}

/** Writes `mail.guardrail:9` as a link that opens the line. */
export function placeLink(node: AstNode): string {
    const uri = AstUtils.getDocument(node.$cstNode?.root.astNode ?? node).uri;
    const line = (firstWordOf(node)?.range.start.line ?? 0) + 1;
    return `[${UriUtils.basename(uri)}:${line}](${uri.toString()}#L${line})`;
}
