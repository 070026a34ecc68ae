import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { BAD, CLI, folder, GOOD, LONG_RUN } from '../guardrail.js';

function start(args: readonly string[], cwd: string): { child: ChildProcess; ended: Promise<[number | null, string]> } {
    const child = spawn(process.execPath, [CLI, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    child.stdout.on('data', (data) => (text += String(data)));
    child.stderr.on('data', (data) => (text += String(data)));
    const ended = new Promise<[number | null, string]>((resolve) => {
        child.on('close', (code) => resolve([code, text]));
    });
    return { child, ended };
}

async function until(condition: () => boolean): Promise<void> {
    while (!condition()) {
        await setTimeout(20);
    }
}

function entriesIn(cwd: string): number {
    const cache = join(cwd, '.guardrail-cache');
    return existsSync(cache) ? readdirSync(cache).filter((name) => name.endsWith('.json')).length : 0;
}

describe.skipIf(process.platform === 'win32')('an interrupted check', () => {
    const FILES = { 'a.guardrail': BAD, 'b.guardrail': LONG_RUN, 'c.guardrail': GOOD };

    test.each(['SIGINT', 'SIGTERM'] as const)(
        'by %s reports what was checked, and that more is left',
        async (signal) => {
            const cwd = folder(FILES);
            const args = ['check', '--jobs', '2', '--format', 'json', '--output', 'pretty=pretty.txt'];
            const { child, ended } = start([...args, '--output', 'compact=compact.txt'], cwd);
            // This waits until both of the others are checked.
            await until(() => entriesIn(cwd) === 2);
            child.kill(signal);
            const [code, text] = await ended;
            expect(code).toBe(130);
            const report = JSON.parse(text) as { exitCode: number; partial: object; files: { path: string }[] };
            expect(report).toMatchObject({
                exitCode: 130,
                partial: { checked: 2, of: 3 },
                problems: [{ code: 'GR914', message: 'the run was interrupted: 2 of 3 files were checked' }]
            });
            expect(report.files.map(({ path }) => path)).toEqual(['a.guardrail', 'c.guardrail']);
            for (const name of ['pretty.txt', 'compact.txt']) {
                const written = readFileSync(join(cwd, name), 'utf8');
                expect(written).toContain('error[GR914]: the run was interrupted: 2 of 3 files were checked');
                expect(written).toMatch(/files +2 of 3 files in/);
            }
        }
    );

    test('ends at once when it is interrupted again, here while nothing reads its report', async () => {
        const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`p${i}.guardrail`, BAD]));
        const cwd = folder({ 'a.guardrail': LONG_RUN, ...many });
        const child = spawn(process.execPath, [CLI, 'check', '--jobs', '2', '--format', 'json'], { cwd });
        const ended = new Promise((resolve) => child.on('exit', resolve));
        await until(() => entriesIn(cwd) === 100);
        child.kill('SIGINT');
        // The command writes more than fits into a pipe.
        await once(child.stdout, 'readable');
        await setTimeout(150);
        expect(child.exitCode).toBeNull();
        child.kill('SIGINT');
        await ended;
    });
});
