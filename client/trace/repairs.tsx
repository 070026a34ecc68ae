/** Shows the changes of the rules that make the claim hold; each is shown as a difference before it is made. */
import * as l10n from '@vscode/l10n';
import { useEffect, useRef } from 'preact/hooks';
import type { Repair } from '../../server/lsp/protocol.js';
import { CloseIcon, SpinnerIcon } from './icons.js';
import type { FromView, RepairsState } from './messages.js';

export interface RepairsProps {
    readonly state: RepairsState;
    readonly send: (message: FromView) => void;
}

export function Repairs({ state: { repairs, problem, previewed }, send }: RepairsProps) {
    const title = useRef<HTMLHeadingElement>(null);
    // The element that gets the focus of the keyboard, and where a screen reader starts to read.
    useEffect(() => title.current?.focus(), []);
    return (
        <section class="repairs" aria-labelledby="repairs-title" aria-busy={repairs === undefined}>
            <div class="repairs-bar">
                <h2 id="repairs-title" ref={title} tabIndex={-1}>
                    {l10n.t('Changes of the rules that make the claim hold')}
                </h2>
                <button
                    class="tool-button"
                    type="button"
                    title={l10n.t('Close the fixes')}
                    aria-label={l10n.t('Close the fixes')}
                    onClick={() => send({ type: 'fix', on: false })}
                >
                    <CloseIcon />
                </button>
            </div>
            <div role="status" aria-live="polite">
                {repairs === undefined ? (
                    <p class="freshness">
                        <SpinnerIcon />
                        {l10n.t('Each change is checked before it is offered. This takes at most 20 seconds.')}
                    </p>
                ) : repairs.length === 0 ? (
                    <p>{problem ?? l10n.t('No change of a rule was found that makes the claim hold.')}</p>
                ) : (
                    <p class="sr-only">{foundText(repairs.length)}</p>
                )}
            </div>
            <ol>
                {(repairs ?? []).map((repair, index) => (
                    <RepairCard
                        key={index}
                        repair={repair}
                        number={index}
                        isPreviewed={previewed === index}
                        send={send}
                    />
                ))}
            </ol>
        </section>
    );
}

interface CardProps extends Pick<RepairsProps, 'send'> {
    readonly repair: Repair;
    readonly number: number;
    readonly isPreviewed: boolean;
}

function RepairCard({ repair, number, isPreviewed, send }: CardProps) {
    const { text, word, changes, isComplete, scopes, alsoRepairs, contradicts, lost, perhapsLost } = repair;
    const effects: readonly (readonly [kind: string, text: string])[] = [
        [word === 'holds' ? 'added' : 'changed', scopes.length > 0 ? `${word}: ${scopes.join('; ')}` : word] as const,
        ...changes.map((change) => ['changed', change] as const),
        ...(isComplete ? [] : [['changed', l10n.t('perhaps other calls too')] as const]),
        ...alsoRepairs.map((name) => ['added', l10n.t('also makes "{0}" hold', name)] as const),
        ...contradicts.map((name) => ['removed', l10n.t('the scenario "{0}" has to change too', name)] as const),
        ...lost.map((loss) => ['removed', loss] as const),
        ...perhapsLost.map((loss) => ['removed', l10n.t('perhaps {0}', loss)] as const)
    ];
    return (
        <li class="repair">
            <code id={`repair-${number}`}>{text}</code>
            <ul class="changes" aria-label={l10n.t('Effects')}>
                {effects.map(([kind, effect]) => (
                    <li key={effect} class={`chip ${kind}`}>
                        {effect}
                    </li>
                ))}
            </ul>
            <div class="repair-actions">
                <button
                    class="button"
                    type="button"
                    aria-describedby={`repair-${number}`}
                    onClick={() => send({ type: 'previewRepair', repair: number })}
                >
                    {l10n.t('Show Change')}
                </button>
                {isPreviewed && (
                    <button
                        class="button primary"
                        type="button"
                        aria-describedby={`repair-${number}`}
                        onClick={() => send({ type: 'applyRepair', repair: number })}
                    >
                        {l10n.t('Make This Change')}
                    </button>
                )}
            </div>
        </li>
    );
}

function foundText(count: number): string {
    return count === 1 ? l10n.t('1 change was found.') : l10n.t('{0} changes were found.', count);
}
