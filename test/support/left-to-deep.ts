/**
 * Runs before each test file. Skips the tests that a build has no time for, which are listed in `left-to-deep.json`: the
 * slowest of a group, of which others stay. Reports how many tests and cases of the file a build leaves to the deep run.
 */
import { afterAll, beforeAll, type RunnerTestCase, type RunnerTestSuite } from 'vitest';
import { IS_DEEP, takeLeft } from './depth.js';
import LEFT_TO_DEEP from './left-to-deep.json' with { type: 'json' };

declare module 'vitest' {
    interface TaskMeta {
        left?: number;
    }
}

let skipped = 0;

// Vitest requires a pattern for the fixtures.
// oxlint-disable-next-line no-empty-pattern
beforeAll(({}, { file }) => {
    const listed = (LEFT_TO_DEEP as Readonly<Record<string, readonly string[]>>)[file.name] ?? [];
    if (IS_DEEP || listed.length === 0) {
        return;
    }
    const tests = new Map(testsIn(file).map((test) => [nameOf(test), test]));
    for (const name of listed) {
        const test = tests.get(name);
        if (!test) {
            throw new Error(`${file.name} has no test with the name in left-to-deep.json: ${name}`);
        }
        test.mode = 'skip';
        skipped++;
    }
});

// oxlint-disable-next-line no-empty-pattern
afterAll(({}, { file }) => {
    file.meta.left = takeLeft() + skipped;
});

function testsIn(suite: RunnerTestSuite): RunnerTestCase[] {
    return suite.tasks.flatMap((task) => (task.type === 'suite' ? testsIn(task) : [task]));
}

/** The name with those of its groups, without the seed of random cases. */
function nameOf({ name, suite }: RunnerTestCase | RunnerTestSuite): string {
    const own = name.replace(/ \(seed \d+\)/, '');
    return suite && suite.type === 'suite' && suite.name !== '' && !('filepath' in suite)
        ? `${nameOf(suite)} > ${own}`
        : own;
}
