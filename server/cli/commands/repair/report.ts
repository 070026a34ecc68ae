/** The report of repairs, for people and for programs. */
import { counted } from '../../../model/text/plural.js';
import type { Repair, RepairResult } from '../../../repair/index.js';
import type { ExitCode } from '../../../workspace/errors.js';
import type { FileReport } from '../../reports/check-report.js';
import { placeOf, type ReportContext } from '../../reports/context.js';
import { fileData, withPlaces } from '../../reports/json.js';
import { duration, hang, printable } from '../../reports/layout.js';
import { printedJson } from '../../../workspace/printed-json.js';

export const REPAIR_FORMAT = 'guardrail-repair/1';

export interface RepairReport {
    /** The version of the tool. */
    readonly version: string;
    /** The path of the policy, as shown to people. */
    readonly path: string;
    readonly files: readonly FileReport[];
    /** The repairs of each violated claim; undefined if the text has errors. */
    readonly repairs?: readonly RepairResult[];
    /** The names of the undecided claims. */
    readonly undecided: readonly string[];
    readonly exitCode: ExitCode;
    readonly milliseconds: number;
}

/** `pathOf` turns the URI of a file into its path relative to the working directory, with forward slashes. */
export function jsonRepairs(report: RepairReport, pathOf: (uri: string) => string): string {
    const data = {
        format: REPAIR_FORMAT,
        tool: { name: 'guardrail', version: report.version },
        exitCode: report.exitCode,
        milliseconds: Math.round(report.milliseconds),
        path: report.path,
        files: report.files.map((file) => fileData(file, pathOf)),
        ...(report.repairs && { claims: withPlaces(report.repairs, pathOf), undecided: report.undecided })
    };
    return printedJson(data);
}

export function printRepairs(
    { repairs, undecided, milliseconds, ...file }: RepairReport,
    context: ReportContext
): string {
    const { style } = context;
    const path = printable(file.path);
    if (!repairs) {
        const text = `${path} was not repaired: there are errors in it`;
        return `${hang(`${style.yellow(style.signs.unsure)} `, text, style).join('\n')}\n`;
    }
    const open = undecided.flatMap((claim) =>
        hang(`${style.yellow(`${style.signs.unsure} undecided`)}  `, printable(claim), {
            width: style.width,
            rest: '  '
        })
    );
    if (repairs.length === 0 && open.length > 0) {
        const text = `${path}: no claim is known to be violated. --max-states, --max-memory and --timeout let the check go further.`;
        return `${[...open, ...hang('  ', text, style)].join('\n')}\n`;
    }
    if (repairs.length === 0) {
        const text = `${path}: no claim is violated`;
        return `${hang(`${style.green(style.signs.good)} `, text, style).join('\n')}\n`;
    }
    const blocks = [
        ...repairs.map((result) => printClaim(result, context)),
        ...(open.length > 0 ? [open] : []),
        [style.dim(`${counted(repairs.length, 'violated claim')} in ${duration(milliseconds)}`)]
    ];
    return blocks.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

function printClaim(result: RepairResult, context: ReportContext): string[] {
    const { style } = context;
    return [
        ...hang(`${style.red(`${style.signs.bad} violated`)}  `, printable(result.claim), {
            width: style.width,
            rest: '  ',
            color: style.bold
        }),
        `  ${style.dim(placeOf(result.source, context))}`,
        ...result.repairs.flatMap((repair, index) => printRepair(repair, index + 1, context)),
        ...(result.reason === undefined ? [] : hang('  ', printable(result.reason), style))
    ];
}

function printRepair(repair: Repair, number: number, { style }: ReportContext): string[] {
    const arrow = (text: string): string => text.replace('->', style.signs.arrow);
    const notes = [
        repair.changes.length === 0
            ? repair.isComplete
                ? 'it decides nothing differently'
                : 'it is not known which decisions change'
            : `${repair.changes.map(arrow).join('; ')}${repair.isComplete ? '' : ', and perhaps more'}`,
        ...repair.lost.map((text) => `it takes something away: ${text}`),
        ...repair.perhapsLost.map((text) => `it may take something away: perhaps ${text}`),
        ...repair.alsoRepairs.map((claim) => `"${claim}" comes out better, too`),
        ...repair.contradicts.map(
            (scenario) => `the scenario "${scenario}" shows what the claim forbids: it has to change too`
        ),
        ...repair.scopes.map((scope) => `only within: ${scope}`)
    ];
    return [
        ...hang(`  ${number}. `, printable(repair.text), { width: style.width, color: style.cyan }),
        ...notes.flatMap((note) => hang('     ', printable(note), { width: style.width, color: style.dim }))
    ];
}
