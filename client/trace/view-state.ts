/** Stores state that parts of the view share in addition to the session. */
import type { PolicyDiagram } from '../../server/lsp/protocol.js';
import type { Done, SessionContent } from './messages.js';

export interface DoneMessage {
    readonly what: Done;
    readonly text: string;
}

export interface PictureState {
    readonly picture?: PolicyDiagram;
    readonly problem?: string;
}

export interface PolicyPaneProps {
    readonly state: PictureState;
    readonly reveal: (source: SessionContent['source']) => void;
    readonly save: (name: string, svg: string) => void;
}
