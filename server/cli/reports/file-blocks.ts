/** The blocks of a checked file: the messages about its text, then its verdicts, and the details of those that failed. */
import { repeated } from '../../../language/text/repeated.js';
import { acrossText, BROKEN_BY_SECOND_SESSION, brokenBySecondSession } from '../../checker/results/problems.js';
import type {
    ClaimResult,
    Finding,
    PolicyResult,
    ScenarioResult,
    SearchAttempt,
    SearchRun,
    Trace
} from '../../checker/results/result.js';
import { isOpenInScope, scopesToAccept } from '../../checker/results/verdict-words.js';
import { counted, plural } from '../../model/text/plural.js';
import { type Diagnostic, isTextError } from '../../workspace/diagnostics.js';
import { EXIT } from '../../workspace/errors.js';
import { type AttackReport, exitCodeOf, type FileReport, type Problem } from './check-report.js';
import { claimEntries, claimRow, isGood } from './claims.js';
import type { View } from './context.js';
import { type Block, type Entry, group, note, type Row, severityLabel } from './document.js';
import { duration, grouped } from '../terminal/layout.js';
import { reportLimit } from './limits.js';
import { sessionKey } from './session.js';

/** Empty if there is nothing to report. */
export function fileBlocks(file: FileReport, view: View): Block[] {
    const { detail, quiet } = view;
    const shown = { ...file, diagnostics: file.diagnostics.filter(({ severity }) => !quiet || isSevere(severity)) };
    const isInText = detail === 'brief' || detail === 'verbose';
    const about: Block[] = [
        ...(isInText ? messageBlocks(shown, view) : []),
        ...(file.problem ? [problemEntry(file.problem, isInText ? file.path : undefined)] : []),
        ...(file.notChecked === undefined ? [] : [notChecked(file.path, file.notChecked)]),
        ...(isInText ? [] : messageBlocks(shown, view))
    ];
    const result = file.result ? resultBlocks(file, file.result, view) : [];
    const attack = file.attack ? attackBlocks(file.attack, view) : [];
    const all = [...about, ...result, ...attack];
    const hasHead = isInText ? result.length > 0 : all.length > 0 || (detail === 'page' && file.kind === 'policy');
    if (!hasHead) {
        return all;
    }
    const head = headingOf(file, view);
    return isInText ? [...about, head, ...result, ...attack] : [head, ...all];
}

function headingOf({ result, kind, ...file }: FileReport, { detail, fails }: View): Block {
    const about = result ? `policy ${result.policy}` : kind === 'policy' ? 'not checked' : kind;
    const exit = exitCodeOf({ result, kind, ...file } as FileReport, fails ?? { failOn: 'error', strict: false });
    const tone = exit === EXIT.ok ? 'good' : exit === EXIT.undecided ? 'unsure' : 'bad';
    return { kind: 'heading', text: file.path, tone, ...(detail !== 'comment' && { about }) };
}

function isSevere(severity: Diagnostic['severity']): boolean {
    return severity === 'error' || severity === 'warning';
}

/** @param path the file that the problem concerns, if the message does not name the file itself */
export function problemEntry({ code, message, help }: Problem, path?: string): Entry {
    return {
        kind: 'entry',
        label: severityLabel('error', code),
        title: path === undefined ? message : `${path}: ${message}`,
        group: 'message',
        isOpen: true,
        blocks: help === undefined ? [] : [note(help)]
    };
}

function notChecked(path: string, why: string): Block {
    return { kind: 'text', text: `${path} was not checked: ${why}`, label: { tone: 'unsure' } };
}

/** A broken file can have thousands of errors, of which only the first ones are worth reading. */
const MAX_ERRORS = 20;
/** The number of other places shown for a message. */
const MAX_LINES = 20;

function messageBlocks(file: FileReport, view: View): Block[] {
    const { diagnostics, path } = file;
    if (view.detail === 'comment') {
        return diagnostics.length === 0 ? [] : [messageList(diagnostics)];
    }
    const isWhole = view.detail !== 'brief';
    const { whole, rest, left } = isWhole ? { whole: diagnostics, rest: [], left: 0 } : shares(diagnostics);
    const isGrouped = !isWhole && !diagnostics.some(isTextError);
    const others = (one: Diagnostic): Block[] => (isGrouped ? otherPlaces(one, diagnostics) : []);
    return [
        ...whole.map((one): Entry => ({
            kind: 'entry',
            label: severityLabel(one.severity, one.code),
            title: one.message,
            group: 'message',
            isOpen: true,
            blocks: [
                { kind: 'excerpt', at: one.source, mark: severityLabel(one.severity, one.code).tone },
                ...others(one)
            ]
        })),
        ...rest.flatMap((one) => [brief(one), ...others(one)]),
        ...(left > 0 ? [group(note(`and ${counted(left, 'more message')} about ${path}`, 'soft'))] : [])
    ];
}

