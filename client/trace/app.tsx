/** The whole view: what it shows, which step is selected, and the keys that move it. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { Basis } from './basis.js';
import { Facts } from './facts-pane.js';
import { Header } from './header.js';
import type { FromView, SavedView, SessionContent, ToView } from './messages.js';
import { Outcome } from './outcome.js';
import { Steps } from './steps.js';

/** How long the button says that it has copied. */
const COPIED_FOR_MS = 2000;

export interface AppProps {
    readonly saved: SavedView | undefined;
    readonly send: (message: FromView) => void;
    readonly save: (state: SavedView) => void;
}

export function App({ saved, send, save }: AppProps) {
    const [view, setView] = useState<SavedView | undefined>(saved);
    const [copied, setCopied] = useState(false);
    const current = useRef(view);
    current.current = view;

    useEffect(() => {
        const receive = (event: MessageEvent<ToView>): void => {
            if (event.data.type === 'content') {
                const { content } = event.data;
                setView((before) => ({ content, selected: selectionFor(content, before) }));
            } else {
                setCopied(true);
            }
        };
        window.addEventListener('message', receive);
        send({ type: 'ready' });
        return () => window.removeEventListener('message', receive);
    }, [send]);

    useEffect(() => {
        if (view) {
            save(view);
        }
    }, [view, save]);

    useEffect(() => {
        if (copied) {
            const timer = setTimeout(() => setCopied(false), COPIED_FOR_MS);
            return () => clearTimeout(timer);
        }
        return undefined;
    }, [copied]);

    const select = useCallback(
        (place: number, focus: boolean) => {
            const content = current.current?.content;
            if (content) {
                setView({ content, selected: place });
                send(revealMessage(content, place, focus));
            }
        },
        [send]
    );
    const reveal = useCallback(
        (source: SessionContent['source']) => source && send({ type: 'reveal', source, focus: true }),
        [send]
    );

    if (!view) {
        return <p class="waiting">Waiting for the checker…</p>;
    }
    const { content, selected } = view;
    return (
        <main
            class={`session tone-${content.tone} is-${content.freshness}`}
            aria-busy={content.freshness === 'checking'}
        >
            <Header content={content} reveal={reveal} copied={copied} copy={() => send({ type: 'copyMarkdown' })} />
            {content.trace ? (
                <div class="body">
                    <Steps
                        content={content}
                        trace={content.trace}
                        selected={selected}
                        select={select}
                        reveal={reveal}
                    />
                    <Facts trace={content.trace} selected={selected} />
                </div>
            ) : (
                <Outcome content={content} reveal={reveal} />
            )}
            <Basis content={content} />
        </main>
    );
}

/** The same session keeps its selection; a new one starts where it ends, at the step that matters. */
function selectionFor(content: SessionContent, before: SavedView | undefined): number {
    const steps = content.trace?.steps ?? [];
    const same =
        before &&
        JSON.stringify(before.content.trace?.steps.map(({ text }) => text)) ===
            JSON.stringify(steps.map(({ text }) => text));
    if (same) {
        return before.selected;
    }
    const judged = steps.findIndex((step) => step.judged);
    return judged >= 0 ? judged + 1 : steps.length;
}

/** A step leads to the rule that decided it; the judged one, where no rule did, to the claim. */
function revealMessage(content: SessionContent, place: number, focus: boolean): FromView {
    const step = content.trace?.steps[place - 1];
    const source = step?.rules[0]?.source ?? (step?.judged ? content.source : undefined);
    return source ? { type: 'reveal', source, focus } : { type: 'unreveal' };
}
