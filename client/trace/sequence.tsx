/**
 * Draws the session as a sequence diagram: agents, people and servers as lifelines, and each step as an arrow between
 * them.
 */
import * as l10n from '@vscode/l10n';
import { Component, type RefObject } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Lifeline, SequenceLayout, SequenceRow, SequenceSizes } from '../../server/diagrams/sequence-layout.js';
import { cut, sequenceLayout } from '../../server/diagrams/sequence-layout.js';
import type { StepAgain, Trace, TraceStep } from '../../server/lsp/protocol.js';
import { partingOf } from './replay-on-edited-policy.js';
import {
    argumentTokens,
    calledText,
    type DecisionWord,
    decisionWord,
    durationText,
    nameText,
    verb
} from '../../server/wording/format.js';
import { markTexts } from '../../server/wording/session-markdown.js';
import type { SessionContent } from './messages.js';
import { SaveButton } from './save-button.js';
import { exportedSvg } from './svg-export.js';

/** The height of the heads of the lifelines, which are a separate drawing that stays in view. */
const HEAD_HEIGHT = 48;

const SIZES: SequenceSizes = { top: 8, row: 54, gap: 26, gutter: 58, distance: 150, label: 330, character: 6.9 };

export interface SequenceProps {
    readonly content: SessionContent;
    readonly trace: Trace;
    readonly selected: number;
    readonly select: (place: number, focus: boolean) => void;
    readonly save: (name: string, svg: string) => void;
}

export function Sequence({ content, trace, selected, select, save }: SequenceProps) {
    const heads = useRef<SVGSVGElement>(null);
    const body = useRef<SVGSVGElement>(null);
    const moved = useRef(false);
    const scroll = useRef<HTMLDivElement>(null);
    const room = useWidth(scroll);
    const layout = useMemo(() => layoutIn(room, trace.steps), [trace, room]);
    const { lifelines, rows, width, height } = layout;
    const last = trace.steps.length;
    const parting = content.again ? partingOf(content.again) : -1;

    useEffect(() => {
        const row = body.current?.querySelector<SVGGElement>('.row.selected .row-button');
        row?.scrollIntoView?.({ block: 'nearest' });
        if (moved.current) {
            moved.current = false;
            row?.focus();
        }
    }, [selected, trace]);

    const onKeyDown = (event: KeyboardEvent): void => {
        const places: { readonly [key: string]: number } = {
            ArrowDown: Math.min(selected + 1, last),
            ArrowUp: Math.max(selected - 1, 1),
            Home: 1,
            End: last
        };
        if (event.key === 'Enter') {
            select(selected, true);
            return;
        }
        const place = places[event.key];
        if (place !== undefined && place > 0 && !event.altKey && !event.ctrlKey && !event.metaKey) {
            event.preventDefault();
            moved.current = true;
            select(place, false);
        }
    };
    if (last === 0) {
        return <p class="empty">{l10n.t('Nothing happens in this session: there is nothing to draw.')}</p>;
    }
    return (
        <section class={`diagram sequence tone-${content.tone}`} aria-label={l10n.t('Sequence diagram')}>
            <div class="diagram-bar">
                <Legend />
                <SaveButton
                    save={() =>
                        save(l10n.t('{0} (sequence)', content.title), exportedSvg([heads.current!, body.current!]))
                    }
                />
            </div>
            <div class="scroll" ref={scroll}>
                <svg class="heads" ref={heads} width={width} height={HEAD_HEIGHT} aria-hidden="true">
                    {lifelines.map((lifeline) => (
                        <Head key={lifeline.kind + lifeline.name} lifeline={lifeline} />
                    ))}
                </svg>
                <svg
                    class="rows"
                    ref={body}
                    width={width}
                    height={height}
                    role="group"
                    aria-label={l10n.t('Steps between {0}', lifelines.map(({ name }) => name).join(', '))}
                    onKeyDown={onKeyDown}
                >
                    {lifelines.map(({ kind, name, x }) => (
                        <line key={kind + name} class="lifeline" x1={x} x2={x} y1={0} y2={height} />
                    ))}
                    {rows.map((row) => (
                        <Row
                            key={row.number}
                            row={row}
                            again={content.again?.steps[row.number - 1]}
                            isParting={parting === row.number - 1}
                            width={width}
                            of={last}
                            selected={selected === row.number}
                            tabbable={selected === row.number || (selected === 0 && row.number === 1)}
                            select={select}
                        />
                    ))}
                </svg>
            </div>
        </section>
    );
}