/** The messages about a text in one entry. */
export function messageList(diagnostics: readonly Diagnostic[]): Entry {
    return {
        kind: 'entry',
        label: { tone: 'none' },
        title: `Messages about the text: ${diagnostics.length}`,
        isOpen: diagnostics.some(({ severity }) => severity === 'error'),
        blocks: diagnostics.map(brief)
    };
}

/** The messages that are shown with their text, those that are not, and the number of dropped ones. */
function shares(diagnostics: readonly Diagnostic[]): {
    readonly whole: readonly Diagnostic[];
    readonly rest: readonly Diagnostic[];
    readonly left: number;
} {
    if (diagnostics.some(isTextError)) {
        return {
            whole: diagnostics.slice(0, MAX_ERRORS),
            rest: [],
            left: Math.max(0, diagnostics.length - MAX_ERRORS)
        };
    }
    const most = reportLimit('wholeWarnings');
    const again = new Set(repeated(diagnostics, ({ code, message }) => `${code} ${message}`));
    const distinct = diagnostics.filter((one) => !again.has(one));
    const rest = distinct.slice(most, most + reportLimit('briefWarnings'));
    return { whole: distinct.slice(0, most), rest, left: Math.max(0, distinct.length - most - rest.length) };
}

/** The further places of a message that is printed once. */
function otherPlaces(one: Diagnostic, diagnostics: readonly Diagnostic[]): Block[] {
    const others = diagnostics.filter(({ code, message }) => code === one.code && message === one.message);
    const lines = [...new Set(others.flatMap((other) => (other === one ? [] : [String(other.source.start.line + 1)])))];
    const left = lines.length - MAX_LINES;
    const more = left > 0 ? `, and in ${counted(left, 'more line')}` : '';
    const shown = `${plural(lines.length, 'line', 'lines')} ${lines.slice(0, MAX_LINES).join(', ')}`;
    return lines.length === 0 ? [] : [note(`The same in ${shown}${more}.`)];
}

/** A message without its text and its session. */
export function brief({ code, severity, message, source }: Diagnostic | Finding): Block {
    return { kind: 'note', label: severityLabel(severity, code), text: [{ place: source }, `: ${message}`] };
}

function resultBlocks(file: FileReport, result: PolicyResult, view: View): Block[] {
    const { quiet, detail } = view;
    const { claims, scenarios, assumptions = [] } = result;
    const idOf = (kind: string, index: number): string => `${kind}-${index + 1}`;
    const rows = [
        ...claims.flatMap((claim, index) =>
            !quiet || !isGood(claim) || isOpenInScope(claim) ? [claimRow(claim, view, idOf('claim', index))] : []
        ),
        ...scenarioRows(scenarios, view, idOf)
    ];
    if (rows.length === 0 && quiet) {
        return [];
    }
    const verdicts = rows.length === 0 ? [group(note(nothingIn(file)))] : [verdictTable(rows)];
    const known = new Map<string, string>();
    const entries = [
        ...claims.flatMap((claim, index) => claimEntries(claim, view, idOf('claim', index))),
        ...(detail === 'comment' ? acrossEntry(claims) : detail === 'page' ? [] : claims.flatMap(searchBlocks)),
        ...scenarios.flatMap((scenario, index) => scenarioEntries(scenario, view, idOf('scenario', index)))
    ].map((entry) => knowing(entry, known, detail === 'comment'));
    return [
        ...(detail === 'comment' ? [] : verdicts),
        ...(quiet
            ? []
            : assumptions.map((text) =>
                  group({ kind: 'text', label: { tone: 'info' }, text: `Taken for granted: ${text}.` })
              )),
        ...entries,
        ...findingBlocks(result, known, view),
        ...(detail === 'comment' && !quiet && rows.length > 0 ? [allVerdicts(rows)] : [])
    ];
}

function nothingIn({ known }: FileReport): string {
    return known === undefined
        ? 'no claims and no scenarios: only the text and the findings that need none were checked'
        : 'no claims and no scenarios besides those in the baseline';
}

function verdictTable(rows: readonly Row[]): Block {
    return { kind: 'rows', columns: ['verdict', 'claim or scenario', 'rests on'], rows };
}

function allVerdicts(rows: readonly Row[]): Entry {
    const label = { tone: 'none' } as const;
    return { kind: 'entry', label, title: 'All claims and scenarios', blocks: [verdictTable(rows)] };
}

