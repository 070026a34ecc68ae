/** The messages between the simulator's page and the extension. */
import type { PlayedSession, Source } from '../../server/lsp/protocol.js';

export interface SimulatorContent {
    readonly uri: string;
    /** The session for the lines that could be played. */
    readonly session: PlayedSession;
    /** The problem with the line that was added last, if it could not be played. */
    readonly rejected?: string;
    /** True if the server is busy. */
    readonly isBusy: boolean;
}

export interface SimulatorToView {
    readonly type: 'simulator';
    readonly content: SimulatorContent;
}

export type SimulatorFromView =
    | { readonly type: 'ready' }
    | { readonly type: 'add'; readonly line: string }
    | { readonly type: 'undo' }
    | { readonly type: 'restart' }
    | { readonly type: 'keep' }
    /** A request to show the place in the editor, and with `focus` also to focus it. */
    | { readonly type: 'reveal'; readonly source: Source; readonly focus: boolean };

/** The state that survives a reload of the window. */
export interface SavedSimulator {
    readonly uri: string;
    readonly lines: readonly string[];
}
