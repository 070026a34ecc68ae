/** The report of tuned policies, for people and for programs. */
import { counted } from '../../../model/text/plural.js';
import type { TuneResult, TunedPoint } from '../../../repair/index.js';
import type { ExitCode } from '../../../workspace/errors.js';
import type { ReportContext } from '../../reports/context.js';
import { hang, printable } from '../../reports/layout.js';
import { printedJson } from '../../../workspace/printed-json.js';

export const TUNE_FORMAT = 'guardrail-tune/1';

export interface TuneReport {
    /** The version of the tool. */
    readonly version: string;
    /** The path of the policy, as shown to people. */
    readonly path: string;
    readonly text: string;
    /** True if there is a log of attacks, so that the calls that were let through were counted. */
    readonly hasAttacks: boolean;
    /** Undefined if the original policy already has a problem. */
    readonly tuned: TuneResult | undefined;
    /** The names of claims that do not hold, and of scenarios that fail. */
    readonly wrong: readonly string[];
    /** The paths of the files that were written, for each point except the first. */
    readonly written: readonly string[];
    readonly exitCode: ExitCode;
}

export function jsonTuned({ version, path, hasAttacks, tuned, wrong, written, exitCode }: TuneReport): string {
    return printedJson({
        format: TUNE_FORMAT,
        tool: { name: 'guardrail', version },
        exitCode,
        path,
        ...(tuned && {
            tried: tuned.tried,
            isCut: tuned.isCut,
            kept: tuned.kept,
            points: tuned.points.map(({ letThrough, ...point }, at) => ({
                ...point,
                ...(hasAttacks && { letThrough }),
                ...(at > 0 && written[at - 1] !== undefined && { file: written[at - 1] })
            }))
        }),
        ...(wrong.length > 0 && { wrong })
    });
}

export function printTuned(report: TuneReport, { style }: ReportContext): string {
    const { path, tuned, wrong, written } = report;
    if (!tuned) {
        const text = `${printable(path)} was not tuned: these do not hold or fail, so repair them first`;
        const names = wrong.flatMap((name) => hang('    ', printable(name), style));
        return `${[...hang(`${style.red(style.signs.bad)} `, text, style), ...names].join('\n')}\n`;
    }
    const { points, kept, tried, isCut } = tuned;
    const lines = points.flatMap((point, at) => [
        ...(at === kept ? [style.bold('with exceptions in claims')] : []),
        ...pointLines(point, points[at - 1], at, report, style.width),
        ...(written[at - 1] === undefined ? [] : [style.dim(`      ${written[at - 1]!}`)])
    ]);
    const end = `${counted(tried, 'change')} tried${isCut ? '; the time ended the search' : ''}`;
    return `${[style.bold(`${printable(path)}: ${counted(points[0]!.sessions, 'honest session')}`), ...lines, style.dim(end)].join('\n')}\n`;
}

function pointLines(
    point: TunedPoint,
    before: TunedPoint | undefined,
    at: number,
    { hasAttacks }: TuneReport,
    width: number
): string[] {
    const { approvals, denials, quiet, sessions, letThrough, change, excepted, failing } = point;
    const cost = [
        counted(approvals, 'approval'),
        counted(denials, 'denial'),
        `${quiet} of ${sessions} sessions without`,
        ...(hasAttacks ? [`${letThrough} more calls of attacks let through`] : [])
    ].join(', ');
    const isNew = (name: string, known: readonly string[] = []): boolean => !known.includes(name);
    const notes = [
        ...excepted.filter((name) => isNew(name, before?.excepted)).map((name) => `exception in "${name}"`),
        ...failing.filter((name) => isNew(name, before?.failing)).map((name) => `the scenario "${name}" fails now`)
    ];
    return [
        ...hang(`  ${at}. `, printable(change ?? 'the policy as it is'), { width }),
        ...hang('      ', cost, { width }),
        ...notes.flatMap((note) => hang('      ', printable(note), { width }))
    ];
}
