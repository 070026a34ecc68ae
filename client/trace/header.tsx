/** Shows the claim, its verdict, and the reason in one sentence. */
import * as l10n from '@vscode/l10n';
import type { DoneMessage } from './view-state.js';
import { SpinnerIcon, ToneIcon } from './icons.js';
import type { FromView, SessionContent } from './messages.js';
import { Problems } from './problems.js';
import { Toolbar } from './toolbar.js';
import { filled } from './texts.js';

export interface HeaderProps {
    readonly content: SessionContent;
    readonly reveal: (source: SessionContent['source']) => void;
    readonly done: DoneMessage | undefined;
    readonly isFixing: boolean;
    readonly isPinned: boolean;
    readonly send: (message: FromView) => void;
}

export function Header({ content, reveal, done, isFixing, isPinned, send }: HeaderProps) {
    const { subject, policy, word, tone, title, text, annotations, source, summary, problems, freshness, note } =
        content;
    const kind = kindTexts(subject.kind);
    const shown = content.file ?? kind.title;
    return (
        <header class="header">
            <div class="status-line">
                <span class={`verdict tone-${tone}`} role="status">
                    <ToneIcon tone={tone} />
                    {word}
                </span>
                {freshness === 'checking' && (
                    <span class="freshness">
                        <SpinnerIcon />
                        {l10n.t('checking')}
                    </span>
                )}
                {freshness === 'outdated' && <span class="freshness">{l10n.t('as it stood before')}</span>}
                {freshness === 'recorded' && (
                    <span class="freshness">
                        {content.file === undefined ? l10n.t('as it was found') : l10n.t('recorded')}
                    </span>
                )}
                <span class="origin">{policy ? filled(l10n.t('{0} of {1}'), shown, <b>{policy}</b>) : shown}</span>
                <Toolbar content={content} done={done} isFixing={isFixing} isPinned={isPinned} send={send} />
            </div>
            <h1 class={subject.kind === 'finding' ? 'title sentence' : 'title'}>{title}</h1>
            {annotations && annotations.length > 0 && (
                <ul class="annotations" aria-label={l10n.t('Annotations')}>
                    {annotations.map((annotation) => (
                        <li key={annotation}>{annotation}</li>
                    ))}
                </ul>
            )}
            {text && (
                <button class="claim-text" type="button" onClick={() => reveal(source)} title={kind.goTo}>
                    {text}
                </button>
            )}
            {note && <p class="note">{note}</p>}
            {content.trace && problems.length > 0 ? (
                <Problems problems={problems} reveal={reveal} />
            ) : (
                content.trace && summary && <p class="summary">{summary}</p>
            )}
        </header>
    );
}

function kindTexts(kind: SessionContent['subject']['kind']): { readonly title: string; readonly goTo: string } {
    switch (kind) {
        case 'claim':
            return { title: l10n.t('Claim'), goTo: l10n.t('Go to the claim') };
        case 'scenario':
            return { title: l10n.t('Scenario'), goTo: l10n.t('Go to the scenario') };
        case 'finding':
            return { title: l10n.t('Finding'), goTo: l10n.t('Go to the finding') };
    }
}
