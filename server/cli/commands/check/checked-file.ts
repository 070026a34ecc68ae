/** The result of checking one file: plain data, which threads exchange and the cache stores. */
import type { Limits } from '../../../checker/results/result.js';
import type { FileReport } from '../../reports/check-report.js';

/** Texts are sent separately, since many files import the same ones. */
export type TextlessReport = Omit<FileReport, 'text'>;

export interface CheckedFile {
    readonly report: TextlessReport;
    /** The imports that have diagnostics. */
    readonly imports: readonly TextlessReport[];
    /** The names of its claims, checked or not. */
    readonly claims: readonly string[];
    /** The inputs that the result rests on. */
    readonly inputs: readonly Input[];
    /** Another run finds the same if the inputs are the same, given no more time or memory. */
    readonly isSettled: boolean;
    /** The stack of a program fault. */
    readonly fault?: string;
}

/** A file that was read, or searched for in vain. */
export interface Input {
    /** Absolute. */
    readonly path: string;
    /** A hash of its text; null: there is no such file. */
    readonly hash: string | null;
    /** Its name in the report, which may show its text. */
    readonly uri?: string;
}

/** The options that a result depends on. */
export interface FileOptions {
    /** The folder that the paths in the report are relative to. */
    readonly cwd: string;
    readonly limits: Limits;
    /** Only the claims with this name. */
    readonly claim?: string;
    /** The number of sessions to show for a violated claim. */
    readonly counterexamples?: number;
    /** Each result reports the methods that were tried. */
    readonly explainSearch?: boolean;
    /** The number of random sessions to attack the verdicts with, and their seed; absent: none. */
    readonly attack?: { readonly sessions: number; readonly seed: number };
    /** Only the text: no scenarios, claims or findings. */
    readonly textOnly?: boolean;
    /**
     * When the command began, in milliseconds since 1970: the time until the first file is read counts towards its
     * first claim.
     */
    readonly began?: number;
    /**
     * The deadline of the whole run, in milliseconds since 1970: work that is not finished by then is left undone.
     * Absent: there is none.
     */
    readonly until?: { readonly deadline: number; readonly milliseconds: number };
}
