/** The three ways to look: the steps, who calls whom, and what the policy lets flow. */
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import type { Pane } from './messages.js';

const PANES: readonly { readonly pane: Pane; readonly title: string }[] = [
    { pane: 'steps', title: 'Steps' },
    { pane: 'sequence', title: 'Sequence' },
    { pane: 'policy', title: 'Policy' }
];

export interface TabsProps {
    readonly pane: Pane;
    readonly hasSession: boolean;
    readonly show: (pane: Pane) => void;
}

export function Tabs({ pane, hasSession, show }: TabsProps) {
    const list = useRef<HTMLDivElement>(null);
    const shown = PANES.filter((tab) => hasSession || tab.pane !== 'sequence');
    const selected = shown.some((tab) => tab.pane === pane) ? pane : 'steps';
    const onKeyDown = (event: KeyboardEvent): void => {
        const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (by !== undefined) {
            event.preventDefault();
            const at = shown.findIndex((tab) => tab.pane === selected);
            const next = shown[(at + by + shown.length) % shown.length]!;
            show(next.pane);
            list.current?.querySelector<HTMLElement>(`#tab-${next.pane}`)?.focus();
        }
    };
    return (
        <div class="tabs" role="tablist" aria-label="Views" ref={list} onKeyDown={onKeyDown}>
            {shown.map((tab) => (
                <button
                    key={tab.pane}
                    id={`tab-${tab.pane}`}
                    class="tab"
                    type="button"
                    role="tab"
                    aria-selected={tab.pane === selected}
                    aria-controls="pane"
                    tabIndex={tab.pane === selected ? 0 : -1}
                    onClick={() => show(tab.pane)}
                >
                    {tab.pane === 'steps' && !hasSession ? 'Result' : tab.title}
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
