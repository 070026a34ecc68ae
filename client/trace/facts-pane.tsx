/** What the gateway remembers of the session after the selected step. */
import type { Trace } from '../../server/lsp/protocol.js';
import { factsAt } from './facts.js';

export interface FactsProps {
    readonly trace: Trace;
    readonly selected: number;
}

const WORDS = { new: 'new: ', kept: '', gone: 'no longer: ' };

export function Facts({ trace, selected }: FactsProps) {
    const facts = factsAt(trace, selected);
    return (
        <aside class="facts" aria-live="polite">
            <div>
                <h2>{selected === 0 ? 'True at the start' : `True after step ${selected}`}</h2>
                {facts.length === 0 ? (
                    <p class="nothing">Nothing that a rule or the claim asks about.</p>
                ) : (
                    <ul>
                        {facts.map(({ text, state }) => (
                            <li key={text} class={`fact ${state}`}>
                                {WORDS[state] && <span class="sr-only">{WORDS[state]}</span>}
                                {text}
                            </li>
                        ))}
                    </ul>
                )}
            </div>
        </aside>
    );
}
