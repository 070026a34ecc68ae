/** A verdict that has no session to show: it holds, nothing leads there, or it is not known. */
import { placeText } from './format.js';
import { ToneIcon } from './icons.js';
import type { Problem, SessionContent } from './messages.js';

export interface OutcomeProps {
    readonly content: SessionContent;
    readonly reveal: (source: SessionContent['source']) => void;
}

export function Outcome({ content, reveal }: OutcomeProps) {
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
                        Your edit closed it. The session of {repaired.steps.length}{' '}
                        {repaired.steps.length === 1 ? 'step' : 'steps'} that broke this claim does so no more, and no
                        other does.
                    </p>
                )}
                <p class="summary">{summary}</p>
                <Problems problems={problems} reveal={reveal} />
                {repaired && (
                    <details class="before">
                        <summary>The session before</summary>
                        <ol>
                            {repaired.steps.map((step, index) => (
                                <li key={index}>{step.text}</li>
                            ))}
                        </ol>
                    </details>
                )}
            </div>
        </section>
    );
}

function Problems({ problems, reveal }: { readonly problems: readonly Problem[] } & Pick<OutcomeProps, 'reveal'>) {
    if (problems.length === 0) {
        return null;
    }
    return (
        <ul class="problems">
            {problems.map(({ text, source, rule }, index) => (
                <li key={index}>
                    {text}{' '}
                    {source && (
                        <button class="rule-link" type="button" onClick={() => reveal(source)}>
                            {rule && <code>{rule}</code>}
                            <span class="place">{placeText(source)}</span>
                        </button>
                    )}
                </li>
            ))}
        </ul>
    );
}
