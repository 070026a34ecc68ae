/** The three views: the steps, the participants and their calls, and the flows of the policy. */
import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import type { Pane } from './messages.js';

const PANES: readonly Pane[] = ['steps', 'sequence', 'policy'];

export interface TabsProps {
    readonly pane: Pane;
    readonly hasSession: boolean;
    readonly show: (pane: Pane) => void;
}

export function Tabs({ pane, hasSession, show }: TabsProps) {
    const list = useRef<HTMLDivElement>(null);
    const shown = PANES.filter((tab) => hasSession || tab !== 'sequence');
    const selected = shown.includes(pane) ? pane : 'steps';
    const onKeyDown = (event: KeyboardEvent): void => {
        const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (by !== undefined) {
            event.preventDefault();
            const at = shown.indexOf(selected);
            const next = shown[(at + by + shown.length) % shown.length]!;
            show(next);
            list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
        }
    };
    return (
        <div class="tabs" role="tablist" aria-label={l10n.t('Views')} ref={list} onKeyDown={onKeyDown}>
            {shown.map((tab) => (
                <button
                    key={tab}
                    id={`tab-${tab}`}
                    class="tab"
                    type="button"
                    role="tab"
                    aria-selected={tab === selected}
                    aria-controls="pane"
                    tabIndex={tab === selected ? 0 : -1}
                    onClick={() => show(tab)}
                >
                    {titleOf(tab, hasSession)}
                </button>
            ))}
        </div>
    );
}

export function PanePanel({ pane, children }: { readonly pane: Pane; readonly children: ComponentChildren }) {
    return (
        <div id="pane" class="pane" role="tabpanel" aria-labelledby={`tab-${pane}`}>
            {children}
        </div>
    );
}

function titleOf(pane: Pane, hasSession: boolean): string {
    switch (pane) {
        case 'steps':
            return hasSession ? l10n.t('Steps') : l10n.t('Result');
        case 'sequence':
            return l10n.t('Sequence');
        case 'policy':
            return l10n.t('Policy');
    }
}
