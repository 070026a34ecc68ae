/** Where things stand in a sequence diagram: a lifeline for everyone who takes part, a row for each step. */
import * as l10n from '@vscode/l10n';
import type { Trace, TraceStep } from '../../server/lsp/protocol.js';
import { argumentTokens, durationText, verb } from '../../server/wording/format.js';

export type LifelineKind = 'human' | 'agent' | 'server' | 'outside';

export interface Lifeline {
    readonly kind: LifelineKind;
    readonly name: string;
    readonly x: number;
    readonly width: number;
}

/** Of a step; `to` is absent for what happens to one lifeline, both for what happens to the session. */
export interface SequenceRow {
    readonly number: number;
    readonly y: number;
    /** Indices of lifelines. */
    readonly from?: number;
    readonly to?: number;
    readonly label: string;
    /** Time that passed since the step before. */
    readonly gap?: string;
}

export interface SequenceLayout {
    readonly lifelines: readonly Lifeline[];
    readonly rows: readonly SequenceRow[];
    readonly width: number;
    readonly height: number;
}

export const ROW_HEIGHT = 54;
export const GAP_HEIGHT = 26;
export const HEAD_HEIGHT = 48;
/** The numbers of the steps stand left of everything. */
const GUTTER = 58;
const LEAST_DISTANCE = 150;
const MOST_LABEL = 330;
const MARGIN = 40;
/** Of a character of the labels, which have a font of one width. */
export const LABEL_CHARACTER = 6.9;
const NAME_CHARACTER = 7.6;

const ORDER: readonly LifelineKind[] = ['human', 'agent', 'server', 'outside'];

interface Part {
    readonly kind: LifelineKind;
    readonly name: string;
}

export function sequenceLayout(trace: Trace): SequenceLayout {
    const parts = partsIn(trace);
    const placeOf = (part: Part | undefined): number | undefined =>
        part && parts.findIndex(({ kind, name }) => kind === part.kind && name === part.name);
    const drafts = trace.steps.map((step) => {
        const [from, to] = endsOf(step).map(placeOf);
        return { step, from, to, label: labelOf(step) };
    });
    const lifelines = placed(parts, drafts);
    const right = lifelines.at(-1);
    const width = (right ? right.x + right.width / 2 : GUTTER) + MARGIN;
    let y = 8;
    let time = 0;
    const rows = drafts.map(({ step, from, to, label }, index): SequenceRow => {
        const passed = step.time - time;
        time = step.time;
        y += passed > 0 ? GAP_HEIGHT : 0;
        const row = {
            number: index + 1,
            y,
            label: cut(label, room(lifelines, from, to, width)),
            ...(from !== undefined && { from }),
            ...(to !== undefined && { to }),
            ...(passed > 0 && { gap: l10n.t('{0} later', durationText(passed)) })
        };
        y += ROW_HEIGHT;
        return row;
    });
    return { lifelines, rows, width, height: y + 12 };
}

/** Who does the step, and who is concerned; no one, if it is the session's. */
function endsOf(step: TraceStep): [Part | undefined, Part | undefined] {
    const { kind, actor, act, tool, input } = step;
    const agent: Part = { kind: 'agent', name: actor };
    if (kind === 'event') {
        if (input?.kind === 'return') {
            return [agent, { kind: 'agent', name: input.to }];
        }
        return actor === '' ? [undefined, undefined] : [personOf(actor), undefined];
    }
    if (act !== undefined) {
        return [agent, undefined];
    }
    const server: Part = { kind: 'server', name: tool.split('.')[0]! };
    return kind === 'approve' || kind === 'refuse' ? [{ kind: 'human', name: actor }, server] : [agent, server];
}

function personOf(actor: string): Part {
    return { kind: actor === 'outside' ? 'outside' : 'human', name: actor };
}

function labelOf(step: TraceStep): string {
    const { kind, act, tool, args, text } = step;
    const [, ...rest] = tool.split('.');
    const call = rest.join('.') || tool;
    if (act !== undefined) {
        return act;
    }
    switch (kind) {
        case 'approve':
        case 'refuse':
            return `${verb(step)} ${call}`;
        case 'event':
            return tool === '' ? text : tool;
        default:
            return `${call}(${argumentTokens(args)
                .map((token) => token.text)
                .join('')})`;
    }
}

function partsIn({ steps }: Trace): Part[] {
    const all = steps.flatMap(endsOf).filter((part) => part !== undefined);
    const known = new Map(all.map((part) => [`${part.kind} ${part.name}`, part]));
    return [...known.values()].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

interface Draft {
    readonly from: number | undefined;
    readonly to: number | undefined;
    readonly label: string;
}

/** From left to right, each as far from the ones before as the labels between them need. */
function placed(parts: readonly Part[], drafts: readonly Draft[]): Lifeline[] {
    const lifelines: Lifeline[] = [];
    for (const [index, part] of parts.entries()) {
        const width = Math.max(84, part.name.length * NAME_CHARACTER + 46);
        const before = lifelines.at(-1);
        let x = before ? before.x + Math.max(LEAST_DISTANCE, (before.width + width) / 2 + 24) : GUTTER + width / 2;
        for (const { from, to, label } of drafts) {
            if (from !== undefined && to !== undefined && from !== to && Math.max(from, to) === index) {
                const other = lifelines[Math.min(from, to)]!;
                x = Math.max(x, other.x + Math.min(MOST_LABEL, label.length * LABEL_CHARACTER + 34));
            }
        }
        lifelines.push({ ...part, x, width });
    }
    return lifelines;
}

/** The characters that a label may have. */
function room(lifelines: readonly Lifeline[], from: number | undefined, to: number | undefined, width: number): number {
    const ends = [from, to].flatMap((end) => (end === undefined ? [] : [lifelines[end]!.x]));
    const space = ends.length === 2 ? Math.abs(ends[0]! - ends[1]!) - 26 : ends.length === 1 ? 260 : width - GUTTER;
    return Math.max(8, Math.floor(space / LABEL_CHARACTER));
}

export function cut(text: string, most: number): string {
    return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
