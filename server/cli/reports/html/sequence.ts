/**
 * Draws a session: agents, people and servers as lifelines, each step as an arrow between them. The style sheet defines
 * the appearance.
 */
import { counted } from '../../../model/text/plural.js';
import type { Trace, TraceStep } from '../../../checker/results/result.js';
import {
    cut,
    type Lifeline,
    sequenceLayout,
    type SequenceRow,
    type SequenceSizes
} from '../../../diagrams/sequence-layout.js';
import { calledText } from '../../../checker/traces/step-text.js';
import { nameText } from '../../../model/text/typed-text.js';
import { duration } from '../../terminal/layout.js';
import { callText } from '../step-text.js';
import { html, type Html, NOTHING } from './tag.js';

/** The width of the heads of the lifelines. */
const HEAD = 56;

const SIZES: SequenceSizes = { top: HEAD + 8, row: 58, gap: 26, gutter: 64, distance: 170, label: 420, character: 6.7 };

/**
 * @param id a name that is unique in the page
 * @param name the subject of the session
 */
export function sequence(trace: Trace, id: string, name: string): Html {
    const { lifelines, rows, width, height } = sequenceLayout(trace.steps, labelOf, SIZES);
    if (rows.length === 0) {
        return NOTHING;
    }
    const between = lifelines.map((lifeline) => lifeline.name).join(', ');
    return html`<div class="drawing" tabindex="0" role="region" aria-label="Drawing of the session of ${name}">
        <svg
            role="img"
            aria-labelledby="${id}-title"
            width="${round(width)}"
            height="${height}"
            viewBox="0 0 ${round(width)} ${height}"
        >
            <title id="${id}-title">
                A session of ${counted(rows.length, 'step')} between ${between}; the list below has each step in words.
            </title>
            ${lifelines.map((lifeline) => lifelineDrawing(lifeline, height))}${rows.map((row) => rowDrawing(row, width))}
        </svg>
    </div>`;
}

function lifelineDrawing({ kind, name, x, width }: Lifeline, height: number): Html {
    return html`<g class="lifeline ${kind}"
        ><line x1="${round(x)}" x2="${round(x)}" y1="${HEAD - 12}" y2="${height}" /><rect
            x="${round(x - width / 2)}"
            y="8"
            width="${round(width)}"
            height="36"
            rx="${kind === 'server' ? 5 : 18}"
        />${icon(kind, x - width / 2 + 18)}<text x="${round(x + 8)}" y="31">${name}</text></g
    >`;
}

/** A person, a robot, a server, or the world; they can be distinguished without colours. */
function icon(kind: Lifeline['kind'], x: number): Html {
    const shapes = {
        human: html`<circle cx="0" cy="-4" r="3.2" /><path d="M-6 6a6 6 0 0 1 12 0z" />`,
        agent: html`<rect x="-6" y="-4" width="12" height="9" rx="2.5" /><path d="M0 -4v-3M-2.5 0v1.5M2.5 0v1.5" />`,
        server: html`<rect x="-6" y="-6" width="12" height="5" rx="1.2" /><rect
                x="-6"
                y="1"
                width="12"
                height="5"
                rx="1.2"
            />`,
        outside: html`<circle cx="0" cy="0" r="6" /><path d="M-6 0h12M0 -6c-4 4 -4 8 0 12M0 -6c4 4 4 8 0 12" />`
    };
    return html`<g class="icon" transform="translate(${round(x)} 26)">${shapes[kind]}</g>`;
}

