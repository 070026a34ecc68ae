/** Colours and symbols of the pretty report, limited to what the output supports. */
import picocolors from 'picocolors';

/** What a sign and a colour say about a part of a report. */
export type Tone = 'good' | 'partial' | 'warn' | 'unsure' | 'bad' | 'info' | 'none';

export interface Style {
    /** The number of columns of a line. */
    readonly width: number;
    readonly bold: (text: string) => string;
    readonly dim: (text: string) => string;
    readonly red: (text: string) => string;
    readonly green: (text: string) => string;
    readonly yellow: (text: string) => string;
    readonly cyan: (text: string) => string;
    readonly signs: Signs;
}

export interface Signs {
    readonly good: string;
    readonly bad: string;
    /** The sign for a claim that holds in the searched part. */
    readonly partial: string;
    readonly unsure: string;
    readonly warning: string;
    readonly information: string;
    readonly separator: string;
    readonly ellipsis: string;
    readonly bar: string;
    readonly corner: string;
    readonly step: string;
    readonly judged: string;
    readonly end: string;
    readonly arrow: string;
    readonly because: string;
}

const UNICODE: Signs = {
    good: '✓',
    bad: '✗',
    partial: '≈',
    unsure: '?',
    warning: '!',
    information: 'i',
    separator: '·',
    ellipsis: '…',
    bar: '│',
    corner: '┌─',
    step: '○',
    judged: '●',
    end: '└─',
    arrow: '→',
    because: '–'
};

const ASCII: Signs = {
    good: '+',
    bad: 'x',
    partial: '~',
    unsure: '?',
    warning: '!',
    information: 'i',
    separator: '-',
    ellipsis: '...',
    bar: '|',
    corner: '-->',
    step: 'o',
    judged: '*',
    end: '`-',
    arrow: '->',
    because: '-'
};

export interface StyleOptions {
    readonly color: boolean;
    readonly unicode: boolean;
    readonly width: number;
}

export function createStyle({ color, unicode, width }: StyleOptions): Style {
    const { bold, dim, red, green, yellow, cyan } = picocolors.createColors(color);
    return { width, bold, dim, red, green, yellow, cyan, signs: unicode ? UNICODE : ASCII };
}

export function colorOf(tone: Tone, style: Style): (text: string) => string {
    const { red, green, yellow, cyan, dim } = style;
    return { good: green, partial: yellow, warn: yellow, unsure: yellow, bad: red, info: cyan, none: dim }[tone];
}

export function signOf(tone: Tone, { signs }: Style): string {
    const { good, partial, warning, unsure, bad, information, because } = signs;
    return { good, partial, warn: warning, unsure, bad, info: information, none: because }[tone];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Colour only on a terminal, unless FORCE_COLOR is set; NO_COLOR and `--no-color` override everything. */
export function wantsColor(stream: { isTTY?: boolean }, environment: Environment, option: boolean): boolean {
    if (!option || environment['NO_COLOR']) {
        return false;
    }
    const forced = environment['FORCE_COLOR'];
    if (forced !== undefined) {
        return forced !== '0' && forced !== 'false';
    }
    return stream.isTTY === true && environment['TERM'] !== 'dumb';
}

/** True if the locale, or on Windows the terminal, supports more than ASCII. */
export function wantsUnicode(environment: Environment, platform: NodeJS.Platform): boolean {
    if (platform === 'win32') {
        return Boolean(environment['WT_SESSION'] ?? environment['TERM_PROGRAM'] ?? environment['CI']);
    }
    const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || '';
    // Programs on macOS that are not started from a shell have no locale, and terminals there show UTF-8.
    return /utf-?8/i.test(locale) || (locale === '' && platform === 'darwin');
}

/** A width that fits a table and is comfortable to read; 80 if the output is not a terminal. */
export function widthOfStream(stream: { isTTY?: boolean; columns?: number }): number {
    return stream.isTTY && stream.columns ? Math.min(Math.max(stream.columns, 40), 120) : 80;
}
