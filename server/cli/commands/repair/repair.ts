/** `guardrail repair`: finds, for each broken claim, changes of the rules that make it hold. */
import { needsRepair } from '../../../checker/results/verdict-words.js';
import { type RepairResult, repairsOf } from '../../../repair/index.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import type { SearchOptions } from '../../config/flags.js';
import type { ReportFormat } from '../../reports/formats.js';
import { contextIn } from '../../reports/context.js';
import { prettyFile } from '../../reports/pretty.js';
import { printedText } from '../../reports/terminal.js';
import type { Terminal } from '../../terminal/terminal.js';
import { jsonRepairs, repairBlocks } from './report.js';
import { searchedPolicy, type SearchedPolicy } from './searched-policy.js';

export interface RepairOptions extends SearchOptions {
    readonly format: ReportFormat;
    readonly claim?: string;
}

export async function repairFile(name: string, options: RepairOptions, terminal: Terminal): Promise<ExitCode> {
    const { output, version } = terminal;
    const started = performance.now();
    const { files, searched } = await searchedPolicy(name, options, terminal);
    const { repairs, undecided = [] } = searched ? await repairsIn(searched, options) : {};
    const exitCode = exitCodeOf(repairs, undecided);
    const context = contextIn(terminal, files);
    const milliseconds = performance.now() - started;
    const report = { version, files, ...(repairs && { repairs }), undecided, exitCode, milliseconds };
    if (options.format === 'json') {
        output.write(jsonRepairs(report, context.pathOf));
    } else {
        const broken = repairs ? [] : files.filter(({ diagnostics }) => diagnostics.length > 0);
        output.write(broken.map((file) => prettyFile(file, context)).join(''));
        output.write(printedText(repairBlocks(report, context.style.signs.arrow), context));
    }
    return exitCode;
}

/** An undecided claim may be violated. */
function exitCodeOf(repairs: readonly RepairResult[] | undefined, undecided: readonly string[]): ExitCode {
    if (!repairs) {
        return EXIT.invalid;
    }
    return repairs.some(({ verdict }) => verdict === 'violated')
        ? EXIT.violated
        : undecided.length > 0
          ? EXIT.undecided
          : EXIT.ok;
}

/** The repairs of the broken claims, and the names of the undecided ones. */
async function repairsIn(
    { policy, editor, check }: SearchedPolicy,
    { claim, limits, timeLimit }: RepairOptions
): Promise<{ readonly repairs: readonly RepairResult[]; readonly undecided: readonly string[] }> {
    if (claim !== undefined && !policy.claims.some(({ name }) => name === claim)) {
        const known = policy.claims.map(({ name }) => `"${name}"`).join(', ');
        throw new CodedError('GR907', `the policy has no claim "${claim}"`, `The claims are ${known}.`);
    }
    const checked = check();
    const asked = checked.claims.filter(({ name }) => claim === undefined || name === claim);
    const repairs: RepairResult[] = [];
    for (const result of asked.filter((one) => one.verdict === 'violated' || needsRepair(one))) {
        const timeoutMs = Math.min(limits.timeoutMs, timeLimit?.total.left ?? Infinity);
        repairs.push(await repairsOf(editor, policy, checked, result, { timeoutMs }));
    }
    return { repairs, undecided: asked.filter(({ verdict }) => verdict === 'undecided').map(({ name }) => name) };
}
