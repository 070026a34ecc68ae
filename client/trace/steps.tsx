/** Shows the session as a line of steps, each with the decision, its rules, and its changes. */
import * as l10n from '@vscode/l10n';
import { useEffect, useRef } from 'preact/hooks';
import type { SessionReasons, Trace } from '../../server/lsp/protocol.js';
import { partingOf } from './replay-on-edited-policy.js';
import type { Row } from './filter.js';
import { StartStep, Step } from './step.js';
import type { SessionContent } from './messages.js';
import { filled, numberText } from './texts.js';

export interface StepsProps {
    readonly content: SessionContent;
    readonly trace: Trace;
    /** The steps that are shown, in order. */
    readonly rows: readonly Row[];
    readonly showAll: () => void;
    /** The selected place: 0 is the start, and i is step i. */
    readonly selected: number;
    readonly select: (place: number, focus: boolean) => void;
    readonly reveal: (source: SessionContent['source']) => void;
    /** Why no rule stopped each step, once that is known. */
    readonly reasons?: SessionReasons | undefined;
    /** True if fixes are shown above the steps; the view then stays at them. */
    readonly isFixing?: boolean;
}

export function Steps({ content, trace, rows, showAll, selected, select, reveal, reasons, isFixing }: StepsProps) {
    const list = useRef<HTMLOListElement>(null);
    const moved = useRef(false);
    const last = trace.steps.length;
    const again = content.again;

    useEffect(() => {
        const button = list.current?.querySelector<HTMLElement>('[aria-current="step"]');
        const step = button?.closest('.step');
        // The reasons below the mark may be long: a view that opens keeps its header, with `Fix…`, in sight.
        const shown = moved.current ? step : (step?.querySelector('.judged-mark') ?? step);
        const isShown = moved.current || !isFixing;
        const showStep = (): void => {
            if (isShown) {
                shown?.scrollIntoView?.({ block: 'nearest' });
            }
        };
        showStep();
        // Steps out of sight have an estimated height until they are laid out.
        const frame = requestAnimationFrame(showStep);
        if (moved.current) {
            moved.current = false;
            button?.focus({ preventScroll: true });
        }
        return () => cancelAnimationFrame(frame);
    }, [selected, trace, isFixing]);

    const onKeyDown = (event: KeyboardEvent): void => {
        const target = event.target as HTMLElement;
        if (event.key === 'Enter' && target.classList.contains('step-button')) {
            event.preventDefault();
            select(selected, true);
            return;
        }
        const place = placeFor(event.key, rows, selected);
        if (place !== undefined && !event.altKey && !event.ctrlKey && !event.metaKey) {
            event.preventDefault();
            moved.current = true;
            if (place !== selected) {
                select(place, false);
            }
        }
    };
    const showTime = trace.steps.some(({ time }) => time > 0);
    const parting = again ? partingOf(again) : -1;
    const firstCause = trace.steps.findIndex((step) => step.breaks || step.letsThrough);
    const judged = trace.steps.findIndex((step) => step.judged);
    return (
        <section class="steps" aria-label={l10n.t('Session')}>
            <p class="keys" id="keys">
                {filled(
                    l10n.t('{0} {1} move, {2} opens the rule'),
                    <kbd>↑</kbd>,
                    <kbd>↓</kbd>,
                    <kbd>{l10n.t('Enter')}</kbd>
                )}
            </p>
            <ol class="timeline" ref={list} onKeyDown={onKeyDown} aria-describedby="keys">
                <StartStep
                    start={trace.start}
                    selected={selected === 0}
                    select={() => select(0, false)}
                    tone={content.sessionTone ?? content.tone}
                    judged={last === 0 && content.subject.kind === 'claim'}
                />
                {rows.map((row) =>
                    'hidden' in row ? (
                        <li key={`gap-${row.after}`} class="gap">
                            <button class="gap-button" type="button" onClick={showAll} title={l10n.t('Show all steps')}>
                                {row.hidden === 1
                                    ? l10n.t('1 step hidden')
                                    : l10n.t('{0} steps hidden', numberText(row.hidden))}
                            </button>
                        </li>
                    ) : (
                        <Step
                            key={row.step}
                            step={trace.steps[row.step - 1]!}
                            again={again?.steps[row.step - 1]}
                            isParting={parting === row.step - 1}
                            number={row.step}
                            of={last}
                            tone={content.sessionTone ?? content.tone}
                            onCausePath={firstCause >= 0 && row.step > firstCause && row.step <= judged}
                            showTime={showTime}
                            selected={selected === row.step}
                            select={select}
                            reveal={reveal}
                            reasons={reasons?.steps[row.step - 1] ?? undefined}
                            claim={row.step === last ? reasons?.claim : undefined}
                        />
                    )
                )}
            </ol>
        </section>
    );
}

/** The number of steps that a page key skips. */
const PAGE = 10;

/** The step that a key moves to among the visible ones; undefined if the key has no meaning here. */
function placeFor(key: string, rows: readonly Row[], selected: number): number | undefined {
    const places = [0, ...rows.flatMap((row) => ('step' in row ? [row.step] : []))];
    const at = places.indexOf(selected);
    const by: { readonly [key: string]: number } = {
        ArrowDown: at + 1,
        ArrowUp: at - 1,
        PageDown: at + PAGE,
        PageUp: at - PAGE,
        Home: 0,
        End: places.length - 1
    };
    const next = by[key];
    return next === undefined ? undefined : places[Math.max(0, Math.min(next, places.length - 1))];
}
