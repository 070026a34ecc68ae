/** Writes tables in Markdown, for printing and storing. */

/** The first column is text, the others are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
    const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
    const line = (cells: readonly string[]): string =>
        `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
    const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
    return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** Writes milliseconds with the significant digits. */
export function milliseconds(value: number | undefined): string {
    return value === undefined ? '' : number(value, value < 10 ? 1 : 0);
}

export function number(value: number, digits = 0): string {
    return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function ratio(value: number | undefined): string {
    return value === undefined ? '' : number(value, value < 10 ? 2 : 1);
}
