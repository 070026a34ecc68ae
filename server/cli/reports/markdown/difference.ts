/** Writes a comment on a pull request: the sessions that a change of a policy newly lets through, holds or stops. */
import { counted } from '../../../model/text/plural.js';
import { toolText } from '../../../model/text/typed-text.js';
import type { Difference, DifferenceResult, SideDecision } from '../../../checker/difference/index.js';
import type { ReportContext } from '../context.js';
import { aboutPackages, type DifferenceReport, packagesText } from '../difference.js';
import { duration } from '../layout.js';
import { comment, type Part } from './comment.js';
import { code, inHtml, inMarkdown } from './escape.js';
import { END, fold, messages } from './fold.js';
import { ruleText, sessionTable } from './session.js';

export function markdownDifference(report: DifferenceReport, context: ReportContext): string {
    const { result } = report;
    const parts = result
        ? [
              ...head(result, report),
              ...weakerFirst(result.differences).map((one) => entry(one, report, context)),
              ...notes(result)
          ]
        : report.unknownPackages
          ? [undecidedBy(report.unknownPackages, report)]
          : broken(report, context);
    return comment(parts, `guardrail diff ${report.old} ${report.new}`);
}

function undecidedBy(packages: readonly string[], report: DifferenceReport): Part {
    const text = inMarkdown(packagesText(packages));
    return { text: `## ${UNDECIDED}\n\n${between(report)}: **undecided**. ${text}\n\n`, isHead: true };
}

const UNDECIDED = '❔ Guardrail could not decide whether the policies differ';

function broken(report: DifferenceReport, context: ReportContext): Part[] {
    const files = report.files.filter(({ diagnostics }) => diagnostics.length > 0);
    return [
        {
            text: `## ❌ Guardrail could not compare the policies\n\n${between(report)}: there are errors in them.\n\n`,
            isHead: true
        },
        ...files.flatMap((file) => [{ text: `### ${code(file.path, false)}\n\n` }, messages(file.diagnostics, context)])
    ];
}

function head(result: DifferenceResult, report: DifferenceReport): Part[] {
    const { basis, explanation } = result;
    const rests = `${counted(basis.states, 'state')}, ${duration(basis.milliseconds)}`;
    return [
        {
            text: `## ${titleOf(result)}\n\n${between(report)}: **${result.verdict}**. ${inMarkdown(explanation.replaceAll('->', '→'))} <sub>${rests}</sub>\n\n`,
            isHead: true
        },
        ...aboutPackages(report, '→').map((text) => ({ text: `${inMarkdown(text)}\n\n` }))
    ];
}

/** A reviewer first needs to see if the change lets more through. */
function titleOf({ verdict, differences, apart }: DifferenceResult): string {
    switch (verdict) {
        case 'equivalent in scope':
            return '❔ No difference was found, but not everything was compared';
        case 'equivalent':
            return apart.length > 0
                ? 'ℹ️ The policies make the same decisions about everything that both of them have'
                : '✅ The change decides nothing differently';
        case 'undecided':
            return UNDECIDED;
        case 'differs':
            return differences.some(isWeaker) ? '⚠️ The change lets more through' : '🔒 The change stops or holds more';
    }
}

function weakerFirst(differences: readonly Difference[]): Difference[] {
    return [...differences].sort((a, b) => Number(isWeaker(b)) - Number(isWeaker(a)));
}

/** True if the new decision is weaker: allowed is weaker than held, and held is weaker than denied. */
function isWeaker({ old, new: young }: Difference): boolean {
    const order = ['denied', 'held', 'allowed'];
    return order.indexOf(young.decision) > order.indexOf(old.decision);
}

function between({ old, new: young }: DifferenceReport): string {
    return `${code(old, false)} → ${code(young, false)}`;
}

function entry(difference: Difference, report: DifferenceReport, context: ReportContext): Part {
    const { change, tool, trace } = difference;
    const summary = `${isWeaker(difference) ? '⚠️' : '🔒'} <b>${inHtml(change.replace('->', '→'))}</b>: <code>${inHtml(toolText(tool))}</code>`;
    const body = [
        '| | decides the last call | by |',
        '| --- | --- | --- |',
        side(report.old, difference.old, context),
        side(report.new, difference.new, context),
        '',
        ''
    ].join('\n');
    return {
        text: fold(summary, body, isWeaker(difference)),
        session: `${sessionTable(trace, context, 'the two decide this step differently')}\n`,
        end: END
    };
}

function side(path: string, { text, rules }: SideDecision, context: ReportContext): string {
    return `| ${code(path)} | ${inMarkdown(text)} | ${rules.map((rule) => ruleText(rule, context)).join('<br>')} |`;
}

/** The elements that only one of the policies has, and those that were not compared. */
function notes({ apart, incomplete }: DifferenceResult): Part[] {
    const texts = [...new Set([...apart.map(({ text }) => text), ...incomplete])];
    return texts.length === 0 ? [] : [{ text: `${texts.map((text) => `- ${inMarkdown(text)}\n`).join('')}\n` }];
}
