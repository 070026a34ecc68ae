import { defineConfig } from 'vitest/config';
import type {} from './test/support/left-to-deep.js';
import { nativeModules } from './test/support/native-modules.js';
import { BaseSequencer, type Reporter, type TestModule, type TestSpecification } from 'vitest/node';

/** Tests that change state shared by all files of a process: modules, globals, the clock or the environment. */
const ISOLATED = [
    'test/**/*.test.tsx',
    'test/client/{language-server,mcp-definition}.test.ts',
    'test/model/policy/clock.test.ts',
    'test/lsp/**/{service,scheduler}.test.ts',
    'test/cli/**/{run,diff}.test.ts',
    'test/cli/**/{junit,html,markdown}.test.ts',
    'test/gateway/large-arguments.test.ts',
    'test/language/rules.test.ts',
    'test/language/hardening/growth.test.ts',
    'test/threads/threads.test.ts'
];

/** The slowest tests: if they started last, one of them would run alone at the end. */
const SLOW =
    /\/test\/(oracle|export|mutation|repair|examples|fuzz|bench|lsp\/survival|lsp\/conformance|language\/hardening|language\/incremental)\/|\/test\/checker\/(cases|pieces|cut-off|in-scope)\.test|\/test\/lsp\/(server|half-typed)\.test/;

class SlowFirst extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
        // Vitest starts other processes whenever files that share one follow files that do not.
        const rank = ({ moduleId, project }: TestSpecification): number =>
            project.config.isolate ? 0 : SLOW.test(moduleId) ? 1 : 2;
        return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
    }
}

/** Prints how many cases a build left to the deep run (`test/support/depth.ts`). */
class LeftToDeep implements Reporter {
    onTestRunEnd(modules: readonly TestModule[]): void {
        const left = modules.reduce((sum, module) => sum + (module.meta().left ?? 0), 0);
        if (left > 0) {
            process.stdout.write(`${left} cases are left to \`npm run test:deep\`.\n`);
        }
    }
}

export default defineConfig({
    plugins: [
        {
            // The bundles import pages and policies as text, and so do the tests.
            name: 'files-as-text',
            transform: (code, id) =>
                /\.(md|guardrail)$/.test(id) ? `export default ${JSON.stringify(code)};` : undefined
        }
    ],
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    test: {
        projects: [
            // The files of a process share the language and the checker, because loading them takes a second.
            {
                extends: true,
                plugins: [await nativeModules()],
                test: {
                    name: 'shared',
                    include: ['test/**/*.test.ts'],
                    exclude: ['test/e2e/**', ...ISOLATED],
                    isolate: false,
                    benchmark: { include: ['bench/**/*.bench.ts'] }
                }
            },
            {
                extends: true,
                test: {
                    name: 'isolated',
                    include: ISOLATED,
                    exclude: ['test/e2e/**'],
                    benchmark: { exclude: ['**'] }
                }
            }
        ],
        // The native modules are built once, so a change would not be seen.
        watch: false,
        // The default leaves a core to watch mode, which would be half of the two cores that are common in continuous
        // integration.
        maxWorkers: '100%',
        sequence: { sequencer: SlowFirst },
        setupFiles: ['test/support/left-to-deep.ts'],
        reporters: ['default', ...(process.env['GITHUB_ACTIONS'] ? ['github-actions'] : []), new LeftToDeep()],
        // The limit is for tests that hang; the deep run tries many times as much in one test.
        testTimeout: 300_000 * Math.max(1, Number(process.env['TEST_DEPTH'] ?? 0.0125)),
        hookTimeout: 300_000
    }
});
