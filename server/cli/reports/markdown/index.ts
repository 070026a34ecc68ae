/** Writes a comment on a pull request: the verdicts of each file in a table, with details in folds. */
import { ASSUMPTIONS, type ClaimResult, type Trace } from '../../../checker/results/result.js';
import { toneOf, verdictText } from '../../../checker/results/verdict-words.js';
import { EXIT, type ExitCode } from '../../../workspace/errors.js';
import { exitCodeOf, type CheckReport, type FileReport, type Problem } from '../check-report.js';
import { placeOf, type CheckContext } from '../context.js';
import { itemsOf, type Item } from '../items.js';
import type { CheckReporter } from '../reporter.js';
import { sessionKey } from '../session.js';
import { summaryRows } from '../summary.js';
import { comment, type Part } from './comment.js';
import { code, inHtml, inMarkdown } from './escape.js';
import { END, fold, messages, SIGNS } from './fold.js';
import { ruleText, sessionTable } from './session.js';

export const MARKDOWN: CheckReporter = {
    end: (report, context) => comment([...head(report, context), ...details(report, context)], 'guardrail check')
};

const TITLES: { readonly [code in ExitCode]: string } = {
    [EXIT.ok]: '✅ Guardrail found nothing',
    [EXIT.violated]: '❌ Guardrail found a problem',
    [EXIT.invalid]: '❌ Guardrail could not check everything',
    [EXIT.undecided]: '❔ Guardrail could not decide everything',
    [EXIT.failed]: '❌ Guardrail itself failed',
    [EXIT.interrupted]: '⏹️ Guardrail was interrupted'
};

function head(report: CheckReport, context: CheckContext): Part[] {
    const counts = summaryRows(report).map(([name, parts]) =>
        name === 'files' ? parts[0]! : `**${name}** ${parts.join(' · ')}`
    );
    // An inventory is mentioned only if it has a problem.
    const rows = report.files.filter(
        (file) => file.kind === 'policy' || exitCodeOf(file, context.fails) !== EXIT.ok || file.diagnostics.length > 0
    );
    return [
        { text: `## ${TITLES[report.exitCode]}\n\n${counts.join(' — ')}\n\n`, isHead: true },
        ...report.problems.map((problem) => ({ text: problemText(problem) })),
        {
            text:
                rows.length === 0
                    ? ''
                    : '| | file | claims | scenarios | problems |\n| --- | --- | --- | --- | --- |\n',
            isHead: true
        },
        ...rows.map((file) => ({ text: fileRow(file, report, context) })),
        { text: '\n', isHead: true }
    ];
}

function fileRow(file: FileReport, report: CheckReport, context: CheckContext): string {
    const counts = new Map(summaryRows({ ...report, files: [file], problems: [] }));
    const cells = ['claims', 'scenarios', 'problems'].map((name) => (counts.get(name) ?? []).join(', '));
    const exit = exitCodeOf(file, context.fails);
    const sign = exit === EXIT.ok ? '✅' : exit === EXIT.undecided ? '❔' : '❌';
    return `| ${sign} | ${code(file.path)} | ${cells.join(' | ')} |\n`;
}

function details({ files, version }: CheckReport, context: CheckContext): Part[] {
    // Failures come first: if a comment is too long, its end is left out.
    const fails = (file: FileReport): number => (exitCodeOf(file, context.fails) === EXIT.ok ? 1 : 0);
    const sorted = [...files].sort((a, b) => fails(a) - fails(b));
    const entries = sorted.flatMap((file) => fileDetails(file, context));
    const assumptions = files.some(({ result }) => result && result.claims.length > 0)
        ? `\n<sub>Every verdict takes for granted: ${[...ASSUMPTIONS, ...assumptionsOf(files)].map(inHtml).join('; ')}. Guardrail ${version}.</sub>\n`
        : '';
    return [...entries, { text: assumptions, isHead: true }];
}

/** What only the verdicts of some policies take for granted, with their files. */
function assumptionsOf(files: readonly FileReport[]): string[] {
    return files.flatMap(({ path, result }) => (result?.assumptions ?? []).map((text) => `in ${path}, ${text}`));
}

