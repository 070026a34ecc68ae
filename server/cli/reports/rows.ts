/** Prints lines in columns: a sign with a word, a text that may be cut, and on the right what it rests on. */
import type { ReportContext } from './context.js';
import type { Row, Text } from './document.js';
import { hang, padEnd, printable, widthOf } from '../terminal/layout.js';
import { colorOf, signOf, type Style } from '../terminal/style.js';

interface PrintedRow extends Row {
    readonly text: string;
    readonly brief: string;
}

/** The width of the words of the lines below a row. */
const BELOW = 15;
const SHORTEST_TEXT = 16;

export function printRows(
    rows: readonly Row[],
    { style, verbose = false }: ReportContext,
    textOf: (text: Text) => string,
    left: string
): string[] {
    const printing = rows.map((row): PrintedRow => ({
        ...row,
        text: textOf(row.text),
        brief: textOf(row.brief ?? row.text)
    }));
    const words = Math.max(0, ...printing.map(({ word }) => widthOf(word)));
    const short = printing.map((row) => (row.isCut ? shortened(row, words, style) : row));
    const texts = short.map(({ text }) => text);
    return printing.flatMap((row, index) => {
        // Rows that look the same when they are cut are not cut.
        const isTold = texts.indexOf(texts[index]!) === texts.lastIndexOf(texts[index]!);
        return [
            ...firstLine(verbose || !isTold ? row : short[index]!, words, style),
            ...secondLine(row, words, style),
            ...(row.below ?? []).flatMap(({ tone, word, text }) =>
                hang(`      ${padEnd(word, BELOW)} `, textOf(text), { width: style.width, color: colorOf(tone, style) })
            )
        ].map((line) => left + line);
    });
}

/** The row on one line: without the time if necessary, and with a shorter text. */
function shortened(row: PrintedRow, words: number, style: Style): PrintedRow {
    const { text: whole, brief, time, rests = '', tone } = row;
    const room = style.width - (2 + widthOf(signOf(tone, style)) + 1 + words + 2);
    if (widthOf(whole) <= room) {
        const timeless = time === undefined ? rests : rests.slice(0, -time.length);
        const isTight = widthOf(whole) + 2 + widthOf(rests) > room;
        return isTight && widthOf(whole) + 2 + widthOf(timeless) <= room ? { ...row, rests: timeless } : row;
    }
    const most = Math.max(SHORTEST_TEXT, room - widthOf(rests) - widthOf(style.signs.ellipsis) - 3);
    if (widthOf(brief) <= most) {
        return { ...row, text: brief };
    }
    let text = '';
    for (const character of brief) {
        if (widthOf(text + character) > most) {
            break;
        }
        text += character;
    }
    return { ...row, text: `${text.trimEnd()} ${style.signs.ellipsis}` };
}

function firstLine({ tone, word, text, rests = '' }: PrintedRow, words: number, style: Style): string[] {
    const left = `  ${colorOf(tone, style)(`${signOf(tone, style)} ${padEnd(word, words)}`)}  `;
    const lines = hang(left, text, style);
    const last = lines.at(-1) ?? '';
    const gap = style.width - widthOf(last) - widthOf(rests);
    if (rests === '') {
        return lines;
    }
    return gap >= 2
        ? [...lines.slice(0, -1), last + ' '.repeat(gap) + style.dim(rests)]
        : [...lines, ' '.repeat(Math.max(0, style.width - widthOf(rests))) + style.dim(rests)];
}

function secondLine({ tone, second }: Row, words: number, style: Style): string[] {
    if (!second) {
        return [];
    }
    const indent = ' '.repeat(2 + widthOf(signOf(tone, style)) + 1 + words + 2);
    const lines = hang(indent, printable(second.text), { width: style.width });
    const isCut = lines.length > 1 && !second.isWhole;
    return (isCut ? [clipped(lines[0]!, style)] : lines).map(style.dim);
}

function clipped(line: string, { width, signs }: Style): string {
    const words = line.split(' ');
    while (widthOf(`${words.join(' ')} ${signs.ellipsis}`) > width) {
        words.pop();
    }
    return `${words.join(' ')} ${signs.ellipsis}`;
}
