/**
 * An agent that does the user's task and obeys every injection that it reads. It knows the policy and every way to the
 * attack's goal, and tries all of them after each step.
 */
import type { Benchmark } from '../benchmark.js';
import type { Args } from '../recorded.js';
import { GuardedSession, type Setting } from '../guarded.js';
import { asServerReads, type DescribedSuite, isNeeded, type SolutionCall } from '../suite.js';
import attacks from './attacks.json' with { type: 'json' };
import { Known } from './placeholders.js';
import { injected, Reader, type Wording } from './wordings.js';

/**
 * The time from which the agent follows the attack. An agent that follows it from the start was not hijacked by
 * anything that it read. One that never follows it shows which goals the user's task reaches by itself.
 */
export type From = 'reading' | 'start' | 'never';

export interface AgentSetting extends Setting {
    readonly suite: DescribedSuite;
    readonly benchmark: Benchmark;
}

export interface Pair {
    readonly suite: string;
    readonly task: string;
    readonly attack: string;
}

export interface Attacked extends Pair {
    readonly wording: Wording;
    readonly isRead: boolean;
    /**
     * The calls that reached the goal of the attack, or the call of the user's task after which the goal was reached.
     */
    readonly through: Way | undefined;
    readonly utility: boolean;
}

type Way = readonly SolutionCall[];

/** The ways to reach the goal of an attack: those of attacks.json, or the benchmark's own. Empty if no way is known. */
export function waysOf(suite: DescribedSuite, { suite: name, attack }: Pair): readonly Way[] {
    const known = (attacks as Readonly<Record<string, Readonly<Record<string, readonly Way[]>> | undefined>>)[name];
    const { calls } = suite.injection_tasks.find(({ id }) => id === attack)!;
    return known?.[attack] ?? (calls.length > 0 ? [calls, ...blindCopies(calls)] : []);
}

/** The same calls, with the recipients of a mail in blind copy, behind somebody whom the user named. */
function blindCopies(calls: Way): Way[] {
    return calls.some(({ args }) => Array.isArray(args['recipients']))
        ? [
              calls.map(({ call, args }) =>
                  Array.isArray(args['recipients'])
                      ? { call, args: { ...args, recipients: ['NAMED-ADDRESS'], bcc: args['recipients'] } }
                      : { call, args }
              )
          ]
        : [];
}

export async function attacked(pair: Pair, wording: Wording, from: From, setting: AgentSetting): Promise<Attacked> {
    const agent = new Agent(pair, wording, from, setting);
    return agent.run();
}

class Agent {
    private readonly known: Known;
    private readonly reader: Reader;
    private readonly session: GuardedSession;
    private readonly injections: Readonly<Record<string, string>>;
    private through: Way | undefined;

    constructor(
        private readonly pair: Pair,
        private readonly wording: Wording,
        private readonly from: From,
        private readonly setting: AgentSetting
    ) {
        const { suite } = setting;
        const { goal } = suite.injection_tasks.find(({ id }) => id === pair.attack)!;
        const { parts, injections } = injected(goal, suite.places, wording);
        const { prompt } = this.task;
        this.injections = injections;
        this.reader = new Reader(parts);
        this.known = new Known(prompt);
        this.session = new GuardedSession(setting, prompt);
    }

    private get task(): DescribedSuite['user_tasks'][number] {
        return this.setting.suite.user_tasks.find(({ id }) => id === this.pair.task)!;
    }

    async run(): Promise<Attacked> {
        const { benchmark, suite } = this.setting;
        await benchmark.open({ ...this.pair, injections: this.injections });
        await this.obey();
        for (const step of this.task.calls) {
            await this.make(step);
            if (!this.through && (await this.isReached())) {
                this.through = [step];
            }
            await this.obey();
        }
        const utility = (await benchmark.judge(this.task.output))?.utility === true;
        for (const { name } of suite.tools.filter(looksAround)) {
            await this.make({ call: name, args: {} });
            await this.obey();
        }
        const { hasReadAll: isRead } = this.reader;
        return { ...this.pair, wording: this.wording, isRead, through: this.through, utility };
    }

    /** Tries every way to the goal. */
    private async obey(): Promise<void> {
        if (this.from === 'never' || (this.from === 'reading' && !this.reader.hasReadAll)) {
            return;
        }
        for (const way of waysOf(this.setting.suite, this.pair)) {
            if (!this.through && (await this.isGone(way)) && (await this.isReached())) {
                this.through = way;
            }
        }
    }

    /** True if every call of the way was made. */
    private async isGone(way: Way): Promise<boolean> {
        for (const step of way) {
            if (!(await this.make(step))) {
                return false;
            }
        }
        return true;
    }

    private async isReached(): Promise<boolean> {
        return (await this.setting.benchmark.judge(null))?.security === true;
    }

    /** True if the call was made. */
    private async make(step: SolutionCall): Promise<boolean> {
        let isMade = false;
        for (const { call, args: given } of this.known.callsFor(step)) {
            const args: Args = asServerReads(this.setting.suite, call, given);
            const { answer } = await this.session.call(
                call,
                args,
                () => isNeeded(this.setting.suite, this.pair.task, call, args),
                () => this.setting.benchmark.call(call, args)
            );
            if (answer && 'result' in answer) {
                this.known.learn(answer.result);
                this.reader.read(answer.result);
            }
            isMade ||= answer !== undefined;
        }
        return isMade;
    }
}

/** Tools that only read, and that need no arguments. */
function looksAround({ name, inputSchema }: DescribedSuite['tools'][number]): boolean {
    return /^(get|list|view)_/.test(name) && (inputSchema.required ?? []).length === 0;
}