/** Remembers the sessions of an entry by its title. `isOnce` replaces those that are shown already. */
function knowing(entry: Block, known: Map<string, string>, isOnce: boolean): Block {
    if (entry.kind !== 'entry') {
        return entry;
    }
    const blocks = entry.blocks.map((block): Block => {
        if (block.kind !== 'session') {
            return block;
        }
        const key = sessionKey(block.trace);
        const before = known.get(key);
        known.set(key, before ?? block.of);
        return isOnce && before !== undefined ? sameSession(before) : block;
    });
    return { ...entry, blocks };
}

function sameSession(of: string): Block {
    return note(`The session is the one above, for "${of}".`);
}

/** The scenarios that pass are one row if there are many. */
function scenarioRows(
    scenarios: readonly ScenarioResult[],
    { quiet, detail }: View,
    idOf: (kind: string, index: number) => string
): Row[] {
    const passed = scenarios.filter((scenario) => scenario.passed);
    const areFew = detail !== 'brief' || passed.length <= reportLimit('passedScenarios');
    const rows = scenarios.flatMap((scenario, index) =>
        !scenario.passed || (areFew && !quiet)
            ? [scenarioRow(scenario, `scenario: ${scenario.name}`, idOf('scenario', index))]
            : []
    );
    const steps = passed.flatMap((scenario) => scenario.steps);
    return areFew || quiet ? rows : [...rows, scenarioRow({ passed: true, steps }, `${passed.length} scenarios`)];
}

function scenarioRow({ passed, steps }: Pick<ScenarioResult, 'passed' | 'steps'>, text: string, entry?: string): Row {
    const hasDetails = entry !== undefined && (!passed || steps.some(({ audited }) => audited));
    return {
        tone: passed ? 'good' : 'bad',
        word: passed ? 'passed' : 'failed',
        isCut: passed,
        text,
        rests: counted(steps.length, 'step'),
        group: 'scenario',
        ...(hasDetails && { entry })
    };
}

/** A scenario that fails, or of which audited rules would deny a step. */
export function scenarioEntries(scenario: ScenarioResult, { quiet, detail }: View, id: string): Entry[] {
    const { name, passed, steps, trace } = scenario;
    const audits = steps.flatMap(({ text, audited = [] }): Block[] =>
        audited.length === 0
            ? []
            : [note(text), note(AUDITED, 'soft'), ...audited.map((rule): Block => ({ kind: 'rule', rule }))]
    );
    if (passed && (quiet || audits.length === 0)) {
        return [];
    }
    const failed = steps.filter((step) => !step.passed);
    const title = `scenario: ${name}`;
    const hasSession = !passed && (detail === 'comment' || detail === 'page');
    return [
        {
            kind: 'entry',
            label: passed ? { tone: 'info', word: 'audited' } : { tone: 'bad', word: 'failed' },
            title,
            group: 'scenario',
            id,
            isOpen: detail === 'page',
            ...(!passed && { code: 'GR595' }),
            blocks: [
                ...failed.flatMap(({ source, message, rules, text }): Block[] => [
                    { kind: 'excerpt', at: source, mark: 'bad', text },
                    note(message),
                    ...rules.map((rule): Block => ({ kind: 'rule', rule }))
                ]),
                ...audits,
                ...(hasSession ? [{ kind: 'session' as const, trace, of: title }] : [])
            ]
        }
    ];
}

const AUDITED = 'It would be denied if this rule were not only audited:';

function findingBlocks(result: PolicyResult, known: ReadonlyMap<string, string>, view: View): Block[] {
    const { quiet, detail } = view;
    const findings = result.findings.filter(({ severity }) => !quiet || severity !== 'information');
    const { whole, rest } = detail === 'brief' ? split(findings) : { whole: findings, rest: [] };
    return [
        ...whole.map((finding, index) => {
            // One session explains such warnings; --verbose shows the others.
            const isShort = detail === 'brief' && finding.severity !== 'error' && index > 0;
            return findingEntry(finding, known, isShort, view);
        }),
        ...rest.map(brief),
        ...(detail === 'brief' || detail === 'verbose' ? remarksOn(result.claims, quiet) : [])
    ];
}

export function findingEntry(
    finding: Finding,
    known: ReadonlyMap<string, string>,
    isShort: boolean,
    view: View
): Entry {
    const { code, severity, message, source, trace } = finding;
    const label = severityLabel(severity, code);
    return {
        kind: 'entry',
        label,
        title: message,
        group: 'finding',
        isOpen: view.detail !== 'comment',
        blocks: [
            { kind: 'excerpt', at: source, mark: label.tone },
            ...(trace ? [findingSession(trace, known.get(sessionKey(trace)), isShort, finding, view)] : [])
        ]
    };
}

function findingSession(
    trace: Trace,
    claim: string | undefined,
    isShort: boolean,
    { code, message }: Finding,
    { detail }: View
): Block {
    if (claim !== undefined) {
        return sameSession(claim);
    }
    if (isShort) {
        return note(`--verbose shows its session of ${counted(trace.steps.length, 'step')}.`);
    }
    const isSaid = (detail === 'comment' || detail === 'page') && message.includes(trace.summary);
    return { kind: 'session', trace: isSaid ? { ...trace, summary: '' } : trace, of: code };
}

