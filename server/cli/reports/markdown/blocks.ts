/** Writes a report as GitHub Markdown: for a comment on a pull request, or a wiki. */
import { placeOf, type ReportContext } from '../context.js';
import type { Block, Entry, Label, Rows, Text } from '../document.js';
import type { Tone } from '../../terminal/style.js';
import { comment, type Part } from './comment.js';
import { code, inHtml, inMarkdown } from './escape.js';
import { ruleText, sessionTable } from './session.js';

/** @param command the command that shows what a comment has no space for; undefined if it is not a comment */
export function markdown(blocks: readonly Block[], context: ReportContext, command?: string): string {
    const parts = blocks.flatMap((block) => partsOf(block, context));
    return command === undefined ? parts.map(wholePart).join('') : comment(parts, command);
}

function wholePart({ text, session = '', end = '' }: Part): string {
    return text + session + end;
}

export const SIGNS: { readonly [tone in Tone]: string } = {
    good: '✅',
    partial: '🟡',
    warn: '⚠️',
    unsure: '❔',
    bad: '❌',
    info: 'ℹ️',
    none: ''
};

function partsOf(block: Block, context: ReportContext): Part[] {
    switch (block.kind) {
        case 'title':
            return [{ text: `## ${inMarkdown(block.text)}\n\n`, isHead: true }];
        case 'table':
            return [
                { text: `${row(block.head)}${row(block.head.map(() => '---'))}`, isHead: true },
                ...block.rows.map((cells) => ({ text: row(cells.map((cell) => written(cell, context))) })),
                { text: '\n', isHead: true }
            ];
        case 'entry':
            return [entryPart(block, context)];
        default:
            // The totals and the conditions of a report are kept, whatever has no space.
            return [{ text: body([block], context), isHead: block.kind === 'text' && !block.label }];
    }
}

/** The sessions of an entry are dropped before the entry is. */
function entryPart({ label, title, blocks, code: number, isOpen }: Entry, context: ReportContext): Part {
    const about = label.code ?? label.word;
    const name = inSummary(title, context);
    const summary = about === undefined ? name : `${SIGNS[label.tone]} <b>${inHtml(about)}</b>: ${name}`;
    const at = blocks.findIndex(({ kind }) => kind === 'session');
    const [before, session] = at < 0 ? [blocks, []] : [blocks.slice(0, at), blocks.slice(at)];
    return {
        text: `<details${isOpen ? ' open' : ''}><summary>${summary}</summary>\n\n${body(before, context, number ?? label.code)}`,
        ...(session.length > 0 && { session: body(session, context) }),
        end: '</details>\n\n'
    };
}

/** @param number the code of the problem, which stands at its place */
function body(blocks: readonly Block[], context: ReportContext, number?: string): string {
    return blocks.map((block) => paragraph(block, context, number)).join('');
}

function paragraph(block: Block, context: ReportContext, number: string | undefined): string {
    switch (block.kind) {
        case 'heading': {
            const about = block.about === undefined ? '' : ` ${inMarkdown(block.about)}`;
            return `### ${inMarkdown(block.text)}${about}\n\n`;
        }
        case 'text':
        case 'note':
            return `${block.label ? `${labelText(block.label)} ` : ''}${looks(written(block.text, context), block.look)}\n\n`;
        case 'list':
            return `${block.items.map((item) => `- ${written(item, context)}\n`).join('')}\n`;
        case 'code':
            return `${block.text.replace(/^/gm, '    ')}\n\n`;
        case 'excerpt': {
            const what = [block.text === undefined ? undefined : code(block.text, false), number];
            const place = `at ${code(placeOf(block.at, context), false)}`;
            return `${[...what, place].filter((part) => part !== undefined).join(' ')}\n\n`;
        }
        case 'rule':
            return `- ${ruleText(block.rule, context)}\n\n`;
        case 'session':
            return `${sessionTable(block.trace, context, block.judged)}\n`;
        case 'group':
            return body(block.blocks, context, number);
        case 'rows':
            return table(block, context);
        case 'title':
        case 'table':
        case 'entry':
            return partsOf(block, context).map(wholePart).join('');
    }
}

function table({ columns, rows }: Rows, context: ReportContext): string {
    const lines = rows.map(({ tone, word, text, rests = '', below = [] }) => {
        const parts = below.map((one) => `${inMarkdown(one.word)}: ${written(one.text, context)}`);
        const cells = [
            `${SIGNS[tone]} ${inMarkdown(word)}`.trim(),
            written(text, context),
            parts.join('<br>') || inMarkdown(rests)
        ];
        return row(cells.slice(0, columns.length));
    });
    return `${row(columns)}${row(columns.map(() => '---'))}${lines.join('')}\n`;
}

function row(cells: readonly string[]): string {
    return `| ${cells.join(' | ')} |\n`;
}

function labelText({ tone, word, code: number }: Label): string {
    const about = number ?? word;
    return [SIGNS[tone], ...(about === undefined ? [] : [`**${inMarkdown(about)}**`])].join(' ');
}

function looks(text: string, look: 'soft' | 'strong' | undefined): string {
    return look === 'soft' ? `<sub>${text}</sub>` : look === 'strong' ? `**${text}**` : text;
}

function written(text: Text, context: ReportContext): string {
    return joined(text, context, inMarkdown, code);
}

function inSummary(text: Text, context: ReportContext): string {
    return joined(text, context, inHtml, (part) => `<code>${inHtml(part)}</code>`);
}

/** @param words escapes words, which trims them: the spaces between them and code are kept here */
function joined(
    text: Text,
    context: ReportContext,
    words: (text: string) => string,
    inCode: (text: string) => string
): string {
    return (typeof text === 'string' ? [text] : text)
        .map((part) =>
            typeof part === 'string'
                ? `${/^ /.test(part) ? ' ' : ''}${words(part)}${/ $/.test(part) ? ' ' : ''}`
                : inCode('code' in part ? part.code : placeOf(part.place, context))
        )
        .join('');
}
