/**
 * Reads the JSON values of a log one after the other, in memory that does not grow with the log. Each line is a value;
 * if the first line is not a complete value, the whole log is one document, whose parts are the values.
 */
import { isUtf8 } from 'node:buffer';
import { JSONParser } from '@streamparser/json';
import { parse, type ParseError, printParseErrorCode } from 'jsonc-parser';
import { isTooDeep, MOST_DEPTH, TOO_DEEP } from '../../../gateway/json.js';
import { CodedError } from '../../../workspace/errors.js';
import type { Place } from './formats/format.js';
import { replayLimit } from './limits.js';

export interface ValueListener {
    /** Called for each line before it is parsed. */
    line?(text: string, place: Place): void;
    value(value: unknown, place: Place): void;
    /** @param problem called only for the places that are shown, since finding the problem may take long */
    unreadable(place: Place, problem: () => Problem): void;
    /** Called between two chunks: `lines` is the number of lines so far. */
    progress(lines: number): void;
}

/** The reason why a value cannot be read. `column` counts UTF-16 code units, starting at one. */
export interface Problem {
    readonly code: string;
    readonly column: number;
    readonly message: string;
}

const NEWLINE = 0x0a;
/** The parts that are passed on as soon as they are read: elements of a list, and messages and spans of an object. */
const PARTS = {
    '[': ['$.*'],
    '{': ['$.messages.*', '$.input.*', '$.output.*', '$.resourceSpans.*.scopeSpans.*.spans.*']
} as const;

/**
 * Throws a `CodedError` for an input that is not a text, and for a document that is invalid from its start.
 * @param name the display name of the input
 */
export async function readValues(chunks: AsyncIterable<Buffer>, name: string, listener: ValueListener): Promise<void> {
    const start = new Start(name);
    let reader: LineReader | DocumentReader | undefined;
    for await (const chunk of chunks) {
        if (reader) {
            reader.write(chunk);
            listener.progress(reader.lines);
            continue;
        }
        const kind = start.take(chunk);
        if (kind !== undefined) {
            reader = readerFor(kind);
            reader.write(start.bytes());
        }
    }
    if (!reader) {
        reader = readerFor(start.atEnd());
        reader.write(start.bytes());
    }
    reader.end();
    listener.progress(reader.lines);

    function readerFor(kind: Kind): LineReader | DocumentReader {
        return kind === 'lines' ? new LineReader(listener) : new DocumentReader(name, kind, listener);
    }
}

/** The kind of a log: lines, or a document that starts with `[` or `{`. */
type Kind = 'lines' | keyof typeof PARTS;

/** The beginning of a log, until its format is clear. */
class Start {
    private readonly parts: Buffer[] = [];
    private length = 0;
    private readonly most = replayLimit('lineBytes');

    constructor(private readonly name: string) {}

    bytes(): Buffer {
        const bytes = Buffer.concat(this.parts);
        return bytes.subarray(0, MARK.length).equals(MARK) ? bytes.subarray(MARK.length) : bytes;
    }

    take(chunk: Buffer): Kind | undefined {
        if (this.length < SNIFFED) {
            this.assertText(Buffer.concat([...this.parts, chunk]).subarray(0, SNIFFED));
        }
        this.parts.push(chunk);
        this.length += chunk.length;
        if (this.length > this.most) {
            const [first = ''] = this.firstLines(1);
            return first.startsWith('[') ? '[' : first.startsWith('{') ? '{' : 'lines';
        }
        return chunk.includes(NEWLINE) ? kindOf(this.firstLines(2)) : undefined;
    }

    atEnd(): Kind {
        this.parts.push(Buffer.from('\n'));
        return kindOf(this.firstLines(2)) ?? 'lines';
    }

    /** The first complete lines that are not blank, trimmed. */
    private firstLines(most: number): string[] {
        const bytes = this.bytes();
        const lines: string[] = [];
        let from = 0;
        for (let at = bytes.indexOf(NEWLINE); at >= 0 && lines.length < most; at = bytes.indexOf(NEWLINE, from)) {
            const line = bytes.toString('utf8', from, at).trim();
            lines.push(...(line === '' ? [] : [line]));
            from = at + 1;
        }
        return lines.length === 0 && bytes.length > this.most ? [bytes.toString('utf8', 0, 64).trim()] : lines;
    }

