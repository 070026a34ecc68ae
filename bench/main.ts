/** Prints the tables of bench/README.md; `scripts/bench.mjs` bundles and starts this file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { argumentShapesTable } from './argument-shapes.js';
import { commandTable } from './command.js';
import { decisionTable } from './decisions.js';
import { keystrokesTable } from './editor/keystrokes.js';
import { largePolicyTable } from './editor/large-policy.js';
import { editorTables } from './editor/table.js';
import { familyTables } from './family/compare.js';
import type { Encoding, SizeName } from './family/model.js';
import { SIZES } from './family/model.js';
import { gatewayTable } from './enforcement/gateway.js';
import { SERIES } from './growth.js';
import { largeArgumentsTable } from './large-arguments.js';
import { longSessionsTable } from './long-sessions.js';
import { ordinaryTable } from './ordinary.js';
import { plot } from './plot.js';
import { fileWith, median, verdictsOf } from './processes.js';
import { replayTable } from './replay.js';
import { claimsTable } from './claims.js';
import { milliseconds, number, table } from './table.js';

const { values: options } = parseArgs({
    options: {
        sizes: { type: 'string', default: 's1e5,s1e6,s5e6' },
        encoding: { type: 'string', default: 'ahead' },
        runs: { type: 'string', default: '5' },
        only: { type: 'string' },
        write: { type: 'boolean', default: false },
        file: { type: 'string' },
        group: { type: 'string' }
    }
});
const runs = Number(options.runs);
const encoding = oneOf(options.encoding, Object.keys(SIZES) as Encoding[]);
const sizes = options.sizes.split(',').map((size) => oneOf(size, Object.keys(SIZES.ahead) as SizeName[]));

const parts = {
    family: () => familyTables(encoding, sizes, runs, say),
    command: () => commandTable(runs),
    ordinary: () => ordinaryTable(runs),
    decisions: async () =>
        [
            await decisionTable(runs),
            await longSessionsTable(),
            await largeArgumentsTable(runs),
            await argumentShapesTable(runs)
        ].join('\n\n'),
    replay: () => replayTable(runs),
    gateway: () => gatewayTable(),
    growth: growthTables,
    editor: editorTables,
    large: largePolicyTable,
    keystrokes: keystrokesTable,
    claims: () => claimsTable(say, options.file, options.group)
};
const wanted =
    options.only === undefined
        ? parts
        : { [options.only]: parts[oneOf(options.only, Object.keys(parts) as (keyof typeof parts)[])] };
for (const [name, measure] of Object.entries(wanted)) {
    const text = `## ${name}\n\n${environment()}\n\n${await measure()}\n`;
    process.stdout.write(`\n${text}\n`);
    if (options.write) {
        keep(`${name}${name === 'family' ? `-${encoding}` : ''}.md`, text);
    }
}

function growthTables(): string {
    const lines = SERIES.map(({ name, sizes: xs, policy }) => {
        const points = xs.map((x) => {
            say(`${name}: ${x}`);
            const file = fileWith(`growth-${name.replace(/\W/g, '')}-${x}.guardrail`, policy(x));
            const measured = Array.from({ length: runs }, () => verdictsOf(file, 1));
            const { claims } = measured[0]!;
            return {
                x,
                y: median(measured.map(({ rounds }) => rounds[0]!.check)),
                text: median(measured.map(({ rounds }) => rounds[0]!.parse + rounds[0]!.lower)),
                states: claims.reduce((sum, { states }) => sum + states, 0),
                verdicts: claims.map(({ verdict }) => verdict).join(', ')
            };
        });
        return { name, points };
    });
    if (options.write) {
        keep('growth.svg', plot(lines));
    }
    return lines
        .map(({ name, points }) =>
            table(
                [name, 'text to policy, ms', 'all verdicts, ms', 'states', 'verdicts'],
                points.map(({ x, y, text, states, verdicts }) => [
                    number(x),
                    milliseconds(text),
                    milliseconds(y),
                    number(states),
                    verdicts
                ])
            )
        )
        .join('\n\n');
}

/** The information that a reader needs to compare figures, without anything that identifies the machine. */
function environment(): string {
    const model = cpus()[0]?.model.trim() ?? 'an unknown processor';
    const date = new Date().toISOString().slice(0, 10);
    return `${date}, ${availableParallelism()} cores (${model}), Node ${process.versions.node}, medians of ${runs}.`;
}

function keep(name: string, text: string): void {
    mkdirSync('bench/results', { recursive: true });
    writeFileSync(`bench/results/${name}`, text);
}

function say(line: string): void {
    process.stderr.write(`${line}\n`);
}

function oneOf<T extends string>(value: string, known: readonly T[]): T {
    const found = known.find((one) => one === value);
    if (found === undefined) {
        throw new Error(`"${value}" is none of ${known.join(', ')}`);
    }
    return found;
}
