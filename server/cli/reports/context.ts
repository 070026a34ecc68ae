/** The shared parts of the pretty report. */
import type { Source } from '../../model/policy/policy.js';
import type { FailOptions } from './check-report.js';
import { printable } from './layout.js';
import type { Style } from './style.js';

export interface ReportContext {
    readonly style: Style;
    /** The text of a file; undefined if it is not available. */
    readonly textOf: (uri: string) => string | undefined;
    /** The display path: relative to the working directory. */
    readonly pathOf: (uri: string) => string;
    /** Show only problems. */
    readonly quiet: boolean;
    /** Show all details, such as the values that were tried; absent: only what a person reads. */
    readonly verbose?: boolean;
}

/** `mail.guardrail:12:5`, counted from one, which terminals and editors can open. */
export function placeOf(source: Source, context: Pick<ReportContext, 'pathOf'>): string {
    return `${printable(context.pathOf(source.uri))}:${source.start.line + 1}:${source.start.character + 1}`;
}

/** Additional information for the reports of a check. */
export interface CheckContext extends ReportContext {
    /** The definition of a failure of the run. */
    readonly fails: FailOptions;
    /** The documentation of a code as Markdown, undefined if there is none. */
    readonly pageOf: (code: string) => string | undefined;
}
