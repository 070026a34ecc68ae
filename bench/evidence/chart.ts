/** Draws the chart of docs/evidence.md. */

export interface Mark {
    readonly name: string;
    /** The share of attacks that got through. */
    readonly through: number;
    /** The share of honest tasks that were done. */
    readonly done: number;
    /** The number of questions to the user in an honest session. */
    readonly questions: number;
    readonly isOurs: boolean;
}

/** A point of the curve that `guardrail tune` computes. */
export interface CurvePoint {
    readonly questions: number;
    /** The share of the attacks that got through. */
    readonly through: number;
}

export interface Curve {
    readonly name: string;
    readonly points: readonly CurvePoint[];
    /** True for tasks that nobody had seen when the policies were written and tuned. */
    readonly isNew: boolean;
}

const INK = '#1f2328';
const FAINT = '#8b949e';
const OURS = '#0969da';
const THEIRS = '#9a6700';
const PLOT = { width: 330, height: 260, top: 56 } as const;

/** The SVG of both charts: the defences on the left, and the curves on the right. */
export function chart(marks: readonly Mark[], curves: readonly Curve[]): string {
    return [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 380" font-family="system-ui, sans-serif" font-size="12">',
        '<rect width="860" height="380" fill="#ffffff"/>',
        ...defences(marks, 60),
        ...tuned(curves, 500),
        '</svg>',
        ''
    ].join('\n');
}

function defences(marks: readonly Mark[], left: number): string[] {
    const most = Math.max(...marks.map(({ through }) => through), 0.01);
    const plot = axes(left, 'Defences, gpt-4o', 'attacks that got through', 'honest tasks done', most, 1);
    const places = marks.map((mark) => ({
        mark,
        x: left + (mark.through / most) * PLOT.width,
        y: PLOT.top + (1 - mark.done) * PLOT.height
    }));
    const labels = apart(places.map(({ y }) => y + 4));
    return [
        ...plot,
        ...places.flatMap(({ mark, x, y }, at) => {
            const isRight = x > left + PLOT.width / 2;
            const questions = mark.questions > 0 ? `, ${mark.questions.toFixed(2)} questions` : '';
            return [
                `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${(4 + 4 * mark.questions).toFixed(1)}" fill="${mark.isOurs ? OURS : THEIRS}" fill-opacity="0.8"/>`,
                text(x + (isRight ? -9 : 9 + 4 * mark.questions), labels[at]!, `${mark.name}${questions}`, {
                    anchor: isRight ? 'end' : 'start',
                    fill: mark.isOurs ? OURS : INK
                })
            ];
        })
    ];
}

function tuned(curves: readonly Curve[], left: number): string[] {
    const all = curves.flatMap(({ points }) => points);
    const most = Math.max(...all.map(({ questions }) => questions), 0.1);
    const top = Math.max(...all.map(({ through }) => through), 0.01);
    const x = ({ questions }: CurvePoint): number => left + (questions / most) * PLOT.width;
    const y = ({ through }: CurvePoint): number => PLOT.top + (1 - through / top) * PLOT.height;
    const plot = axes(
        left,
        'What fewer questions cost (guardrail tune)',
        'questions in an honest session',
        'attacks that got through',
        most,
        top
    );
    const ends = apart(curves.map(({ points }) => y(points[points.length - 1]!) + 4));
    return [
        ...plot,
        text(left, PLOT.top + PLOT.height + 54, 'dashed: tasks that it was tuned on', { anchor: 'start', fill: FAINT }),
        ...curves.flatMap(({ name, points, isNew }, at) => {
            const path = points.map((point) => `${x(point).toFixed(1)},${y(point).toFixed(1)}`).join(' ');
            const dash = isNew ? '' : ' stroke-dasharray="4 3"';
            const color = name.startsWith('github') ? OURS : THEIRS;
            return [
                `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="1.5"${dash}/>`,
                ...points.map(
                    (point) => `<circle cx="${x(point).toFixed(1)}" cy="${y(point).toFixed(1)}" r="3" fill="${color}"/>`
                ),
                beside(x(points[points.length - 1]!), ends[at]!, name, color, left)
            ];
        })
    ];
}

/** A label to the right of a point, or to its left near the edge. */
function beside(x: number, y: number, name: string, fill: string, left: number): string {
    const isRight = x > left + PLOT.width * 0.7;
    return text(x + (isRight ? -7 : 7), y, name, { anchor: isRight ? 'end' : 'start', fill });
}

function axes(left: number, title: string, across: string, up: string, most: number, top: number): string[] {
    const bottom = PLOT.top + PLOT.height;
    const ticks = [0, 0.25, 0.5, 0.75, 1];
    const isShare = across.startsWith('attacks');
    return [
        text(left, 24, title, { anchor: 'start', fill: INK, weight: 600 }),
        text(left, 42, `↑ ${up}`, { anchor: 'start', fill: FAINT }),
        text(left + PLOT.width, bottom + 36, `${across} →`, { anchor: 'end', fill: FAINT }),
        `<path d="M${left} ${PLOT.top}V${bottom}H${left + PLOT.width}" fill="none" stroke="${FAINT}"/>`,
        ...ticks.flatMap((tick) => [
            text(left - 6, bottom - tick * PLOT.height + 4, percent(tick * top), { anchor: 'end', fill: FAINT }),
            text(left + tick * PLOT.width, bottom + 18, isShare ? percent(tick * most) : (tick * most).toFixed(1), {
                anchor: 'middle',
                fill: FAINT
            })
        ])
    ];
}

/** Labels are at least a line apart, in their order; labels that are too close move up. */
function apart(heights: readonly number[]): number[] {
    const order = heights.map((_, at) => at).sort((a, b) => heights[b]! - heights[a]!);
    const placed: number[] = [];
    let last = Infinity;
    for (const at of order) {
        last = Math.min(heights[at]!, last - LINE);
        placed[at] = last;
    }
    return placed;
}

const LINE = 14;

function percent(share: number): string {
    return `${Math.round(share * 100)} %`;
}

interface Style {
    readonly anchor: 'start' | 'middle' | 'end';
    readonly fill: string;
    readonly weight?: number;
}

function text(x: number, y: number, content: string, { anchor, fill, weight = 400 }: Style): string {
    const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${fill}" font-weight="${weight}">${escaped}</text>`;
}