/** Errors are shown with their text and session; of the others, only the first few. */
function split(findings: readonly Finding[]): { readonly whole: Finding[]; readonly rest: Finding[] } {
    const warnings = findings.filter(({ severity }) => severity === 'warning').slice(0, reportLimit('wholeWarnings'));
    const isWhole = (finding: Finding): boolean => finding.severity === 'error' || warnings.includes(finding);
    return {
        whole: findings.filter(isWhole),
        // The verdicts mention that something is outside the exact search; its place is only shown on request.
        rest: findings.filter((finding) => !isWhole(finding) && finding.code !== OUTSIDE_EXACT)
    };
}

const OUTSIDE_EXACT = 'GR597';

/** Remarks on several claims, each once for all of them. */
function remarksOn(claims: readonly ClaimResult[], quiet: boolean): Block[] {
    const inScope = claims.filter((claim) => claim.verdict === 'holds in scope' && (!quiet || isOpenInScope(claim)));
    const names = [...new Set(inScope.flatMap(scopesToAccept))];
    const accept = names.length > 0 ? ` Where that is enough, accept it by name: @accept(${names.join(', ')}).` : '';
    const across = quiet ? '' : acrossText(claims);
    return [
        ...(inScope.length > 0
            ? [`In scope means that not everything was tried: --verbose shows what was tried.${accept}`]
            : []),
        ...(across === '' ? [] : [across])
    ].map((text) => ({ kind: 'note', label: { tone: 'partial' }, text }));
}

/** One entry for all claims that second sessions break, with the session of the first. */
function acrossEntry(claims: readonly ClaimResult[]): Entry[] {
    const [claim] = brokenBySecondSession(claims);
    const { code, severity } = BROKEN_BY_SECOND_SESSION;
    const trace = claim?.acrossSessions?.trace;
    return claim
        ? [
              {
                  kind: 'entry',
                  label: severityLabel(severity, code),
                  title: acrossText(claims),
                  blocks: [
                      { kind: 'excerpt', at: claim.usedAt ?? claim.source, text: claim.text },
                      ...(trace ? [{ kind: 'session' as const, trace: { ...trace, summary: '' }, of: claim.name }] : [])
                  ]
              }
          ]
        : [];
}

/** The effect of random sessions on the verdicts of a policy. */
function attackBlocks({ sessions, of, seed, defects }: AttackReport, { quiet }: View): Block[] {
    const played = sessions < of ? `${grouped(sessions)} of ${counted(of, 'session')}` : counted(of, 'session');
    const late = sessions < of ? ' before the time-out' : '';
    const said = defects.length > 0 ? counted(defects.length, 'verdict') + ' contradicted' : 'no verdict contradicted';
    return [
        ...(quiet && defects.length === 0
            ? []
            : [
                  group({
                      kind: 'text',
                      text: `Attacked with ${played} of --seed ${seed}${late}: ${said}.`,
                      look: 'soft'
                  })
              ]),
        ...defects.flatMap(({ message, scenario }): Block[] => [
            { kind: 'note', label: { tone: 'bad' }, text: `${message}:` },
            // The scenario can be pasted into the policy.
            { kind: 'code', text: scenario }
        ])
    ];
}

/** Shows for `--explain-search` the methods that were tried for a claim, in order, with their results. */
function searchBlocks({ name, search = [] }: ClaimResult): Block[] {
    const attempts = search.flatMap((attempt, index): Block[] => [
        ...(attempt.about === search[index - 1]?.about ? [] : [note(`${attempt.about}:`)]),
        group(
            note(`${attempt.method}: ${outcomeText(attempt)}`),
            group(...attempt.runs.map((run) => note(runText(run), 'soft')))
        )
    ]);
    return search.length === 0
        ? []
        : [group({ kind: 'heading', text: `How "${name}" was searched:` }, group(...attempts))];
}

function outcomeText({ outcome, why, verdict, milliseconds }: SearchAttempt): string {
    const because = why === undefined ? '' : `: ${why}`;
    const so = outcome === 'decided' && verdict !== undefined ? ` (${verdict})` : '';
    return outcome === 'not tried' ? `${outcome}${because}` : `${outcome}${so}${because}, ${duration(milliseconds)}`;
}

function runText({ engine, reductions, found, states, transitions, milliseconds }: SearchRun): string {
    return [
        engine,
        ...reductions,
        found,
        `${counted(states, 'state')}, ${counted(transitions, 'transition')}, ${duration(milliseconds)}`
    ].join(' · ');
}
