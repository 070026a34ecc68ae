/** A verdict that has no session to show: it holds, nothing leads there, or it is not known. */
import { plural } from '../../server/wording/verdicts.js';
import { ToneIcon } from './icons.js';
import type { FromView, SessionContent } from './messages.js';
import { Problems } from './problems.js';

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
                    <p class="repaired">Closed: no session breaks this claim any more.</p>
                )}
                <p class="summary">{summary}</p>
                <Problems problems={problems} reveal={reveal} />
                {repaired && (
                    <details class="before">
                        <summary>The session that broke it before ({plural(repaired.steps.length, 'step')})</summary>
                        <ol>
                            {repaired.steps.map((step, index) => (
                                <li key={index}>{step.text}</li>
                            ))}
                        </ol>
                        <button class="button" type="button" onClick={() => send({ type: 'again', on: true })}>
                            Replay it against the policy as it is now
                        </button>
                    </details>
                )}
            </div>
        </section>
    );
}
