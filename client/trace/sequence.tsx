/** The session as a sequence diagram: agents, people and servers as lifelines, each step an arrow between them. */
import * as l10n from '@vscode/l10n';
import { Component } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { StepAgain, Trace, TraceStep } from '../../server/lsp/protocol.js';
import { partingOf } from './again.js';
import { type DecisionWord, decisionWord } from '../../server/wording/format.js';
import { markTexts } from '../../server/wording/session-markdown.js';
import type { SessionContent } from './messages.js';
import { SaveButton } from './save-button.js';
import type { Lifeline, SequenceRow } from './sequence-layout.js';
import { cut, HEAD_HEIGHT, LABEL_CHARACTER, ROW_HEIGHT, sequenceLayout } from './sequence-layout.js';
import { exportedSvg } from './svg-export.js';

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
    const layout = useMemo(() => sequenceLayout(trace), [trace]);
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
            <div class="scroll">
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
                            step={trace.steps[row.number - 1]!}
                            again={content.again?.steps[row.number - 1]}
                            isParting={parting === row.number - 1}
                            lifelines={lifelines}
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

/** Decisions have one name everywhere. */
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
    readonly step: TraceStep;
    readonly again: StepAgain | undefined;
    readonly isParting: boolean;
    readonly lifelines: readonly Lifeline[];
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

    override render({ row, step, again, isParting, lifelines, width, of, selected, tabbable, select }: RowProps) {
        const { y, gap } = row;
        const names = ['row', decisionWord(step) ?? '', selected && 'selected', step.judged && 'judged'];
        const causes = step.breaks || step.letsThrough;
        return (
            <>
                {gap && (
                    <g class="gap">
                        <line x1={0} x2={width} y1={y - 9} y2={y - 9} />
                        <text x={14} y={y - 13}>
                            {gap}
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
                        <rect class="band" x={1} y={y} width={width - 2} height={ROW_HEIGHT - 2} rx={6} />
                    </g>
                    <g class="drawn" aria-hidden="true">
                        <circle class={`number ${causes ? 'causes' : ''}`} cx={24} cy={y + 26} r={11} />
                        <text class="number-text" x={24} y={y + 30} text-anchor="middle">
                            {row.number}
                        </text>
                        <Arrow row={row} step={step} lifelines={lifelines} width={width} />
                        <Below row={row} step={step} again={again} isParting={isParting} lifelines={lifelines} />
                    </g>
                </g>
            </>
        );
    }
}

interface ArrowProps {
    readonly row: SequenceRow;
    readonly step: TraceStep;
    readonly lifelines: readonly Lifeline[];
}

/** How far an arrow goes that does not reach its end. */
const STOPS_AT = 0.72;

function Arrow({ row: { y, from, to, label }, step, lifelines, width }: ArrowProps & { readonly width: number }) {
    const line = y + 28;
    const start = from === undefined ? undefined : lifelines[from]!.x;
    if (start === undefined || to === undefined) {
        const middle = start ?? width / 2;
        const pill = label.length * LABEL_CHARACTER + 20;
        return (
            <g class="note">
                <rect x={middle - pill / 2} y={y + 9} width={pill} height={24} rx={12} />
                <text x={middle} y={y + 25} text-anchor="middle">
                    {label}
                </text>
            </g>
        );
    }
    const target = lifelines[to]!.x;
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

/** What made the decision, under the arrow; and what becomes of it now. */
function Below({ row: { y, from, to }, step, again, isParting, lifelines }: BelowProps) {
    if (from === undefined || to === undefined) {
        return null;
    }
    const [start, end] = [lifelines[from]!.x, lifelines[to]!.x];
    const rule = step.rules[0];
    const by = rule
        ? l10n.t('line {0}', (rule.usedAt ?? rule.source).start.line + 1)
        : step.by === 'default'
          ? l10n.t('no rule allows it')
          : '';
    const now = again?.differs ? nowText(again) : '';
    const judged = step.judged ? l10n.t('it breaks here') : '';
    const text = [judged, step.decision ?? '', now || by, isParting ? l10n.t('they part') : '']
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
