import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The oracles take minutes: begun last, one of them would run alone at the end. */
class OraclesFirst extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
        const isOracle = ({ moduleId }: TestSpecification): number =>
            Number(/\/test\/(oracle|checker\/exports)\//.test(moduleId));
        return (await super.sort(files)).sort((a, b) => isOracle(b) - isOracle(a));
    }
}

export default defineConfig({
    plugins: [
        {
            // The bundles import pages and policies as text; so do the tests.
            name: 'files-as-text',
            transform: (code, id) =>
                /\.(md|guardrail)$/.test(id) ? `export default ${JSON.stringify(code)};` : undefined
        }
    ],
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    test: {
        include: ['test/**/*.test.{ts,tsx}'],
        exclude: ['test/e2e/**'],
        // The default leaves a core to watch mode; of the two that are common in continuous integration that is half.
        maxWorkers: '100%',
        sequence: { sequencer: OraclesFirst },
        // For what hangs: the deep run tries many times as much in one test.
        testTimeout: 300_000 * Math.max(1, Number(process.env['TEST_DEPTH'] ?? 0.2)),
        hookTimeout: 300_000,
        benchmark: { include: ['bench/**/*.bench.ts'] }
    }
});
