/** Bundles the programs of bench/ for Node. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { onDemand } from './on-demand.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Returns the folder with `NAME.mjs` for each entry point `{ NAME: path }`. */
export async function bundleMeasurements(name, entryPoints) {
    const outdir = join(root, '.cache', name);
    await esbuild.build({
        absWorkingDir: root,
        entryPoints,
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
    return outdir;
}
