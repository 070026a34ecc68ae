/** The context that all parts of the pretty report share. */
import { fileURLToPath } from 'node:url';
import { displayPath } from '../../workspace/display-path.js';
import type { Source } from '../../model/policy/policy.js';
import type { FailOptions } from './check-report.js';
import { printable } from '../terminal/layout.js';
import type { Style } from '../terminal/style.js';

export interface ReportContext {
    readonly style: Style;
    /** The text of a file; undefined if it is not available. */
    readonly textOf: (uri: string) => string | undefined;
    /** Writes the path of a file for people, relative to the working directory. */
    readonly pathOf: (uri: string) => string;
    /** True to show only problems. */
    readonly quiet: boolean;
    /**
     * True to show all details, such as the values that were tried; otherwise the report shows only what a person
     * reads.
     */
    readonly verbose?: boolean;
}

/** The context of a report that shows everything about files of a folder. */
export function contextIn(
    { cwd, style }: { readonly cwd: string; readonly style: Style },
    files: readonly { readonly uri: string; readonly text: string }[] = []
): ReportContext {
    return {
        style,
        quiet: false,
        pathOf: pathFrom(cwd),
        textOf: (uri) => files.find((file) => file.uri === uri)?.text
    };
}

/** Writes the URIs of files as paths, relative to the folder. */
export function pathFrom(folder: string): (uri: string) => string {
    return (uri) => (uri.startsWith('file:') ? displayPath(fileURLToPath(uri), folder) : uri);
}

/** The place as `mail.guardrail:12:5`, counted from one, which terminals and editors can open. */
export function placeOf(source: Source, context: Pick<ReportContext, 'pathOf'>): string {
    return `${printable(context.pathOf(source.uri))}:${source.start.line + 1}:${source.start.character + 1}`;
}

/** The additional context that the reports of a check need. */
export interface CheckContext extends ReportContext {
    /** The conditions under which the run fails. */
    readonly fails: FailOptions;
    /** The documentation of a code as Markdown; undefined if there is none. */
    readonly pageOf: (code: string) => string | undefined;
}

/**
 * How much of a check a report shows: what is wrong, or all details, in a text; the problems, in a comment; everything, in
 * a page that folds it.
 */
export interface View extends ReportContext {
    readonly detail: 'brief' | 'verbose' | 'comment' | 'page';
    /** The conditions under which the run fails; undefined if it is not a check. */
    readonly fails?: FailOptions;
}
