/** Where things stand in the drawing of a session: a lane for everyone who takes part, a row for each step. */
import type { Trace, TraceStep } from '../../../checker/result.js';
import { callText } from '../step-text.js';

export type LaneKind = 'human' | 'agent' | 'server' | 'outside';

export interface Lane {
    readonly kind: LaneKind;
    readonly name: string;
    /** Of its middle. */
    readonly x: number;
    readonly width: number;
}

export interface Row {
    readonly step: TraceStep;
    readonly number: number;
    readonly y: number;
    /** Lanes; without `to` it happens to one, without both to the session. */
    readonly from?: Lane;
    readonly to?: Lane;
    readonly label: string;
    /** Seconds that passed since the step before, if any did. */
    readonly passed?: number;
}

export interface Layout {
    readonly lanes: readonly Lane[];
    readonly rows: readonly Row[];
    readonly width: number;
    readonly height: number;
}

export const HEAD = 56;
export const ROW = 58;
const GAP = 26;
/** For the numbers of the steps. */
export const GUTTER = 64;
const MARGIN = 24;
const LEAST = 170;
/** A label that is longer is cut: the list of the steps has it whole. */
const WIDEST = 420;
/** Of a character in the fonts of the labels and of the heads. */
export const CHARACTER = 6.7;
const HEAD_CHARACTER = 7.6;

const ORDER: readonly LaneKind[] = ['human', 'agent', 'server', 'outside'];

interface Taker {
    readonly kind: LaneKind;
    readonly name: string;
}

export function sequenceLayout({ steps }: Trace): Layout {
    const all = new Map(steps.flatMap(takersOf).map((taker) => [keyOf(taker), taker]));
    const takers = [...all.values()].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
    const lanes = placed(takers, steps);
    const laneOf = new Map(lanes.map((lane) => [keyOf(lane), lane]));
    const last = lanes.at(-1);
    const notes = steps
        .filter((step) => takersOf(step).length < 2)
        .map((step) => labelOf(step).length * CHARACTER + 60);
    const width = Math.max(
        last ? last.x + last.width / 2 + MARGIN : 0,
        GUTTER + Math.min(WIDEST, Math.max(0, ...notes))
    );
    let y = HEAD + 8;
    let time = 0;
    const rows = steps.map((step, index): Row => {
        const passed = step.time - time;
        time = step.time;
        y += passed > 0 ? GAP : 0;
        const [from, to] = takersOf(step).map((taker) => laneOf.get(keyOf(taker))!);
        const row = {
            step,
            number: index + 1,
            y,
            label: cut(labelOf(step), room(from, to, width)),
            ...(from && { from }),
            ...(to && { to }),
            ...(passed > 0 && { passed })
        };
        y += ROW;
        return row;
    });
    return { lanes, rows, width, height: y + 8 };
}

export function cut(text: string, most: number): string {
    return text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1))}…`;
}

const keyOf = ({ kind, name }: Taker): string => `${kind} ${name}`;

/** Who does the step, and whom it concerns; no one, if it is the session's. */
function takersOf({ kind, actor, act, tool, input }: TraceStep): Taker[] {
    const agent: Taker = { kind: 'agent', name: actor };
    if (kind === 'event') {
        if (input?.kind === 'return') {
            return [agent, { kind: 'agent', name: input.to }];
        }
        return actor === '' ? [] : [{ kind: actor === 'outside' ? 'outside' : 'human', name: actor }];
    }
    if (act !== undefined) {
        return actor === '' ? [] : [agent];
    }
    const server: Taker = { kind: 'server', name: tool.split('.')[0]! };
    return [kind === 'approve' || kind === 'refuse' ? { kind: 'human', name: actor } : agent, server];
}

const VERBS = { approve: 'approves ', refuse: 'refuses ', release: 'again: ', call: '', event: '' } as const;

function labelOf(step: TraceStep): string {
    if (step.act !== undefined) {
        return step.act;
    }
    if (step.kind === 'event') {
        return step.tool === '' ? step.text : step.tool;
    }
    const call = callText(step);
    const server = `${step.tool.split('.')[0]!}.`;
    return VERBS[step.kind] + (call.startsWith(server) ? call.slice(server.length) : call);
}

/** From left to right, each as far from the ones before as the labels between them need. */
function placed(takers: readonly Taker[], steps: readonly TraceStep[]): Lane[] {
    const lanes: Lane[] = [];
    for (const [index, taker] of takers.entries()) {
        const width = Math.max(96, taker.name.length * HEAD_CHARACTER + 52);
        const before = lanes.at(-1);
        let x = before ? before.x + Math.max(LEAST, (before.width + width) / 2 + 24) : GUTTER + width / 2;
        for (const step of steps) {
            const [from, to] = takersOf(step).map((one) => takers.findIndex((other) => keyOf(other) === keyOf(one)));
            if (from !== undefined && to !== undefined && from !== to && Math.max(from, to) === index) {
                const other = lanes[Math.min(from, to)]!;
                x = Math.max(x, other.x + Math.min(WIDEST, labelOf(step).length * CHARACTER + 40));
            }
        }
        lanes.push({ ...taker, x, width });
    }
    return lanes;
}

/** Characters that a label may have. */
function room(from: Lane | undefined, to: Lane | undefined, width: number): number {
    const space = from && to ? Math.abs(from.x - to.x) - 28 : width - GUTTER - 40;
    return Math.max(8, Math.floor(space / CHARACTER));
}
