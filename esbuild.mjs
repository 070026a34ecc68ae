/**
 * Bundles everything that is shipped into dist/. `--minify` is what releases use, `--watch` rebuilds on every change.
 * Libraries are bundled, so neither the npm package nor the VSIX has dependencies to install.
 */
import { chmod, readdir, rm, stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const root = fileURLToPath(new URL('.', import.meta.url));
const outdir = join(root, 'dist');
const watch = process.argv.includes('--watch');
const minify = process.argv.includes('--minify');

const shared = {
    absWorkingDir: root,
    bundle: true,
    outdir,
    minify,
    sourcemap: !minify,
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    loader: { '.md': 'text' }
};

const node = { ...shared, platform: 'node', target: 'node20' };

/** CommonJS: VS Code loads an extension with `require`, and the libraries of the language server are CommonJS. */
const commonjs = { ...node, format: 'cjs', outExtension: { '.js': '.cjs' } };

const bundles = [
    { ...commonjs, entryPoints: { extension: 'client/extension.ts' }, external: ['vscode'] },
    { ...commonjs, entryPoints: { server: 'server/lsp/main.ts' } },
    { ...commonjs, entryPoints: { worker: 'server/lsp/worker.ts' } },
    {
        ...node,
        // Split, so that a command loads only what it uses.
        format: 'esm',
        splitting: true,
        entryPoints: { cli: 'server/cli/main.ts' },
        chunkNames: 'cli-[hash]',
        // Bundled CommonJS libraries call `require` for node's own modules.
        banner: {
            js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);"
        }
    },
    {
        ...shared,
        platform: 'browser',
        target: 'es2022',
        format: 'iife',
        jsx: 'automatic',
        jsxImportSource: 'preact',
        entryPoints: { trace: 'client/trace/main.tsx' }
    }
].filter((bundle) => existsSync(join(root, Object.values(bundle.entryPoints)[0])));

if (watch) {
    const contexts = await Promise.all(bundles.map((bundle) => esbuild.context({ ...bundle, logLevel: 'info' })));
    await Promise.all(contexts.map((context) => context.watch()));
} else {
    try {
        const results = await Promise.all(bundles.map((bundle) => esbuild.build(bundle)));
        const outputs = results
            .flatMap((result) => Object.keys(result.metafile.outputs))
            .map((file) => resolve(root, file));
        await removeStale(new Set(outputs));
        if (existsSync(join(outdir, 'cli.js'))) {
            await chmod(join(outdir, 'cli.js'), 0o755);
        }
        await printSizes(outputs);
    } catch (error) {
        // esbuild prints what is wrong with the source itself.
        if (!('errors' in error)) {
            console.error(error.message);
        }
        process.exitCode = 1;
    }
}

/** Chunk names change with their content; what an earlier build left must not be shipped. */
async function removeStale(outputs) {
    for (const name of await readdir(outdir)) {
        if (!outputs.has(join(outdir, name))) {
            await rm(join(outdir, name), { recursive: true });
        }
    }
}

async function printSizes(outputs) {
    for (const file of outputs.filter((file) => !file.endsWith('.map')).sort()) {
        const { size } = await stat(file);
        console.log(`${(size / 1024).toFixed(1).padStart(9)} kB  dist/${file.slice(outdir.length + 1)}`);
    }
}
