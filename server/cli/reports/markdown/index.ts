/** Writes a comment on a pull request: the verdicts of each file in a table, with details in folds. */
import { ASSUMPTIONS } from '../../../checker/results/result.js';
import { EXIT, type ExitCode } from '../../../workspace/errors.js';
import { exitCodeOf, type CheckReport, type FileReport } from '../check-report.js';
import type { CheckContext, View } from '../context.js';
import type { Block, Text } from '../document.js';
import { fileBlocks, problemEntry } from '../file-blocks.js';
import type { CheckReporter } from '../reporter.js';
import { summaryRows } from '../summary.js';
import { markdown } from './blocks.js';

export const MARKDOWN: CheckReporter = {
    end: (report, context) => markdown(commentOf(report, context), context, 'guardrail check')
};

const TITLES: { readonly [code in ExitCode]: string } = {
    [EXIT.ok]: '✅ Guardrail found nothing',
    [EXIT.violated]: '❌ Guardrail found a problem',
    [EXIT.invalid]: '❌ Guardrail could not check everything',
    [EXIT.undecided]: '❔ Guardrail could not decide everything',
    [EXIT.failed]: '❌ Guardrail itself failed',
    [EXIT.interrupted]: '⏹️ Guardrail was interrupted'
};

function commentOf(report: CheckReport, context: CheckContext): Block[] {
    const { files, version } = report;
    const view: View = { ...context, detail: 'comment' };
    const counts = summaryRows(report).flatMap(([name, parts], index): Exclude<Text, string> => [
        ...(index === 0 ? [] : [' — ']),
        ...(name === 'files' ? [] : [`${name} `]),
        // The name of a package begins like a mention.
        name === 'packages' ? { code: parts.join(' · ') } : name === 'files' ? parts[0]! : parts.join(' · ')
    ]);
    // An inventory is mentioned only if it has a problem.
    const mentioned = files.filter(
        (file) => file.kind === 'policy' || exitCodeOf(file, context.fails) !== EXIT.ok || file.diagnostics.length > 0
    );
    // Failures come first: if a comment is too long, its end is left out.
    const fails = (file: FileReport): number => (exitCodeOf(file, context.fails) === EXIT.ok ? 1 : 0);
    const sorted = [...files].sort((a, b) => fails(a) - fails(b));
    const assumptions = [...ASSUMPTIONS, ...files.flatMap(assumptionsIn)].join('; ');
    return [
        { kind: 'title', text: TITLES[report.exitCode] },
        { kind: 'text', text: counts },
        ...report.problems.map((problem) => problemEntry(problem)),
        ...(mentioned.length === 0
            ? []
            : [
                  {
                      kind: 'table' as const,
                      head: ['', 'file', 'claims', 'scenarios', 'problems'],
                      rows: mentioned.map((file) => overview(file, report, context))
                  }
              ]),
        ...sorted.flatMap((file) => fileBlocks(file, view)),
        ...(files.some(({ result }) => result && result.claims.length > 0)
            ? [
                  {
                      kind: 'text' as const,
                      text: `Every verdict takes for granted: ${assumptions}. Guardrail ${version}.`,
                      look: 'soft' as const
                  }
              ]
            : [])
    ];
}

function overview(file: FileReport, report: CheckReport, { fails }: CheckContext): (string | { code: string }[])[] {
    const counts = new Map(summaryRows({ ...report, files: [file], problems: [] }));
    const exit = exitCodeOf(file, fails);
    return [
        exit === EXIT.ok ? '✅' : exit === EXIT.undecided ? '❔' : '❌',
        [{ code: file.path }],
        ...['claims', 'scenarios', 'problems'].map((name) => (counts.get(name) ?? []).join(', '))
    ];
}

/** What only the verdicts of some policies take for granted, with their files. */
function assumptionsIn({ path, result }: FileReport): string[] {
    return (result?.assumptions ?? []).map((text) => `in ${path}, ${text}`);
}
