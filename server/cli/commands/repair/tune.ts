/** `guardrail tune`: finds the weakest rules for the sessions of a log with which every claim is proved. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tune } from '../../../repair/index.js';
import { displayPath } from '../../../workspace/display-path.js';
import { EXIT, type ExitCode } from '../../../workspace/errors.js';
import type { SearchOptions } from '../../config/flags.js';
import type { ReportFormat } from '../../reports/formats.js';
import { contextIn } from '../../reports/context.js';
import { prettyFile } from '../../reports/pretty.js';
import { printedText } from '../../reports/terminal.js';
import type { Terminal } from '../../terminal/terminal.js';
import { playedLog } from './play.js';
import { jsonTuned, tuneBlocks, type TuneReport } from './report.js';
import { searchedPolicy } from './searched-policy.js';
import { sessionsOf } from './sessions.js';

export interface TuneOptions extends SearchOptions {
    readonly format: ReportFormat;
    readonly attacks?: readonly string[];
    readonly agent?: string;
    readonly values?: true;
    readonly points: number;
    readonly write?: true;
    /** In seconds. */
    readonly time: number;
}

export async function tuneFile(
    name: string,
    logs: readonly string[],
    options: TuneOptions,
    terminal: Terminal
): Promise<ExitCode> {
    const { attacks = [], agent, values, points, write, time, format, limits, timeLimit } = options;
    const { cwd, output } = terminal;
    const { files, searched } = await searchedPolicy(name, options, terminal);
    const context = contextIn(terminal, files);
    if (!searched) {
        output.write(files.map((file) => prettyFile(file, context)).join(''));
        return EXIT.invalid;
    }
    const { uri, policy, editor, check } = searched;
    const played = playedLog({ honest: await sessionsOf(logs, cwd), attacks: await sessionsOf(attacks, cwd), agent });
    const baseline = check();
    if (timeLimit?.isOver()) {
        throw timeLimit.errorBefore('the policy was checked');
    }
    const wrong = [
        ...baseline.claims.filter(({ verdict }) => !GOOD.has(verdict)).map((claim) => claim.name),
        ...baseline.scenarios.filter(({ passed }) => !passed).map((scenario) => scenario.name)
    ];
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
    const paths = write && tuned ? tuned.points.slice(1).map(({ text }, at) => writePoint(uri, at + 1, text)) : [];
    const exitCode = tuned ? (tuned.isCut ? EXIT.undecided : EXIT.ok) : EXIT.violated;
    const report: TuneReport = {
        version: terminal.version,
        path: files[0]!.path,
        hasAttacks: attacks.length > 0,
        tuned,
        wrong,
        written: paths.map((path) => displayPath(path, cwd)),
        exitCode
    };
    output.write(format === 'json' ? jsonTuned(report) : printedText(tuneBlocks(report), context));
    return exitCode;
}

const GOOD: ReadonlySet<string> = new Set(['holds', 'holds in scope', 'witnessed']);

/** Returns the path of the new file. */
function writePoint(uri: string, number: number, text: string): string {
    const path = fileURLToPath(uri).replace(/(\.guardrail)?$/, `.tuned-${number}.guardrail`);
    writeFileSync(path, text);
    return path;
}
