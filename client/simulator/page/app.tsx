/** The simulator: the session so far, the state at its end, and the possible next steps. */
import * as l10n from '@vscode/l10n';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { SessionView, Source } from '../../../server/lsp/protocol.js';
import type { SessionContent } from '../../trace/messages.js';
import { Steps } from '../../trace/steps.js';
import { NO_FILTER, rowsOf } from '../../trace/filter.js';
import type { SavedSimulator, SimulatorContent, SimulatorFromView, SimulatorToView } from '../messages.js';
import { brokenClaims, Claims, judgedTrace } from './claims.js';
import { Offers } from './offers.js';
import { numberText } from '../../trace/texts.js';

/** An example in policy syntax. */
const EXAMPLE = 'agent calls server.tool(argument: "value")';

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
        return <p class="waiting">{l10n.t('Starting the session…')}</p>;
    }
    const { session, isBusy } = content;
    const { steps, problem, offers, policy } = session;
    const broken = brokenClaims(session);
    const trace = judgedTrace(session, broken);
    const tone = broken.size > 0 ? 'bad' : 'good';
    const isEmpty = steps.length === 0;
    // Steps that the trace does not show, such as a wait, belong to the previous step.
    const last = [...steps].reverse().find(({ traced }) => traced === selected);
    return (
        <main class={`session simulator tone-${tone}`} aria-busy={isBusy}>
            <header class="header">
                <div class="status-line">
                    <h1 class="verdict">{l10n.t('Simulator')}</h1>
                    <span class="origin">
                        <b>{policy}</b> · {stepsText(steps.length)}
                    </span>
                </div>
                <div class="simulator-tools" role="toolbar" aria-label={l10n.t('Session')}>
                    <button type="button" class="tool" disabled={isEmpty} onClick={() => send({ type: 'undo' })}>
                        {l10n.t('Undo')}
                    </button>
                    <button type="button" class="tool" disabled={isEmpty} onClick={() => send({ type: 'restart' })}>
                        {l10n.t('Start again')}
                    </button>
                    <button type="button" class="tool" disabled={isEmpty} onClick={() => send({ type: 'keep' })}>
                        {l10n.t('Keep as scenario')}
                    </button>
                </div>
                <Claims session={session} broken={broken} />
            </header>
            <div class="body">
                <div>
                    <Steps
                        content={contentFor(content, tone)}
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
                        <label for="line">{l10n.t('Next step, in the syntax of a scenario')}</label>
                        <div class="entry-row">
                            <input
                                id="line"
                                ref={entry}
                                value={line}
                                onInput={(event) => setLine(event.currentTarget.value)}
                                spellcheck={false}
                                autocomplete="off"
                                placeholder={EXAMPLE}
                                aria-describedby="problem"
                                aria-invalid={problem !== undefined}
                            />
                            <button type="submit" class="tool">
                                {l10n.t('Play')}
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
        // In a narrow page it scrolls on its own, which needs the focus.
        <aside class="facts" aria-live="polite" aria-label={l10n.t('Session state')} tabIndex={0}>
            <div>
                <h2>{step === 0 ? l10n.t('At the start') : l10n.t('After step {0}', step)}</h2>
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

function stepsText(count: number): string {
    return count === 1 ? l10n.t('1 step') : l10n.t('{0} steps', numberText(count));
}

/** The steps are shown like those of a scenario. */
function contentFor({ uri, session }: SimulatorContent, tone: SessionContent['tone']): SessionContent {
    return {
        subject: { uri, kind: 'scenario', name: '' },
        policy: session.policy,
        freshness: 'current',
        word: '',
        tone,
        title: '',
        summary: '',
        problems: []
    };
}
