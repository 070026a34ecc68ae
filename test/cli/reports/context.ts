/** Makes reports of the sample, and of a sample with hostile names and texts. */
import type { CheckReport, FailOptions } from '../../../server/cli/reports/check-report.js';
import type { CheckContext } from '../../../server/cli/reports/context.js';
import type { CheckReporter } from '../../../server/cli/reports/reporter.js';
import { wholeReport } from '../../../server/cli/reports/registry.js';
import { createStyle } from '../../../server/cli/terminal/style.js';
import { codePage } from '../../../server/cli/code-pages.js';
import { REPORT } from './sample.js';

const DIST = new URL('../../../dist/', import.meta.url);

export function contextOf(report: CheckReport, fails: Partial<FailOptions> = {}): CheckContext {
    return {
        style: createStyle({ color: false, unicode: true, width: 80 }),
        quiet: false,
        pathOf: (uri) => uri.replace('file:///work/', ''),
        textOf: (uri) => report.files.find((file) => file.uri === uri)?.text,
        fails: { failOn: 'error', strict: false, ...fails },
        pageOf: (code) => codePage(code, DIST)
    };
}

export function written(
    reporter: CheckReporter,
    report: CheckReport = REPORT,
    fails: Partial<FailOptions> = {}
): string {
    return wholeReport(reporter, report, contextOf(report, fails));
}

/**
 * A text that the formats could misinterpret: tags, entities, commands, links, mentions, ends of strings and sections.
 */
export const HOSTILE =
    '"\'><script>alert(1)</script><img src=x onerror=alert(1)>]]>--> &amp;&#64; | `a` ``` *b* _c_ [d](javascript:e) ' +
    '@everyone #1 https://evil.example www.evil.example %0A,:; ${x} \u0000\u0007\u001b[31m\u202e\ud800\ufffe\r\n::error::f\n# g\n';

/** Puts the hostile text into every text that comes from a policy. */
export function hostile<T>(value: T): T {
    return withText(value, HOSTILE);
}

/** The same with another text: a report with hostile texts must have the same structure as one with harmless texts. */
export function withText<T>(value: T, added: string, key = ''): T {
    if (typeof value === 'string') {
        return (TEXTS.includes(key) ? `${value} ${added}` : value) as T;
    }
    if (Array.isArray(value)) {
        return value.map((item: unknown) => withText(item, added, key)) as T;
    }
    if (typeof value !== 'object' || value === null) {
        return value;
    }
    const inside = key === 'args' ? () => 'text' : (name: string) => name;
    return Object.fromEntries(
        Object.entries(value).map(([name, part]: [string, unknown]) => [name, withText(part, added, inside(name))])
    ) as T;
}

const TEXTS: readonly string[] = [
    ...['name', 'text', 'message', 'explanation', 'summary', 'actor', 'tool', 'what', 'before', 'after', 'because'],
    ...['values', 'facts', 'scopes', 'limit', 'policy', 'help', 'notChecked', 'path', 'readings', 'act', 'line']
];
