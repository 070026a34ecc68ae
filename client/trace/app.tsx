/** The whole view: its content, the selected step, and the keys that move the selection. */
import * as l10n from '@vscode/l10n';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { againSummary } from './replay-on-edited-policy.js';
import { Basis } from './basis.js';
import { Header } from './header.js';
import type { SessionReasons } from '../../server/lsp/protocol.js';
import type { FromView, Pane, RepairsState, SavedView, SessionContent, ToView } from './messages.js';
import { Outcome } from './outcome.js';
import { PolicyPane } from './policy-pane.js';
import { Sequence } from './sequence.js';
import { stepLabel } from './aria-labels.js';
import type { DoneMessage, PictureState } from './view-state.js';
import { Repairs } from './repairs.js';
import { StepsPane } from './steps-pane.js';
import { PanePanel, Tabs } from './tabs.js';

/** The time that a button shows that its action is done. */
const DONE_FOR_MS = 2000;

export interface AppProps {
    readonly saved: SavedView | undefined;
    readonly send: (message: FromView) => void;
    readonly save: (state: SavedView) => void;
}

export function App({ saved, send, save }: AppProps) {
    const [view, setView] = useState<SavedView | undefined>(saved);
    const [done, setDone] = useState<DoneMessage | undefined>(undefined);
    const [picture, setPicture] = useState<PictureState>({});
    const [repairs, setRepairs] = useState<RepairsState | undefined>(undefined);
    const [reasons, setReasons] = useState<SessionReasons | undefined>(undefined);
    const [isPinned, setIsPinned] = useState(false);
    const [announced, setAnnounced] = useState('');
    const current = useRef(view);
    current.current = view;

    useEffect(() => {
        const receive = ({ data }: MessageEvent<ToView>): void => {
            if (data.type === 'content') {
                const { content } = data;
                setReasons((known) => (isSameSession(content, current.current) ? known : undefined));
                setView((before) => ({
                    content,
                    selected: selectionFor(content, before),
                    ...(before?.pane && { pane: before.pane })
                }));
            } else if (data.type === 'done') {
                setDone(data);
            } else if (data.type === 'repairs') {
                setRepairs(data.repairs);
            } else if (data.type === 'reasons') {
                setReasons(data.reasons);
            } else if (data.type === 'pin') {
                setIsPinned(data.on);
            } else {
                setPicture(data);
            }
        };
        window.addEventListener('message', receive);
        window.addEventListener('focus', focusStep);
        send({ type: 'ready' });
        return () => {
            window.removeEventListener('message', receive);
            window.removeEventListener('focus', focusStep);
        };
    }, [send]);

    useEffect(() => {
        if (view) {
            save(view);
        }
    }, [view, save]);

    const looksAtPolicy = view?.pane === 'policy';
    useEffect(() => {
        if (looksAtPolicy) {
            send({ type: 'picture', on: true });
            return () => send({ type: 'picture', on: false });
        }
        return undefined;
    }, [looksAtPolicy, send]);

    useEffect(() => {
        if (done) {
            const timer = setTimeout(() => setDone(undefined), DONE_FOR_MS);
            return () => clearTimeout(timer);
        }
        return undefined;
    }, [done]);

    const select = useCallback(
        (place: number, focus: boolean) => {
            const view = current.current;
            if (view) {
                setView({ ...view, selected: place });
                setAnnounced(stepLabel(view.content, place));
                send(revealMessage(view.content, place, focus));
            }
        },
        [send]
    );
    const reveal = useCallback(
        (source: SessionContent['source']) => source && send({ type: 'reveal', source, focus: true }),
        [send]
    );
    const saveSvg = useCallback((name: string, svg: string) => send({ type: 'saveSvg', name, svg }), [send]);

    if (!view) {
        return <p class="waiting">{l10n.t('Waiting for the checker…')}</p>;
    }
    const { content, selected, pane = 'steps' } = view;
    const { trace } = content;
    const show = (next: Pane): void => setView({ ...view, pane: next });
    return (
        <main
            class={`session tone-${content.tone} is-${content.freshness}`}
            aria-busy={content.freshness === 'checking'}
        >
            <p class="sr-only" role="status" aria-live="polite">
                {done?.text ?? announced}
            </p>
            <Header
                content={content}
                reveal={reveal}
                done={done}
                isFixing={repairs !== undefined}
                isPinned={isPinned}
                send={send}
            />
            {repairs && <Repairs state={repairs} send={send} />}
            {content.again && trace && content.again.steps.length === trace.steps.length && (
                <p class={`again-summary ${content.again.steps.some(({ differs }) => differs) ? 'parts' : 'same'}`}>
                    {againSummary(content.again, trace)}
                </p>
            )}
            <Tabs pane={pane} hasSession={trace !== undefined} show={show} />
            <PanePanel pane={pane}>
                {pane === 'policy' ? (
                    <PolicyPane state={picture} reveal={reveal} save={saveSvg} />
                ) : !trace ? (
                    <Outcome content={content} reveal={reveal} send={send} />
                ) : pane === 'sequence' ? (
                    <Sequence content={content} trace={trace} selected={selected} select={select} save={saveSvg} />
                ) : (
                    <StepsPane
                        content={content}
                        trace={trace}
                        selected={selected}
                        select={select}
                        reveal={reveal}
                        reasons={content.freshness === 'current' ? reasons : undefined}
                        isFixing={repairs !== undefined}
                    />
                )}
            </PanePanel>
            <Basis content={content} />
        </main>
    );
}

/** A view that gets the focus, such as by `F6`, starts at the selected step and not at the first button. */
function focusStep(): void {
    if (document.activeElement === document.body) {
        document.querySelector<HTMLElement>('[aria-current="step"]')?.focus({ preventScroll: true });
    }
}

/** The same session keeps its selection; a new one starts at its end, at the step that matters. */
function selectionFor(content: SessionContent, before: SavedView | undefined): number {
    const steps = content.trace?.steps ?? [];
    if (before && isSameSession(content, before)) {
        return before.selected;
    }
    const judged = steps.findIndex((step) => step.judged);
    return judged >= 0 ? judged + 1 : steps.length;
}

function isSameSession({ trace }: SessionContent, before: SavedView | undefined): boolean {
    const texts = (steps: NonNullable<SessionContent['trace']>['steps'] = []): string =>
        JSON.stringify(steps.map(({ text }) => text));
    return before !== undefined && texts(before.content.trace?.steps) === texts(trace?.steps);
}

/**
 * The place that a step links to: the rule that decides it now, or decided it; for the judged step, the claim if no
 * rule decided it.
 */
function revealMessage(content: SessionContent, place: number, focus: boolean): FromView {
    const step = content.trace?.steps[place - 1];
    const now = content.again?.steps[place - 1]?.step;
    const source = now?.rules[0]?.source ?? step?.rules[0]?.source ?? (step?.judged ? content.source : undefined);
    return source ? { type: 'reveal', source, focus } : { type: 'unreveal' };
}
