/** Runs before each test file, and reports how many cases of the file a build leaves to the deep run. */
import { afterAll } from 'vitest';
import { takeLeft } from './depth.js';

declare module 'vitest' {
    interface TaskMeta {
        left?: number;
    }
}

// Vitest requires a pattern for the fixtures.
// oxlint-disable-next-line no-empty-pattern
afterAll(({}, { file }) => {
    file.meta.left = takeLeft();
});