function fileDetails(file: FileReport, context: CheckContext): Part[] {
    const items = itemsOf(file).filter(({ claim, scenario, finding }) => claim ?? scenario ?? finding);
    const shown = items.filter(({ severity }) => !context.quiet || severity === 'error' || severity === 'warning');
    const known = new Map<string, string>();
    const entries = [
        ...(file.problem ? [{ text: problemText(file.problem) }] : []),
        ...(file.notChecked === undefined ? [] : [{ text: `⚠️ Not checked: ${inMarkdown(file.notChecked)}.\n\n` }]),
        ...(file.diagnostics.length > 0 ? [messages(file.diagnostics, context)] : []),
        ...shown.map((item) => entry(item, known, context)),
        ...claimTable(file, context)
    ];
    return entries.length === 0 ? [] : [{ text: `### ${code(file.path, false)}\n\n` }, ...entries];
}

function problemText({ code: number, message, help }: Problem): string {
    const next = help === undefined ? '' : ` ${inMarkdown(help)}`;
    return `❌ **${number}** ${inMarkdown(message.replace(/\.$/, ''))}.${next}\n\n`;
}

/** @param known the sessions that were already shown, with their subjects; each session is shown once */
function entry(item: Item, known: Map<string, string>, context: CheckContext): Part {
    const { severity, code: number, message, source, claim, scenario, traces } = item;
    const said = inHtml(message);
    const name = claim?.name ?? (scenario && `scenario: ${scenario.name}`);
    const summary = `${SIGNS[severity]} <b>${inHtml(name ?? number)}</b>${name === undefined ? `: ${said}` : ` (${verdictOf(item)})`}`;
    const lines = [
        ...(name === undefined ? [] : [inMarkdown(message), '']),
        ...(claim ? [...claimNotes(claim, context), ''] : []),
        `${number} at ${code(placeOf(source, context), false)}`,
        '',
        ''
    ];
    const sessions = traces.map((trace) => {
        // The summary is dropped if the message ends with it, as many messages do.
        const told = message.includes(trace.summary) ? { ...trace, summary: '' } : trace;
        return shownOnce(told, name ?? number, known, context);
    });
    return {
        text: fold(summary, lines.join('\n')),
        ...(sessions.length > 0 && { session: `${sessions.join('\n')}\n` }),
        end: END
    };
}

function verdictOf({ code: number, claim, scenario }: Item): string {
    return number === 'GR598'
        ? 'broken by a second session'
        : claim
          ? verdictText(claim)
          : scenario?.passed
            ? 'audited'
            : 'failed';
}

function shownOnce(trace: Trace, name: string, known: Map<string, string>, context: CheckContext): string {
    const key = sessionKey(trace);
    const before = known.get(key);
    known.set(key, before ?? name);
    return before === undefined ? sessionTable(trace, context) : `The session is that of **${inMarkdown(before)}**.\n`;
}

function claimNotes({ obstacles, text }: ClaimResult, context: CheckContext): string[] {
    return [
        code(text, false),
        ...(obstacles.length === 0 ? [] : ['']),
        ...obstacles.map(
            ({ text: obstacle, rule }) => `- ${inMarkdown(obstacle)}${rule ? `: ${ruleText(rule, context)}` : ''}`
        )
    ];
}

/** All claims and scenarios of the file, including those with the outcome that their author wants. */
function claimTable({ result }: FileReport, { quiet }: CheckContext): Part[] {
    const claims = result?.claims ?? [];
    const scenarios = result?.scenarios ?? [];
    if (quiet || claims.length + scenarios.length === 0) {
        return [];
    }
    const rows = [
        ...claims.map((claim) => `| ${signOf(claim)} ${verdictText(claim)} | ${inMarkdown(claim.name)} |\n`),
        ...scenarios.map(
            ({ passed, name }) => `| ${passed ? '✅ passed' : '❌ failed'} | scenario: ${inMarkdown(name)} |\n`
        )
    ];
    return [{ text: fold('All claims and scenarios', `| | |\n| --- | --- |\n${rows.join('')}\n`), end: END }];
}

function signOf(claim: ClaimResult): string {
    switch (toneOf(claim)) {
        case 'good':
            return '✅';
        case 'partial':
            return '🟡';
        case 'warn':
            return claim.verdict === 'vacuous' ? '❌' : '❔';
        case 'bad':
            return '❌';
    }
}
