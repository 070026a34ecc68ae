/**
 * Checks policies many times, on one thread and on two, on a quiet machine and beside busy programs, and compares what it gets byte for
 * byte, apart from times: verdicts, sessions and proofs. Exits with 1 if two runs differ. It needs `npm run build`.
 *
 *     node scripts/repeats.mjs [RUNS [PATH…]]
 *
 *     RUNS  the number of runs (default: 20)
 *     PATH  the files and folders to check (default: the examples and the packs)
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

const [runs = '20', ...paths] = process.argv.slice(2);
const checked = paths.length > 0 ? paths : ['examples', 'language/packs'];
const folder = mkdtempSync(join(tmpdir(), 'guardrail-repeats-'));

/** The texts of the report and of each proof, by their names, without times. */
function results(run) {
    const proofs = join(folder, String(run));
    const options = ['--no-cache', '--format', 'json', '--jobs', String(1 + (run % 2)), '--certificate', proofs];
    const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli.js', 'check', ...options, ...checked], {
        encoding: 'utf8',
        maxBuffer: 1 << 30
    });
    if (!stdout.startsWith('{')) {
        throw new Error(`The check ended with ${status}: ${stderr}`);
    }
    const written = readdirSync(proofs, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    const texts = written.map(({ parentPath, name }) => join(parentPath, name)).sort();
    return new Map([
        ['report.json', stdout.replace(/"milliseconds": [\d.]+/g, '').replaceAll(proofs, '')],
        ...texts.map((path) => [path.slice(proofs.length + 1), readFileSync(path, 'utf8')])
    ]);
}

/** The same, while as many programs as there are processors do nothing but compute. */
function resultsUnderLoad(run) {
    const busy = Array.from({ length: availableParallelism() }, () => spawn(process.execPath, ['-e', 'for (;;);']));
    try {
        return results(run);
    } finally {
        busy.forEach((one) => one.kill('SIGKILL'));
    }
}

const first = results(0);
let differing = 0;
for (let run = 1; run < Number(runs); run++) {
    const again = run % 4 < 2 ? results(run) : resultsUnderLoad(run);
    const names = [...new Set([...first.keys(), ...again.keys()])].filter(
        (name) => first.get(name) !== again.get(name)
    );
    if (names.length > 0) {
        differing++;
        [first, again].forEach((of, index) =>
            names.forEach((name) =>
                writeFileSync(join(folder, `${index * run}-${name.replaceAll('/', '-')}`), of.get(name) ?? '')
            )
        );
        console.log(`run ${run} differs from run 0: ${names.join(', ')} (in ${folder})`);
    }
}
console.log(
    `${runs} runs, ${first.size - 1} files of proofs: ${differing === 0 ? 'all the same' : `${differing} differ`}`
);
if (differing > 0) {
    process.exitCode = 1;
} else {
    rmSync(folder, { recursive: true });
}
