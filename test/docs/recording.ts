/** Draws a session in a terminal as an SVG whose lines appear one after the other. */

export interface Step {
    /** The command that is typed; undefined for something that happens elsewhere. */
    readonly prompt?: string;
    /** A sentence about what happens elsewhere. */
    readonly says?: string;
    readonly lines: readonly string[];
}

const COLUMNS = 104;
const COLUMN = 7.8;
const LINE = 18;
const MARGIN = 16;
/** Seconds after a step, and for each of its lines, which a reader needs. */
const PAUSE = 1.5;
const READING = 0.5;

/**
 * Without animations, as readers can ask of their system, and in programs that do not support them, everything is
 * visible at once.
 */
export function recording(steps: readonly Step[]): string {
    let row = 0;
    let seconds = 0.5;
    const groups = steps.map(({ prompt, says, lines }) => {
        const head = prompt === undefined ? [] : wrapped(`$ ${prompt}`).map((line) => text(row++, line, 'prompt'));
        const said = says === undefined ? [] : wrapped(`# ${says}`).map((line) => text(row++, line, 'says'));
        const output = lines.flatMap(wrapped).map((line) => text(row++, line, 'output'));
        row++;
        const group = `<g style="animation-delay:${seconds.toFixed(1)}s">\n${[...head, ...said, ...output].join('\n')}\n</g>`;
        seconds += PAUSE + READING * (head.length + said.length + output.length);
        return group;
    });
    const width = Math.ceil(COLUMNS * COLUMN + 2 * MARGIN);
    const height = (row - 1) * LINE + 2 * MARGIN;
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>A terminal in which a policy is made, installed and enforced</title>
<style>
rect { fill: #16181d; }
text { font: 13px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #d7dae0; white-space: pre; }
.prompt { fill: #ffffff; font-weight: bold; }
.says { fill: #8fd19e; }
g { animation: appear 0.2s backwards; }
@keyframes appear { from { opacity: 0; } }
@media (prefers-reduced-motion: reduce) { g { animation: none; } }
</style>
<rect width="100%" height="100%" rx="8"/>
${groups.join('\n')}
</svg>
`;
}

function text(row: number, line: string, kind: string): string {
    const y = MARGIN + row * LINE + 13;
    return `<text class="${kind}" x="${MARGIN}" y="${y}" xml:space="preserve">${markup(line)}</text>`;
}

/** Breaks a line as a terminal does. */
function wrapped(line: string): string[] {
    const parts: string[] = [];
    for (let at = 0; at < Math.max(1, line.length); at += COLUMNS) {
        parts.push(line.slice(at, at + COLUMNS));
    }
    return parts;
}

function markup(value: string): string {
    return value.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
