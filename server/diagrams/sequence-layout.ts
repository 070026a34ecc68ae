/**
 * Computes the positions in the drawing of a session: a lifeline for each participant, and a row for each step. The
 * session view and the HTML report both use it.
 */
import type { TraceStep } from '../checker/results/result.js';

export type LifelineKind = 'human' | 'agent' | 'server' | 'outside';

export interface Lifeline {
    readonly kind: LifelineKind;
    readonly name: string;
    /** The x coordinate of the middle of the lifeline. */
    readonly x: number;
    readonly width: number;
}

/** The row of a step. Without `to`, the step concerns one lifeline; without `from` and `to`, the whole session. */
export interface SequenceRow {
    readonly step: TraceStep;
    /** The number of the step, starting at one. */
    readonly number: number;
    readonly y: number;
    readonly from?: Lifeline;
    readonly to?: Lifeline;
    readonly label: string;
    /** The number of seconds since the previous step, if time passed. */
    readonly passed?: number;
}

export interface SequenceLayout {
    readonly lifelines: readonly Lifeline[];
    readonly rows: readonly SequenceRow[];
    readonly width: number;
    readonly height: number;
}

/** The sizes in pixels. */
export interface SequenceSizes {
    /** The y coordinate of the first row. */
    readonly top: number;
    readonly row: number;
    /** The space between two rows if time passes between them. */
    readonly gap: number;
    /** The space for step numbers, left of everything else. */
    readonly gutter: number;
    /** The minimum distance between two lifelines. */
    readonly distance: number;
    /** The maximum length of a label: a longer one is cut, because the list of steps shows it in full. */
    readonly label: number;
    /** The width of a character in a label. */
    readonly character: number;
}

/** The width of a character in the name of a lifeline. */
const NAME_CHARACTER = 7.6;
/** The padding around a name and around a label. */
const NAME_ROOM = 50;
const LABEL_ROOM = 38;
const LEAST_NAME = 90;
const BETWEEN_NAMES = 24;
const MARGIN = 24;
const BOTTOM = 10;

const ORDER: readonly LifelineKind[] = ['human', 'agent', 'server', 'outside'];

type Part = Pick<Lifeline, 'kind' | 'name'>;

interface Draft {
    readonly step: TraceStep;
    readonly parts: readonly Part[];
    readonly label: string;
}

export function sequenceLayout(
    steps: readonly TraceStep[],
    labelOf: (step: TraceStep) => string,
    sizes: SequenceSizes
): SequenceLayout {
    const drafts = steps.map((step): Draft => ({ step, parts: partsOf(step), label: labelOf(step) }));
    const all = new Map(drafts.flatMap(({ parts }) => parts).map((part) => [keyOf(part), part]));
    const parts = [...all.values()].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
    const lifelines = placed(parts, drafts, sizes);
    const lifelineOf = new Map(lifelines.map((lifeline) => [keyOf(lifeline), lifeline]));
    const width = widthOf(lifelines, drafts, sizes);
    let y = sizes.top;
    let time = 0;
    const rows = drafts.map(({ step, parts: ends, label }, index): SequenceRow => {
        const passed = step.time - time;
        time = step.time;
        y += passed > 0 ? sizes.gap : 0;
        const [from, to] = ends.map((part) => lifelineOf.get(keyOf(part))!);
        const space = from && to ? Math.abs(from.x - to.x) - 28 : width - sizes.gutter - 40;
        const row = {
            step,
            number: index + 1,
            y,
            label: cut(label, Math.max(8, Math.floor(space / sizes.character))),
            ...(from && { from }),
            ...(to && { to }),
            ...(passed > 0 && { passed })
        };
        y += sizes.row;
        return row;
    });
    return { lifelines, rows, width, height: y + BOTTOM };
}

export function cut(text: string, most: number): string {
    return text.length <= most ? text : `${text.slice(0, Math.max(1, most - 1))}…`;
}

const keyOf = ({ kind, name }: Part): string => `${kind} ${name}`;

/** The actor of the step and its target; neither if the step concerns the whole session. */
function partsOf({ kind, actor, act, tool, input }: TraceStep): Part[] {
    const agent: Part = { kind: 'agent', name: actor };
    if (kind === 'event') {
        if (input?.kind === 'return') {
            return [agent, { kind: 'agent', name: input.to }];
        }
        return actor === '' ? [] : [{ kind: actor === 'outside' ? 'outside' : 'human', name: actor }];
    }
    if (act !== undefined) {
        return actor === '' ? [] : [agent];
    }
    const server: Part = { kind: 'server', name: tool.split('.')[0]! };
    return [kind === 'approve' || kind === 'refuse' ? { kind: 'human', name: actor } : agent, server];
}

/** Places the lifelines from left to right, each as far from the previous ones as the labels between them require. */
function placed(parts: readonly Part[], drafts: readonly Draft[], sizes: SequenceSizes): Lifeline[] {
    const lifelines: Lifeline[] = [];
    for (const [index, part] of parts.entries()) {
        const width = Math.max(LEAST_NAME, part.name.length * NAME_CHARACTER + NAME_ROOM);
        const before = lifelines.at(-1);
        let x = before
            ? before.x + Math.max(sizes.distance, (before.width + width) / 2 + BETWEEN_NAMES)
            : sizes.gutter + width / 2;
        for (const { parts: ends, label } of drafts) {
            const [from, to] = ends.map((one) => parts.findIndex((other) => keyOf(other) === keyOf(one)));
            if (from !== undefined && to !== undefined && from !== to && Math.max(from, to) === index) {
                const other = lifelines[Math.min(from, to)]!;
                x = Math.max(x, other.x + Math.min(sizes.label, label.length * sizes.character + LABEL_ROOM));
            }
        }
        lifelines.push({ ...part, x, width });
    }
    return lifelines;
}

/** The width that the lifelines need, and labels without an arrow. */
function widthOf(lifelines: readonly Lifeline[], drafts: readonly Draft[], sizes: SequenceSizes): number {
    const last = lifelines.at(-1);
    const alone = drafts
        .filter(({ parts }) => parts.length < 2)
        .map(({ label }) => label.length * sizes.character + 60);
    return Math.max(
        last ? last.x + last.width / 2 + MARGIN : 0,
        sizes.gutter + Math.min(sizes.label, Math.max(0, ...alone))
    );
}
