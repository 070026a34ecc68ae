/** What a screen reader says when a step is selected. */
import { markTexts } from '../../server/wording/session-markdown.js';
import type { SessionContent } from './messages.js';

const VERBS = { added: 'Now', removed: 'No longer', changed: 'Changed' };

/** The step, what it did to the session, and how it comes out now if that was asked. */
export function spokenStep({ trace, again }: SessionContent, place: number): string {
    const step = trace?.steps[place - 1];
    if (!trace || !step) {
        return 'Start of the session';
    }
    const now = again?.steps[place - 1];
    return [
        `Step ${place} of ${trace.steps.length}: ${step.text}`,
        ...markTexts(step),
        ...step.changes.map(({ kind, what }) => `${VERBS[kind]} ${what}`),
        ...(now?.differs ? [now.impossible ?? `By the policy as it stands: ${now.step?.text ?? ''}`] : [])
    ].join('. ');
}
