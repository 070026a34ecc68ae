/** What is claimed, how it stands, and why, in one sentence. */
import { CopyIcon, SpinnerIcon, ToneIcon } from './icons.js';
import type { SessionContent } from './messages.js';

const KIND_WORDS = { claim: 'Claim', scenario: 'Scenario', finding: 'Finding' };

export interface HeaderProps {
    readonly content: SessionContent;
    readonly reveal: (source: SessionContent['source']) => void;
    readonly copy: () => void;
}

export function Header({ content, reveal, copy }: HeaderProps) {
    const { subject, policy, word, tone, title, text, source, summary, freshness, note } = content;
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
                <span class="origin">
                    {KIND_WORDS[subject.kind]}
                    {policy && (
                        <>
                            {' of '}
                            <b>{policy}</b>
                        </>
                    )}
                </span>
                <button class="tool-button" type="button" onClick={copy} title="Copy the session as Markdown">
                    <CopyIcon />
                    Copy as Markdown
                </button>
            </div>
            <h1 class="title">{title}</h1>
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
            {summary && content.trace && <p class="summary">{summary}</p>}
        </header>
    );
}