    private assertText(start: Buffer): void {
        // The last character may be cut off.
        const isText = [0, 1, 2, 3].some((cut) => isUtf8(start.subarray(0, Math.max(0, start.length - cut))));
        if (start.includes(0) || !isText) {
            throw new CodedError(
                'GR930',
                `${this.name} is not a log: it is a binary file`,
                'Name a log of JSON in UTF-8. The name of a compressed one ends in .gz.'
            );
        }
    }
}

const SNIFFED = 4096;
/** The byte order mark that some programs write at the start of a text. */
const MARK = Buffer.from('\ufeff');

/** Undefined if a second line is needed to decide. */
function kindOf([first, second]: readonly string[]): Kind | undefined {
    if (first === undefined) {
        return undefined;
    }
    const opening = first.startsWith('[') ? '[' : first.startsWith('{') ? '{' : undefined;
    if (opening === undefined || isJson(first)) {
        return 'lines';
    }
    if (first === opening) {
        return opening;
    }
    return second === undefined ? undefined : isJson(second) ? 'lines' : opening;
}

function isJson(text: string): boolean {
    try {
        JSON.parse(text);
        return true;
    } catch {
        return false;
    }
}

/** Unlike `readline`, it does not keep a line that is too long, and knows if the bytes of a line are UTF-8. */
class LineReader {
    private rest: Buffer[] = [];
    private restBytes = 0;
    private readonly most = replayLimit('lineBytes');

    /** @param lines the number of lines that were read before */
    constructor(
        private readonly listener: ValueListener,
        public lines = 0
    ) {}

    write(chunk: Buffer): void {
        let from = 0;
        for (let at = chunk.indexOf(NEWLINE); at >= 0; from = at + 1, at = chunk.indexOf(NEWLINE, from)) {
            this.line(chunk.subarray(from, at));
        }
        if (from < chunk.length) {
            this.keep(chunk.subarray(from));
        }
    }

    end(): void {
        if (this.restBytes > 0) {
            this.line(Buffer.alloc(0));
        }
    }

    /** Keeps the bytes; beyond the limit, they are only counted. */
    private keep(bytes: Buffer): void {
        this.restBytes += bytes.length;
        if (this.restBytes > this.most) {
            this.rest = [];
        } else {
            // The bytes are copied, because the chunk itself is reused.
            this.rest.push(Buffer.from(bytes));
        }
    }

    private line(last: Buffer): void {
        this.lines++;
        const length = this.restBytes + last.length;
        const bytes = this.restBytes === 0 ? last : Buffer.concat([...this.rest, last]);
        this.rest = [];
        this.restBytes = 0;
        const place = { line: this.lines, path: '' };
        if (length > this.most) {
            this.listener.unreadable(place, () =>
                notJson(`the line has ${Math.round(length / 1e6)} MB, more than can be read`)
            );
            return;
        }
        const text = withoutMark(bytes.toString('utf8'));
        if (isBlank(text)) {
            return;
        }
        this.listener.line?.(text, place);
        let value: unknown;
        try {
            value = JSON.parse(text) as unknown;
        } catch {
            // The bytes are read now, because they will be reused soon.
            const isText = isUtf8(bytes);
            this.listener.unreadable(place, () => (isText ? problemIn(text) : NOT_UTF8));
            return;
        }
        if (text.includes('\ufffd') && !isUtf8(bytes)) {
            this.listener.unreadable(place, () => NOT_UTF8);
            return;
        }
        if (text.length > 2 * MOST_DEPTH && isTooDeep(value)) {
            this.listener.unreadable(place, () => DEEP);
            return;
        }
        this.listener.value(value, place);
    }
}

function notJson(message: string, column = 1): Problem {
    return { code: 'GR930', column, message };
}

const NOT_UTF8 = notJson('this is not a text in UTF-8');
const DEEP: Problem = { code: 'GR934', column: 1, message: `the value ${TOO_DEEP}` };

