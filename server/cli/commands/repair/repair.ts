/** `guardrail repair`: finds, for each violated claim, changes of the rules that make it hold. */
import { checkPolicy } from '../../../checker/check.js';
import type { Limits } from '../../../checker/results/result.js';
import { PolicyEditor, type RepairResult, repairsOf } from '../../../repair/index.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { loadNamed } from '../../../workspace/load-policy.js';
import { progressOf } from '../../terminal/progress.js';
import type { FileReport } from '../../reports/check-report.js';
import type { ReportFormat } from '../../reports/formats.js';
import { prettyFile } from '../../reports/pretty.js';
import { jsonRepairs, printRepairs } from './report.js';
import type { Terminal } from '../../terminal/terminal.js';
import { PolicyFileSystem, PolicyWorkspace } from '../../../workspace/policy-workspace.js';
import { fileReportsOf } from '../../reports/file-reports.js';
import type { TimeLimit } from '../../time-limit.js';
import { contextIn } from '../../reports/context.js';

export interface RepairCommandOptions {
    readonly claim?: string;
    readonly format: ReportFormat;
    readonly limits: Limits;
    readonly timeLimit: TimeLimit | undefined;
}

export async function repair(name: string, options: RepairCommandOptions, terminal: Terminal): Promise<ExitCode> {
    const { output } = terminal;
    const started = performance.now();
    const { files, repairs, undecided } = await repairFile(name, options, terminal);
    const exitCode = exitCodeOf(repairs, undecided);
    const context = contextIn(terminal, files);
    const report = {
        version: terminal.version,
        path: files[0]!.path,
        files,
        ...(repairs && { repairs }),
        undecided,
        exitCode,
        milliseconds: performance.now() - started
    };
    if (options.format === 'json') {
        output.write(jsonRepairs(report, context.pathOf));
    } else {
        const broken = repairs ? [] : files.filter(({ diagnostics }) => diagnostics.length > 0);
        output.write(broken.map((file) => prettyFile(file, context)).join(''));
        output.write(printRepairs(report, context));
    }
    await output.finished();
    return exitCode;
}

/** An undecided claim may be violated. */
function exitCodeOf(repairs: readonly RepairResult[] | undefined, undecided: readonly string[]): ExitCode {
    if (!repairs) {
        return EXIT.invalid;
    }
    return repairs.length > 0 ? EXIT.violated : undecided.length > 0 ? EXIT.undecided : EXIT.ok;
}

interface RepairedFile {
    readonly files: readonly FileReport[];
    /** Undefined if the text has errors. */
    readonly repairs?: readonly RepairResult[];
    /** The names of the undecided claims. */
    readonly undecided: readonly string[];
}

async function repairFile(
    name: string,
    { claim, limits, timeLimit }: RepairCommandOptions,
    terminal: Terminal
): Promise<RepairedFile> {
    const workspace = new PolicyWorkspace();
    const document = await loadNamed(workspace, name, terminal.cwd);
    const files = fileReportsOf(document, workspace, terminal.cwd);
    if (files.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity === 'error'))) {
        return { files, undecided: [] };
    }
    if (files[0]!.kind === 'inventory') {
        throw new CodedError(
            'GR911',
            `${name} has no \`policy\` line, so it has no claims`,
            'Name a file with a `policy` line.'
        );
    }
    const policy = workspace.policyOf(document);
    if (claim !== undefined && !policy.claims.some((one) => one.name === claim)) {
        const known = policy.claims.map((one) => `"${one.name}"`).join(', ');
        throw new CodedError('GR907', `the policy has no claim "${claim}"`, `The claims are ${known}.`);
    }
    const progress = progressOf(terminal);
    const checked = checkPolicy(policy, {
        limits,
        ...(timeLimit && { total: timeLimit.total }),
        ...(progress && { onProgress: (state) => progress.show(files[0]!.path, state) })
    });
    progress?.restart();
    const editor = await PolicyEditor.open(document.uri.toString(), files[0]!.text, new PolicyFileSystem());
    const repairs: RepairResult[] = [];
    const asked = checked.claims.filter(({ name: one }) => claim === undefined || one === claim);
    for (const result of asked) {
        if (result.verdict === 'violated') {
            const timeoutMs = Math.min(limits.timeoutMs, timeLimit?.total.left ?? Infinity);
            repairs.push(await repairsOf(editor, policy, checked, result, { timeoutMs }));
        }
    }
    const undecided = asked.filter(({ verdict }) => verdict === 'undecided').map(({ name: one }) => one);
    return { files, repairs, undecided };
}
