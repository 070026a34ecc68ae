/** Shows the actions on the session. */
import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { DoneMessage } from './view-state.js';
import { AgainIcon, CheckIcon, CopyIcon, FixIcon, PinIcon, SaveIcon, ScenarioIcon } from './icons.js';
import type { Done, FromView, SessionContent } from './messages.js';

export interface ToolbarProps {
    readonly content: SessionContent;
    /** The action that has just been done. */
    readonly done: DoneMessage | undefined;
    /** True if the fixes of the claim are shown. */
    readonly isFixing: boolean;
    readonly isPinned: boolean;
    readonly send: (message: FromView) => void;
}

export function Toolbar({ content, done, isFixing, isPinned, send }: ToolbarProps) {
    const { trace, repaired, again, subject, needsRepair, freshness } = content;
    const isOfFile = subject.uri !== '';
    // The settings of a coding agent are not edited, replayed or tested as a policy.
    const hasPolicy = isOfFile && !/\.(?:json|rules|toml)$/.test(subject.uri);
    const isOn = again !== undefined;
    const bar = useRef<HTMLDivElement>(null);
    const [reached, setReached] = useState(0);
    // The toolbar is a single stop of the Tab key; arrows move within it.
    useEffect(() => {
        const buttons = buttonsIn(bar.current);
        buttons.forEach(
            (button, index) => (button.tabIndex = index === Math.min(reached, buttons.length - 1) ? 0 : -1)
        );
    });
    const onKeyDown = (event: KeyboardEvent): void => {
        const buttons = buttonsIn(bar.current);
        const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (by !== undefined && buttons.length > 0) {
            event.preventDefault();
            const at = buttons.indexOf(document.activeElement as HTMLElement);
            const next = (at + by + buttons.length) % buttons.length;
            setReached(next);
            buttons[next]!.focus();
        }
    };
    return (
        <div class="toolbar" role="toolbar" aria-label={l10n.t('Session')} ref={bar} onKeyDown={onKeyDown}>
            {needsRepair && hasPolicy && freshness === 'current' && (
                <button
                    class="tool-button fix primary"
                    type="button"
                    aria-expanded={isFixing}
                    title={l10n.t('Show changes of the rules that make this claim hold')}
                    onClick={() => send({ type: 'fix', on: !isFixing })}
                >
                    <FixIcon />
                    <span>{l10n.t('Fix…')}</span>
                </button>
            )}
            {(trace ?? repaired) && hasPolicy && (
                <button
                    class="tool-button"
                    type="button"
                    aria-pressed={isOn}
                    title={l10n.t('Decide this session again with the policy in the editor, and compare the decisions')}
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
            {isOfFile && content.file === undefined && (
                <button
                    class="tool-button pin"
                    type="button"
                    aria-pressed={isPinned}
                    title={l10n.t('Stay here: do not follow the cursor to other claims')}
                    onClick={() => send({ type: 'pin', on: !isPinned })}
                >
                    <PinIcon />
                    <span>{l10n.t('Pin')}</span>
                </button>
            )}
        </div>
    );
}

function buttonsIn(bar: HTMLElement | null): HTMLElement[] {
    return [...(bar?.querySelectorAll<HTMLElement>('button') ?? [])];
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
