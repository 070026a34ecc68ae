/** What is claimed, how it stands, and why, in one sentence. */
import type { DoneMessage } from './app.js';
import { SpinnerIcon, ToneIcon } from './icons.js';
import type { FromView, SessionContent } from './messages.js';
import { Problems } from './problems.js';
import { Toolbar } from './toolbar.js';

const KIND_WORDS = { claim: 'Claim', scenario: 'Scenario', finding: 'Finding' };

export interface HeaderProps {
    readonly content: SessionContent;
    readonly reveal: (source: SessionContent['source']) => void;
    readonly done: DoneMessage | undefined;
    readonly send: (message: FromView) => void;
}

export function Header({ content, reveal, done, send }: HeaderProps) {
    const { subject, policy, word, tone, title, text, annotations, source, summary, problems, freshness, note } =
        content;
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
                        checking
                    </span>
                )}
                {freshness === 'outdated' && <span class="freshness">as it stood before</span>}
                {freshness === 'recorded' && (
                    <span class="freshness">{content.file === undefined ? 'as it was found' : 'recorded'}</span>
                )}
                <span class="origin">
                    {content.file ?? KIND_WORDS[subject.kind]}
                    {policy && (
                        <>
                            {' of '}
                            <b>{policy}</b>
                        </>
                    )}
                </span>
                <Toolbar content={content} done={done} send={send} />
            </div>
            <h1 class={subject.kind === 'finding' ? 'title sentence' : 'title'}>{title}</h1>
            {annotations && annotations.length > 0 && (
                <ul class="annotations" aria-label="Annotations">
                    {annotations.map((annotation) => (
                        <li key={annotation}>{annotation}</li>
                    ))}
                </ul>
            )}
            {text && (
                <button
                    class="claim-text"
                    type="button"
                    onClick={() => reveal(source)}
                    title={`Go to the ${subject.kind}`}
                >
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
