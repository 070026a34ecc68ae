/** The result of checking one file: plain data, which threads exchange and the cache stores. */
import type { MoreConfigurations } from '../../../../language/configuration/configurations.js';
import type { Limits } from '../../../checker/results/result.js';
import { displayPath } from '../../../workspace/display-path.js';
import type { FileReport, Problem } from '../../reports/check-report.js';

/** Texts are sent separately, since many files import the same ones. */
export type TextlessReport = Omit<FileReport, 'text'>;

export interface CheckedFile {
    readonly report: TextlessReport;
    /** The imports that have diagnostics. */
    readonly imports: readonly TextlessReport[];
    /** The names of the claims in the file, checked or not. */
    readonly claims: readonly string[];
    /** The inputs that the result rests on. */
    readonly inputs: readonly Input[];
    /** True if another run finds the same result if the inputs are the same, without more time or memory. */
    readonly isSettled: boolean;
    /** The stack trace of a program fault. */
    readonly fault?: string;
}

/** The result of a file that was not checked because of a problem. */
export function uncheckedFile(path: string, cwd: string, problem: Problem): CheckedFile {
    return {
        report: { uri: '', path: displayPath(path, cwd), kind: 'unreadable', diagnostics: [], problem },
        imports: [],
        claims: [],
        inputs: [{ path, hash: null }],
        isSettled: false
    };
}

/** A file that was read, or that was searched for in vain. */
export interface Input {
    /** The absolute path. */
    readonly path: string;
    /** A hash of the text; null if there is no such file. */
    readonly hash: string | null;
    /** The name of the file in the report, which may show its text. */
    readonly uri?: string;
}

/** The options that a result depends on. */
export interface FileOptions {
    /** The folder that the paths in the report are relative to. */
    readonly cwd: string;
    readonly limits: Limits;
    /** If set, only the claims with this name are checked. */
    readonly claim?: string;
    /** The number of sessions to show for a violated claim. */
    readonly counterexamples?: number;
    /** True if each result reports the methods that were tried. */
    readonly explainSearch?: boolean;
    /** The number of random sessions to attack the verdicts with, and their seed; undefined for no attack. */
    readonly attack?: { readonly sessions: number; readonly seed: number };
    /** The configurations that the command line adds to those of the folders. */
    readonly configurations?: MoreConfigurations;
    /** True if only the text is checked: no scenarios, claims or findings. */
    readonly textOnly?: boolean;
    /**
     * The time when the command began, in milliseconds since 1970. The time until the first file is read counts towards
     * its first claim.
     */
    readonly began?: number;
    /**
     * The deadline of the whole run, in milliseconds since 1970. Work that is not finished by then is left undone.
     * Undefined if there is no deadline.
     */
    readonly until?: { readonly deadline: number; readonly milliseconds: number };
}
