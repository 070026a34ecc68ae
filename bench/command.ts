/** Runs the command as it is shipped (dist/cli.js), each time in a new process, as in a hook or a CI job. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { median, run } from './processes.js';
import { milliseconds, table } from './table.js';

const FILES = 1000;

export function commandTable(runs: number): string {
    const cli = resolve('dist/cli.js');
    if (!existsSync(cli)) {
        throw new Error('dist/cli.js is not built: npm run build -- --minify');
    }
    const folder = mkdtempSync(join(tmpdir(), 'guardrail-bench-'));
    try {
        writeFileSync(join(folder, 'tools.guardrail'), tools(10));
        writeFileSync(join(folder, 'one.guardrail'), policy('One'));
        for (let i = 0; i < FILES; i++) {
            writeFileSync(join(folder, `p${i}.guardrail`), policy(`P${i}`));
        }
        const measure = (args: readonly string[], before: () => void = () => undefined): number =>
            median(
                Array.from({ length: runs }, () => {
                    before();
                    const started = performance.now();
                    run(process.execPath, [cli, ...args], folder);
                    return performance.now() - started;
                })
            );
        const forget = (): void => rmSync(join(folder, '.guardrail-cache'), { recursive: true, force: true });
        const rows: readonly (readonly [string, number])[] = [
            ['an empty program of Node', median(Array.from({ length: runs }, emptyProgram))],
            ['guardrail --version', measure(['--version'])],
            ['guardrail check of a policy of ten tools', measure(['check', '--no-cache', '-q', 'one.guardrail'])],
            [`guardrail check of ${FILES} such policies`, measure(['check', '-q'], forget)],
            ['the same, unchanged, from the cache', measure(['check', '-q'])]
        ];
        return table(
            ['new process', 'ms'],
            rows.map(([name, value]) => [name, milliseconds(value)])
        );
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

function emptyProgram(): number {
    const started = performance.now();
    run(process.execPath, ['-e', '0']);
    return performance.now() - started;
}

function tools(count: number): string {
    const lines = Array.from(
        { length: count },
        (_, i) => `  tool t${i}(text: string)${i % 2 === 0 ? ' reads private' : ' external'}`
    );
    return `label private\nserver s {\n${lines.join('\n')}\n}\n`;
}

function policy(name: string): string {
    return `policy ${name}
import "./tools.guardrail"
agent assistant
human reviewer
allow assistant: s.*
require approval by reviewer for external tools when carries private
claim "nothing private leaves": never s.t1 after s.t0 unless approved by reviewer
claim "it works": possible s.t0 then s.t1
`;
}
