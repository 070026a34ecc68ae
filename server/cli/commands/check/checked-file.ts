/** The result of checking one file: plain data, which threads exchange and the cache stores. */
import type { Limits } from '../../../checker/results/result.js';
import type { FileReport } from '../../reports/check-report.js';

/** Texts go another way: many files import the same. */
export type TextlessReport = Omit<FileReport, 'text'>;

export interface CheckedFile {
    readonly report: TextlessReport;
    /** Those of its imports that have something to say. */
    readonly imports: readonly TextlessReport[];
    /** The names of its claims, checked or not. */
    readonly claims: readonly string[];
    /** The inputs that the result rests on. */
    readonly inputs: readonly Input[];
    /** Another run finds the same while the inputs are the same, with no more time or memory. */
    readonly isSettled: boolean;
    /** The stack of a fault of this program. */
    readonly fault?: string;
}

/** A file that was read, or looked for in vain. */
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
    /** The folder that the paths of the report are relative to. */
    readonly cwd: string;
    readonly limits: Limits;
    /** Only the claims of this name. */
    readonly claim?: string;
    /** Sessions to show of a violated claim. */
    readonly counterexamples?: number;
    /** Each result says what was tried for it. */
    readonly explainSearch?: boolean;
    /** How many random sessions the verdicts have to withstand, and the seed that draws them; absent: none. */
    readonly attack?: { readonly sessions: number; readonly seed: number };
    /** Only the text: no scenario, claim or finding. */
    readonly textOnly?: boolean;
    /**
     * When the command began, in milliseconds since 1970: the time until the first file is read counts to its first claim.
     */
    readonly began?: number;
    /**
     * The deadline of the whole run, in milliseconds since 1970: work that is not finished by then is left undone.
     * Absent: there is none.
     */
    readonly until?: { readonly deadline: number; readonly milliseconds: number };
}
