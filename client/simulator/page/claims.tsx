/** Shows after each step which claims the session has broken. */
import * as l10n from '@vscode/l10n';
import type { PlayedSession, Trace } from '../../../server/lsp/protocol.js';
import { ToneIcon } from '../../trace/icons.js';
import { numberText } from '../../trace/texts.js';

/** The number of the shown step that broke each claim. */
export function brokenClaims({ steps }: PlayedSession): ReadonlyMap<string, number> {
    return new Map(steps.flatMap(({ breaks = [], traced }) => breaks.map((name) => [name, traced] as const)));
}

/** The session, in which the steps that break a claim are marked. */
export function judgedTrace({ trace }: PlayedSession, broken: ReadonlyMap<string, number>): Trace {
    const judged = new Set(broken.values());
    return { ...trace, steps: trace.steps.map((step, index) => ({ ...step, judged: judged.has(index + 1) })) };
}

export interface ClaimsProps {
    readonly session: PlayedSession;
    readonly broken: ReadonlyMap<string, number>;
}

export function Claims({ session: { claims = [], steps }, broken }: ClaimsProps) {
    const unjudged = steps.findIndex(({ breaks }) => breaks === undefined);
    const inOrder = [...claims].sort((a, b) => Number(broken.has(b)) - Number(broken.has(a)));
    if (claims.length === 0) {
        return null;
    }
    return (
        <section class="simulated-claims" aria-label={l10n.t('Claims')}>
            <div role="status">
                <ul>
                    {inOrder.map((name) => {
                        const step = broken.get(name);
                        return (
                            <li key={name} class={step === undefined ? 'tone-good' : 'tone-bad'}>
                                <ToneIcon tone={step === undefined ? 'good' : 'bad'} />
                                <span>
                                    <b>{name}</b>: {stateText(step)}
                                </span>
                            </li>
                        );
                    })}
                </ul>
            </div>
            {unjudged >= 0 && (
                <p class="note">
                    {l10n.t(
                        'From step {0} on, claims are not judged here: calls overlap, or another session begins.',
                        numberText(unjudged + 1)
                    )}
                </p>
            )}
        </section>
    );
}

function stateText(step: number | undefined): string {
    return step === undefined
        ? l10n.t('not broken so far')
        : step === 0
          ? l10n.t('broken at the start')
          : l10n.t('broken by step {0}', numberText(step));
}
