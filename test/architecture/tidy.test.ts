import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ignore = ['language/generated/**', '**/fixtures/**', '**/node_modules/**', 'test/e2e/out/**'];
const read = (file: string): string => readFileSync(root + file, 'utf8');

const codeOf = (page: string): string => page.slice('docs/codes/'.length, -'.md'.length);

const sources = globSync(
    ['{language,server,client,test,scripts,bench,site}/**/*.{ts,tsx,mjs,css,langium}', '*.{ts,js,mjs}'],
    {
        cwd: root,
        ignore
    }
);

describe('files', () => {
    test('there are sources', () => {
        expect(sources).toContain('server/model/policy/policy.ts');
    });

    test('are at most 500 lines long', () => {
        expect(sources.filter((file) => read(file).split('\n').length - 1 > 500)).toEqual([]);
    });
});

describe('kinds of claims', () => {
    const asking = (pattern: RegExp): string[] =>
        globSync('server/{checker,export,diagrams}/**/*.ts', { cwd: root }).filter((file) => pattern.test(read(file)));

    test('are handled in one room of the checker', () => {
        expect(asking(/\bclaim\)?\.kind\b/)).toEqual(['server/checker/questions/question.ts']);
    });

    test('do not occur as literals below it', () => {
        expect(asking(/'(never|at most|stays possible|no flow)':/)).toEqual(['server/checker/questions/question.ts']);
        expect(asking(/kind: '(requires|decided|possible|stays possible|no flow|at most)'/)).toEqual([
            'server/checker/questions/question.ts'
        ]);
    });
});

test('one file of the checker creates verdicts', () => {
    const making = (pattern: RegExp): string[] =>
        globSync('server/{checker,export,diagrams}/**/*.ts', { cwd: root }).filter((file) => pattern.test(read(file)));
    expect(making(/return .*'(holds|violated|vacuous|impossible|witnessed|holds in scope)'[;:]? *$/m)).toContain(
        'server/checker/results/verdict.ts'
    );
    expect(making(/(?<!readonly )\bverdict: '/)).toEqual([]);
});

describe('guides', () => {
    test.each(['ARCHITECTURE.md', 'CONTRIBUTING.md'])('the files that %s names exist', (guide) => {
        const named = Array.from(read(guide).matchAll(/`([\w.-]+\/[\w./-]*)`/g), (match) => match[1]!);
        expect(named.length).toBeGreaterThan(5);
        expect(named.filter((path) => path !== 'dist/' && !existsSync(root + path))).toEqual([]);
    });

    test('the types of the glossary are declared', () => {
        const glossary = /^## Glossary\n([\s\S]*?)^## /m.exec(read('ARCHITECTURE.md'))![1]!;
        const types = Array.from(glossary.matchAll(/`([A-Z][a-z]+\w*)`/g), (match) => match[1]!);
        expect(types.length).toBeGreaterThan(20);
        const declared = sources
            .filter((file) => /^(?:language|server)\//.test(file))
            .map(read)
            .join('\n');
        expect(types.filter((name) => !new RegExp(`\\b(?:interface|type) ${name}\\b`).test(declared))).toEqual([]);
    });

    test("continuous integration runs the README's test line", () => {
        const line = read('.ci/run').trim().split('\n').at(-1)!;
        expect(read('README.md').split('\n')).toContain(line);
    });

    test('the scripts that CONTRIBUTING.md names exist', () => {
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

    test('every code in use has a page, and every page a code in use', () => {
        expect(pages.map(codeOf).sort()).toEqual([...used].sort());
    });

    test('the heading of every page is its code', () => {
        expect(pages.filter((page) => !read(page).startsWith(`# ${codeOf(page)}: `))).toEqual([]);
    });
});
