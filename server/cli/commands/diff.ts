/** `guardrail diff`: two policies in lock step, and the sessions that they decide differently. */
import { fileURLToPath } from 'node:url';
import { differenceOf, type DifferenceResult } from '../../checker/difference/index.js';
import type { Limits } from '../../checker/result.js';
import type { Policy } from '../../model/policy.js';
import { CliError, EXIT, type ExitCode } from '../errors.js';
import { displayPath } from '../files.js';
import { loadNamed } from '../policy.js';
import { ProgressLine } from '../progress.js';
import type { FileReport } from '../report.js';
import type { ReportContext } from '../reports/context.js';
import { jsonDifference, printDifference } from '../reports/difference.js';
import type { ReportFormat } from '../reports/formats.js';
import { prettyFile } from '../reports/pretty.js';
import type { Terminal } from '../terminal.js';
import { fileReportsOf, PolicyWorkspace } from '../workspace.js';

export interface DiffOptions {
    readonly most: number;
    readonly strict: boolean;
    readonly format: ReportFormat;
    readonly limits: Limits;
}

/** One of the two policies: the file and what it imports, as a report shows them. */
interface Side {
    readonly files: readonly FileReport[];
    /** Absent if the text has errors. */
    readonly policy?: Policy;
}

export async function diff(old: string, young: string, options: DiffOptions, terminal: Terminal): Promise<ExitCode> {
    const { cwd, output, style } = terminal;
    const started = performance.now();
    const sides = { old: await load(old, cwd), new: await load(young, cwd) };
    const files = [...sides.old.files, ...sides.new.files];
    const context: ReportContext = {
        style,
        quiet: false,
        pathOf: (uri) => (uri.startsWith('file:') ? displayPath(fileURLToPath(uri), cwd) : uri),
        textOf: (uri) => files.find((file) => file.uri === uri)?.text
    };
    const result =
        sides.old.policy && sides.new.policy && compare(sides.old.policy, sides.new.policy, options, terminal);
    const exitCode = result ? exitCodeOf(result, options.strict) : EXIT.invalid;
    // An imported file may be one of both.
    const distinct = files.filter(({ uri }, index) => files.findIndex((other) => other.uri === uri) === index);
    const report = {
        version: terminal.version,
        old: sides.old.files[0]!.path,
        new: sides.new.files[0]!.path,
        files: distinct,
        ...(result && { result }),
        exitCode,
        milliseconds: performance.now() - started
    };
    if (options.format === 'json') {
        output.write(jsonDifference(report, context.pathOf));
    } else {
        const broken = result ? [] : distinct.filter(({ diagnostics }) => diagnostics.length > 0);
        output.write(broken.map((file) => prettyFile(file, context)).join(''));
        output.write(printDifference(report, context));
    }
    await output.finished();
    return exitCode;
}

function compare(old: Policy, young: Policy, { limits, most }: DiffOptions, terminal: Terminal): DifferenceResult {
    const progress = terminal.isWatched
        ? new ProgressLine({ write: terminal.writeError }, terminal.errorStyle)
        : undefined;
    const result = differenceOf(old, young, {
        limits,
        most,
        ...(progress && { onProgress: (state) => progress.show(young.name, { claim: 'difference', ...state }) })
    });
    progress?.restart();
    return result;
}

/** Each in a workspace of its own: the two may be versions of one text. */
async function load(name: string, cwd: string): Promise<Side> {
    const workspace = new PolicyWorkspace();
    const document = await loadNamed(workspace, name, cwd);
    const files = fileReportsOf(document, workspace, cwd);
    if (files[0]!.kind === 'inventory') {
        throw new CliError(
            'GR911',
            `${name} has no policy: it is an inventory`,
            'Name two files that begin with a `policy` line.'
        );
    }
    const isValid = !files.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity === 'error'));
    return { files, ...(isValid && { policy: workspace.policyOf(document) }) };
}

function exitCodeOf({ verdict, apart }: DifferenceResult, strict: boolean): ExitCode {
    if (verdict === 'differs' || apart.some(({ isLeftOut }) => isLeftOut)) {
        return EXIT.violated;
    }
    switch (verdict) {
        case 'equivalent':
            return EXIT.ok;
        case 'equivalent in scope':
            return strict ? EXIT.violated : EXIT.ok;
        case 'undecided':
            return EXIT.undecided;
    }
}
