import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ignore = ['language/generated/**', '**/fixtures/**', '**/node_modules/**', 'test/e2e/out/**'];
const read = (file: string): string => readFileSync(root + file, 'utf8');

const codeOf = (page: string): string => page.slice('docs/codes/'.length, -'.md'.length);

const sources = globSync(
    ['{language,server,client,test,scripts,bench}/**/*.{ts,tsx,mjs,css,langium}', '*.{ts,js,mjs}'],
    {
        cwd: root,
        ignore
    }
);

describe('files', () => {
    test('there are sources', () => {
        expect(sources).toContain('server/model/policy.ts');
    });

    test('none has more than 400 lines', () => {
        expect(sources.filter((file) => read(file).split('\n').length - 1 > 400)).toEqual([]);
    });
});

describe('guides', () => {
    test.each(['ARCHITECTURE.md', 'CONTRIBUTING.md'])('the files that %s names are there', (guide) => {
        const named = Array.from(read(guide).matchAll(/`([\w.-]+\/[\w./-]*)`/g), (match) => match[1]!);
        expect(named.length).toBeGreaterThan(5);
        expect(named.filter((path) => path !== 'dist/' && !existsSync(root + path))).toEqual([]);
    });

    test('the scripts that CONTRIBUTING.md names are there', () => {
        const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
        const named = Array.from(read('CONTRIBUTING.md').matchAll(/npm run ([\w:]+)/g), (match) => match[1]!);
        expect(named.filter((name) => !(name in scripts))).toEqual([]);
    });
});

describe('codes', () => {
    const pages = globSync('docs/codes/*.md', { cwd: root });
    const used = new Set(
        globSync('{language,server,client}/**/*.{ts,tsx}', { cwd: root, ignore }).flatMap((file) =>
            Array.from(read(file).matchAll(/['"](GR\d{3})['"]/g), (match) => match[1]!)
        )
    );

    test('every code in use has a page, and no page is left over', () => {
        expect(pages.map(codeOf).sort()).toEqual([...used].sort());
    });

    test('every page is headed by its code', () => {
        expect(pages.filter((page) => !read(page).startsWith(`# ${codeOf(page)}: `))).toEqual([]);
    });
});

describe('package', () => {
    const manifest = JSON.parse(read('package.json')) as {
        engines: { vscode: string };
        dependencies?: Record<string, string>;
        devDependencies: Record<string, string>;
    };
    const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { resolved?: string }> };

    test('libraries have exact versions', () => {
        const ranges = Object.entries(manifest.devDependencies).filter(
            ([, version]) => !/^\d+\.\d+\.\d+$/.test(version)
        );
        expect(ranges).toEqual([]);
    });

    test('nothing is left to install: everything is bundled', () => {
        expect(manifest.dependencies).toBeUndefined();
    });

    // With a second one, a cancelled request is answered with a result instead of an error.
    test('vscode-jsonrpc is installed once', () => {
        const installed = Object.keys(lock.packages).filter((path) => path.endsWith('node_modules/vscode-jsonrpc'));
        expect(installed).toEqual(['node_modules/vscode-jsonrpc']);
    });

    test('the API of VS Code is that of the oldest version we run in', () => {
        expect(`^${manifest.devDependencies['@types/vscode']}`).toBe(manifest.engines.vscode);
    });

    test('the lock file names no registry', () => {
        const resolved = Object.entries(lock.packages).filter(([, entry]) => entry.resolved?.startsWith('http'));
        expect(resolved).toEqual([]);
    });
});
