/** The report of a check as a page, which can be filtered. */
import { ASSUMPTIONS } from '../../../checker/results/result.js';
import { EXIT, type ExitCode } from '../../../workspace/errors.js';
import type { CheckReport } from '../check-report.js';
import type { CheckContext } from '../context.js';
import type { Block } from '../document.js';
import type { Tone } from '../../terminal/style.js';
import { fileBlocks, problemEntry } from '../file-blocks.js';
import { duration } from '../../terminal/layout.js';
import type { CheckReporter } from '../reporter.js';
import { summaryRows } from '../summary.js';
import { htmlPage, type Page } from './page.js';

export const HTML: CheckReporter = { end: (report, context) => htmlPage(pageOf(report, context), context) };

const TITLES: { readonly [code in ExitCode]: readonly [string, Tone] } = {
    [EXIT.ok]: ['The check found nothing', 'good'],
    [EXIT.violated]: ['The check found problems', 'bad'],
    [EXIT.invalid]: ['Not everything could be checked', 'bad'],
    [EXIT.undecided]: ['Not everything could be decided', 'unsure'],
    [EXIT.failed]: ['The checker itself failed', 'bad'],
    [EXIT.interrupted]: ['The run was interrupted', 'unsure']
};

function pageOf(report: CheckReport, context: CheckContext): Page {
    const { files, problems, version, milliseconds } = report;
    const [title, tone] = TITLES[report.exitCode];
    const run: Block[] = problems.length === 0 ? [] : [{ kind: 'heading', text: 'The run', tone: 'bad' }];
    const packages = summaryRows(report).find(([name]) => name === 'packages')?.[1] ?? [];
    return {
        title,
        tone,
        figures: figuresOf(report),
        filter: [
            ['all', 'Everything'],
            ['wrong', 'Problems only'],
            ['claims', 'Claims'],
            ['scenarios', 'Scenarios'],
            ['findings', 'Findings and messages']
        ],
        blocks: [
            ...run,
            ...problems.map((problem) => problemEntry(problem)),
            ...files.flatMap((file) => fileBlocks(file, { ...context, detail: 'page' }))
        ],
        footer: [
            `Every verdict takes for granted: ${ASSUMPTIONS.join('; ')}.`,
            `${[`Guardrail ${version}`, ...packages].join(', ')}, ${duration(milliseconds)}.`
        ]
    };
}

/** The totals: `1 violated`, `4 holds`, … */
function figuresOf(report: CheckReport): Page['figures'] {
    return summaryRows(report)
        .filter(([name]) => name !== 'packages')
        .flatMap(([name, parts]) =>
            parts.map((part) => {
                const [, count = '', what = ''] = /^([\d,]+) (.*)$/.exec(part) ?? ['', '', part];
                return { count, what: name === 'scenarios' ? `scenarios ${what}` : what, tone: toneOfWord(what) };
            })
        );
}

function toneOfWord(what: string): Tone {
    if (/^(violated|impossible|failed|errors?$)/.test(what) || what === 'vacuous') {
        return 'bad';
    }
    return /^(undecided|not found in scope|warnings?$)/.test(what)
        ? 'unsure'
        : /^(holds|possible|passed|vacuous as)/.test(what)
          ? 'good'
          : 'none';
}
