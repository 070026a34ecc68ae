import { expect, test } from 'vitest';
import { folder, GOOD, guardrail } from '../../guardrail.js';

interface Report {
    readonly exitCode: number;
    readonly files: readonly {
        readonly path: string;
        readonly problem?: { readonly code: string; readonly message: string };
        readonly result?: { readonly claims: readonly { readonly verdict: string }[] };
    }[];
}

/** A policy with more claims than are checked without threads; the first takes longest. */
const SLOW = `${GOOD}${Array.from({ length: 60 }, (_, i) => `claim "c${i}": never mail.send when once mail.read`).join('\n')}\n`;
const MANY = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`p${String(i).padStart(2, '0')}.guardrail`, i === 0 ? SLOW : GOOD])
);

/** A program that terminates every thread that reads a certain file, as an out-of-memory error would. */
const DEADLY = [
    '--import',
    `data:text/javascript,${encodeURIComponent(`
        import fs from 'node:fs';
        import { syncBuiltinESMExports } from 'node:module';
        import { isMainThread } from 'node:worker_threads';
        const open = fs.openSync;
        fs.openSync = (path, ...rest) => {
            if (!isMainThread && String(path).endsWith('p03.guardrail')) process.exit(7);
            return open(path, ...rest);
        };
        syncBuiltinESMExports();`)}`
];

test('files are reported in path order, regardless of which is ready first, and as without threads', async () => {
    const cwd = folder(MANY);
    const plain = async (...args: string[]): Promise<string> => {
        const { stdout } = await guardrail(['check', '--no-cache', '--format', 'json', ...args], { cwd });
        return stdout.replace(/"milliseconds": [\d.]+/g, '');
    };
    const all = await plain('--jobs', '4');
    expect(
        (JSON.parse(all.replaceAll(/,\s*,/g, ',').replaceAll(/,\s*}/g, '}')) as Report).files.map(({ path }) => path)
    ).toEqual(Object.keys(MANY));
    expect(await plain('--jobs', '1')).toBe(all);
});

test('a thread that dies affects only one file', async () => {
    const cwd = folder(MANY);
    const { stdout, code } = await guardrail(['check', '--no-cache', '--format', 'json'], { cwd, node: DEADLY });
    const report = JSON.parse(stdout) as Report;
    expect(report.files.map(({ path }) => path)).toEqual(Object.keys(MANY));
    const lost = report.files.filter(({ problem }) => problem);
    expect(lost.map(({ path, problem }) => [path, problem!.code])).toEqual([['p03.guardrail', 'GR913']]);
    expect(report.files.filter(({ result }) => result?.claims[0]?.verdict === 'holds')).toHaveLength(11);
    expect(code).toBe(4);
});

test('a thread with too little memory affects only one file, and the reason is reported', async () => {
    // The threads have 40 MB, and the text needs more memory to read.
    const small = `data:text/javascript,${encodeURIComponent(`
        import threads from 'node:worker_threads';
        import { syncBuiltinESMExports } from 'node:module';
        const { Worker } = threads;
        threads.Worker = class extends Worker {
            constructor(file, options) {
                super(file, { ...options, resourceLimits: { maxOldGenerationSizeMb: 40 } });
            }
        };
        syncBuiltinESMExports();`)}`;
    const large = `${GOOD}${Array.from({ length: 20_000 }, (_, i) => `label l${i}`).join('\n')}\n`;
    const files = { ...MANY, 'p00.guardrail': GOOD, 'p03.guardrail': large };
    const args = ['check', '--no-cache', '--jobs', '1', '--format', 'compact'];
    const { stdout, stderr, code } = await guardrail(args, { cwd: folder(files), node: ['--import', small] });
    expect(stdout).toContain(
        'p03.guardrail: error[GR913]: the thread that checked it ended unexpectedly: it ran out of memory'
    );
    expect(stdout).toContain('11 holds');
    expect(stderr).toBe('');
    expect(code).toBe(4);
});

test('threads decide text patterns, whose library is loaded on demand', async () => {
    const pattern = `policy P
agent a
server s { tool t(p: string) }
allow a: s.t when p matches /x+/
claim "only x": never s.t when p matches /y+/
`;
    const cwd = folder(Object.fromEntries(Object.keys(MANY).map((name) => [name, pattern])));
    const { stdout, code } = await guardrail(['check', '--no-cache', '--jobs', '2', '--format', 'json'], { cwd });
    const { files } = JSON.parse(stdout) as Report;
    expect(files.map(({ result }) => result?.claims.map(({ verdict }) => verdict))).toEqual(
        Object.keys(MANY).map(() => ['holds'])
    );
    expect(code).toBe(0);
});
