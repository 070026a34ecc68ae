/** The messages between the trace view and the extension. */
import type { ClaimResult, PolicyPicture } from '../../server/lsp/protocol.js';
import type { SessionContent } from '../../server/wording/session-content.js';

type Source = ClaimResult['source'];

export type { Problem, SessionContent } from '../../server/wording/session-content.js';

export type ToView =
    | { readonly type: 'content'; readonly content: SessionContent }
    /** Something that the author requested is done; `text` states what, in a few words. */
    | { readonly type: 'done'; readonly what: Done; readonly text: string }
    /** `problem` is the reason, in a sentence, why there is no drawing. */
    | { readonly type: 'picture'; readonly picture?: PolicyPicture; readonly problem?: string };

export type Done = 'copy' | 'save' | 'keep';

export type FromView =
    | { readonly type: 'ready' }
    /** Show the place in the editor; with `focus` also focus it. */
    | { readonly type: 'reveal'; readonly source: Source; readonly focus: boolean }
    /** The current selection has no place in the editor. */
    | { readonly type: 'unreveal' }
    | { readonly type: 'copyMarkdown' }
    /** To a file that the author chooses. */
    | { readonly type: 'save' }
    /** In the form of a scenario of the policy. */
    | { readonly type: 'keep' }
    /** Decide the session by the current policy, and after each change of it; or follow the policy again. */
    | { readonly type: 'again'; readonly on: boolean }
    /** The view of flows and modes is open: send them now and when they change. */
    | { readonly type: 'picture'; readonly on: boolean }
    /** A diagram, to a file that the author chooses. */
    | { readonly type: 'saveSvg'; readonly name: string; readonly svg: string };

/** A tab of the view. */
export type Pane = 'steps' | 'sequence' | 'policy';

/** The state that survives a reload of the window. */
export interface SavedView {
    readonly content: SessionContent;
    readonly selected: number;
    /** Absent: the steps. */
    readonly pane?: Pane;
}
