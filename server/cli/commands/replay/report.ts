/** The report of a replay, for people and for programs. */
import { counted, plural } from '../../../model/text/plural.js';
import type { ExitCode } from '../../../workspace/errors.js';
import { type Block, group, note, type Row } from '../../reports/document.js';
import { jsonText, withPlaces } from '../../reports/json.js';
import { duration, grouped } from '../../terminal/layout.js';
import { REPLAY_LIMITS } from './limits.js';
import type { ClaimCount, CountAndFirst, DecidedCall, LogPlace, ReplayResult, RuleCount } from './result.js';

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
    return jsonText(REPLAY_FORMAT, { version, exitCode, milliseconds }, withPlaces(told, pathOf) as object);
}

export function replayBlocks(
    result: ReplayResult,
    signs: { readonly arrow: string; readonly separator: string }
): Block[] {
    const { policy, trace, claims, unreadable, unfit, outsideSchema, unknownTools, unknownAgents, notes } = result;
    const at = (place: LogPlace): string => `${trace}:${place.line}${place.path === undefined ? '' : ` ${place.path}`}`;
    const stepOf = (one: LogPlace, what: string): string =>
        `${what}${what === '' ? '' : ' '}(${one.session === '' ? '' : `session ${one.session}, `}step ${one.step})`;
    const lineOf = (one: LogPlace, what: string): string => `${at(one)}  ${stepOf(one, what)}`;
    const unknown = (what: string, { count, first }: ReplayResult['unknownTools']): Block[] => {
        const shown = first.slice(0, REPLAY_LIMITS.shownPlaces.most);
        const isCut = first.length > shown.length || first.reduce((sum, one) => sum + one.calls, 0) < count;
        const names = shown.map((one) =>
            note(lineOf(one, `${one.name === '' ? '(not said)' : one.name}  ${counted(one.calls, 'call')}`))
        );
        const title = `${what}: ${counted(count, 'call')}`;
        return count === 0 ? [] : section(title, ...names, ...(isCut ? [note('and others', 'soft')] : []));
    };
    const decided = (one: DecidedCall): Block[] => [
        note(lineOf(one, `${who(one)}  ${decisionText(one)}`)),
        group(...one.rules.map(({ text, because, source }) => note([{ place: source }, `  ${because ?? text}`])))
    ];
    return [
        ...section(`${trace} ${signs.arrow} ${policy}`, note(aboutLog(result, signs.separator), 'soft')),
        ...decisions(result),
        ...rules(result.rules),
        ...(claims.length === 0
            ? []
            : [heading('claims'), verdicts(claims.map((claim) => claimRow(claim, at, stepOf)))]),
        ...places('made, and not allowed by the policy', 'call', result.stopped, decided),
        ...places('stopped when it was recorded, and allowed by the policy', 'call', result.loosened, decided),
        ...unknown('tools that are not in the inventory', unknownTools),
        ...unknown('agents that the policy does not name', unknownAgents),
        ...places('with arguments outside the schema', 'call', outsideSchema, (one) => [
            note(`${at(one)}  ${one.tool}: ${one.problem ?? ''}`)
        ]),
        ...places('that could not be read', 'line', unreadable, ({ line, column, code, message }) => [
            note(`${trace}:${line}:${column}  ${code}: ${message}`)
        ]),
        ...places(
            `that cannot happen where ${plural(unfit.count, 'it stands', 'they stand')}`,
            'event',
            unfit,
            (one) => [note(`${at(one)}  ${one.code}: ${one.message}`)]
        ),
        ...notes.map((text): Block => ({ kind: 'text', label: { tone: 'info' }, text }))
    ];
}

/** The number of events from which a rate is shown: with fewer, most of the time goes to startup. */
const WORTH_A_RATE = 100_000;

function aboutLog(
    { traceFormat, sessions, events, calls, milliseconds, bytes }: ReplayResult,
    separator: string
): string {
    return [
        ...(traceFormat ? [traceFormat] : []),
        counted(sessions, 'session'),
        counted(events, 'event'),
        counted(calls, 'call'),
        sizeOf(bytes),
        duration(milliseconds),
        ...(calls >= WORTH_A_RATE ? [`${grouped(Math.round((calls / milliseconds) * 1000))} decisions/s`] : [])
    ].join(` ${separator} `);
}

