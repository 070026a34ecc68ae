/** The entry point that VS Code calls in its extension host: runs the suite and reports the results. */
import { writeFileSync } from 'node:fs';
import { format } from 'node:util';
import Mocha from 'mocha';
import { LEFT_TO_FULL } from './left-to-full.js';

/** The mark that distinguishes the suite's lines from the editor's own, as in scripts/e2e/prepare.mjs. */
const SUITE_MARK = 'e2e| ';

export async function run(): Promise<void> {
    // The console is the only way out of the extension host.
    // oxlint-disable-next-line no-console
    Mocha.reporters.Base.consoleLog = (...args: unknown[]) => console.log(SUITE_MARK + format(...args));
    const bail = !process.env.GUARDRAIL_E2E_ALL;
    const mocha = new Mocha({ ui: 'bdd', timeout: 120_000, bail, reporter: 'spec', color: false });
    if (process.env.GUARDRAIL_E2E_GREP) {
        mocha.fgrep(process.env.GUARDRAIL_E2E_GREP);
    }
    mocha.suite.emit('pre-require', globalThis as unknown as Mocha.MochaGlobals, null as unknown as string, mocha);
    await import('./tour.js');
    await import('./editing.js');
    await import('./beginning.js');
    await import('./importing.js');
    await import('./testing.js');
    await import('./policy-view.js');
    await import('./packs.js');
    await import('./approvals.js');
    await import('./trace.js');
    await import('./fixing.js');
    await import('./trace-looks.js');
    await import('./views-looks.js');
    await import('./simulator.js');
    await import('./debugger.js');
    await import('./unsaved.js');
    await import('./assistants.js');
    await import('./settings.js');
    await import('./agent-settings.js');
    await import('./failures.js');
    if (process.env.GUARDRAIL_E2E_PICTURES) {
        // It comes last, because the page that it resizes stays lower afterwards.
        await import('./animation.js');
    }
    if (process.env.GUARDRAIL_E2E_QUICK) {
        leaveOut(mocha.suite, LEFT_TO_FULL);
    }
    const counts = { passed: 0, failed: 0, skipped: 0 };
    await new Promise<void>((resolve) => {
        mocha
            .run(() => resolve())
            .on('pass', () => counts.passed++)
            .on('fail', () => counts.failed++)
            .on('pending', () => counts.skipped++);
    });
    if (process.env.GUARDRAIL_E2E_REPORT) {
        writeFileSync(process.env.GUARDRAIL_E2E_REPORT, JSON.stringify(counts));
    }
    if (counts.failed > 0 || counts.passed === 0) {
        throw new Error(`${counts.failed} of the tests in the editor failed`);
    }
    // If a page can be driven, no test has a reason to be skipped.
    if (process.env.GUARDRAIL_E2E_CDP && counts.skipped > 0) {
        throw new Error(`${counts.skipped} of the tests in the editor were skipped`);
    }
}

/** Removes the tests with these full titles, each of which has to exist. */
function leaveOut(suite: Mocha.Suite, titles: readonly string[]): void {
    const left = new Set(titles);
    const visit = (one: Mocha.Suite): void => {
        one.tests = one.tests.filter((test) => !left.delete(test.fullTitle()));
        one.suites.forEach(visit);
    };
    visit(suite);
    if (left.size > 0) {
        throw new Error(`There are no tests ${[...left].join('; ')}`);
    }
}
