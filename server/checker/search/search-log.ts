/** Records the searches for a claim and their results as the searches run, for `check --explain-search`. */
import { counted } from '../../model/text/plural.js';
import type { SearchAttempt, SearchRun, Trace } from '../results/result.js';

type Open<T> = { -readonly [Field in keyof T]: T[Field] };

/** An attempt that is still running. It counts as given up until it ends, because it may be stopped at any moment. */
export type OpenAttempt = Open<Omit<SearchAttempt, 'runs'>> & { readonly runs: SearchRun[] };

export class SearchLog {
    private latest: OpenAttempt | undefined;

    /** @param about the subject of the search, as a noun phrase */
    constructor(
        readonly attempts: SearchAttempt[] = [],
        readonly about = 'the claim'
    ) {}

    /** A log for auxiliary questions that writes to the same list. */
    beside(about: string): SearchLog {
        return new SearchLog(this.attempts, about);
    }

    begin(method: string): OpenAttempt {
        const attempt: OpenAttempt = { about: this.about, method, outcome: 'gave up', milliseconds: 0, runs: [] };
        this.attempts.push(attempt);
        this.latest = attempt;
        return attempt;
    }

    /** Notes one run of an engine, within the most recent attempt. */
    ran(run: SearchRun): void {
        this.latest?.runs.push(run);
    }
}

/** The session that was found, in words. */
export function sessionText({ steps }: Trace): string {
    return `a session of ${counted(steps.length, 'step')}`;
}

/** The options for auxiliary questions: with a log that says so, and without a report of what the claim costs. */
export function beside<Options extends { readonly log?: SearchLog; readonly onCosts?: unknown }>(
    { onCosts: _, ...options }: Options,
    about: string
): Omit<Options, 'onCosts'> {
    return options.log ? { ...options, log: options.log.beside(about) } : options;
}
