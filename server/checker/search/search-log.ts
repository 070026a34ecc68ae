/** What was searched for a claim, and what came of it: written by the searches as they go, for `check --explain-search`. */
import { counted } from '../../model/text/plural.js';
import type { SearchAttempt, SearchRun, Trace } from '../results/result.js';

type Open<T> = { -readonly [Field in keyof T]: T[Field] };

/** An attempt that is still going on. Until it ends it has given up, since it may be stopped at any moment. */
export type OpenAttempt = Open<Omit<SearchAttempt, 'runs'>> & { readonly runs: SearchRun[] };

export class SearchLog {
    private latest: OpenAttempt | undefined;

    /** @param about what is searched for, as a noun phrase */
    constructor(
        readonly attempts: SearchAttempt[] = [],
        readonly about = 'the claim'
    ) {}

    /** The same log, for what is asked beside the claim. */
    beside(about: string): SearchLog {
        return new SearchLog(this.attempts, about);
    }

    begin(method: string): OpenAttempt {
        const attempt: OpenAttempt = { about: this.about, method, outcome: 'gave up', milliseconds: 0, runs: [] };
        this.attempts.push(attempt);
        this.latest = attempt;
        return attempt;
    }

    /** One run of an engine, within the attempt that began last. */
    ran(run: SearchRun): void {
        this.latest?.runs.push(run);
    }
}

/** A session that was found, in words. */
export function sessionText({ steps }: Trace): string {
    return `a session of ${counted(steps.length, 'step')}`;
}

/** The options with a log of what is asked beside the claim. */
export function beside<Options extends { readonly log?: SearchLog }>(options: Options, about: string): Options {
    return options.log ? { ...options, log: options.log.beside(about) } : options;
}