function decisions({ decisions: { allowed, left = 0, held, denied, waited }, calls }: ReplayResult): Block[] {
    if (calls === 0) {
        return [group({ kind: 'note', label: { tone: 'unsure' }, text: 'there is no call in it' })];
    }
    const why: readonly (readonly [number, string])[] = [
        [denied.rule, 'by a rule'],
        [denied.default, 'since no rule allows it'],
        [denied.unknown, 'since something is unknown'],
        [denied.inventory, 'by the inventory']
    ];
    const row = (tone: Row['tone'], word: string, text: string): Row => ({ tone, word, text });
    const reasons = why.filter(([count]) => count > 0).map(([count, reason]) => `${grouped(count)} ${reason}`);
    return [
        verdicts([
            row('good', 'allowed', grouped(allowed)),
            ...(left > 0 ? [row('info', 'left to the client', grouped(left))] : []),
            ...(held > 0 ? [row('unsure', 'held', grouped(held))] : []),
            ...(reasons.length > 0 ? [row('bad', 'denied', reasons.join(', '))] : [])
        ]),
        ...(waited > 0
            ? [group(note(`${counted(waited, 'decision')} had to wait until running calls had ended.`, 'soft'))]
            : [])
    ];
}

/** The rules that decided something, most frequent first. */
function rules(all: readonly RuleCount[]): Block[] {
    const busy = all.filter(deciding).sort((a, b) => deciding(b) - deciding(a));
    const silent = all.length - busy.length;
    return [
        heading('rules that decided'),
        ...busy.flatMap((rule): Block[] => [
            { kind: 'rule', rule: { text: rule.text, source: rule.source } },
            group(group(note(countsOf(rule))))
        ]),
        ...(silent > 0 ? [group(note(`${counted(silent, 'other rule')} decided nothing`, 'soft'))] : [])
    ];
}

function deciding({ allowed, denied, held, audited = 0 }: RuleCount): number {
    return allowed + denied + held + audited;
}

function countsOf({ allowed, denied, held, audited = 0 }: RuleCount): string {
    return Object.entries({ allowed, held, denied, 'would be denied (audit)': audited })
        .flatMap(([word, count]) => (count > 0 ? [`${grouped(count)} ${word}`] : []))
        .join(', ');
}

function claimRow(
    { name, source, verdict, judged, why, broken, sessions }: ClaimCount,
    at: (one: LogPlace) => string,
    stepOf: (one: LogPlace, what: string) => string
): Row {
    switch (verdict) {
        case 'kept':
            return { tone: 'good', word: verdict, text: name, rests: `asked ${times(judged)}` };
        case 'not judged':
            return { tone: 'none', word: verdict, text: `${name}${why ? `: ${why}` : ''}` };
        case 'broken': {
            const { count, first } = broken;
            const uncertain = first.every(({ isCertain }) => !isCertain);
            const shown = uncertain ? ', as far as the log shows: missing data counts against a claim' : '';
            const certainty = (isCertain: boolean): string =>
                isCertain || uncertain ? '' : ', as far as the log shows';
            const more = count > first.length ? `and ${grouped(count - first.length)} more` : '';
            return {
                tone: 'bad',
                word: verdict,
                text: `${name} (${times(count)} in ${counted(sessions, 'session')}${shown})`,
                below: [
                    { tone: 'none', word: 'the claim', text: [{ place: source }] },
                    ...first.map((one) => ({
                        tone: 'bad' as const,
                        word: at(one),
                        text: `${stepOf(one, who(one))}${certainty(one.isCertain)}`
                    })),
                    ...(more === '' ? [] : [{ tone: 'none' as const, word: '', text: more }])
                ]
            };
        }
    }
}

function heading(text: string): Block {
    return { kind: 'heading', text };
}

function verdicts(rows: readonly Row[]): Block {
    return { kind: 'rows', columns: ['decision', 'calls', ''], rows };
}

function section(title: string, ...blocks: readonly Block[]): Block[] {
    return [heading(title), group(...blocks)];
}

/** How many there are, and the first of them. */
function places<T>(
    what: string,
    noun: string,
    { count, first }: CountAndFirst<T>,
    blocks: (one: T) => Block[]
): Block[] {
    const more = count > first.length ? [note(`and ${grouped(count - first.length)} more`, 'soft')] : [];
    return count === 0 ? [] : section(`${counted(count, noun)} ${what}`, ...first.flatMap(blocks), ...more);
}

function who({ agent, tool }: { readonly agent?: string; readonly tool?: string }): string {
    return tool === undefined ? '' : agent ? `${agent} ${tool}` : tool;
}

function decisionText({ decision, by, problem }: DecidedCall): string {
    const why =
        problem ?? { default: 'no rule allows it', unknown: 'something is unknown', rule: '', inventory: '' }[by];
    return why === '' ? decision : `${decision}: ${why}`;
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
