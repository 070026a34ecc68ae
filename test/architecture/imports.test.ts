import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { arrows, circles, type Import, readImports, reachableFrom, reduced } from './graph.js';
import { HOUSE, ROOMS, rules, SERVICES } from './rules.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = await readImports(root, rules);
const violating = await readImports(fileURLToPath(new URL('fixtures/violations', import.meta.url)), rules);
const architecture = readFileSync(`${root}ARCHITECTURE.md`, 'utf8');

const section = (title: string): string => architecture.split(`\n## ${title}\n`)[1]!.split('\n## ')[0]!;
const shown = ({ from, to }: Import): string => `${from} -> ${to}`;

describe('import permissions', () => {
    test('the source follows the rules', () => {
        expect(source.files).toContain('server/model/policy/policy.ts');
        expect(source.violations).toEqual([]);
    });

    test('a violation of each rule is found', () => {
        expect([...violating.violations].sort()).toEqual([
            'checker-knows-only-the-model: server/checker/results/verdict.ts -> fs',
            'checks-are-of-workers: server/lsp/handler.ts -> server/checker/results/verdict.ts',
            'client-knows-only-the-protocol: client/commands.ts -> server/lsp/handler.ts',
            'gateway-knows-the-model: server/gateway/session.ts -> server/cli/report.ts',
            'imports-resolve: server/cli/main.ts -> ./missing.js',
            'language-knows-only-the-form-of-policies: language/lower.ts -> server/model/state.ts',
            'language-server-only-in-lsp: server/cli/report.ts -> node_modules/vscode-languageserver/lib/node/main.js',
            'layout-knows-only-types-of-results: server/diagrams/sequence-layout.ts -> server/cli/report.ts',
            'libraries-are-declared: server/cli/main.ts -> node_modules/vscode-uri/lib/esm/index.mjs',
            'model-knows-nothing: server/model/state.ts -> server/checker/results/verdict.ts',
            'no-langium-node-in-language: language/lower.ts -> node_modules/langium/lib/node/index.js',
            'no-node-where-a-browser-runs: server/checker/results/verdict.ts -> fs',
            'protocol-is-types-and-constants: server/lsp/protocol.ts -> server/model/state.ts',
            'trace-view-is-a-page: client/trace/main.ts -> node_modules/@types/vscode/index.d.ts',
            'trace-view-is-a-page: client/trace/steps.ts -> node_modules/@types/vscode/index.d.ts',
            'verifier-shares-nothing: server/verify/cases.ts -> server/cli/report.ts',
            'vscode-only-in-client: client/trace/main.ts -> node_modules/@types/vscode/index.d.ts',
            'wording-runs-nothing-else: server/wording/say.ts -> server/checker/results/verdict.ts'
        ]);
        const broken = violating.violations.map((violation) => violation.split(':')[0]);
        expect(new Set(broken)).toEqual(new Set(rules.map((rule) => rule.name)));
    });
});

describe('loading', () => {
    const loaded = (imports: readonly Import[]): Import[] => imports.filter(({ isType }) => !isType);
    const libraries = (imports: readonly Import[]): string[] =>
        [...reachableFrom('client/extension.ts', loaded(imports))].filter(
            (file) => file.startsWith('node_modules/') && !file.startsWith('node_modules/@types/')
        );

    test('has no cycles, whose effect depends on the file that is loaded first', () => {
        expect(circles(loaded(source.imports))).toEqual([]);
        expect(circles(loaded(violating.imports))).toContainEqual(['language/even.ts', 'language/odd.ts']);
    });

    test('needs no library before the extension is active, because VS Code waits for it', () => {
        expect(libraries(source.imports)).toEqual([]);
        expect(libraries(violating.imports)).toEqual(['node_modules/vscode-languageclient/lib/common/api.js']);
    });
});

describe('files', () => {
    const withoutServices = (imports: readonly Import[]): Import[] =>
        imports.filter(({ to, isType }) => !(isType && SERVICES.includes(to)));

    test('have no import cycles, including types, except for the services: a reader must be able to start at the bottom', () => {
        expect(circles(withoutServices(source.imports))).toEqual([]);
        expect(circles(withoutServices(violating.imports))).toContainEqual([
            'server/checker/limits/one.ts',
            'server/checker/limits/two.ts'
        ]);
    });
});

describe('the rooms of the house', () => {
    const roomOf = (file: string): string | undefined => /^(?:server\/)?([^/]+)\//.exec(file)?.[1];
    const inHouse = (file: string): string | undefined => {
        const room = roomOf(file);
        return room !== undefined && room in HOUSE ? room : undefined;
    };
    const order = Object.keys(HOUSE);

    test('are listed completely', () => {
        const folders = readdirSync(`${root}server`, { withFileTypes: true })
            .filter((entry) => entry.isDirectory())
            .map(({ name }) => name);
        expect([...folders, 'language', 'client'].sort()).toEqual([...order].sort());
    });

    test('import from lower rooms', () => {
        const upward = order.flatMap((room, height) =>
            HOUSE[room]!.filter((other) => order.indexOf(other) >= height).map((other) => `${room} -> ${other}`)
        );
        expect(upward).toEqual([]);
    });

    test('import only from permitted rooms, and use each permission', () => {
        const found = [...arrows(source, inHouse).keys()].sort();
        expect(found).toEqual(
            Object.entries(HOUSE)
                .flatMap(([room, others]) => others.map((other) => `${room} -> ${other}`))
                .sort()
        );
        const others = [...arrows(violating, inHouse).keys()];
        for (const wrong of ['attack', 'diagrams', 'export', 'lsp', 'repair', 'simulator', 'threads', 'workspace']) {
            expect(others).toContain(`${wrong} -> cli`);
        }
    });

    test('are drawn in ARCHITECTURE.md', () => {
        const drawn = [...section('The house').matchAll(/^ +([a-z-]+) --> ([a-z-]+)$/gm)];
        expect(drawn.map(([, from, to]) => `${from} -> ${to}`).sort()).toEqual(reduced(HOUSE).sort());
    });
});

describe.each(Object.entries(ROOMS))('the rooms of %s', (folder, rooms) => {
    const roomOf = (file: string): string | undefined =>
        file.startsWith(`${folder}/`) ? file.slice(folder.length + 1).split('/')[0] : undefined;

    test('are listed completely, as in ARCHITECTURE.md', () => {
        const entries = readdirSync(root + folder).filter((name) => !/^(tsconfig\.json|globals\.d\.ts)$/.test(name));
        expect([...rooms].sort()).toEqual(entries.sort());
        const table = section(`The rooms of the ${folder.replace('server/', '')}`);
        const listed = [...table.matchAll(/^\| `([a-z./-]+?)\/?`/gm)].map(([, path]) => path);
        expect(listed).toEqual(rooms.map((room) => `${folder}/${room}`).reverse());
    });

    test('import only from lower rooms, including types', () => {
        const upward = (order: readonly string[]): string[] =>
            [...arrows(source, roomOf).values()]
                .filter(({ from, to }) => order.indexOf(to) > order.indexOf(from))
                .map(({ example }) => shown(example));
        expect(upward(rooms)).toEqual([]);
        expect(upward([...rooms].reverse()).length, 'in the other order').toBeGreaterThan(rooms.length);
    });
});
