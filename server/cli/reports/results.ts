/** The results of one policy: a line for each claim, scenario and finding, then the details of those that failed. */
import { counted } from '../../model/text/plural.js';
import { acrossText } from '../../checker/results/problems.js';
import type { ClaimResult, Finding, PolicyResult, ScenarioResult } from '../../checker/results/result.js';
import {
    isOpenAcrossSessions,
    isAccepted,
    isOpenInScope,
    scopesOf,
    scopesToAccept,
    basisText,
    wordOf
} from '../../checker/results/verdict-words.js';
import type { FileReport } from './check-report.js';
import type { ReportContext } from './context.js';
import { brief, claimDetails, findingDetails, scenarioDetails } from './details.js';
import { duration, hang, padEnd, printable, widthOf } from './layout.js';
import { reportLimit } from './limits.js';
import { sessionKey } from './session.js';
import { searchLines } from './search.js';
import type { Style } from './style.js';
import { isGood, looksOf } from './verdict.js';

export function printResult(file: FileReport, result: PolicyResult, context: ReportContext): string[] {
    const { style, quiet } = context;
    const rows = [
        ...result.claims
            .filter((claim) => !quiet || !isGood(claim) || isOpenInScope(claim))
            .map((claim) => claimRow(claim, context)),
        ...scenarioRows(result.scenarios, context)
    ];
    if (rows.length === 0 && quiet) {
        return [];
    }
    const head = hang(`${style.bold(printable(file.path))}  `, `policy ${result.policy}`, {
        width: style.width,
        rest: '  ',
        color: style.dim
    });
    const nothing =
        file.known === undefined
            ? 'no claims and no scenarios: only the text and the findings that need none were checked'
            : 'no claims and no scenarios besides those in the baseline';
    return [
        ...head,
        ...(rows.length === 0 ? hang('  ', nothing, style) : printRows(rows, context)),
        ...(quiet ? [] : (result.assumptions ?? []).flatMap((text) => assumptionLines(text, context))),
        ...detailsOf(result, context).flatMap((lines) => ['', ...lines])
    ];
}

function assumptionLines(text: string, { style }: ReportContext): string[] {
    return ['', ...hang(`  ${style.cyan(style.signs.information)} `, `Taken for granted: ${text}.`, style)];
}

/** The details of the rows, each part as its lines. */
function detailsOf(result: PolicyResult, context: ReportContext): string[][] {
    const { quiet } = context;
    const shown = new Map(
        result.claims.flatMap((claim) =>
            claim.trace && !isGood(claim) ? [[sessionKey(claim.trace), claim.name] as const] : []
        )
    );
    const findings = result.findings.filter((finding) => !quiet || finding.severity !== 'information');
    const { whole, rest } = split(findings, context);
    return [
        ...result.claims.map((claim) => claimDetails(claim, context)),
        ...result.claims.map((claim) => searchLines(claim, context)),
        ...result.scenarios.map((scenario) => scenarioDetails(scenario, context)),
        // One session explains such warnings; --verbose shows the others.
        ...whole.map((finding, index) =>
            findingDetails(
                finding,
                shown,
                context.verbose === true || finding.severity === 'error' || index === 0,
                context
            )
        ),
        [...rest.flatMap((finding) => brief(finding, context)), ...notesOf(result, context)]
    ].filter((lines) => lines.length > 0);
}

/**
 * Errors are shown with their text and session. Of the others, only the first few are shown, unless all details are
 * requested.
 */
function split(
    findings: readonly Finding[],
    { verbose = false }: ReportContext
): { readonly whole: Finding[]; readonly rest: Finding[] } {
    const warnings = findings.filter(({ severity }) => severity === 'warning').slice(0, reportLimit('wholeWarnings'));
    const isWhole = (finding: Finding): boolean =>
        verbose || finding.severity === 'error' || warnings.includes(finding);
    return {
        whole: findings.filter(isWhole),
        // The verdicts mention that something is outside the exact search; its place is only shown on request.
        rest: findings.filter((finding) => !isWhole(finding) && finding.code !== OUTSIDE_EXACT)
    };
}

const OUTSIDE_EXACT = 'GR597';

/** Remarks on several claims, each printed once for all of them. */
function notesOf({ claims }: PolicyResult, { style, quiet }: ReportContext): string[] {
    const inScope = claims.filter((claim) => claim.verdict === 'holds in scope' && (!quiet || isOpenInScope(claim)));
    const names = [...new Set(inScope.flatMap(scopesToAccept))];
    const across = quiet ? '' : acrossText(claims);
    const texts = [
        ...(inScope.length > 0
            ? [
                  `In scope means that not everything was tried: --verbose shows what was tried.${
                      names.length > 0 ? ` Where that is enough, accept it by name: @accept(${names.join(', ')}).` : ''
                  }`
              ]
            : []),
        ...(across === '' ? [] : [across])
    ];
    return texts.flatMap((text) => hang(`${style.yellow(style.signs.partial)} `, printable(text), style));
}

interface Row {
    readonly sign: string;
    readonly verdict: string;
    /** True if the row may be shown in a shorter form. */
    readonly isGood: boolean;
    readonly name: string;
    /** The name without the arguments of its pack. */
    readonly brief?: string;
    readonly rests: string;
    /** The end of `rests`, which may be dropped. */
    readonly time?: string;
    readonly color: (text: string) => string;
    /** The line below the name. */
    readonly second?: { readonly text: string; readonly isWhole: boolean };
}

