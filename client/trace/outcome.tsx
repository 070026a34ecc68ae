/** Shows a verdict without a session to show: the claim holds, is impossible, or is unknown. */
import * as l10n from '@vscode/l10n';
import { ToneIcon } from './icons.js';
import type { FromView, SessionContent } from './messages.js';
import { Problems } from './problems.js';
import { numberText } from './texts.js';

export interface OutcomeProps {
    readonly content: SessionContent;
    readonly reveal: (source: SessionContent['source']) => void;
    readonly send: (message: FromView) => void;
}

export function Outcome({ content, reveal, send }: OutcomeProps) {
    const { tone, summary, repaired, problems, freshness } = content;
    if (!summary && problems.length === 0) {
        return null;
    }
    return (
        <section class={`outcome tone-${tone}`} aria-live="polite">
            <div class="emblem" aria-hidden="true">
                <ToneIcon tone={tone} />
            </div>
            <div>
                {repaired && freshness === 'current' && (
                    <p class="repaired">
                        {tone === 'good'
                            ? l10n.t('Closed: no session breaks this claim any more.')
                            : l10n.t('Closed: no session breaks this claim any more by itself.')}
                    </p>
                )}
                <p class="summary">{summary}</p>
                <Problems problems={problems} reveal={reveal} />
                {repaired && (
                    <details class="before">
                        <summary>{beforeText(repaired.steps.length)}</summary>
                        <ol>
                            {repaired.steps.map((step, index) => (
                                <li key={index}>{step.text}</li>
                            ))}
                        </ol>
                        <button class="button" type="button" onClick={() => send({ type: 'again', on: true })}>
                            {l10n.t('Replay it against the current policy')}
                        </button>
                    </details>
                )}
            </div>
        </section>
    );
}

function beforeText(steps: number): string {
    return steps === 1
        ? l10n.t('The session that broke it before (1 step)')
        : l10n.t('The session that broke it before ({0} steps)', numberText(steps));
}
