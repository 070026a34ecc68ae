/** The searches for a claim and their results: written by the searches as they run, for `check --explain-search`. */
import { counted } from '../../model/text/plural.js';
import type { SearchAttempt, SearchRun, Trace } from '../results/result.js';

type Open<T> = { -readonly [Field in keyof T]: T[Field] };

/** An attempt that is still running. Until it ends it counts as given up, since it may be stopped at any moment. */
export type OpenAttempt = Open<Omit<SearchAttempt, 'runs'>> & { readonly runs: SearchRun[] };

export class SearchLog {
    private latest: OpenAttempt | undefined;

    /** @param about the goal of the search, as a noun phrase */
    constructor(
        readonly attempts: SearchAttempt[] = [],
        readonly about = 'the claim'
    ) {}

    /** The same log, for auxiliary questions. */
    beside(about: string): SearchLog {
        return new SearchLog(this.attempts, about);
    }

    begin(method: string): OpenAttempt {
        const attempt: OpenAttempt = { about: this.about, method, outcome: 'gave up', milliseconds: 0, runs: [] };
        this.attempts.push(attempt);
        this.latest = attempt;
        return attempt;
    }

    /** One run of an engine, within the most recent attempt. */
    ran(run: SearchRun): void {
        this.latest?.runs.push(run);
    }
}

/** A session that was found, in words. */
export function sessionText({ steps }: Trace): string {
    return `a session of ${counted(steps.length, 'step')}`;
}

/** The options with a log for auxiliary questions. */
export function beside<Options extends { readonly log?: SearchLog }>(options: Options, about: string): Options {
    return options.log ? { ...options, log: options.log.beside(about) } : options;
}
