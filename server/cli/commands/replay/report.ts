/** The report of a replay, for people and for programs. */
import { counted, plural } from '../../../model/text/plural.js';
import type { ExitCode } from '../../../workspace/errors.js';
import { REPLAY_LIMITS } from './limits.js';
import type { ClaimCount, CountAndFirst, DecidedCall, LogPlace, ReplayResult, RuleCount } from './result.js';
import type { ReportContext } from '../../reports/context.js';
import { placeOf } from '../../reports/context.js';
import { withPlaces } from '../../reports/json.js';
import { duration, grouped, hang, padEnd, printable, sentences } from '../../reports/layout.js';
import { printedJson } from '../../../workspace/printed-json.js';
import { printRule } from '../../reports/rule.js';
import type { Style } from '../../reports/style.js';

export const REPLAY_FORMAT = 'guardrail-replay/1';

export interface ReplayReport {
    /** The version of the tool. */
    readonly version: string;
    readonly result: ReplayResult;
    readonly exitCode: ExitCode;
}

/** `pathOf` turns the URI of a file into its path relative to the working directory, with forward slashes. */
export function jsonReplay({ version, result, exitCode }: ReplayReport, pathOf: (uri: string) => string): string {
    const { milliseconds, ...told } = result;
    const data = {
        format: REPLAY_FORMAT,
        tool: { name: 'guardrail', version },
        exitCode,
        milliseconds: Math.round(milliseconds),
        ...(withPlaces(told, pathOf) as object)
    };
    return printedJson(data);
}

