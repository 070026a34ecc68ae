/** A process that runs calls in the benchmark's environments, and runs its checks (benchmark.py). */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { DescribedSuite } from './suite.js';
import type { Answer, Args } from './recorded.js';

/** An error whose message is all that the person who started the script needs. */
export class UsageError extends Error {}

export interface Verdict {
    /** Null if the session has no output to judge. */
    readonly utility: boolean | null;
    /** Null if the session has no attack. */
    readonly security: boolean | null;
}

/** The start of a session: the user's task, and the texts of an attack in the places that an attacker can write to. */
export interface Opened {
    readonly suite: string;
    readonly task: string;
    readonly attack: string | undefined;
    readonly injections: Readonly<Record<string, string>>;
}

export class Benchmark {
    private readonly process;
    private readonly answers: AsyncIterator<string, undefined>;

    /** @param checkout a checkout of AgentDojo or AgentDyn */
    constructor(python: string, script: string, checkout: string) {
        this.process = spawn(python, [script, checkout], { stdio: ['pipe', 'pipe', 'inherit'] });
        this.answers = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]() as AsyncIterator<
            string,
            undefined
        >;
    }

    async suite(name: string): Promise<DescribedSuite> {
        const suite = (await this.ask({ suite: name })) as DescribedSuite | { readonly failed: string };
        if ('failed' in suite) {
            throw new UsageError(suite.failed);
        }
        return suite;
    }

    async open({ suite, task, attack, injections }: Opened): Promise<void> {
        await this.ask({ open: { suite, task, attack: attack ?? null, injections } });
    }

    async call(tool: string, args: Args): Promise<Answer> {
        return (await this.ask({ call: { tool, args } })) as Answer;
    }

    /** Undefined if the benchmark's own check failed. */
    async judge(output: string | null): Promise<Verdict | undefined> {
        const verdict = (await this.ask({ judge: { output } })) as Verdict | { readonly failed: string };
        return 'failed' in verdict ? undefined : verdict;
    }

    end(): void {
        this.process.stdin.end();
    }

    private async ask(request: object): Promise<unknown> {
        this.process.stdin.write(`${JSON.stringify(request)}\n`);
        const answer = await this.answers.next();
        if (answer.done === true) {
            throw new UsageError('The benchmark ended; its messages are above.');
        }
        return JSON.parse(answer.value) as unknown;
    }
}
