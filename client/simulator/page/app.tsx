/** The simulator: the session so far, what is so at its end, and what may come next. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { SessionView, Source } from '../../../server/lsp/protocol.js';
import { plural } from '../../../server/wording/verdicts.js';
import type { SessionContent } from '../../trace/messages.js';
import { Steps } from '../../trace/steps.js';
import { NO_FILTER, rowsOf } from '../../trace/filter.js';
import type { SavedSimulator, SimulatorContent, SimulatorFromView, SimulatorToView } from '../messages.js';
import { Offers } from './offers.js';

export interface SimulatorProps {
    readonly send: (message: SimulatorFromView) => void;
    readonly save: (state: SavedSimulator) => void;
}

export function Simulator({ send, save }: SimulatorProps) {
    const [content, setContent] = useState<SimulatorContent | undefined>();
    const [selected, setSelected] = useState(0);
    const [line, setLine] = useState('');
    const entry = useRef<HTMLInputElement>(null);

    useEffect(() => {
        const receive = ({ data }: MessageEvent<SimulatorToView>): void => {
            const { uri, session, rejected, isBusy } = data.content;
            setContent(data.content);
            if (!isBusy) {
                setSelected(session.trace.steps.length);
                setLine(rejected ?? '');
                save({ uri, lines: session.steps.map((step) => step.line) });
            }
        };
        window.addEventListener('message', receive);
        send({ type: 'ready' });
        return () => window.removeEventListener('message', receive);
    }, [send, save]);

    const reveal = useCallback(
        (source: Source | undefined) => source && send({ type: 'reveal', source, focus: true }),
        [send]
    );
    const add = useCallback((next: string) => send({ type: 'add', line: next }), [send]);
    if (!content) {
        return <p class="waiting">Starting the session…</p>;
    }
    const { session, isBusy } = content;
    const { steps, trace, problem, offers, policy } = session;
    const isEmpty = steps.length === 0;
    // Steps of which the trace shows nothing, such as a wait, belong to the one before.
    const last = [...steps].reverse().find(({ traced }) => traced === selected);
    return (
        <main class="session simulator tone-good" aria-busy={isBusy}>
            <header class="header">
                <div class="status-line">
                    <span class="verdict">Simulator</span>
                    <span class="origin">
                        <b>{policy}</b> · {plural(steps.length, 'step')}
                    </span>
                </div>
                <div class="simulator-tools" role="toolbar" aria-label="Session">
                    <button type="button" class="tool" disabled={isEmpty} onClick={() => send({ type: 'undo' })}>
                        Undo
                    </button>
                    <button type="button" class="tool" disabled={isEmpty} onClick={() => send({ type: 'restart' })}>
                        Start again
                    </button>
                    <button type="button" class="tool" disabled={isEmpty} onClick={() => send({ type: 'keep' })}>
                        Keep as scenario
                    </button>
                </div>
            </header>
            <div class="body">
                <div>
                    <Steps
                        content={contentFor(content)}
                        trace={trace}
                        rows={rowsOf(trace, NO_FILTER, selected)}
                        showAll={() => undefined}
                        selected={selected}
                        select={(place, focus) => {
                            setSelected(place);
                            const source = trace.steps[place - 1]?.rules[0]?.source;
                            if (source) {
                                send({ type: 'reveal', source, focus });
                            }
                        }}
                        reveal={reveal}
                    />
                    <form
                        class="entry"
                        onSubmit={(event) => {
                            event.preventDefault();
                            if (line.trim() !== '') {
                                add(line);
                            }
                        }}
                    >
                        <label for="line">Next step, as a scenario writes it</label>
                        <div class="entry-row">
                            <input
                                id="line"
                                ref={entry}
                                value={line}
                                onInput={(event) => setLine(event.currentTarget.value)}
                                spellcheck={false}
                                autocomplete="off"
                                placeholder='agent calls server.tool(argument: "value")'
                                aria-describedby="problem"
                                aria-invalid={problem !== undefined}
                            />
                            <button type="submit" class="tool">
                                Play
                            </button>
                        </div>
                        {problem === undefined && last && (
                            <p class="happened" role="status">
                                {last.message}
                            </p>
                        )}
                        <p class="problem" id="problem" role="alert">
                            {problem?.message}
                        </p>
                    </form>
                    {offers && (
                        <Offers
                            offers={offers}
                            add={add}
                            edit={(text) => {
                                setLine(text);
                                entry.current?.focus();
                            }}
                            reveal={reveal}
                        />
                    )}
                </div>
                <State view={last?.state ?? session.start} step={selected} />
            </div>
        </main>
    );
}

function State({ view, step }: { readonly view: SessionView; readonly step: number }) {
    return (
        <aside class="facts" aria-live="polite" aria-label="Session state">
            <div>
                <h2>{step === 0 ? 'At the start' : `After step ${step}`}</h2>
                {view.groups
                    .filter(({ entries }) => entries.length > 0)
                    .map(({ name, entries }) => (
                        <section key={name} class="state-group">
                            <h3>{name}</h3>
                            <dl>
                                {entries.map((entry, index) => (
                                    <div key={index}>
                                        <dt>{entry.name}</dt>
                                        <dd>{entry.value}</dd>
                                    </div>
                                ))}
                            </dl>
                        </section>
                    ))}
            </div>
        </aside>
    );
}

/** The steps are shown as those of a scenario. */
function contentFor({ uri, session }: SimulatorContent): SessionContent {
    return {
        subject: { uri, kind: 'scenario', name: '' },
        policy: session.policy,
        freshness: 'current',
        word: '',
        tone: 'good',
        title: '',
        summary: '',
        problems: []
    };
}
