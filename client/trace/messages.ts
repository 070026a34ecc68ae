/** The messages between the trace view and the extension. */
import type { ClaimResult, PolicyDiagram, Repair, SessionReasons } from '../../server/lsp/protocol.js';
import type { SessionContent } from '../../server/wording/session-content.js';

type Source = ClaimResult['source'];

export type Costs = NonNullable<ClaimResult['basis']['costs']>;

export type { Problem, SessionContent } from '../../server/wording/session-content.js';

export type ToView =
    | { readonly type: 'content'; readonly content: SessionContent }
    /** Something that the author requested is done; `text` states what, in a few words. */
    | { readonly type: 'done'; readonly what: Done; readonly text: string }
    /** The repairs of the claim; undefined once they no longer belong to the text. */
    | { readonly type: 'repairs'; readonly repairs?: RepairsState }
    /** The reasons why no rule stopped the steps of the current session. */
    | { readonly type: 'reasons'; readonly reasons: SessionReasons }
    /** With `on`, the view stays at its claim; otherwise it follows the cursor. */
    | { readonly type: 'pin'; readonly on: boolean }
    /** The drawing; if there is none, `problem` is the reason in a sentence. */
    | { readonly type: 'picture'; readonly picture?: PolicyDiagram; readonly problem?: string };

export type Done = 'copy' | 'save' | 'keep';

/** The changes of the rules that make the claim hold. */
export interface RepairsState {
    /** Undefined while the repairs are being searched for. */
    readonly repairs?: readonly Repair[];
    /** The reason why there are no repairs, in one sentence. */
    readonly problem?: string;
    /** The number of the repair whose difference the author has seen, and which may therefore be made. */
    readonly previewed?: number;
}

export type FromView =
    | { readonly type: 'ready' }
    /** A request to show the place in the editor, and with `focus` also to focus it. */
    | { readonly type: 'reveal'; readonly source: Source; readonly focus: boolean }
    /** The news that the current selection has no place in the editor. */
    | { readonly type: 'unreveal' }
    | { readonly type: 'copyMarkdown' }
    /** A request to show the settings that limit a search. */
    | { readonly type: 'limits' }
    /** A request to search again for claims that a time limit left undecided. */
    | { readonly type: 'check' }
    /** Asks for the repairs of the claim if `on` is true; otherwise reports that the page has closed them. */
    | { readonly type: 'fix'; readonly on: boolean }
    /** A request to show how the repair changes the text. */
    | { readonly type: 'previewRepair'; readonly repair: number }
    /** A request to make the change that was shown. */
    | { readonly type: 'applyRepair'; readonly repair: number }
    | { readonly type: 'pin'; readonly on: boolean }
    /** A request to save the session in a file that the author chooses. */
    | { readonly type: 'save' }
    /** A request to add the session to the policy as a scenario. */
    | { readonly type: 'keep' }
    /**
     * With `on`, a request to decide the session by the current policy, and again after each change of the policy;
     * otherwise, to follow the policy again.
     */
    | { readonly type: 'again'; readonly on: boolean }
    /**
     * With `on`, the news that the view of flows and modes is open, so that they are to be sent now and when they
     * change.
     */
    | { readonly type: 'picture'; readonly on: boolean }
    /** A request to save a diagram in a file that the author chooses. */
    | { readonly type: 'saveSvg'; readonly name: string; readonly svg: string };

/** A tab of the view. */
export type Pane = 'steps' | 'sequence' | 'policy';

/** The state that survives a reload of the window. */
export interface SavedView {
    readonly content: SessionContent;
    readonly selected: number;
    /** The open tab; undefined for the steps. */
    readonly pane?: Pane;
}