function rowDrawing(row: SequenceRow, width: number): Html {
    const { step, number, y, passed } = row;
    const classes = [
        step.decision ?? 'undecided',
        step.judged && 'judged',
        (step.breaks || step.letsThrough) && 'cause'
    ].filter(Boolean);
    const gap =
        passed === undefined
            ? NOTHING
            : html`<g class="gap"
                  ><line x1="${SIZES.gutter - 16}" x2="${round(width - 12)}" y1="${y - 13}" y2="${y - 13}" /><text
                      x="${SIZES.gutter - 16}"
                      y="${y - 17}"
                      >${duration(passed * 1000)} later</text
                  ></g
              >`;
    return html`${gap}<g class="row ${classes.join(' ')}"
            ><rect class="band" x="4" y="${y}" width="${round(width - 8)}" height="${SIZES.row - 4}" rx="8" /><circle
                class="number"
                cx="26"
                cy="${y + 27}"
                r="12"
            /><text class="number" x="26" y="${y + 31}">${number}</text>${arrow(row, width)}</g
        >`;
}

/** The length of an arrow that stops before its target, as a share of the distance. */
const STOPS_AT = 0.74;

function arrow({ step, from, to, y, label }: SequenceRow, width: number): Html {
    const line = y + 29;
    if (!from || !to || from === to) {
        const wide = label.length * SIZES.character + 24;
        const middle = Math.min(Math.max(from?.x ?? width / 2, SIZES.gutter + wide / 2), width - 8 - wide / 2);
        return html`<g class="note"
            ><rect x="${round(middle - wide / 2)}" y="${y + 14}" width="${round(wide)}" height="26" rx="13" /><text
                x="${round(middle)}"
                y="${y + 31}"
                >${label}</text
            ></g
        >`;
    }
    const way = Math.sign(to.x - from.x);
    const stops = step.decision === 'denied' || step.decision === 'held';
    const end = stops ? from.x + (to.x - from.x) * STOPS_AT : to.x - way * 3;
    const tip = stops
        ? html`<circle class="stop" cx="${round(end)}" cy="${line}" r="9" /><path
                  class="sign"
                  d="${step.decision === 'held' ? `M${round(end - 2.5)} ${line - 4}v8m5 -8v8` : `M${round(end - 3.5)} ${line - 3.5}l7 7m0 -7l-7 7`}"
              />`
        : html`<path class="tip" d="M${round(end)} ${line}l${-way * 10} -5.5v11z" />`;
    const middle = (from.x + to.x) / 2;
    const below = cut(belowText(step), Math.floor(Math.abs(to.x - from.x) / 6.2));
    return html`<g class="arrow"
        ><line x1="${round(from.x)}" x2="${round(end - way * 9)}" y1="${line}" y2="${line}" />${tip}<circle
            class="begin"
            cx="${round(from.x)}"
            cy="${line}"
            r="3.5"
        /><text class="label" x="${round(middle)}" y="${line - 13}">${label}</text
        ><text class="below" x="${round(middle)}" y="${line + 17}">${below}</text></g
    >`;
}

const VERBS = { approve: 'approves ', refuse: 'refuses ', release: 'again: ', call: '', event: '' } as const;

function labelOf(step: TraceStep): string {
    if (step.act !== undefined) {
        return step.act;
    }
    if (step.kind === 'event') {
        return step.tool === '' ? step.text : calledText(step);
    }
    const call = callText(step);
    const server = `${nameText(step.tool.split('.')[0]!)}.`;
    return VERBS[step.kind] + (call.startsWith(server) ? call.slice(server.length) : call);
}

/** The text below an arrow: `needed · allowed · line 9`. */
function belowText({ decision, by, kind, rules, judged, breaks, letsThrough }: TraceStep): string {
    const [rule] = rules;
    return [
        judged ? 'judged' : breaks ? 'needed' : letsThrough ? 'lets through' : '',
        decision ?? (kind === 'approve' ? 'approved' : kind === 'refuse' ? 'refused' : ''),
        rule ? `line ${(rule.usedAt ?? rule.source).start.line + 1}` : by === 'default' ? 'no rule allows it' : ''
    ]
        .filter((part) => part !== '')
        .join(' · ');
}

function round(value: number): number {
    return Math.round(value * 10) / 10;
}