function withoutMark(text: string): string {
    return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function isBlank(text: string): boolean {
    return text.length < 64 && text.trim() === '';
}

/** The place where the JSON is invalid, which engines do not always report; only lines that are shown are read twice. */
function problemIn(text: string): Problem {
    const errors: ParseError[] = [];
    const end = text.trimEnd().length;
    parse(text.length > SEARCHED ? '' : text, errors, { disallowComments: true });
    const [first] = errors;
    if (text.length > SEARCHED || !first) {
        return notJson(NOT_JSON);
    }
    const isCut =
        first.offset >= end || (first.offset + first.length >= end && CUT.has(printParseErrorCode(first.error)));
    return isCut ? notJson('the JSON breaks off', end + 1) : notJson(NOT_JSON, first.offset + 1);
}

/** The errors of a number or a text that the end of the line cuts off. */
const CUT: ReadonlySet<string> = new Set(['InvalidNumberFormat', 'UnexpectedEndOfString']);
const NOT_JSON = 'this is not valid JSON';
/** The size beyond which the place is not searched for. */
const SEARCHED = 100_000;

class DocumentReader {
    lines = 1;
    private index = 0;
    private isOver = false;
    private failure: unknown;
    private readonly parser: JSONParser;
    /** Reads what follows a whole document: its lines may be separate values. */
    private rest: LineReader | undefined;

    constructor(
        private readonly name: string,
        kind: keyof typeof PARTS,
        private readonly listener: ValueListener
    ) {
        this.parser = new JSONParser({ paths: [...PARTS[kind]], keepStack: false, stringBufferSize: 65_536 });
        this.parser.onValue = ({ value, key, stack }) => {
            const path = [...stack.slice(1).map((one) => one.key), key].reduce<string>(
                (text, part) =>
                    typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${part}` : String(part),
                ''
            );
            this.index++;
            if (isTooDeep(value)) {
                this.listener.unreadable({ line: this.lines, path }, () => DEEP);
            } else {
                this.listener.value(value, { line: this.lines, path });
            }
        };
        this.parser.onError = (error) => {
            this.failure ??= error;
        };
        this.parser.onEnd = () => {
            this.isOver = true;
            if (this.index === 0) {
                this.listener.unreadable({ line: this.lines, path: '' }, () => EMPTY);
            }
        };
    }

    write(chunk: Buffer): void {
        // The text is read line by line, so that a part has a known end.
        let from = 0;
        for (let at = chunk.indexOf(NEWLINE); at >= 0 && !this.rest; from = at + 1, at = chunk.indexOf(NEWLINE, from)) {
            this.parse(chunk.subarray(from, at + 1));
            if (this.isOver && this.failure === undefined) {
                this.rest = new LineReader(this.listener, this.lines);
            }
            this.lines++;
        }
        if (this.rest) {
            this.rest.write(chunk.subarray(from));
            this.lines = Math.max(this.lines, this.rest.lines);
        } else {
            this.parse(chunk.subarray(from));
        }
    }

    end(): void {
        this.rest?.end();
        if (!this.isOver) {
            this.failAt('the document breaks off');
        }
    }

    private parse(bytes: Buffer): void {
        if (bytes.length === 0 || this.failure !== undefined) {
            return;
        }
        const isAfter = this.isOver;
        if (!isAfter || bytes.toString('latin1').trim() !== '') {
            this.parser.write(bytes);
        }
        if (this.failure !== undefined) {
            this.failAt(NOT_JSON);
        }
    }

    /** Reports that the log cannot be read from here on, or rejects it if nothing was read before. */
    private failAt(message: string): void {
        if (this.index === 0 && !this.isOver) {
            throw new CodedError(
                'GR930',
                `${this.name}:${this.lines}: ${message}`,
                'A log is JSON Lines, or one JSON document.'
            );
        }
        this.listener.unreadable({ line: this.lines, path: '' }, () => notJson(`${message}, and the rest is not read`));
        this.isOver = true;
    }
}

const EMPTY = notJson('there is no message, conversation or span in this document');
