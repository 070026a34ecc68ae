/** Plots of the growth series: small multiples with logarithmic axes, as SVG for a README. */

export interface Line {
    readonly name: string;
    readonly points: readonly { readonly x: number; readonly y: number }[];
}

const WIDTH = 220;
const HEIGHT = 150;
const LEFT = 44;
const TOP = 26;
const BOTTOM = 24;
const COLUMNS = 3;
/** One scale for all plots, for comparison: 0.1 ms to 10 s. */
const DECADES = { from: -1, to: 4 };

export function plot(lines: readonly Line[]): string {
    const rows = Math.ceil(lines.length / COLUMNS);
    const panels = lines.map((line, index) => {
        const at = { x: (index % COLUMNS) * WIDTH, y: Math.floor(index / COLUMNS) * HEIGHT };
        return `<g transform="translate(${at.x} ${at.y})">${panel(line)}</g>`;
    });
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${COLUMNS * WIDTH} ${rows * HEIGHT}" font-family="sans-serif" font-size="10">
<rect width="100%" height="100%" fill="#fff"/>
${panels.join('\n')}
</svg>
`;
}

function panel({ name, points }: Line): string {
    const logs = points.map(({ x }) => Math.log10(x));
    const [first, last] = [logs[0]!, logs.at(-1)!];
    const across = (value: number): number =>
        LEFT + ((Math.log10(value) - first) / (last - first)) * (WIDTH - LEFT - 16);
    const up = (value: number): number => {
        const share = (Math.log10(Math.max(value, 0.1)) - DECADES.from) / (DECADES.to - DECADES.from);
        return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
    };
    const grid: string[] = [];
    for (let decade = DECADES.from; decade <= DECADES.to; decade++) {
        const y = up(10 ** decade).toFixed(1);
        grid.push(
            `<path d="M${LEFT} ${y}H${WIDTH - 16}" stroke="#ddd"/>`,
            `<text x="${LEFT - 4}" y="${y}" text-anchor="end" dominant-baseline="middle" fill="#666">${10 ** decade}</text>`
        );
    }
    const path = points.map(({ x, y }) => `${across(x).toFixed(1)} ${up(y).toFixed(1)}`).join('L');
    const dots = points.map(
        ({ x, y }) => `<circle cx="${across(x).toFixed(1)}" cy="${up(y).toFixed(1)}" r="2.5" fill="#2563eb"/>`
    );
    const ends = [points[0]!, points.at(-1)!].map(
        ({ x }) =>
            `<text x="${across(x).toFixed(1)}" y="${HEIGHT - 10}" text-anchor="middle" fill="#666">${x.toLocaleString('en')}</text>`
    );
    return [
        `<text x="${LEFT}" y="14" font-weight="bold">${name}</text>`,
        `<text x="${WIDTH - 16}" y="14" text-anchor="end" fill="#666">ms</text>`,
        ...grid,
        `<path d="M${path}" fill="none" stroke="#2563eb" stroke-width="1.5"/>`,
        ...dots,
        ...ends
    ].join('');
}
