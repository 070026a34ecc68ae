/** Shows the actions on the session. */
import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import type { DoneMessage } from './view-state.js';
import { AgainIcon, CheckIcon, CopyIcon, SaveIcon, ScenarioIcon } from './icons.js';
import type { Done, FromView, SessionContent } from './messages.js';

export interface ToolbarProps {
    readonly content: SessionContent;
    /** The action that has just been done. */
    readonly done: DoneMessage | undefined;
    readonly send: (message: FromView) => void;
}

export function Toolbar({ content, done, send }: ToolbarProps) {
    const { trace, repaired, again, subject } = content;
    const hasPolicy = subject.uri !== '';
    const isOn = again !== undefined;
    return (
        <div class="toolbar" role="toolbar" aria-label={l10n.t('Session')}>
            {(trace ?? repaired) && hasPolicy && (
                <button
                    class="tool-button"
                    type="button"
                    aria-pressed={isOn}
                    title={l10n.t(
                        'Decide this session again by the policy in the editor, and compare with how it was decided'
                    )}
                    onClick={() => send({ type: 'again', on: !isOn })}
                >
                    <AgainIcon />
                    <span>{l10n.t('Replay')}</span>
                </button>
            )}
            {trace && hasPolicy && (
                <Action
                    what="keep"
                    title={l10n.t('Keep this session as a scenario of the policy')}
                    word={l10n.t('Make it a scenario')}
                    done={done}
                    act={() => send({ type: 'keep' })}
                >
                    <ScenarioIcon />
                </Action>
            )}
            {trace && (
                <Action
                    what="save"
                    title={l10n.t('Save this session to a file (ITF JSON)')}
                    word={l10n.t('Save')}
                    done={done}
                    act={() => send({ type: 'save' })}
                >
                    <SaveIcon />
                </Action>
            )}
            <Action
                what="copy"
                title={l10n.t('Copy the session as Markdown')}
                word={l10n.t('Copy as Markdown')}
                done={done}
                act={() => send({ type: 'copyMarkdown' })}
            >
                <CopyIcon />
            </Action>
        </div>
    );
}

interface ActionProps {
    readonly what: Done;
    readonly title: string;
    readonly word: string;
    readonly done: DoneMessage | undefined;
    readonly act: () => void;
    readonly children: ComponentChildren;
}

function Action({ what, title, word, done, act, children }: ActionProps) {
    const isDone = done?.what === what;
    return (
        <button class={`tool-button ${what}`} type="button" onClick={act} title={title}>
            {isDone ? <CheckIcon /> : children}
            <span>{isDone ? done.text : word}</span>
        </button>
    );
}
