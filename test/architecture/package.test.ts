import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { PackageManager, listFiles } from '@vscode/vsce';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(root + file, 'utf8');

interface Manifest {
    readonly main: string;
    readonly browser: string;
    readonly bin: { readonly guardrail: string };
    readonly engines: { readonly vscode: string };
    readonly contributes: unknown;
    readonly dependencies?: Record<string, string>;
    readonly devDependencies: Record<string, string>;
}
const manifest = JSON.parse(read('package.json')) as Manifest;

/**
 * The overhead of each file in a zip, in bytes: its header, the descriptor if its size is not known in advance, and its
 * directory entry.
 */
const ZIP_ENTRY = 30 + 16 + 46;

const programs = ['server.js', 'worker.js', 'repair-worker.js', 'session-worker.js'];
/** The programs that run in a browser, in addition to these. */
const webPrograms = programs.map((name) => `web-${name}`);

describe('the packages', () => {
    const bundles = [
        'client/extension.js',
        'client-libraries.js',
        'client/package.json',
        ...programs,
        ...webPrograms,
        'trace.js',
        'trace.css'
    ].map((name) => `dist/${name}`);
    const texts = ['README.md', 'CHANGELOG.md', 'LICENSE', 'dist/THIRD-PARTY-LICENSES.txt'];

    const inVsix = listFiles({ cwd: root, packageManager: PackageManager.None });

    test('the VSIX contains the bundles, the texts and every file that the manifest names, but no source', async () => {
        const files = await inVsix;
        const named = Array.from(
            JSON.stringify([manifest.main, manifest.browser, manifest.contributes]).matchAll(/"\.\/([^"]+)"/g),
            (m) => m[1]!
        );
        expect(named.length).toBeGreaterThan(3);
        expect(files).toEqual(expect.arrayContaining([...bundles, ...texts, ...named]));
        expect(files.filter((file) => /\.(tsx?|map|langium|guardrail)$/.test(file))).toEqual([]);
    });

    test('the VSIX contains every chunk that the server, its workers and tasks load', async () => {
        const files = new Set(await inVsix);
        const loaded = new Set(
            [...programs, ...webPrograms, 'cli.js', 'check-worker.js', 'mcp-worker.js', 'trace.js'].map(
                (name) => `dist/${name}`
            )
        );
        for (const file of loaded) {
            // Tasks run `guardrail check`, and assistants run `guardrail mcp`; the code of the other commands, and the
            // code for continuous integration, are not included.
            const code = read(file)
                .replace(
                    /import\("\.\/shared\/(?!check-|file-checker-|baseline-|given-|left-out-|mcp-)[a-z-]+-\w+\.js"\)/g,
                    ''
                )
                .replace(
                    /import\("\.\/(?:replay|explain-claim|simulate|fix-files|enforce|approvals|hook|serve-hooks|install-hooks)\.js"\)/g,
                    ''
                )
                .replace(/import\("\.\/(?:changed|published|certificates)-\w+\.js"\)/g, '');
            for (const [, path] of code.matchAll(/(?:from|import|\()\s*\(?\s*"(\.[^"]+\.c?js)"/g)) {
                loaded.add(join(dirname(file), path!).replaceAll('\\', '/'));
            }
            // Libraries that are loaded on demand.
            for (const [, path] of code.matchAll(/"\.\/(?:shared\/)?([\w-]+\.cjs)"/g)) {
                loaded.add(`dist/shared/${path}`);
            }
        }
        expect(loaded.size).toBeGreaterThan(3);
        expect([...loaded].filter((file) => file.endsWith('.cjs'))).toHaveLength(2);
        expect([...loaded].filter((file) => !files.has(file))).toEqual([]);
    });

    test('the activation code does not copy the VS Code API name by name', () => {
        const code = read(manifest.main);
        expect(code).toContain('require("vscode")');
        expect(code).not.toMatch(/\w\(require\("vscode"\)/);
    });

    test('browser bundles import nothing from Node', async () => {
        const { metafile } = await build({
            absWorkingDir: root,
            entryPoints: webPrograms.map((name) => `dist/${name}`),
            outdir: 'dist/never',
            bundle: true,
            write: false,
            metafile: true,
            platform: 'browser',
            format: 'esm',
            target: 'es2022',
            logLevel: 'silent'
        });
        expect(Object.keys(metafile.inputs).length).toBeGreaterThan(10);
    });

    test('the VSIX is smaller than three million bytes', async () => {
        const files = await inVsix;
        const sizes = files.map((file) => {
            const content = readFileSync(root + file);
            return (
                Math.min(content.length, deflateRawSync(content).length) + ZIP_ENTRY + 2 * `extension/${file}`.length
            );
        });
        expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(3_000_000);
    });

    test('the licences of the libraries are included, also of those that are loaded on demand', () => {
        const licenses = read('dist/THIRD-PARTY-LICENSES.txt');
        for (const name of ['langium', 'preact', 'vscode-languageclient', 'refa', 'unbash']) {
            expect(licenses).toMatch(new RegExp(`^${name} \\d`, 'm'));
        }
        // Our own licence text is in LICENSE. Those of the MCP library and of ESLint's keys differ in wording and parts.
        const words = (text: string): string => text.trim().replace(/\s+/g, ' ');
        expect(words(licenses)).not.toContain(words(read('LICENSE')));
        expect(licenses.match(/TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION/g)).toHaveLength(2);
    });

    test('the npm package contains the command, but no source', () => {
        const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
        const output = execFileSync(npm, ['pack', '--dry-run', '--json', '--ignore-scripts'], {
            cwd: root,
            encoding: 'utf8',
            shell: process.platform === 'win32'
        });
        const [{ files }] = JSON.parse(output) as [{ files: { path: string; mode: number }[] }];
        const paths = files.map(({ path }) => path);
        expect(paths).toEqual(
            expect.arrayContaining([
                manifest.bin.guardrail,
                'dist/server.js',
                'dist/gateway.js',
                'dist/gateway.d.ts',
                'dist/events.d.ts',
                'package.nls.json',
                ...texts
            ])
        );
        expect(paths.filter((path) => /(?<!\.d)\.(tsx?|map|langium|guardrail)$/.test(path))).toEqual([]);
        expect(read(manifest.bin.guardrail)).toMatch(/^#!\/usr\/bin\/env node\n/);
    });
});

describe('libraries', () => {
    const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { resolved?: string }> };

    test('have exact versions, or are part of the repository', () => {
        const isExact = (version: string): boolean =>
            /^file:examples\/|^(npm:[\w-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version);
        expect(Object.entries(manifest.devDependencies).filter(([, version]) => !isExact(version))).toEqual([]);
    });

    test('are bundled, so nothing has to be installed', () => {
        expect(manifest.dependencies).toBeUndefined();
    });

    // With a second copy, a cancelled request would be answered with a result instead of an error.
    test('vscode-jsonrpc is installed once', () => {
        const installed = Object.keys(lock.packages).filter((path) => path.endsWith('node_modules/vscode-jsonrpc'));
        expect(installed).toEqual(['node_modules/vscode-jsonrpc']);
    });

    test('the VS Code API is that of the oldest supported version', () => {
        expect(`^${manifest.devDependencies['@types/vscode']}`).toBe(manifest.engines.vscode);
    });

    test('the language client library supports the same versions of VS Code', () => {
        const code = read('node_modules/vscode-languageclient/lib/node/main.js');
        expect(/REQUIRED_VSCODE_VERSION = '(.+)'/.exec(code)?.[1]).toBe(manifest.engines.vscode);
    });

    test('the lock file does not name a registry', () => {
        const resolved = Object.entries(lock.packages).filter(([, entry]) => entry.resolved?.startsWith('http'));
        expect(resolved).toEqual([]);
    });
});
