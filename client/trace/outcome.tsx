/** Shows a verdict without a session to show: the claim holds, is impossible, or is unknown. */
import * as l10n from '@vscode/l10n';
import { costHeading, otherCosts, valuesText } from '../../server/wording/costs.js';
import { placeText } from '../../server/wording/format.js';
import { ToneIcon } from './icons.js';
import type { Costs, FromView, SessionContent } from './messages.js';
import { Problems } from './problems.js';
import { numberText } from './texts.js';

/** The number of statements that are shown for one part of the history. */
const READERS = 3;

export interface OutcomeProps {
    readonly content: SessionContent;
    readonly reveal: (source: SessionContent['source']) => void;
    readonly send: (message: FromView) => void;
}

export function Outcome({ content, reveal, send }: OutcomeProps) {
    const { tone, summary, repaired, problems, freshness, beyond } = content;
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
                            ? l10n.t('Fixed: no session breaks this claim now.')
                            : l10n.t(
                                  'Fixed within one session: only an agent that opens another session breaks this claim now.'
                              )}
                    </p>
                )}
                <p class="summary">{summary}</p>
                <Problems problems={problems} reveal={reveal} />
                {beyond && <Open content={content} beyond={beyond} reveal={reveal} send={send} />}
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

interface OpenProps extends OutcomeProps {
    readonly beyond: NonNullable<SessionContent['beyond']>;
}

/** The reasons why the claim is undecided, and what the user can do about each. */
function Open({ content: { basis }, beyond, reveal, send }: OpenProps) {
    const limit = basis?.limit;
    return (
        <section class="open" aria-label={l10n.t('What helps')}>
            {beyond.length > 0 && (
                <>
                    <p class="small-title">{l10n.t('Not supported by the exact search')}</p>
                    <Problems problems={beyond} reveal={reveal} />
                </>
            )}
            {basis?.costs && (
                <>
                    <p class="small-title">{costHeading(basis.costs)}</p>
                    <Costly costs={basis.costs} reveal={reveal} />
                </>
            )}
            <p class="small-title">{l10n.t('What helps')}</p>
            <ul class="help">
                {beyond.length > 0 && <li>{l10n.t('Leave these out of the rules that matter for this claim.')}</li>}
                {basis?.costs && (
                    <li>
                        {l10n.t(
                            'Give these statements fewer values, with a lower number or a shorter time, or leave one out.'
                        )}
                    </li>
                )}
                {limit !== undefined && (
                    <li>
                        {l10n.t('Raise the limit that was reached: {0}.', limit)}{' '}
                        <button class="button" type="button" onClick={() => send({ type: 'limits' })}>
                            {l10n.t('Show Limits')}
                        </button>{' '}
                        <button class="button" type="button" onClick={() => send({ type: 'check' })}>
                            {l10n.t('Check Again')}
                        </button>
                    </li>
                )}
                {basis && basis.scopes.length > 0 && (
                    <li>{l10n.t('Accept the scope by name, with a quick fix at the claim (Ctrl+.).')}</li>
                )}
            </ul>
        </section>
    );
}

interface CostlyProps {
    readonly costs: Costs;
    readonly reveal: OutcomeProps['reveal'];
}

/** The parts of the history that the search spent its time on, each with the statements that need it. */
function Costly({ costs, reveal }: CostlyProps) {
    const others = otherCosts(costs);
    return (
        <>
            <ul class="problems">
                {costs.parts.map((part) => (
                    <li key={part.what}>
                        {valuesText(part)}{' '}
                        {part.readers.slice(0, READERS).map(({ text, source, usedAt }) => (
                            <button key={text} class="rule-link" type="button" onClick={() => reveal(usedAt ?? source)}>
                                <code>{text}</code>
                                <span class="place">{placeText(usedAt ?? source)}</span>
                            </button>
                        ))}
                    </li>
                ))}
            </ul>
            {others !== undefined && <p>{others}</p>}
        </>
    );
}

function beforeText(steps: number): string {
    return steps === 1
        ? l10n.t('The session that broke it before (1 step)')
        : l10n.t('The session that broke it before ({0} steps)', numberText(steps));
}
