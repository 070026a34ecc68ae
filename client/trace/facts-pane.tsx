/** What the gateway remembers of the session after the selected step. */
import { useState } from 'preact/hooks';
import type { SessionAgain, Trace } from '../../server/lsp/protocol.js';
import { factsAt } from './facts.js';

export interface FactsProps {
    readonly trace: Trace;
    readonly selected: number;
    readonly again?: SessionAgain | undefined;
}

const WORDS = { new: 'new: ', kept: '', gone: 'no longer: ' };

export function Facts({ trace, selected, again }: FactsProps) {
    const [hidesKept, setHidesKept] = useState(false);
    const all = factsAt(again ?? trace, selected);
    const facts = hidesKept ? all.filter(({ state }) => state !== 'kept') : all;
    const kept = all.some(({ state }) => state === 'kept') && selected > 0;
    return (
        <aside class="facts" aria-label="State of the session">
            <div>
                <h2>
                    {selected === 0 ? 'True at the start' : `True after step ${selected}`}
                    {again && <span class="now-word">now</span>}
                </h2>
                {facts.length === 0 ? (
                    <p class="nothing">
                        {all.length > 0 ? 'This step changes nothing.' : 'Nothing that a rule or the claim asks about.'}
                    </p>
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
                {(kept || hidesKept) && (
                    <label class="check">
                        <input
                            type="checkbox"
                            checked={hidesKept}
                            onChange={(event) => setHidesKept(event.currentTarget.checked)}
                        />
                        Hide unchanged
                    </label>
                )}
            </div>
        </aside>
    );
}
