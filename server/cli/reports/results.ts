/** The results of one policy: a line for each claim, scenario and finding, then the details of those that failed. */
import type { ClaimResult, PolicyResult, ScenarioResult } from '../../checker/result.js';
import type { FileReport } from '../report.js';
import type { ReportContext } from './context.js';
import { claimDetails, findingDetails, scenarioDetails } from './details.js';
import { counted, duration, grouped, hang, padEnd, printable, widthOf } from './layout.js';
import { sessionKey } from './session.js';
import type { Style } from './style.js';
import { isGood, looksOf } from './verdict.js';

export function printResult(file: FileReport, result: PolicyResult, context: ReportContext): string[] {
    const { style, quiet } = context;
    const rows = [
        ...result.claims.filter((claim) => !quiet || !isGood(claim)).map((claim) => claimRow(claim, style)),
        ...result.scenarios
            .filter((scenario) => !quiet || !scenario.passed)
            .map((scenario) => scenarioRow(scenario, style))
    ];
    if (rows.length === 0 && quiet) {
        return [];
    }
    const head = hang(`${style.bold(printable(file.path))}  `, `policy ${result.policy}`, {
        width: style.width,
        rest: '  ',
        color: style.dim
    });
    const shown = new Map(
        result.claims.flatMap((claim) =>
            claim.trace && !isGood(claim) ? [[sessionKey(claim.trace), claim.name] as const] : []
        )
    );
    const details = [
        ...result.claims.map((claim) => claimDetails(claim, context)),
        ...result.scenarios.map((scenario) => scenarioDetails(scenario, context)),
        ...result.findings
            .filter((finding) => !quiet || finding.severity !== 'information')
            .map((finding) => findingDetails(finding, shown, context))
    ].filter((lines) => lines.length > 0);
    const nothing =
        file.known === undefined
            ? 'no claims and no scenarios: the text was checked, and the findings that need none'
            : 'no claims and no scenarios but what the baseline knows';
    return [
        ...head,
        ...(rows.length === 0 ? hang('  ', nothing, style) : printRows(rows, style)),
        ...details.flatMap((lines) => ['', ...lines])
    ];
}

interface Row {
    readonly sign: string;
    readonly verdict: string;
    readonly name: string;
    readonly rests: string;
    readonly color: (text: string) => string;
    /** Of a claim: what becomes of it across sessions. */
    readonly second?: { readonly text: string; readonly color: (text: string) => string };
}

function printRows(rows: readonly Row[], style: Style): string[] {
    const verdictWidth = Math.max(...rows.map((row) => widthOf(row.verdict)));
    return rows.flatMap((row) => [...firstLine(row, verdictWidth, style), ...secondLine(row, verdictWidth, style)]);
}

function firstLine(row: Row, verdictWidth: number, style: Style): string[] {
    const left = `  ${row.color(`${row.sign} ${padEnd(row.verdict, verdictWidth)}`)}  `;
    const names = hang(left, row.name, style);
    const last = names[names.length - 1] ?? '';
    const gap = style.width - widthOf(last) - widthOf(row.rests);
    if (row.rests === '') {
        return names;
    }
    return gap >= 2
        ? [...names.slice(0, -1), last + ' '.repeat(gap) + style.dim(row.rests)]
        : [...names, ' '.repeat(Math.max(0, style.width - widthOf(row.rests))) + style.dim(row.rests)];
}

/** Below the name. */
function secondLine({ sign, second }: Row, verdictWidth: number, style: Style): string[] {
    const indent = ' '.repeat(2 + widthOf(sign) + 1 + verdictWidth + 2);
    return second ? hang(indent, second.text, { width: style.width, color: second.color }) : [];
}

/** Nothing where one session leaves the claim open, or the rules never let it come to that. */
function acrossSessions({ verdict, acrossSessions: across }: ClaimResult, style: Style): Pick<Row, 'second'> {
    if (!across || verdict === 'vacuous' || verdict === 'undecided') {
        return {};
    }
    return across.verdict === 'violated'
        ? { second: { text: printable(`${across.line}: ${across.explanation}`), color: style.yellow } }
        : { second: { text: across.line, color: style.dim } };
}

function claimRow(claim: ClaimResult, style: Style): Row {
    const rests = [
        ...(claim.expected ? ['as expected'] : []),
        ...(claim.trace ? [counted(claim.trace.steps.length, 'step')] : []),
        `${grouped(claim.basis.states)} ${claim.basis.states === 1 ? 'state' : 'states'}`,
        duration(claim.basis.milliseconds)
    ];
    return {
        ...looksOf(claim, style),
        verdict: claim.verdict,
        name: printable(claim.name),
        rests: rests.join(` ${style.signs.separator} `),
        ...acrossSessions(claim, style)
    };
}

function scenarioRow(scenario: ScenarioResult, style: Style): Row {
    return {
        sign: scenario.passed ? style.signs.good : style.signs.bad,
        color: scenario.passed ? style.green : style.red,
        verdict: scenario.passed ? 'passed' : 'failed',
        name: `scenario: ${printable(scenario.name)}`,
        rests: counted(scenario.steps.length, 'step')
    };
}
