import { defineConfig } from 'vitest/config';

export default defineConfig({
    plugins: [
        {
            // The bundles import documentation pages as text; so do the tests.
            name: 'markdown-as-text',
            transform: (code, id) => (id.endsWith('.md') ? `export default ${JSON.stringify(code)};` : undefined)
        }
    ],
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    test: {
        include: ['test/**/*.test.{ts,tsx}'],
        exclude: ['test/e2e/**'],
        // Two cores are common in continuous integration; the slow tests say so themselves.
        testTimeout: 20_000,
        benchmark: { include: ['bench/**/*.bench.ts'] }
    }
});
