/** Shows the flows and modes of the policy, drawn and as text. */
import * as l10n from '@vscode/l10n';
import { useEffect, useState } from 'preact/hooks';
import type { PolicyPaneProps } from './view-state.js';
import type { PolicyDrawing } from './policy-drawing.js';

interface Drawing {
    readonly PolicyDrawing: typeof PolicyDrawing;
}

/** The pane with the flows and modes; the layout library is loaded on first use. */
export function PolicyPane(props: PolicyPaneProps) {
    const { picture, problem } = props.state;
    const [drawing, setDrawing] = useState<Drawing | undefined>(undefined);
    useEffect(() => void import('./policy-drawing.js').then(setDrawing), []);
    if (problem !== undefined) {
        return <p class="empty">{problem}</p>;
    }
    return picture && drawing ? (
        <drawing.PolicyDrawing {...props} picture={picture} />
    ) : (
        <p class="empty" role="status">
            {l10n.t('Searching for flows…')}
        </p>
    );
}
