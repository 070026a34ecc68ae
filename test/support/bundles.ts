/** Bundles test programs like those of the product. */
import esbuild from 'esbuild';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

/**
 * A new folder with a bundle for each program, by name; it is removed after the tests of the file.
 *
 * @param programs the sources of the programs, relative to `test/`
 */
export async function bundles(programs: Readonly<Record<string, string>>): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'guardrail-bundles-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    const sources = fileURLToPath(new URL('..', import.meta.url));
    await esbuild.build({
        entryPoints: Object.fromEntries(Object.entries(programs).map(([name, path]) => [name, join(sources, path)])),
        outdir: folder,
        bundle: true,
        platform: 'node',
        format: 'esm',
        logLevel: 'warning'
    });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    return folder;
}
