/** Prints the last lines: the counts, in the colour of the exit code. */
import { counted } from '../../model/text/plural.js';
import { type ClaimWord, isAccepted, toneOf, wordOf } from '../../checker/results/verdict-words.js';
import { EXIT } from '../../workspace/errors.js';
import { packageText, type UsedPackage } from '../../workspace/used-package.js';
import type { CheckReport } from './check-report.js';
import type { Severity } from '../../workspace/diagnostics.js';
import { duration, padEnd, widthOf } from '../terminal/layout.js';
import type { Style } from '../terminal/style.js';

/** The words that are counted, worst first. */
const COUNTED: readonly (ClaimWord | `${ClaimWord} as expected` | `${ClaimWord}, accepted`)[] = [
    'violated',
    'impossible',
    'vacuous',
    'undecided',
    'not found in scope',
    'holds in scope',
    'holds in scope, accepted',
    'holds in one session',
    'holds in one session, accepted',
    'violated as expected',
    'impossible as expected',
    'vacuous as expected',
    'holds',
    'possible'
];

export function printSummary(report: CheckReport, style: Style): string[] {
    const shown = summaryRows(report);
    const nameWidth = Math.max(...shown.map(([name]) => widthOf(name)));
    const [sign, color] = looksOf(report, style);
    const lines = shown.flatMap(([name, parts]) => joined(padEnd(name, nameWidth), parts, style));
    return lines.map((line, i) => color(`${i === 0 ? sign : ' '} ${line}`));
}

/** The rows of the summary, such as `claims` with `1 violated`, `3 holds`; zero counts are left out. */
export function summaryRows(report: CheckReport): (readonly [string, readonly string[]])[] {
    const rows: readonly (readonly [string, readonly string[]])[] = [
        ['claims', claimCounts(report)],
        ['scenarios', scenarioCounts(report)],
        ['problems', problemCounts(report)],
        ['baseline', baselineCounts(report)],
        ['packages', packageCounts(report)],
        ['files', fileCounts(report)]
    ];
    return rows.filter(([, parts]) => parts.length > 0);
}

function baselineCounts({ baseline }: CheckReport): string[] {
    return baseline
        ? [`${baseline.known} known`, ...(baseline.fixed.length > 0 ? [`${baseline.fixed.length} fixed`] : [])]
        : [];
}

/** The packages that policies import, each with its version. */
function packageCounts(report: CheckReport): string[] {
    return packagesIn(report).map(packageText);
}

/** The packages that policies import, each version once, by name. */
export function packagesIn({ files }: Pick<CheckReport, 'files'>): UsedPackage[] {
    const byText = new Map(
        files.flatMap(({ packages = [] }) => packages.map((one) => [packageText(one), one] as const))
    );
    return [...byText].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, used]) => used);
}

function fileCounts({ files, partial, selection, fromCache, milliseconds }: CheckReport): string[] {
    const asked = files.filter((file) => file.kind !== 'import' && file.kind !== 'configuration').length;
    const of = partial?.of ?? selection?.of;
    const count = of === undefined ? counted(asked, 'file') : `${asked} of ${counted(of, 'file')}`;
    return [
        `${count} in ${duration(milliseconds)}`,
        ...(selection?.changedSince === undefined ? [] : [`changed since ${selection.changedSince}`]),
        ...(selection?.shard === undefined ? [] : [`shard ${selection.shard}`]),
        ...(fromCache > 0 ? [`${fromCache} from the cache`] : [])
    ];
}

function claimCounts(report: CheckReport): string[] {
    const claims = resultsOf(report).flatMap((result) => result.claims);
    const words = claims.map((claim) => {
        const word = wordOf(claim);
        return claim.expected
            ? (`${word} as expected` as const)
            : isAccepted(claim)
              ? (`${word}, accepted` as const)
              : word;
    });
    return COUNTED.map((word) => [words.filter((other) => other === word).length, word] as const)
        .filter(([count]) => count > 0)
        .map(([count, word]) => `${count} ${word}`);
}

function scenarioCounts(report: CheckReport): string[] {
    const scenarios = resultsOf(report).flatMap((result) => result.scenarios);
    const failed = scenarios.filter((scenario) => !scenario.passed).length;
    const passed = scenarios.length - failed;
    return [...(failed > 0 ? [`${failed} failed`] : []), ...(passed > 0 ? [`${passed} passed`] : [])];
}

function problemCounts(report: CheckReport): string[] {
    const severities: Severity[] = [
        ...report.files.flatMap((file) => file.diagnostics.map((diagnostic) => diagnostic.severity)),
        ...report.files.flatMap((file) => (file.problem ? ['error' as const] : [])),
        ...report.problems.map(() => 'error' as const),
        ...resultsOf(report).flatMap((result) => result.findings.map((finding) => finding.severity))
    ];
    const off = report.files.flatMap((file) => Object.values(file.off ?? {})).reduce((sum, count) => sum + count, 0);
    const count = (severity: Severity): number => severities.filter((known) => known === severity).length;
    return [
        ...(count('error') > 0 ? [counted(count('error'), 'error')] : []),
        ...(count('warning') > 0 ? [counted(count('warning'), 'warning')] : []),
        ...(off > 0 ? [`${off} turned off`] : [])
    ];
}

function resultsOf(report: CheckReport): NonNullable<CheckReport['files'][number]['result']>[] {
    return report.files.flatMap((file) => (file.result ? [file.result] : []));
}

function looksOf(report: CheckReport, style: Style): readonly [string, (text: string) => string] {
    switch (report.exitCode) {
        case EXIT.ok:
            return hasReservations(report) ? [style.signs.warning, style.yellow] : [style.signs.good, style.green];
        case EXIT.undecided:
            return [style.signs.unsure, style.yellow];
        default:
            return [style.signs.bad, style.red];
    }
}

/** True for a successful run with warnings, or with claims that hold only in part. */
function hasReservations(report: CheckReport): boolean {
    const { files } = report;
    const results = resultsOf(report);
    return (
        files.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity === 'warning')) ||
        results.some(({ findings }) => findings.some(({ severity }) => severity === 'warning')) ||
        results.some(({ claims }) => claims.some((claim) => toneOf(claim) !== 'good'))
    );
}

/** The parts after a name, with line breaks only between parts. */
function joined(name: string, parts: readonly string[], style: Style): string[] {
    const left = `${name}  `;
    const lines: string[] = [];
    let line = '';
    for (const part of parts) {
        const longer = line === '' ? part : `${line} ${style.signs.separator} ${part}`;
        if (line !== '' && widthOf(left) + widthOf(longer) > style.width - 2) {
            lines.push(line);
            line = part;
        } else {
            line = longer;
        }
    }
    return [...lines, line].map((text, i) => (i === 0 ? left : ' '.repeat(widthOf(left))) + text);
}
