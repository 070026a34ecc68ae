/**
 * A report for people as a tree. A command builds it once from its result; a printer for each format writes it, and
 * escapes all of its texts: `terminal.ts`, `markdown/blocks.ts` and `html/blocks.ts`.
 */
import type { RuleReference, Trace } from '../../checker/results/result.js';
import type { Source } from '../../model/policy/policy.js';
import type { Tone } from '../terminal/style.js';
import type { Severity } from '../../workspace/diagnostics.js';

/** A text, or its parts: text, code, and the places of sources. */
export type Text = string | readonly (string | { readonly code: string } | { readonly place: Source })[];

/** The beginning of a line: a sign with a word, or a severity with a code, such as `error[GR102]`. */
export interface Label {
    readonly tone: Tone;
    readonly word?: string;
    readonly code?: string;
}

export type Block =
    /** The title of a whole report, which a terminal does not show. */
    | { readonly kind: 'title'; readonly text: string }
    /** The beginning of a section; `about` is a remark behind it. */
    | { readonly kind: 'heading'; readonly text: string; readonly about?: string; readonly tone?: Tone }
    /** A paragraph, or a note: a sentence without space between it and the notes around it. */
    | { readonly kind: 'text' | 'note'; readonly text: Text; readonly label?: Label; readonly look?: 'soft' | 'strong' }
    | { readonly kind: 'list'; readonly items: readonly Text[] }
    /** A table without details, which a terminal does not show. */
    | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly Text[])[] }
    /** Lines to copy as they are. */
    | { readonly kind: 'code'; readonly text: string }
    /** The lines of a source; `mark` underlines the part. `text` stands for them where lines are not shown. */
    | { readonly kind: 'excerpt'; readonly at: Source; readonly text?: string; readonly mark?: Tone }
    | { readonly kind: 'rule'; readonly rule: RuleReference }
    /** @param of the subject of the session */
    | { readonly kind: 'session'; readonly trace: Trace; readonly of: string; readonly judged?: string }
    /** Blocks that belong to the one before them. */
    | { readonly kind: 'group'; readonly blocks: readonly Block[] }
    | Rows
    | Entry;

/** Lines in columns: a sign with a word, a text, and what it rests on. */
export interface Rows {
    readonly kind: 'rows';
    /** The names of the columns, for formats with tables. */
    readonly columns: readonly string[];
    readonly rows: readonly Row[];
}

export interface Row {
    readonly tone: Tone;
    readonly word: string;
    readonly text: Text;
    /** A shorter text, for a line that has no space for the other one. */
    readonly brief?: string;
    /** What is shown at the end of the line, and the end of it, which may be dropped. */
    readonly rests?: string;
    readonly time?: string;
    /** True if the text may be cut, because nothing about the row is wrong. */
    readonly isCut?: boolean;
    /** The line below the text; it is cut unless it is `isWhole`. */
    readonly second?: { readonly text: string; readonly isWhole: boolean };
    /** Lines below it, with a word each. */
    readonly below?: readonly { readonly tone: Tone; readonly word: string; readonly text: Text }[];
    readonly group?: Group;
    /** The `id` of the entry that has the details. */
    readonly entry?: string;
}

/** What a page can be filtered by. */
export type Group = 'message' | 'claim' | 'scenario' | 'finding';

/** A claim, problem or difference, with its details. */
export interface Entry {
    readonly kind: 'entry';
    readonly label: Label;
    readonly title: Text;
    readonly blocks: readonly Block[];
    readonly group?: Group;
    /** A name that is unique in the report. */
    readonly id?: string;
    /** The code of a problem whose label has a word. */
    readonly code?: string;
    /** True if its blocks are shown without being asked for. */
    readonly isOpen?: boolean;
}

const SEVERITY_TONES: { readonly [severity in Severity]: Tone } = {
    error: 'bad',
    warning: 'warn',
    information: 'info',
    hint: 'info'
};

/** The label of a problem with a code. */
export function severityLabel(severity: Severity, code: string): Label {
    return { tone: SEVERITY_TONES[severity], word: severity, code };
}

export function note(text: Text, look?: 'soft' | 'strong'): Block {
    return { kind: 'note', text, ...(look && { look }) };
}

export function group(...blocks: readonly Block[]): Block {
    return { kind: 'group', blocks };
}

/** A text in which names and statements between backquotes are code. */
export function withCode(text: string): Text {
    return text.split(/`([^`]*)`/).map((part, index) => (index % 2 === 1 ? { code: part } : part));
}