export function printReplay({ result }: ReplayReport, context: ReportContext): string {
    const { style } = context;
    const blocks = [
        head(result, style),
        decisions(result, style),
        rules(result, context),
        claims(result, context),
        calls('made, and not allowed by the policy', result.stopped, result, context),
        calls('stopped when it was recorded, and allowed by the policy', result.loosened, result, context),
        names('tools that are not in the inventory', result.unknownTools, result, style),
        names('agents that the policy does not name', result.unknownAgents, result, style),
        schema(result, style),
        unreadable(result, style),
        unfit(result, style),
        result.notes.flatMap((note) => hang(`${style.cyan(style.signs.information)} `, note, style))
    ].filter((lines) => lines.length > 0);
    return blocks.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

function head(result: ReplayResult, style: Style): string[] {
    const { policy, trace, traceFormat, events, sessions, calls: made, milliseconds, bytes } = result;
    const rate = milliseconds > 0 ? Math.round((made / milliseconds) * 1000) : 0;
    const rests = [
        ...(traceFormat ? [traceFormat] : []),
        counted(sessions, 'session'),
        counted(events, 'event'),
        counted(made, 'call'),
        sizeOf(bytes),
        duration(milliseconds),
        ...(made >= WORTH_A_RATE ? [`${grouped(rate)} decisions/s`] : [])
    ].join(` ${style.signs.separator} `);
    return [
        ...hang('', `${printable(trace)} ${style.signs.arrow} ${policy}`, { width: style.width, color: style.bold }),
        ...hang('  ', rests, { width: style.width, color: style.dim })
    ];
}

/** The number of events from which a rate is shown: with fewer, most of the time goes to startup. */
const WORTH_A_RATE = 100_000;

function decisions(
    { decisions: { allowed, left = 0, held, denied, waited }, calls: made }: ReplayResult,
    style: Style
): string[] {
    if (made === 0) {
        return [`  ${style.yellow(style.signs.unsure)} there is no call in it`];
    }
    const rows: (readonly [string, number])[] = [
        ['allowed', allowed],
        ['left to the client', left],
        ['held', held],
        ['denied by a rule', denied.rule],
        ['denied, since no rule allows it', denied.default],
        ['denied, since something is unknown', denied.unknown],
        ['denied by the inventory', denied.inventory]
    ];
    const shown = rows.filter(([name, count]) => count > 0 || name === 'allowed');
    const width = Math.max(...shown.map(([name]) => name.length));
    const digits = Math.max(...shown.map(([, count]) => grouped(count).length));
    return [
        ...shown.map(([name, count]) => `  ${padEnd(name, width)}  ${grouped(count).padStart(digits)}`),
        ...(waited > 0
            ? sentences(
                  [`${counted(waited, 'decision')} had to wait until running calls had ended.`],
                  '  ',
                  style.width,
                  style.dim
              )
            : [])
    ];
}

/** The rules that decided something, most frequent first. */
function rules(result: ReplayResult, context: ReportContext): string[] {
    const { style } = context;
    const busy = result.rules.filter(deciding).sort((a, b) => deciding(b) - deciding(a));
    const silent = result.rules.length - busy.length;
    return [
        style.bold('rules that decided'),
        ...busy.flatMap((rule) => [
            ...printRule({ text: rule.text, source: rule.source }, '  ', context),
            `    ${countsOf(rule).join(', ')}`
        ]),
        ...(silent > 0 ? [style.dim(`  ${counted(silent, 'other rule')} decided nothing`)] : [])
    ];
}

function deciding({ allowed, denied, held, audited = 0 }: RuleCount): number {
    return allowed + denied + held + audited;
}

function countsOf({ allowed, denied, held, audited = 0 }: RuleCount): string[] {
    return [
        ...(allowed > 0 ? [`${grouped(allowed)} allowed`] : []),
        ...(held > 0 ? [`${grouped(held)} held`] : []),
        ...(denied > 0 ? [`${grouped(denied)} denied`] : []),
        ...(audited > 0 ? [`${grouped(audited)} would be denied (audit)`] : [])
    ];
}

function claims(result: ReplayResult, context: ReportContext): string[] {
    if (result.claims.length === 0) {
        return [];
    }
    return [context.style.bold('claims'), ...result.claims.flatMap((claim) => claimLines(claim, result, context))];
}

function claimLines(claim: ClaimCount, result: ReplayResult, context: ReportContext): string[] {
    const { style } = context;
    const name = printable(claim.name);
    switch (claim.verdict) {
        case 'kept':
            return hang(
                `  ${style.green(`${style.signs.good} kept`)}        `,
                `${name} (asked ${times(claim.judged)})`,
                style
            );
        case 'not judged':
            return hang(
                `  ${style.dim(`${style.signs.separator} not judged`)}  `,
                `${name}${claim.why ? `: ${claim.why}` : ''}`,
                {
                    width: style.width,
                    color: style.dim
                }
            );
        case 'broken': {
            const { count, first } = claim.broken;
            const uncertain = first.every(({ isCertain }) => !isCertain);
            const why = uncertain ? ', as far as the log shows: missing data counts against a claim' : '';
            return [
                ...hang(
                    `  ${style.red(`${style.signs.bad} broken`)}      `,
                    `${name} (${times(count)} in ${counted(claim.sessions, 'session')}${why})`,
                    style
                ),
                `      ${style.dim(placeOf(claim.source, context))}`,
                ...first.map((one) =>
                    placeLine(
                        one,
                        result,
                        style,
                        `${who(one)}${one.isCertain || uncertain ? '' : '  (as far as the log shows)'}`
                    )
                ),
                ...more(count - first.length, style)
            ];
        }
    }
}

function who({ agent, tool }: { readonly agent?: string; readonly tool?: string }): string {
    return tool === undefined ? '' : printable(agent ? `${agent} ${tool}` : tool);
}

function calls(
    what: string,
    { count, first }: CountAndFirst<DecidedCall>,
    result: ReplayResult,
    context: ReportContext
): string[] {
    const { style } = context;
    if (count === 0) {
        return [];
    }
    return [
        ...hang('', `${counted(count, 'call')} ${what}`, { width: style.width, color: style.bold }),
        ...first.flatMap((call) => [
            placeLine(call, result, style, `${who(call)}  ${style.red(decisionText(call))}`),
            ...call.rules.flatMap(({ text, because, source }) =>
                hang(`      ${style.dim(placeOf(source, context))}  `, printable(because ?? text), {
                    width: style.width,
                    rest: '        '
                })
            )
        ]),
        ...more(count - first.length, style)
    ];
}

function decisionText({ decision, by, problem }: DecidedCall): string {
    const why =
        problem !== undefined
            ? `: ${printable(problem)}`
            : by === 'default'
              ? ': no rule allows it'
              : by === 'unknown'
                ? ', since something is unknown'
                : '';
    return `${decision}${why}`;
}

function names(
    what: string,
    { count, first }: ReplayResult['unknownTools'],
    result: ReplayResult,
    style: Style
): string[] {
    if (count === 0) {
        return [];
    }
    const listed = first.reduce((sum, one) => sum + one.calls, 0);
    return [
        style.bold(`${what}: ${counted(count, 'call')}`),
        ...first
            .slice(0, REPLAY_LIMITS.shownPlaces.most)
            .map((one) =>
                placeLine(
                    one,
                    result,
                    style,
                    `${one.name === '' ? '(not said)' : printable(one.name)}  ${style.dim(counted(one.calls, 'call'))}`
                )
            ),
        ...(first.length > REPLAY_LIMITS.shownPlaces.most || listed < count ? [style.dim('    and others')] : [])
    ];
}

function schema({ outsideSchema: { count, first }, trace }: ReplayResult, style: Style): string[] {
    if (count === 0) {
        return [];
    }
    return [
        style.bold(`${counted(count, 'call')} with arguments outside the schema`),
        ...first.flatMap((call) =>
            hang(`    ${style.dim(at(call, trace))}  `, printable(`${call.tool}: ${call.problem ?? ''}`), {
                width: style.width,
                rest: '      '
            })
        ),
        ...more(count - first.length, style)
    ];
}

function unreadable({ unreadable: { count, first }, trace }: ReplayResult, style: Style): string[] {
    if (count === 0) {
        return [];
    }
    return [
        style.bold(`${counted(count, 'line')} that could not be read`),
        ...first.flatMap(({ line, column, code, message }) =>
            hang(`    ${style.dim(`${printable(trace)}:${line}:${column}`)}  `, printable(`${code}: ${message}`), {
                width: style.width,
                rest: '      '
            })
        ),
        ...more(count - first.length, style)
    ];
}

function unfit({ unfit: { count, first }, trace }: ReplayResult, style: Style): string[] {
    if (count === 0) {
        return [];
    }
    return [
        style.bold(`${counted(count, 'event')} that cannot happen where ${plural(count, 'it stands', 'they stand')}`),
        ...first.flatMap((one) =>
            hang(`    ${style.dim(at(one, trace))}  `, printable(`${one.code}: ${one.message}`), {
                width: style.width,
                rest: '      '
            })
        ),
        ...more(count - first.length, style)
    ];
}

function placeLine(place: LogPlace, { trace }: ReplayResult, style: Style, text: string): string {
    const session = place.session === '' ? '' : `session ${printable(place.session)}, `;
    const left = `    ${style.dim(at(place, trace))}  `;
    return `${left}${text}  ${style.dim(`${session}step ${place.step}`)}`.trimEnd();
}

function at({ line, path }: LogPlace, trace: string): string {
    return `${printable(trace)}:${line}${path === undefined ? '' : ` ${printable(path)}`}`;
}

function more(count: number, style: Style): string[] {
    return count > 0 ? [style.dim(`    and ${grouped(count)} more`)] : [];
}

function times(count: number): string {
    return count === 1 ? 'once' : `${grouped(count)} times`;
}

function sizeOf(bytes: number): string {
    return bytes < 1e6
        ? `${(bytes / 1e3).toFixed(bytes < 1e4 ? 1 : 0)} kB`
        : bytes < 1e9
          ? `${(bytes / 1e6).toFixed(1)} MB`
          : `${(bytes / 1e9).toFixed(2)} GB`;
}
