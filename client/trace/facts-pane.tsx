/** Shows the gateway's state of the session after the selected step. */
import * as l10n from '@vscode/l10n';
import { useState } from 'preact/hooks';
import type { SessionAgain, Trace } from '../../server/lsp/protocol.js';
import { factsAt } from './facts.js';

export interface FactsProps {
    readonly trace: Trace;
    readonly selected: number;
    readonly again?: SessionAgain | undefined;
}

export function Facts({ trace, selected, again }: FactsProps) {
    const [hidesKept, setHidesKept] = useState(false);
    const all = factsAt(again ?? trace, selected);
    const facts = hidesKept ? all.filter(({ state }) => state !== 'kept') : all;
    const kept = all.some(({ state }) => state === 'kept') && selected > 0;
    return (
        <aside class="facts" aria-label={l10n.t('State of the session')}>
            <div>
                <h2>
                    {selected === 0 ? l10n.t('True at the start') : l10n.t('True after step {0}', selected)}
                    {again && <span class="now-word">{l10n.t('now')}</span>}
                </h2>
                {facts.length === 0 ? (
                    <p class="nothing">
                        {all.length > 0
                            ? l10n.t('This step changes nothing.')
                            : l10n.t('Nothing that a rule or the claim depends on.')}
                    </p>
                ) : (
                    <ul>
                        {facts.map(({ text, state }) => (
                            <li key={text} class={`fact ${state}`}>
                                {state !== 'kept' && (
                                    <span class="sr-only">
                                        {state === 'new' ? l10n.t('new:') : l10n.t('no longer:')}{' '}
                                    </span>
                                )}
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
                        {l10n.t('Hide unchanged')}
                    </label>
                )}
            </div>
        </aside>
    );
}
