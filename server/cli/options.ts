/** Values of options, which are validated while they are read. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_LIMITS } from '../checker/results/default-limits.js';
import type { Limits } from '../checker/results/result.js';
import type { CheckFormat } from './reports/formats.js';
import { CHECK_FORMATS } from './reports/formats.js';
import type { Shard } from './selection/shard.js';
import { grouped } from './terminal/layout.js';

/** A whole number of at least one. */
export function positiveInteger(text: string): number {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
        throw new InvalidArgumentError('It must be a whole number of at least 1.');
    }
    return value;
}

/** The seed of a generator of random choices. */
export function seed(text: string): number {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value >= 2 ** 32) {
        throw new InvalidArgumentError('It must be a whole number from 0 to 4294967295.');
    }
    return value;
}

/** Parses `2/8`, the second of eight parts. */
export function shard(text: string): Shard {
    const [, index, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
    const value = { index: Number(index), count: Number(count) };
    if (!(value.index >= 1 && value.index <= value.count)) {
        throw new InvalidArgumentError('It must be a part and the number of parts, such as 2/8.');
    }
    return value;
}

/** Parses seconds, which may have fractions, into milliseconds. */
export function seconds(text: string): number {
    const value = Number(text);
    if (!/^\d+(\.\d+)?$/.test(text) || !(value > 0) || value > 1e9) {
        throw new InvalidArgumentError('It must be a number of seconds above 0.');
    }
    return value * 1000;
}

export interface LimitFlags {
    readonly maxStates: number;
    readonly maxMemory: number;
    readonly timeout: number;
}

/** The options that limit a search, shared by every command that searches. */
export function withLimits(command: Command): Command {
    return command
        .addOption(
            new Option('--max-states <n>', 'states to explore for a claim before it is undecided')
                .argParser(positiveInteger)
                .default(DEFAULT_LIMITS.maxStates, grouped(DEFAULT_LIMITS.maxStates))
        )
        .addOption(
            new Option('--max-memory <MB>', 'memory to use before a claim is undecided')
                .argParser(positiveInteger)
                .default(DEFAULT_LIMITS.maxMemoryMB)
        )
        .addOption(
            new Option('--timeout <seconds>', 'time to take before a claim is undecided')
                .argParser(seconds)
                .default(DEFAULT_LIMITS.timeoutMs, String(DEFAULT_LIMITS.timeoutMs / 1000))
        );
}

/** The options of every command that searches within limits, which a configuration may set. */
export function withSearch(command: Command): Command {
    return withLimits(command).addOption(timeLimitOption()).addOption(configOption());
}

export function configOption(): Option {
    return new Option('--config <file>', 'the configuration (default: the nearest guardrail.config.json)');
}

export function extendsOption(): Option {
    return new Option('--extends <package>', 'a package or file with a configuration that applies in addition');
}

/** The option that selects the format of what is written to standard output. */
export function formatOption(formats: readonly string[], about = 'the report on standard output'): Option {
    return new Option('--format <format>', about).choices(formats).default('pretty');
}

/** The option that limits a whole run. */
export function timeLimitOption(): Option {
    return new Option(
        '--time-limit <seconds>',
        'time for the whole run; whatever is left then is not decided (default: none)'
    ).argParser(seconds);
}

export function limitsOf({ maxStates, maxMemory, timeout }: LimitFlags): Limits {
    return { maxStates, maxMemoryMB: maxMemory, timeoutMs: timeout };
}

export interface OutputFile {
    readonly format: CheckFormat;
    readonly path: string;
}

/** Parses `json=report.json`; the same file may be given only once. */
export function outputFile(text: string, before: readonly OutputFile[]): readonly OutputFile[] {
    const at = text.indexOf('=');
    const format = CHECK_FORMATS.find((known) => known === text.slice(0, at));
    const path = text.slice(at + 1);
    if (at < 0 || format === undefined || path === '') {
        throw new InvalidArgumentError(`It must be FORMAT=FILE, with ${CHECK_FORMATS.join(', ')} for FORMAT.`);
    }
    return [...before, { format, path }];
}
