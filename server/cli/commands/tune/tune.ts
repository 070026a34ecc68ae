/** `guardrail tune`: finds the weakest rules for the sessions of a log with which every claim is proved. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkPolicy } from '../../../checker/check.js';
import type { Limits } from '../../../checker/results/result.js';
import { PolicyEditor, tune } from '../../../repair/index.js';
import { displayPath } from '../../../workspace/display-path.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { loadNamed } from '../../../workspace/load-policy.js';
import { PolicyFileSystem, PolicyWorkspace } from '../../../workspace/policy-workspace.js';
import { fileReportsOf } from '../../reports/file-reports.js';
import type { ReportFormat } from '../../reports/formats.js';
import { prettyFile } from '../../reports/pretty.js';
import type { Terminal } from '../../terminal/terminal.js';
import type { TimeLimit } from '../../time-limit.js';
import { playedLog } from './play.js';
import { jsonTuned, printTuned, type TuneReport } from './report.js';
import { sessionsOf } from './sessions.js';
import { contextIn } from '../../reports/context.js';

export interface TuneCommand {
    readonly attacks?: readonly string[];
    readonly agent?: string;
    readonly values?: true;
    readonly points: number;
    readonly write?: true;
    /** In seconds. */
    readonly time: number;
    readonly format: ReportFormat;
    readonly limits: Limits;
    readonly timeLimit: TimeLimit | undefined;
}

export async function tuneFile(
    name: string,
    logs: readonly string[],
    { attacks = [], agent, values, points, write, time, format, limits, timeLimit }: TuneCommand,
    terminal: Terminal
): Promise<ExitCode> {
    const { cwd, output } = terminal;
    const workspace = new PolicyWorkspace();
    const document = await loadNamed(workspace, name, cwd);
    const files = fileReportsOf(document, workspace, cwd);
    const context = contextIn(terminal, files);
    if (files.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity === 'error'))) {
        output.write(files.map((file) => prettyFile(file, context)).join(''));
        await output.finished();
        return EXIT.invalid;
    }
    if (files[0]!.kind === 'inventory') {
        throw new CodedError('GR911', `${name} has no policy: it is an inventory`, 'Name a file with a `policy` line.');
    }
    const policy = workspace.policyOf(document);
    const played = playedLog({ honest: await sessionsOf(logs, cwd), attacks: await sessionsOf(attacks, cwd), agent });
    const baseline = checkPolicy(policy, { limits, ...(timeLimit && { total: timeLimit.total }) });
    if (timeLimit?.isOver()) {
        throw timeLimit.errorBefore('the policy was checked');
    }
    const wrong = [
        ...baseline.claims.filter(({ verdict }) => !GOOD.has(verdict)).map((claim) => claim.name),
        ...baseline.scenarios.filter(({ passed }) => !passed).map((scenario) => scenario.name)
    ];
    const editor = await PolicyEditor.open(document.uri.toString(), files[0]!.text, new PolicyFileSystem());
    const tuned =
        wrong.length > 0
            ? undefined
            : await tune(editor, policy, baseline, {
                  limits,
                  timeoutMs: Math.min(time * 1000, timeLimit?.total.left ?? Infinity),
                  mostPoints: points,
                  hasValues: values === true,
                  played
              });
    const paths =
        write && tuned
            ? tuned.points.slice(1).map((point, at) => writePoint(document.uri.toString(), at + 1, point.text))
            : [];
    const exitCode = tuned ? (tuned.isCut ? EXIT.undecided : EXIT.ok) : EXIT.violated;
    const report: TuneReport = {
        version: terminal.version,
        path: files[0]!.path,
        text: files[0]!.text,
        hasAttacks: attacks.length > 0,
        tuned,
        wrong,
        written: paths.map((path) => displayPath(path, cwd)),
        exitCode
    };
    output.write(format === 'json' ? jsonTuned(report) : printTuned(report, context));
    await output.finished();
    return exitCode;
}

const GOOD: ReadonlySet<string> = new Set(['holds', 'holds in scope', 'witnessed']);

/** Returns the path of the new file. */
function writePoint(uri: string, number: number, text: string): string {
    const path = fileURLToPath(uri).replace(/(\.guardrail)?$/, `.tuned-${number}.guardrail`);
    writeFileSync(path, text);
    return path;
}