/** The maximum lengths of labels that are tried until all lifelines fit. */
const LABELS = [SIZES.label, 260, 200, 150, 110] as const;

/** The drawing in which labels are as long as the room allows. */
function layoutIn(room: number | undefined, steps: readonly TraceStep[]): SequenceLayout {
    const layouts = LABELS.map(
        (label) => () => sequenceLayout(steps, labelOf, { ...SIZES, label, distance: Math.min(SIZES.distance, label) })
    );
    const fits = (layout: SequenceLayout): boolean => room === undefined || layout.width <= room;
    let layout = layouts[0]!();
    for (const next of layouts.slice(1)) {
        if (fits(layout)) {
            break;
        }
        layout = next();
    }
    return layout;
}

/** The width of the content of an element, kept up to date; undefined before it is laid out. */
function useWidth(element: RefObject<HTMLElement>): number | undefined {
    const [width, setWidth] = useState<number | undefined>(undefined);
    useEffect(() => {
        if (!element.current || typeof ResizeObserver === 'undefined') {
            return undefined;
        }
        const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.floor(entry.contentRect.width)));
        observer.observe(element.current);
        return () => observer.disconnect();
    }, [element]);
    return width;
}

/** The words for decisions, which are the same everywhere. */
const DECISIONS: readonly DecisionWord[] = ['allowed', 'held', 'denied'];

function Legend() {
    return (
        <ul class="legend" aria-hidden="true">
            {DECISIONS.map((decision) => (
                <li key={decision} class={decision}>
                    {decision}
                </li>
            ))}
            <li class="person">{l10n.t('a person')}</li>
        </ul>
    );
}

function Head({ lifeline: { kind, name, x, width } }: { readonly lifeline: Lifeline }) {
    return (
        <g class={`head ${kind}`}>
            <rect x={x - width / 2} y={8} width={width} height={32} rx={kind === 'server' ? 4 : 16} />
            <text x={x} y={28} text-anchor="middle">
                {name}
            </text>
        </g>
    );
}

interface RowProps {
    readonly row: SequenceRow;
    readonly again: StepAgain | undefined;
    readonly isParting: boolean;
    readonly width: number;
    readonly of: number;
    readonly selected: boolean;
    readonly tabbable: boolean;
    readonly select: (place: number, focus: boolean) => void;
}

class Row extends Component<RowProps> {
    override shouldComponentUpdate(next: RowProps): boolean {
        return (Object.keys(next) as (keyof RowProps)[]).some((name) => next[name] !== this.props[name]);
    }

    override render({ row, again, isParting, width, of, selected, tabbable, select }: RowProps) {
        const { y, passed, step } = row;
        const names = ['row', decisionWord(step) ?? '', selected && 'selected', step.judged && 'judged'];
        const causes = step.breaks || step.letsThrough;
        return (
            <>
                {passed !== undefined && (
                    <g class="gap">
                        <line x1={0} x2={width} y1={y - 9} y2={y - 9} />
                        <text x={14} y={y - 13}>
                            {l10n.t('{0} later', durationText(passed))}
                        </text>
                    </g>
                )}
                <g class={[...names, again?.differs && 'differs'].filter(Boolean).join(' ')}>
                    <g
                        class="row-button"
                        role="button"
                        tabindex={tabbable ? 0 : -1}
                        aria-current={selected ? 'step' : undefined}
                        aria-label={[
                            l10n.t('Step {0} of {1}: {2}', row.number, of, step.text),
                            ...markTexts(step)
                        ].join('. ')}
                        onClick={() => select(row.number, false)}
                    >
                        <rect class="band" x={1} y={y} width={width - 2} height={SIZES.row - 2} rx={6} />
                    </g>
                    <g class="drawn" aria-hidden="true">
                        <circle class={`number ${causes ? 'causes' : ''}`} cx={24} cy={y + 26} r={11} />
                        <text class="number-text" x={24} y={y + 30} text-anchor="middle">
                            {row.number}
                        </text>
                        <Arrow row={row} width={width} />
                        <Below row={row} again={again} isParting={isParting} />
                    </g>
                </g>
            </>
        );
    }
}

