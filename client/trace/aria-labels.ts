/** The text that a screen reader announces when a step is selected. */
import * as l10n from '@vscode/l10n';
import type { TraceStep } from '../../server/lsp/protocol.js';
import { markTexts } from '../../server/wording/session-markdown.js';
import type { SessionContent } from './messages.js';

/** The text of the step, its effect on the session, and its decision now if requested. */
export function stepLabel({ trace, again }: SessionContent, place: number): string {
    const step = trace?.steps[place - 1];
    if (!trace || !step) {
        return l10n.t('Start of the session');
    }
    const now = again?.steps[place - 1];
    return [
        l10n.t('Step {0} of {1}: {2}', place, trace.steps.length, step.text),
        ...markTexts(step),
        ...step.changes.map(changeText),
        ...(now?.differs ? [now.impossible ?? l10n.t('By the current policy: {0}', now.step?.text ?? '')] : [])
    ].join('. ');
}

function changeText({ kind, what }: TraceStep['changes'][number]): string {
    switch (kind) {
        case 'added':
            return l10n.t('Now {0}', what);
        case 'removed':
            return l10n.t('No longer {0}', what);
        case 'changed':
            return l10n.t('Changed {0}', what);
    }
}
