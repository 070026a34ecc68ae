/** What the trace view and the extension say to each other. */
import type { ClaimResult, PolicyPicture, SessionAgain, ShowSessionParams, Trace } from '../../server/lsp/protocol.js';
import type { Tone } from '../verdicts.js';

type Source = ClaimResult['source'];

/** All that the view shows of one claim, scenario or finding. */
export interface SessionContent {
    readonly subject: ShowSessionParams;
    readonly policy: string;
    /**
     * `outdated`: this is how it stood before; `note` says why it is not known now. `recorded`: a session that does not
     * follow its policy, since it is from a file or is decided again.
     */
    readonly freshness: 'current' | 'checking' | 'outdated' | 'recorded';
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
    /** The name of the file that a recorded session is from. */
    readonly file?: string;
    /** How `trace` is decided by the policy as it is in the editor; absent: that was not asked. */
    readonly again?: SessionAgain;
}

export interface Problem {
    readonly text: string;
    readonly source?: Source;
    readonly rule?: string;
}

export type ToView =
    | { readonly type: 'content'; readonly content: SessionContent }
    /** Something that the author asked for is done; `text` says what, in a few words. */
    | { readonly type: 'done'; readonly what: Done; readonly text: string }
    /** `problem` says in a sentence why there is no picture. */
    | { readonly type: 'picture'; readonly picture?: PolicyPicture; readonly problem?: string };

export type Done = 'copy' | 'save' | 'keep';

export type FromView =
    | { readonly type: 'ready' }
    /** Show the place in the editor; with `focus` go there. */
    | { readonly type: 'reveal'; readonly source: Source; readonly focus: boolean }
    /** Nothing in the editor belongs to what is selected now. */
    | { readonly type: 'unreveal' }
    | { readonly type: 'copyMarkdown' }
    /** To a file that the author names. */
    | { readonly type: 'save' }
    /** As a scenario of the policy. */
    | { readonly type: 'keep' }
    /** Decide the session by the policy as it is now, and after each change of it; or follow the policy again. */
    | { readonly type: 'again'; readonly on: boolean }
    /** What flows in the policy, and its modes, are looked at: answer with them now and when they change. */
    | { readonly type: 'picture'; readonly on: boolean }
    /** A diagram, to a file that the author names. */
    | { readonly type: 'saveSvg'; readonly name: string; readonly svg: string };

/** A tab of the view. */
export type Pane = 'steps' | 'sequence' | 'policy';

/** What survives a reload of the window. */
export interface SavedView {
    readonly content: SessionContent;
    readonly selected: number;
    /** Absent: the steps. */
    readonly pane?: Pane;
}
