import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { describe, expect, test } from 'vitest';
import { ROOMS, rules, rulesOfLoading } from './rules.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const violating = fileURLToPath(new URL('fixtures/violations', import.meta.url));

describe('who may import whom', () => {
    test('the source keeps the rules', async () => {
        const { modules, violations } = await check(root);
        expect(modules).toContain('server/model/policy.ts');
        expect(violations).toEqual([]);
    });

    test('a violation of each rule is found', async () => {
        const { violations } = await check(violating);
        expect(violations.sort()).toEqual([
            'activation-loads-no-library: client/extension.ts -> node_modules/vscode-languageclient/lib/common/api.js',
            'attack-knows-no-program: server/attack/play.ts -> server/cli/report.ts',
            'checker-knows-only-the-model: server/checker/results/verdict.ts -> fs',
            'checks-are-of-workers: server/lsp/handler.ts -> server/checker/results/verdict.ts',
            'cli-does-not-know-the-lsp: server/cli/main.ts -> server/lsp/protocol.ts',
            'client-knows-only-the-protocol: client/commands.ts -> server/lsp/handler.ts',
            'export-and-diagrams-know-the-checker: server/diagrams/sequence-layout.ts -> server/cli/report.ts',
            'export-and-diagrams-know-the-checker: server/export/tla.ts -> server/cli/report.ts',
            'gateway-knows-the-model: server/gateway/session.ts -> server/cli/report.ts',
            'imports-resolve: server/cli/main.ts -> ./missing.js',
            'language-knows-only-types-of-the-model: language/lower.ts -> server/model/state.ts',
            'language-knows-the-model: language/lower.ts -> server/checker/results/verdict.ts',
            'language-server-only-in-lsp: server/cli/report.ts -> node_modules/vscode-languageserver/lib/node/main.js',
            'layout-knows-only-types-of-results: server/diagrams/sequence-layout.ts -> server/cli/report.ts',
            'libraries-are-declared: server/cli/main.ts -> node_modules/vscode-uri/lib/esm/index.mjs',
            'lsp-does-not-know-the-cli: server/lsp/handler.ts -> server/cli/report.ts',
            'model-knows-nothing: server/model/state.ts -> server/checker/results/verdict.ts',
            'no-circles-in-the-checker: server/checker/limits/one.ts -> server/checker/limits/two.ts',
            'no-cycles: language/even.ts -> language/odd.ts',
            'no-langium-node-in-language: language/lower.ts -> node_modules/langium/lib/node/index.js',
            'no-node-where-a-browser-runs: server/checker/results/verdict.ts -> fs',
            'protocol-is-types-and-constants: server/lsp/protocol.ts -> server/model/state.ts',
            'repair-knows-no-program: server/repair/propose.ts -> server/cli/report.ts',
            'simulator-knows-no-program: server/simulator/play.ts -> server/cli/report.ts',
            'text-edits-know-the-language: server/text-edits/edit.ts -> server/cli/report.ts',
            'threads-know-nothing: server/threads/pool.ts -> server/cli/report.ts',
            'trace-view-is-a-page: client/trace/main.ts -> node_modules/@types/vscode/index.d.ts',
            'trace-view-is-a-page: client/trace/steps.ts -> node_modules/@types/vscode/index.d.ts',
            'vscode-only-in-client: client/trace/main.ts -> node_modules/@types/vscode/index.d.ts',
            'wording-knows-only-types-of-results: server/assistant/tools.ts -> server/cli/report.ts',
            'wording-runs-nothing-else: server/wording/say.ts -> server/checker/results/verdict.ts',
            'workspace-knows-the-language: server/workspace/read.ts -> server/cli/report.ts'
        ]);
        const broken = violations.map((violation) => violation.split(':')[0]);
        expect(new Set(broken)).toEqual(new Set([...rules, ...rulesOfLoading].map((rule) => rule.name)));
    });
});

describe('the rooms of the checker', () => {
    test('are all there are, and those of ARCHITECTURE.md', () => {
        const entries = readdirSync(`${root}server/checker`).filter(
            (name) => !/^(tsconfig\.json|globals\.d\.ts)$/.test(name)
        );
        expect([...ROOMS].sort()).toEqual(entries.sort());
        const text = readFileSync(`${root}ARCHITECTURE.md`, 'utf8');
        const table = text.slice(text.indexOf('## The rooms of the checker')).split('\n## ')[0]!;
        const told = [...table.matchAll(/^\| `server\/checker\/([a-z.-]+?)\/?`/gm)].map(([, room]) => room);
        expect(told).toEqual([...ROOMS].reverse());
    });

    test('import from lower rooms only, types included', async () => {
        const { modules } = await cruised(root, [], true);
        expect(upward(modules, ROOMS)).toEqual([]);
        expect(upward(modules, [...ROOMS].reverse()).length, 'in the other order').toBeGreaterThan(100);
    });
});

/** The imports from a room that comes later, as `file -> imported file`. */
function upward(modules: ICruiseResult['modules'], rooms: readonly string[]): string[] {
    const height = (file: string): number => rooms.indexOf(/^server\/checker\/([^/]+)/.exec(file)?.[1] ?? '');
    return modules.flatMap(({ source, dependencies }) =>
        dependencies
            .filter(({ resolved }) => height(source) >= 0 && height(resolved) > height(source))
            .map(({ resolved }) => `${source} -> ${resolved}`)
    );
}

/** The files seen, and each broken rule as `rule: file -> imported file`. */
async function check(baseDir: string): Promise<{ modules: string[]; violations: string[] }> {
    const all = await cruised(baseDir, rules, true);
    const loaded = await cruised(baseDir, rulesOfLoading, false);
    return {
        modules: all.modules.map((module) => module.source),
        violations: [...all.summary.violations, ...loaded.summary.violations].map(
            ({ rule, from, to }) => `${rule.name}: ${from} -> ${to.replace(/^.*(?=node_modules\/)/, '')}`
        )
    };
}

async function cruised(baseDir: string, forbidden: typeof rules, withTypes: boolean): Promise<ICruiseResult> {
    const { output } = await cruise(
        ['language', 'server', 'client'],
        {
            baseDir,
            validate: true,
            ruleSet: { forbidden: [...forbidden] },
            tsPreCompilationDeps: withTypes,
            doNotFollow: { path: '(^|/)node_modules/' }
        },
        { exportsFields: ['exports'], conditionNames: ['import', 'node', 'browser', 'default'] }
    );
    if (typeof output === 'string') {
        throw new Error(output);
    }
    return output;
}
