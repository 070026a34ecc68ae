/** `guardrail check`: runs, reports, and returns the outcome as an exit code. */
import { cacheOf, type CheckCommandOptions, ReportedRun } from './reported-run.js';
import type { ExitCode } from '../../../workspace/errors.js';
import { interruptible } from '../../terminal/interrupts.js';
import type { Terminal } from '../../terminal/terminal.js';

export async function check(options: CheckCommandOptions, terminal: Terminal): Promise<ExitCode> {
    const run = await ReportedRun.prepare(options, terminal);
    const report = await interruptible((signal) =>
        run.run(signal, cacheOf(options, terminal.cwd), undefined, Date.now() - performance.now())
    );
    await run.end(report);
    if (options.certificate !== undefined) {
        const { writeCertificates } = await import('./certificates.js');
        await writeCertificates(report, options.certificate, terminal);
    }
    return report.exitCode;
}
