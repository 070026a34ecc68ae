/** Prints a report for a terminal, within its width and with what it supports. */
import { type ReportContext, placeOf } from './context.js';
import type { Block, Entry, Label, Text } from './document.js';
import { excerpt } from './excerpt.js';
import { hang, printable } from '../terminal/layout.js';
import { printRows } from './rows.js';
import { printRule } from './rule.js';
import { printTrace } from './session.js';
import { colorOf, signOf, type Style } from '../terminal/style.js';

/** The blocks as lines; empty for a block that a terminal does not show. */
export function printed(blocks: readonly Block[], context: ReportContext, left = ''): string[] {
    const lines: string[] = [];
    let before: Block | undefined;
    for (const block of blocks) {
        const own = linesOf(block, context, left);
        if (own.length > 0) {
            lines.push(...(before && isApart(before, block) ? [''] : []), ...own);
            before = block;
        }
    }
    return lines;
}

/** The lines as a text; empty if there are none. */
export function printedText(blocks: readonly Block[], context: ReportContext): string {
    const lines = printed(blocks, context);
    return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

const TIGHT: ReadonlySet<Block['kind']> = new Set(['note', 'list', 'rule']);

/** What stands directly below a sentence, although it has space behind it. */
const FOLLOWS: ReadonlySet<Block['kind']> = new Set(['excerpt', 'code']);

function isApart(before: Block, block: Block): boolean {
    const [last, first] = [edgeOf(before, -1), edgeOf(block, 0)];
    return before.kind !== 'heading' && !(TIGHT.has(last.kind) && (TIGHT.has(first.kind) || FOLLOWS.has(first.kind)));
}

function edgeOf(block: Block, at: 0 | -1): Block {
    const inner = block.kind === 'group' ? block.blocks.at(at) : undefined;
    return inner ? edgeOf(inner, at) : block;
}

function linesOf(block: Block, context: ReportContext, left: string): string[] {
    const { style } = context;
    const text = (of: Text): string => plain(of, context);
    switch (block.kind) {
        case 'title':
        case 'table':
            return [];
        case 'heading': {
            const head = `${style.bold(printable(block.text))}${block.about === undefined ? '' : '  '}`;
            return hang(left + head, printable(block.about ?? ''), { ...style, rest: `${left}  `, color: style.dim });
        }
        case 'text':
        case 'note': {
            const color = block.look === 'soft' ? style.dim : block.look === 'strong' ? style.bold : undefined;
            return hang(left + headOf(block.label, ' ', style), text(block.text), {
                width: style.width,
                ...(block.label?.code !== undefined && { rest: `${left}  ` }),
                ...(color && { color })
            });
        }
        case 'list':
            return block.items.flatMap((item) => hang(`${left}${style.signs.separator} `, text(item), style));
        case 'code':
            return block.text.split('\n').map((line) => left + printable(line));
        case 'excerpt':
            return excerptLines(block, context, left);
        case 'rule':
            return printRule(block.rule, `${left}  `, context);
        case 'session':
            return printTrace(block.trace, left.length, context);
        case 'group':
            return printed(block.blocks, context, `${left}  `);
        case 'rows':
            return printRows(block.rows, context, text, left);
        case 'entry':
            return entryLines(block, context, left);
    }
}

/** The gutter of an excerpt is to the left of the texts around it. */
function excerptLines(
    { at, mark }: Extract<Block, { kind: 'excerpt' }>,
    context: ReportContext,
    left: string
): string[] {
    const { style, textOf } = context;
    const text = textOf(at.uri);
    const outer = left.slice(2);
    const narrowed = { ...style, width: style.width - outer.length };
    const underline = mark && { underline: colorOf(mark, style) };
    return text === undefined
        ? []
        : excerpt(text, at, placeOf(at, context), narrowed, { ...underline }).map((line) =>
              line === '' ? line : outer + line
          );
}

/** Messages have a code, and their text is not further to the right than their own excerpt. */
function entryLines({ label, title, blocks, group }: Entry, context: ReportContext, left: string): string[] {
    const { style } = context;
    const head = hang(left + headOf(label, ': ', style), plain(title, context), {
        width: style.width,
        rest: `${left}  `,
        color: style.bold
    });
    const lines = printed(blocks, context, `${left}${group === 'message' ? '  ' : '    '}`);
    return [...head, ...lines];
}

/** @param colon what is behind a code */
function headOf(label: Label | undefined, colon: ': ' | ' ', style: Style): string {
    if (!label) {
        return '';
    }
    const { tone, word, code } = label;
    const color = colorOf(tone, style);
    if (code !== undefined) {
        return `${color(`${word}[${code}]`)}${colon}`;
    }
    const sign = signOf(tone, style);
    return word === undefined
        ? `${color(sign)} `
        : `${tone === 'none' ? style.bold(word) : color(`${sign} ${word}`)}  `;
}

function plain(text: Text, context: ReportContext): string {
    const parts = typeof text === 'string' ? [text] : text;
    return parts
        .map((part) =>
            typeof part === 'string'
                ? printable(part)
                : 'code' in part
                  ? printable(part.code)
                  : placeOf(part.place, context)
        )
        .join('');
}
