/**
 * Runs the code of the product as native modules of Node. Vitest would wrap each module in a function and read every
 * import through a getter, which makes the checker slower by a quarter. Each file becomes a module of its own, so
 * tests share the modules and their state, and stack traces name the files.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { globSync } from 'tinyglobby';
import type { Plugin } from 'vitest/config';

const root = fileURLToPath(new URL('../..', import.meta.url));

const outdir = join(root, '.cache/modules');

const SOURCES = ['language/**/*.ts', 'server/**/*.ts'];

/** Replaces imports of the sources by imports of native modules. */
export async function nativeModules(): Promise<Plugin> {
    const entryPoints = globSync(SOURCES, { cwd: root, ignore: '**/*.d.ts' });
    const sources = new Set(entryPoints.map((path) => join(root, path)));
    const { outputFiles } = await esbuild.build({
        absWorkingDir: root,
        entryPoints,
        outdir,
        outbase: root,
        bundle: true,
        platform: 'node',
        format: 'esm',
        target: 'node20',
        packages: 'external',
        sourcemap: 'linked',
        write: false,
        loader: { '.guardrail': 'text', '.md': 'text' },
        // A pattern costs less than a plugin that is asked for each import.
        external: ['*.js'],
        logLevel: 'warning'
    });
    outputFiles.forEach(({ path, contents }) => put(path, contents));
    return {
        name: 'native-modules',
        enforce: 'pre',
        resolveId(source, importer) {
            if (importer === undefined || !source.startsWith('.') || !source.endsWith('.js')) {
                return undefined;
            }
            const path = join(dirname(importer), source);
            const isSource = sources.has(path.replace(/\.js$/, '.ts'));
            return isSource ? { id: join(outdir, relative(root, path)), external: true } : undefined;
        }
    };
}

/** Other tests may be loading the modules, so a file is replaced as a whole, and only if it has changed. */
function put(path: string, contents: Uint8Array): void {
    if (existsSync(path) && readFileSync(path).equals(contents)) {
        return;
    }
    mkdirSync(dirname(path), { recursive: true });
    const other = `${path}.${process.pid}`;
    writeFileSync(other, contents);
    renameSync(other, path);
}
