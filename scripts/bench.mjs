/**
 * Measures the checker (bench/README.md) and prints the tables.
 *
 *     node scripts/bench.mjs [--sizes s1e5,s1e6,s5e6] [--encoding ahead|held] [--runs 5] [--only PART]
 *                            [--write] [--install]
 *
 * PART: family, command, ordinary, decisions, replay, gateway, growth, editor, keystrokes. `--sizes` may name s2e7 too, which takes minutes and gigabytes for SPIN; `--write` keeps the tables and plots in
 * bench/results; `--install` installs SPIN and a C compiler, without which their columns stay empty.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { onDemand } from './build/on-demand.mjs';
import { installDebianPackages, onPath } from './debian.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const outdir = join(root, '.cache', 'bench');
const args = process.argv.slice(2);

if (args.includes('--install')) {
    installDebianPackages([...(onPath('spin') ? [] : ['spin']), ...(onPath('gcc') ? [] : ['gcc', 'libc6-dev'])]);
}
await esbuild.build({
    absWorkingDir: root,
    entryPoints: { main: 'bench/main.ts', verdict: 'bench/verdict.ts', probe: 'bench/editor/probe.ts' },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    mainFields: ['module', 'main'],
    target: 'node20',
    format: 'esm',
    loader: { '.md': 'text', '.guardrail': 'text' },
    minify: true,
    // The path where library loaders look for them.
    chunkNames: 'shared/[name]-[hash]',
    assetNames: 'shared/[name]-[hash]',
    plugins: [onDemand],
    // Bundled CommonJS libraries call `require` for the modules of Node.
    banner: {
        js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);"
    },
    logLevel: 'warning'
});
const { status } = spawnSync(
    process.execPath,
    [join(outdir, 'main.mjs'), ...args.filter((arg) => arg !== '--install')],
    {
        cwd: root,
        stdio: 'inherit'
    }
);
process.exitCode = status ?? 1;
