/** Shows the possible next steps: each call with its decision and the rule behind it, and all other steps. */
import * as l10n from '@vscode/l10n';
import type { CallChoice, CallOffer, SessionOffers, Source } from '../../../server/lsp/protocol.js';
import { placeText, ruleText } from '../../../server/wording/format.js';
import { filled, numberText } from '../../trace/texts.js';

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
            <h2>{l10n.t('Agents call')}</h2>
            <ul>
                {playableFirst(calls).map((offer) => (
                    <Call key={`${offer.agent} ${offer.tool}`} offer={offer} add={add} edit={edit} reveal={reveal} />
                ))}
            </ul>
            <Lines title={l10n.t('Other events')} lines={acts.map(({ line }) => line)} add={add} />
            <Lines title={l10n.t('Time passes')} lines={waits.map((time) => `wait ${time}`)} add={add} />
        </section>
    );
}

interface LinesProps {
    readonly title: string;
    readonly lines: readonly string[];
    readonly add: (line: string) => void;
}

/** Lines that are added to the session as they are. */
function Lines({ title, lines, add }: LinesProps) {
    if (lines.length === 0) {
        return null;
    }
    return (
        <>
            <h2>{title}</h2>
            <ul class="acts">
                {lines.map((line) => (
                    <li key={line}>
                        <button type="button" class="tool" onClick={() => add(line)}>
                            {line}
                        </button>
                    </li>
                ))}
            </ul>
        </>
    );
}

const RANKS = { allowed: 0, held: 1, waits: 2, denied: 3 } as const;

/** Calls that are let through come first; calls with the same decision stay in the order of the policy. */
function playableFirst(calls: readonly CallOffer[]): CallOffer[] {
    const rank = ({ choices }: CallOffer): number => Math.min(...choices.map(({ decision }) => RANKS[decision]));
    return [...calls].sort((a, b) => rank(a) - rank(b));
}

/** Groups the calls that the same rules decide in the same way. */
function alike(choices: readonly CallChoice[]): CallChoice[][] {
    const groups = new Map<string, CallChoice[]>();
    for (const choice of choices) {
        const key = JSON.stringify([choice.decision, choice.text, choice.rules]);
        groups.set(key, [...(groups.get(key) ?? []), choice]);
    }
    return [...groups.values()].sort(([a], [b]) => RANKS[a!.decision] - RANKS[b!.decision]);
}

function Call({ offer, add, edit, reveal }: Omit<OffersProps, 'offers'> & { readonly offer: CallOffer }) {
    return (
        <li class="offer">
            <h3>
                {offer.agent} · <code>{offer.tool}</code>
            </h3>
            <ul>
                {alike(offer.choices).map(([choice, ...others]) => (
                    <Choice key={choice!.line} choice={choice!} others={others} add={add} edit={edit} reveal={reveal} />
                ))}
            </ul>
            {offer.incomplete && (
                <p class="incomplete">{l10n.t('There may be other decisions: {0}.', offer.incomplete)}</p>
            )}
        </li>
    );
}

interface ChoiceProps extends Omit<OffersProps, 'offers'> {
    readonly choice: CallChoice;
    /** Calls with other arguments that get the same decision. */
    readonly others: readonly CallChoice[];
}

function Choice({ choice, others, add, edit, reveal }: ChoiceProps) {
    const { text, rules } = choice;
    return (
        <li class="choice">
            <Play choice={choice} add={add} edit={edit} />
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
            {others.length > 0 && (
                <details class="alike">
                    <summary>
                        {others.length === 1
                            ? l10n.t('1 other call gets the same decision')
                            : l10n.t('{0} other calls get the same decision', numberText(others.length))}
                    </summary>
                    {others.map((other) => (
                        <div key={other.line} class="choice">
                            <Play choice={other} add={add} edit={edit} />
                        </div>
                    ))}
                </details>
            )}
        </li>
    );
}

function Play({ choice, add, edit }: Pick<ChoiceProps, 'choice' | 'add' | 'edit'>) {
    const { line, args, decision, text } = choice;
    return (
        <>
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
        </>
    );
}
