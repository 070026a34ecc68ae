/** What the trace view and the extension say to each other. */
import type { ClaimResult, ShowSessionParams, Trace } from '../../server/lsp/protocol.js';
import type { Tone } from '../verdicts.js';

type Source = ClaimResult['source'];

/** All that the view shows of one claim, scenario or finding. */
export interface SessionContent {
    readonly subject: ShowSessionParams;
    readonly policy: string;
    /** `outdated`: this is how it stood before; `note` says why it is not known now. */
    readonly freshness: 'current' | 'checking' | 'outdated';
    readonly note?: string;
    readonly word: string;
    readonly tone: Tone;
    readonly title: string;
    /** The claim, or the code of a finding, as written. */
    readonly text?: string;
    /** Of a claim, as written: `@severity(high)`. */
    readonly annotations?: readonly string[];
    readonly source?: Source;
    /** One sentence. */
    readonly summary: string;
    readonly trace?: Trace;
    /** What is in the way of an impossible `possible`, the steps of a scenario that came out otherwise. */
    readonly problems: readonly Problem[];
    readonly basis?: ClaimResult['basis'];
    /** The session that broke the claim before the last edits; it does so no more. */
    readonly repaired?: Trace;
}

export interface Problem {
    readonly text: string;
    readonly source?: Source;
    readonly rule?: string;
}

export type ToView =
    | { readonly type: 'content'; readonly content: SessionContent }
    /** What `copyMarkdown` asked for is in the clipboard. */
    | { readonly type: 'copied' };

export type FromView =
    | { readonly type: 'ready' }
    /** Show the place in the editor; with `focus` go there. */
    | { readonly type: 'reveal'; readonly source: Source; readonly focus: boolean }
    /** Nothing in the editor belongs to what is selected now. */
    | { readonly type: 'unreveal' }
    | { readonly type: 'copyMarkdown' };

/** What survives a reload of the window. */
export interface SavedView {
    readonly content: SessionContent;
    readonly selected: number;
}
