/** The lines of a source text that a message concerns, with the relevant part underlined. */
import type { Source } from '../../model/policy/policy.js';
import { characterWidth, printable } from '../terminal/layout.js';
import type { Style } from '../terminal/style.js';

const TAB = '    ';
/** The maximum number of lines; the first lines of a long range suffice to recognize it. */
const MAX_LINES = 4;

export interface ExcerptOptions {
    /** Colours the underline; without this function there is no underline, because the range is only for reading. */
    readonly underline?: (text: string) => string;
}

/**
 * ```
 *    ┌─ mail.guardrail:9:18
 *  9 │ allow assistant: mail.raed
 *    │                  ^^^^^^^^^
 * ```
 */
export function excerpt(text: string, source: Source, place: string, style: Style, options: ExcerptOptions): string[] {
    const lines = linesOf(text, source.start.line, source.end.line);
    const numberWidth = String(source.start.line + lines.length).length;
    const gutter = (label: string): string => style.dim(`${label.padStart(numberWidth + 1)} ${style.signs.bar} `);
    const room = style.width - numberWidth - 4;
    const shown: string[] = [`${' '.repeat(numberWidth + 2)}${style.dim(style.signs.corner)} ${place}`];
    lines.slice(0, MAX_LINES).forEach((line, i) => {
        const number = source.start.line + i;
        const from = i === 0 ? source.start.character : indentOf(line);
        const to = number === source.end.line ? source.end.character : line.length;
        const view = window(line, from, Math.max(to, from + 1), room, style.signs.ellipsis);
        shown.push(gutter(String(number + 1)) + view.text.trimEnd());
        if (options.underline) {
            shown.push(gutter('') + ' '.repeat(view.start) + options.underline('^'.repeat(view.length)));
        }
    });
    if (lines.length > MAX_LINES) {
        shown.push(gutter('') + style.dim(style.signs.ellipsis));
    }
    return shown.map((line) => line.trimEnd());
}

/** Reads only the requested lines, so that a long text is not split completely. */
function linesOf(text: string, first: number, last: number): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let number = 0; number <= last && start <= text.length; number++) {
        const end = text.indexOf('\n', start);
        const stop = end < 0 ? text.length : end;
        if (number >= first) {
            lines.push(text.slice(start, stop).replace(/\r$/, ''));
        }
        start = stop + 1;
    }
    // An error at the end of the file may be after the last line.
    return lines.length === 0 ? [''] : lines;
}

function indentOf(line: string): number {
    return /^\s*/.exec(line)?.[0].length ?? 0;
}

interface View {
    readonly text: string;
    /** The column at which the underline starts. */
    readonly start: number;
    readonly length: number;
}

/** The part of a line that fits into `room` columns and contains the beginning of the marked part. */
function window(line: string, from: number, to: number, room: number, ellipsis: string): View {
    // Long lines are cut before they are measured: one line may be the whole file.
    const margin = Math.max(0, from - room * 2);
    const near = line.slice(margin, Math.min(line.length, from + room * 2));
    const cells: string[] = [];
    let start = 0;
    let end = 0;
    let index = margin;
    for (const character of near) {
        if (index === from) {
            start = cells.length;
        }
        addCells(cells, character);
        index += character.length;
        if (index <= to) {
            end = cells.length;
        }
    }
    if (index <= from) {
        start = cells.length;
    }
    const length = Math.max(1, end - start);
    const fits = margin === 0 && near.length === line.length && cells.length <= room;
    if (fits) {
        return { text: cells.join(''), start, length };
    }
    const isNearStart = margin === 0 && start + Math.min(length, 20) <= room - ellipsis.length;
    const first = isNearStart ? 0 : Math.max(0, start - 8);
    const isCutBefore = margin > 0 || first > 0;
    const before = isCutBefore ? ellipsis : '';
    const isCutAfter = margin + near.length < line.length || cells.length - first > room - before.length;
    const after = isCutAfter ? ellipsis : '';
    const visible = cells.slice(first, first + room - before.length - after.length);
    const column = start - first + before.length;
    return {
        text: before + visible.join('') + after,
        start: column,
        length: Math.max(1, Math.min(length, room - after.length - column))
    };
}

/** The characters of each column: a wide character takes two columns, a combining one joins the previous one. */
function addCells(cells: string[], character: string): void {
    if (character === '\t') {
        cells.push(...TAB);
        return;
    }
    const safe = printable(character);
    const width = characterWidth(safe);
    if (width === 0 && cells.length > 0) {
        cells[cells.length - 1] += safe;
    } else if (width > 0) {
        cells.push(safe, ...(width === 2 ? [''] : []));
    }
}
