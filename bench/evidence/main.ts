/**
 * Computes the figures of docs/evidence.md, for recorded sessions and for worst-case agents, whose calls a policy
 * decides. `scripts/evidence.mjs` bundles and starts this file.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { GuardrailError, type LoadedPolicy, loadPolicy } from '../../server/gateway/library.js';
import { allFigures, drawChart } from './all.js';
import { Benchmark, UsageError } from './benchmark.js';
import { PEOPLE, type People } from './guarded.js';
import type { Played } from './play.js';
import { type Recorded, recordedIn, sessionsIn } from './recorded.js';
import { logOf } from './log.js';
import { isIn, recordedSessions } from './recorded-sessions.js';
import { type Suite, suitesIn } from './suite.js';
import { worstCase } from './worst-case/main.js';

interface Flags {
    readonly policy?: string;
    readonly tasks: readonly string[];
    readonly people: readonly People[];
    readonly benchmark?: string;
    readonly python: string;
    readonly list?: true;
}

const DEFAULT_RANGES: readonly string[] = ['0-9', '10-19'];

const program = new Command('node scripts/evidence.mjs').exitOverride();

withFlags(program.command('recorded').description('play recorded sessions through a policy'))
    .option('--suite <name>', 'the sessions of a suite in the checkout')
    .option('--sessions <file...>', 'files with a session, or a result of the benchmark, on each line')
    .option('--suites <file>', 'the tools of each suite and the solutions of its tasks, instead of those of a checkout')
    .action(async (flags: Flags & Record<'suite' | 'suites', string | undefined> & { sessions?: string[] }) => {
        const { suite, suites, benchmark: checkout, sessions: files } = flags;
        if ((suites ?? checkout) === undefined) {
            throw new UsageError(
                'Name a checkout of the benchmark (--benchmark), or a file with the suites (--suites).'
            );
        }
        if (files === undefined && (suite === undefined || checkout === undefined)) {
            throw new UsageError(
                'Name a suite of a checkout (--suite and --benchmark), or files with sessions (--sessions).'
            );
        }
        const sessions = files?.flatMap((file) => sessionsIn(existing(file))) ?? recordedOf(suite!, checkout!);
        const policy = await policyOf(flags);
        await withBenchmark(flags, async (benchmark) => {
            const known: Record<string, Suite | undefined> =
                suites === undefined ? {} : { ...suitesIn(existing(suites)) };
            for (const name of new Set(sessions.map((one) => one.suite))) {
                known[name] ??= await benchmark?.suite(name);
                if (!known[name]) {
                    throw new UsageError(`${suites} does not have the suite ${name}.`);
                }
            }
            const { tasks, people } = flags;
            const onRow = flags.list ? list : () => undefined;
            return recordedSessions({
                sessions,
                suiteOf: (name) => known[name]!,
                policy,
                tasks,
                people,
                benchmark,
                onRow
            });
        });
    });

program
    .command('log')
    .description('write recorded sessions as a log that `guardrail replay` and `guardrail tune` read')
    .requiredOption('--suite <name>', 'a suite of the benchmark')
    .requiredOption('--benchmark <checkout>', 'a checkout of AgentDyn')
    .option('--python <command>', 'the Python that has the libraries of the benchmark', 'python3')
    .option('--attacks', 'the attacks that succeeded, instead of the honest sessions in which the task was done')
    .addOption(tasksOption())
    .action(async (flags: Flags & { readonly suite: string; readonly benchmark: string; readonly attacks?: true }) => {
        const sessions = recordedOf(flags.suite, flags.benchmark).filter(
            ({ task, attack, utility, security }) =>
                flags.tasks.some((range) => isIn(range, task)) &&
                (flags.attacks ? security : attack === undefined && utility)
        );
        await withBenchmark(flags, async (benchmark) => {
            const suite = await benchmark!.suite(flags.suite);
            return sessions.flatMap((session, at) => logOf(session, suite, at)).join('\n');
        });
    });

for (const [name, description, figures] of [
    ['all', 'print all figures of docs/evidence.md, and draw its chart', allFigures],
    ['chart', 'print the figures of the chart of docs/evidence.md, and draw it', drawChart]
] as const) {
    program
        .command(name)
        .description(description)
        .requiredOption('--benchmark <checkout>', 'a checkout of AgentDyn')
        .option('--python <command>', 'the Python that has the libraries of the benchmark', 'python3')
        .action(async (flags: Pick<Flags, 'python'> & { readonly benchmark: string }) =>
            withBenchmark(flags, async (benchmark) => {
                await figures(flags.benchmark, benchmark!, (text) => process.stdout.write(`${text}\n`));
                return '';
            })
        );
}

withFlags(program.command('worst-case').description('play an agent that obeys every injection through a policy'))
    .requiredOption('--suite <name>', 'a suite of the benchmark')
    .action(async (flags: Flags & { readonly suite: string }) => {
        if (flags.benchmark === undefined) {
            throw new UsageError('Name a checkout of the benchmark (--benchmark).');
        }
        const { suite, tasks, people } = flags;
        const policy = await policyOf(flags);
        await withBenchmark(flags, (benchmark) =>
            worstCase({
                suite,
                policy,
                people,
                tasks,
                benchmark: benchmark!,
                onThrough: (answers, from, { task, attack, wording, through }) => {
                    if (flags.list) {
                        const calls = through!.map(({ call }) => call).join(', ');
                        write(`${answers}, from ${from}: ${suite} ${task} ${attack} ${wording}: through by ${calls}`);
                    }
                }
            })
        );
    });

try {
    await program.parseAsync();
} catch (error) {
    if (error instanceof UsageError || error instanceof GuardrailError) {
        write(error.message);
    } else if (!(error instanceof CommanderError)) {
        throw error;
    }
    process.exitCode = error instanceof CommanderError && error.exitCode === 0 ? 0 : 2;
}

function withFlags(command: Command): Command {
    return command
        .option('--policy <file>', 'the policy; without one every call is made')
        .addOption(tasksOption())
        .addOption(
            new Option('--people <approve...>', 'the calls that the user approves').choices(PEOPLE).default([...PEOPLE])
        )
        .option('--benchmark <checkout>', 'a checkout of AgentDyn or AgentDojo, whose checks judge')
        .option('--python <command>', 'the Python that has the libraries of the benchmark', 'python3')
        .option('--list', 'write a line for each session to standard error');
}

function tasksOption(): Option {
    return new Option('--tasks <range...>', 'tasks of the user, a row for each range')
        .argParser(rangeAfter)
        .default(DEFAULT_RANGES);
}

function rangeAfter(text: string, before: unknown): readonly string[] {
    if (!/^\d+(-\d+)?$/.test(text)) {
        throw new InvalidArgumentError('It is a number, or two of them with a hyphen, such as 0-9.');
    }
    return Array.isArray(before) && before !== DEFAULT_RANGES ? [...(before as string[]), text] : [text];
}

async function policyOf({ policy }: Flags): Promise<LoadedPolicy | undefined> {
    return policy === undefined ? undefined : loadPolicy(existing(policy));
}

async function withBenchmark(
    { benchmark: checkout, python }: Pick<Flags, 'benchmark' | 'python'>,
    measured: (benchmark: Benchmark | undefined) => Promise<string>
): Promise<void> {
    if (checkout !== undefined) {
        existing(join(checkout, 'src', 'agentdojo'));
    }
    const benchmark =
        checkout === undefined ? undefined : new Benchmark(python, 'bench/evidence/benchmark.py', checkout);
    try {
        process.stdout.write(`${await measured(benchmark)}\n`);
    } finally {
        benchmark?.end();
    }
}

function recordedOf(suite: string, checkout: string): Recorded[] {
    const sessions = recordedIn(existing(checkout), suite);
    if (sessions.length === 0) {
        throw new UsageError(`${checkout} has no recorded sessions of the suite ${suite}.`);
    }
    return sessions;
}

function existing(path: string): string {
    if (!existsSync(path)) {
        throw new UsageError(`${path} does not exist.`);
    }
    return path;
}

/**
 * Writes the sessions that a reader may want to see: attacks that got through, and honest tasks that failed or led to
 * questions.
 */
function list(people: People, played: readonly Played[]): void {
    for (const { recorded, verdict, questions, denied } of played) {
        const { suite, model, task, attack } = recorded;
        const state = attack === undefined ? `done ${verdict?.utility}` : `through ${verdict?.security}`;
        write(
            `${people}: ${suite} ${task} ${attack ?? 'honest'} ${model}: ${state}, ${questions} questions, ${denied} denied`
        );
    }
}

function write(line: string): void {
    process.stderr.write(`${line}\n`);
}