function printRows(rows: readonly Row[], { style, verbose = false }: ReportContext): string[] {
    const verdictWidth = Math.max(...rows.map((row) => widthOf(row.verdict)));
    const short = rows.map((row) => (row.isGood ? shortened(row, verdictWidth, style) : row));
    const names = short.map(({ name }) => name);
    return rows.flatMap((row, index) => {
        const isTold = names.indexOf(names[index]!) === names.lastIndexOf(names[index]!);
        const shown = verbose || !isTold ? row : short[index]!;
        return [...firstLine(shown, verdictWidth, style), ...secondLine(row, verdictWidth, style)];
    });
}

/**
 * The row on one line: without the time if necessary, and with a shortened name. The arguments in the name of a pack's
 * element are dropped first.
 */
function shortened(row: Row, verdictWidth: number, style: Style): Row {
    const room = style.width - (2 + widthOf(row.sign) + 1 + verdictWidth + 2);
    const { name: whole, brief = whole, time } = row;
    if (widthOf(whole) <= room) {
        const rests = time === undefined ? row.rests : row.rests.slice(0, -time.length);
        const isTight = widthOf(whole) + 2 + widthOf(row.rests) > room;
        return isTight && widthOf(whole) + 2 + widthOf(rests) <= room ? { ...row, rests } : row;
    }
    const most = Math.max(SHORTEST_NAME, room - widthOf(row.rests) - widthOf(style.signs.ellipsis) - 3);
    if (widthOf(brief) <= most) {
        return { ...row, name: brief };
    }
    let name = '';
    for (const character of brief) {
        if (widthOf(name + character) > most) {
            break;
        }
        name += character;
    }
    return { ...row, name: `${name.trimEnd()} ${style.signs.ellipsis}` };
}

const SHORTEST_NAME = 16;

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

/** The line below the name, cut to the width unless all details are requested. */
function secondLine({ sign, second }: Row, verdictWidth: number, style: Style): string[] {
    const indent = ' '.repeat(2 + widthOf(sign) + 1 + verdictWidth + 2);
    if (!second) {
        return [];
    }
    const lines = hang(indent, second.text, { width: style.width });
    const [first = ''] = lines;
    const cut = lines.length > 1 && !second.isWhole;
    return (cut ? [clipped(first, style)] : lines).map(style.dim);
}

function clipped(line: string, { width, signs }: Style): string {
    const words = line.split(' ');
    while (widthOf(`${words.join(' ')} ${signs.ellipsis}`) > width) {
        words.pop();
    }
    return `${words.join(' ')} ${signs.ellipsis}`;
}

/** The reason why a claim is open, alone or across sessions; with all details, its result across sessions. */
function belowClaim(claim: ClaimResult, verbose: boolean): Pick<Row, 'second'> {
    const { verdict, explanation, acrossSessions: across } = claim;
    if (verdict === 'undecided' || verdict === 'not witnessed in scope') {
        return verbose ? {} : { second: { text: printable(explanation), isWhole: false } };
    }
    return across && verdict !== 'vacuous' && (verbose || isOpenAcrossSessions(claim))
        ? {
              second: {
                  text: printable(
                      across.verdict === 'violated' ? `${across.line}: ${across.explanation}` : across.line
                  ),
                  isWhole: true
              }
          }
        : {};
}

function claimRow(claim: ClaimResult, { style, verbose = false }: ReportContext): Row {
    const scopes = wordOf(claim) === 'holds in one session' ? [] : scopesOf(claim);
    const rests = [
        ...(claim.expected ? ['as expected'] : []),
        ...(scopes.length > 0 ? [scopes.join(', ')] : []),
        ...(isAccepted(claim) ? ['accepted'] : []),
        ...(claim.trace ? [counted(claim.trace.steps.length, 'step')] : []),
        basisText(claim.basis)
    ];
    const separator = ` ${style.signs.separator} `;
    const time = `${separator}${duration(claim.basis.milliseconds)}`;
    return {
        ...looksOf(claim, style),
        verdict: wordOf(claim),
        isGood: isGood(claim),
        name: printable(claim.name),
        ...briefName(claim),
        rests: `${rests.join(separator)}${time}`,
        time,
        ...belowClaim(claim, verbose)
    };
}

/** The name of an element of a pack is `Pack(arguments): text` if the pack is used more than once. */
function briefName({ name, text, usedAt }: ClaimResult): Pick<Row, 'brief'> {
    const [pack = ''] = /^(?:`[^`]*`|[^`(:]*)/.exec(name) ?? [];
    return usedAt && pack !== '' && name.endsWith(`: ${text}`) ? { brief: printable(`${pack}: ${text}`) } : {};
}

/** The scenarios that pass are one row if there are many. */
function scenarioRows(scenarios: readonly ScenarioResult[], { style, quiet, verbose }: ReportContext): Row[] {
    const passed = scenarios.filter((scenario) => scenario.passed);
    const areFew = verbose === true || passed.length <= reportLimit('passedScenarios');
    const steps = passed.reduce((sum, scenario) => sum + scenario.steps.length, 0);
    return [
        ...scenarios
            .filter((scenario) => !scenario.passed || (areFew && !quiet))
            .map((scenario) => scenarioRow(scenario, style)),
        ...(areFew || quiet
            ? []
            : [
                  {
                      sign: style.signs.good,
                      color: style.green,
                      verdict: 'passed',
                      isGood: true,
                      name: `${passed.length} scenarios`,
                      rests: counted(steps, 'step')
                  }
              ])
    ];
}

function scenarioRow(scenario: ScenarioResult, style: Style): Row {
    return {
        sign: scenario.passed ? style.signs.good : style.signs.bad,
        color: scenario.passed ? style.green : style.red,
        verdict: scenario.passed ? 'passed' : 'failed',
        isGood: scenario.passed,
        name: `scenario: ${printable(scenario.name)}`,
        rests: counted(scenario.steps.length, 'step')
    };
}