interface ArrowProps {
    readonly row: SequenceRow;
}

/** The length of an arrow that does not reach its end, as a share of the distance. */
const STOPS_AT = 0.72;

function Arrow({ row: { y, step, from, to, label }, width }: ArrowProps & { readonly width: number }) {
    const line = y + 28;
    if (!from || !to) {
        const pill = label.length * SIZES.character + 20;
        const middle = Math.min(Math.max(from?.x ?? width / 2, SIZES.gutter + pill / 2), width - 8 - pill / 2);
        return (
            <g class="note">
                <rect x={middle - pill / 2} y={y + 9} width={pill} height={24} rx={12} />
                <text x={middle} y={y + 25} text-anchor="middle">
                    {label}
                </text>
            </g>
        );
    }
    const [start, target] = [from.x, to.x];
    const way = Math.sign(target - start) || 1;
    const stops = step.decision === 'denied' || step.decision === 'held';
    const end = stops ? start + (target - start) * STOPS_AT : target - way * 2;
    return (
        <g class="arrow">
            <line x1={start} x2={stops ? end - way * 9 : end - way * 8} y1={line} y2={line} />
            {stops ? (
                <g class="stop">
                    <circle cx={end} cy={line} r={9} />
                    <path
                        d={
                            step.decision === 'held'
                                ? `M${end - 2.5} ${line - 4}v8m5 -8v8`
                                : `M${end - 3.5} ${line - 3.5}l7 7m0 -7l-7 7`
                        }
                    />
                </g>
            ) : (
                <path class="tip" d={`M${end} ${line}l${-way * 9} -5v10z`} />
            )}
            <circle class="begin" cx={start} cy={line} r={3} />
            <text class="label" x={(start + target) / 2} y={line - 8} text-anchor="middle">
                {label}
            </text>
        </g>
    );
}

interface BelowProps extends ArrowProps {
    readonly again: StepAgain | undefined;
    readonly isParting: boolean;
}

/** The reason for the decision, under the arrow, and the current decision. */
function Below({ row: { y, step, from, to }, again, isParting }: BelowProps) {
    if (!from || !to) {
        return null;
    }
    const [start, end] = [from.x, to.x];
    const rule = step.rules[0];
    const by = rule
        ? l10n.t('line {0}', (rule.usedAt ?? rule.source).start.line + 1)
        : step.by === 'default'
          ? l10n.t('no rule allows it')
          : '';
    const now = again?.differs ? nowText(again) : '';
    const judged = step.judged ? l10n.t('it breaks here') : '';
    const text = [judged, step.decision ?? '', now || by, isParting ? l10n.t('different from here') : '']
        .filter(Boolean)
        .join(' · ');
    return (
        <text class="below" x={(start + end) / 2} y={y + 44} text-anchor="middle">
            {cut(text, Math.floor(Math.abs(end - start) / 6))}
        </text>
    );
}

function nowText({ step }: StepAgain): string {
    return step?.decision ? l10n.t('now {0}', step.decision) : l10n.t('now not possible');
}

function labelOf(step: TraceStep): string {
    const { kind, act, tool, args, text } = step;
    const [server = '', ...rest] = tool.split('.');
    const call = rest.length > 0 ? calledText(step).slice(nameText(server).length + 1) : calledText(step);
    if (act !== undefined) {
        return act;
    }
    switch (kind) {
        case 'approve':
        case 'refuse':
            return `${verb(step)} ${call}`;
        case 'event':
            return tool === '' ? text : calledText(step);
        default:
            return `${call}(${argumentTokens(args)
                .map((token) => token.text)
                .join('')})`;
    }
}
