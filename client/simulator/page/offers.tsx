/** Shows the possible next steps: each call with its decision and the rule behind it, and all other steps. */
import * as l10n from '@vscode/l10n';
import type { CallChoice, CallOffer, SessionOffers, Source } from '../../../server/lsp/protocol.js';
import { placeText, ruleText } from '../../../server/wording/format.js';
import { filled } from '../../trace/texts.js';

export interface OffersProps {
    readonly offers: SessionOffers;
    readonly add: (line: string) => void;
    /** Puts the line into the input, where it can be changed before it is played. */
    readonly edit: (line: string) => void;
    readonly reveal: (source: Source) => void;
}

export function Offers({ offers: { calls, acts, waits }, add, edit, reveal }: OffersProps) {
    return (
        <section class="offers" aria-label={l10n.t('Possible next steps')}>
            {acts.length > 0 && (
                <>
                    <h2>{l10n.t('Others act')}</h2>
                    <ul class="acts">
                        {acts.map(({ line }) => (
                            <li key={line}>
                                <button type="button" class="tool" onClick={() => add(line)}>
                                    {line}
                                </button>
                            </li>
                        ))}
                    </ul>
                </>
            )}
            <h2>{l10n.t('Time passes')}</h2>
            <ul class="acts">
                {waits
                    .map((time) => `wait ${time}`)
                    .map((line) => (
                        <li key={line}>
                            <button type="button" class="tool" onClick={() => add(line)}>
                                {line}
                            </button>
                        </li>
                    ))}
            </ul>
            <h2>{l10n.t('Agents call')}</h2>
            <ul>
                {calls.map((offer) => (
                    <Call key={`${offer.agent} ${offer.tool}`} offer={offer} add={add} edit={edit} reveal={reveal} />
                ))}
            </ul>
        </section>
    );
}

function Call({ offer, add, edit, reveal }: Omit<OffersProps, 'offers'> & { readonly offer: CallOffer }) {
    return (
        <li class="offer">
            <h3>
                {offer.agent} · <code>{offer.tool}</code>
            </h3>
            <ul>
                {offer.choices.map((choice) => (
                    <Choice key={choice.line} choice={choice} add={add} edit={edit} reveal={reveal} />
                ))}
            </ul>
            {offer.incomplete && (
                <p class="incomplete">{l10n.t('There may be other decisions: {0}.', offer.incomplete)}</p>
            )}
        </li>
    );
}

function Choice({ choice, add, edit, reveal }: Omit<OffersProps, 'offers'> & { readonly choice: CallChoice }) {
    const { line, args, decision, text, rules } = choice;
    return (
        <li class="choice">
            <button
                type="button"
                class="play"
                onClick={() => add(line)}
                aria-label={l10n.t('Play {0}: {1}', line, text)}
            >
                <span class={`decision ${decision}`}>{decision}</span>
                <code class="call">({args})</code>
            </button>
            <button type="button" class="tool" onClick={() => edit(line)} aria-label={l10n.t('Change {0}', line)}>
                {l10n.t('Change…')}
            </button>
            {rules.length === 0 && <p class="decided">{text}</p>}
            {rules.map((rule, index) => (
                <p key={index} class="decided">
                    {filled(
                        l10n.t('by {0}'),
                        <button type="button" class="rule-link" onClick={() => reveal(rule.source)}>
                            <code>{ruleText(rule)}</code>
                            <span class="place">{placeText(rule.source)}</span>
                        </button>
                    )}
                    {rule.because && <span class="because">“{rule.because}”</span>}
                </p>
            ))}
        </li>
    );
}
