/** The report of a comparison, for people and for programs. */
import { counted, plural } from '../../model/text/plural.js';
import type { Difference, DifferenceResult, DifferenceWord, SideDecision } from '../../checker/difference/index.js';
import type { ExitCode } from '../../workspace/errors.js';
import type { FileReport } from './check-report.js';
import type { ReportContext } from './context.js';
import { fileData, withPlaces } from './json.js';
import { duration, hang, printable } from './layout.js';
import { printedJson } from '../../workspace/printed-json.js';
import { printRule } from './rule.js';
import { printTrace } from './session.js';
import type { Style } from './style.js';
import type { ConfigurationChange } from '../packages/configuration-changes.js';
import { packageText, type UsedPackage } from '../../workspace/used-package.js';
import { toolText } from '../../model/text/typed-text.js';

export const DIFFERENCE_FORMAT = 'guardrail-difference/1';

export interface DifferenceReport {
    /** The version of the tool. */
    readonly version: string;
    /** The display path of the old policy. */
    readonly old: string;
    readonly new: string;
    /** The files of both policies, including imported ones. */
    readonly files: readonly FileReport[];
    /** The packages that each policy imports; undefined if neither imports any. */
    readonly packages?: { readonly old: readonly UsedPackage[]; readonly new: readonly UsedPackage[] };
    /** The changes of the configurations that they are given by packages; undefined if there are none. */
    readonly configuration?: readonly (ConfigurationChange & { readonly package: string })[];
    /** Undefined if a text has errors, or if the packages of a revision are unknown. */
    readonly result?: DifferenceResult;
    /** The packages that may differ from those of the revision, so that the result is undecided. */
    readonly unknownPackages?: readonly string[];
    readonly exitCode: ExitCode;
    readonly milliseconds: number;
}

/**
 * @param pathOf turns the URI of a file into its path relative to the working directory, with forward slashes; if it is
 * undefined, places are those of the checker, by URI, and the files are left out
 */
export function jsonDifference(report: DifferenceReport, pathOf?: (uri: string) => string): string {
    const data = {
        format: DIFFERENCE_FORMAT,
        tool: { name: 'guardrail', version: report.version },
        exitCode: report.exitCode,
        milliseconds: Math.round(report.milliseconds),
        old: report.old,
        new: report.new,
        ...(report.packages && { packages: report.packages }),
        ...(report.configuration && { configuration: report.configuration }),
        ...(pathOf && { files: report.files.map((file) => fileData(file, pathOf)) }),
        ...(report.result && { result: pathOf ? withPlaces(report.result, pathOf) : report.result }),
        ...(report.unknownPackages && { unknownPackages: report.unknownPackages })
    };
    return printedJson(data);
}

export function printDifference(report: DifferenceReport, context: ReportContext): string {
    const { style } = context;
    const { result } = report;
    const title = printable(`${report.old} ${style.signs.arrow} ${report.new}`);
    if (report.unknownPackages) {
        const left = `  ${style.yellow(`${style.signs.unsure} undecided`)}  `;
        return `${[title, ...hang(left, printable(packagesText(report.unknownPackages)), style)].join('\n')}\n`;
    }
    if (!result) {
        return `${hang(`${style.yellow(style.signs.unsure)} `, `${title} were not compared: there are errors in them`, style).join('\n')}\n`;
    }
    const { sign, color } = looksOf(result.verdict, style);
    const { basis, differences } = result;
    const rests = [
        ...(differences.length > 0 ? [counted(differences.length, 'session')] : []),
        counted(basis.states, 'state'),
        duration(basis.milliseconds)
    ].join(` ${style.signs.separator} `);
    const blocks = [
        hang('', title, { width: style.width, color: style.bold }),
        [
            ...hang(`  ${color(`${sign} ${result.verdict}`)}  `, printable(result.explanation), style),
            `  ${style.dim(rests)}`,
            ...aboutPackages(report, style.signs.arrow).flatMap((text) => hang('  ', printable(text), style))
        ],
        ...differences.map((difference) => printOne(difference, report, context)),
        notesOf(result, style)
    ].filter((lines) => lines.length > 0);
    return blocks.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

function printOne(difference: Difference, report: DifferenceReport, context: ReportContext): string[] {
    const { style } = context;
    const change = difference.change.replace('->', style.signs.arrow);
    const side = (path: string, { text, rules }: SideDecision): string[] => [
        ...hang(`    ${style.dim(`${printable(path)}:`)} `, printable(text), style),
        ...rules.flatMap((rule) => printRule(rule, '      ', context))
    ];
    return [
        ...hang(`${style.bold(change)}  `, printable(toolText(difference.tool)), style),
        ...side(report.old, difference.old),
        ...side(report.new, difference.new),
        '',
        ...printTrace(difference.trace, 4, context)
    ];
}

/** The packages of both sides with their versions, and the changes of their configurations, in sentences. */
export function aboutPackages({ packages, configuration = [] }: DifferenceReport, arrow: string): string[] {
    const [before, after] = [packages?.old ?? [], packages?.new ?? []].map((all) => all.map(packageText).join(', '));
    return [
        ...(packages
            ? [`Packages: ${before === after ? before : `${before || 'none'} ${arrow} ${after || 'none'}`}.`]
            : []),
        ...configuration.map(({ package: name, effect, text }) => `${name} ${EFFECTS[effect]}: ${text}`)
    ];
}

const EFFECTS: { readonly [effect in ConfigurationChange['effect']]: string } = {
    looser: 'requires less',
    stricter: 'requires more',
    otherwise: 'requires something else'
};

/** The reason why packages leave a comparison undecided, and what to do. */
export function packagesText(names: readonly string[]): string {
    return `The installed ${plural(names.length, 'package', 'packages')} ${names.join(', ')} may differ from the version that the revision had: its lock file has another version, or none. Read the packages of the revision with --packages-of.`;
}

/** The elements that only one of the policies has, and those that were not compared. */
function notesOf({ apart, incomplete }: DifferenceResult, style: Style): string[] {
    const texts = [
        ...apart.map(({ text }) => text),
        ...incomplete.filter((text) => !apart.some((one) => one.text === text))
    ];
    return texts.flatMap((text) => hang(`  ${style.cyan(style.signs.information)} `, printable(text), style));
}

function looksOf(verdict: DifferenceWord, style: Style): { sign: string; color: (text: string) => string } {
    switch (verdict) {
        case 'equivalent':
            return { sign: style.signs.good, color: style.green };
        case 'equivalent in scope':
        case 'undecided':
            return { sign: style.signs.unsure, color: style.yellow };
        case 'differs':
            return { sign: style.signs.bad, color: style.red };
    }
}
