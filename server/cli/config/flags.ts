/** Turns a configuration into the options that it stands for. */
import type { Command } from 'commander';
import { resolve } from 'node:path';
import type { Selector } from '../selection/files.js';
import type { ScopeName } from '../../checker/limits/scopes.js';
import type { Limits } from '../../checker/results/result.js';
import { type LimitFlags, limitsOf, type OutputFile } from '../options.js';
import type { CheckFormat } from '../reports/formats.js';
import { TimeLimit } from '../time-limit.js';
import { assertInRepository } from '../terminal/output.js';
import { CodedError } from '../../workspace/errors.js';
import type { LoadedConfig } from './check-config.js';
import { loadConfig } from './load.js';

/** The options that a configuration can set, by their command-line names. */
export interface ConfigFlags extends LimitFlags {
    readonly counterexamples: number;
    readonly failOn: 'error' | 'warning';
    readonly strict: boolean;
    readonly baseline: string;
    readonly jobs: number;
    readonly timeLimit: number;
    readonly cache: boolean;
    readonly cacheDir: string;
    readonly format: CheckFormat;
    readonly output: readonly OutputFile[];
}

/**
 * The options in the configuration, with absolute paths, and no others. Throws GR912 for an output path that leads
 * outside the repository.
 */
export function flagsOf({ config, folder }: LoadedConfig): Partial<ConfigFlags> {
    const { limits = {}, outputs, failOn, strict, format, counterexamples, jobs, cache, baseline } = config;
    const formats = Object.entries(outputs ?? {}) as [CheckFormat, string][];
    const writable = (path: string, what: string): string => {
        const absolute = resolve(folder, path);
        assertInRepository(absolute, folder, what);
        return absolute;
    };
    return present<ConfigFlags>({
        failOn,
        strict,
        format,
        counterexamples,
        baseline: baseline === undefined ? undefined : writable(baseline, '`baseline`'),
        jobs,
        cache: cache === undefined ? undefined : cache !== false,
        cacheDir: typeof cache === 'string' ? writable(cache, '`cache`') : undefined,
        maxStates: limits.maxStates,
        maxMemory: limits.maxMemory,
        timeout: limits.timeout === undefined ? undefined : limits.timeout * 1000,
        timeLimit: limits.timeLimit === undefined ? undefined : limits.timeLimit * 1000,
        output:
            outputs && formats.map(([name, path]) => ({ format: name, path: writable(path, `\`outputs.${name}\``) }))
    });
}

export interface AcceptedScopes {
    readonly names: readonly ScopeName[];
    /** The absolute path of the configuration. */
    readonly path: string;
    /** True if all files of the configuration are checked, so that the run shows which of the scopes no claim needs. */
    readonly isWhole: boolean;
}

/**
 * The scopes that the configuration accepts.
 *
 * @param isWhole true if the files of the configuration are checked, so that unneeded scopes can be detected
 */
export function acceptedIn({ config, file: path, given }: LoadedConfig, isWhole: boolean): AcceptedScopes | undefined {
    // A list from an extended configuration need not suit each repository.
    return config.accept && { names: config.accept, path, isWhole: isWhole && !given };
}

/** Throws a `CodedError` (GR925) if an option of the command line is weaker than an extended configuration requires. */
export function assertNotWeaker(
    flags: { readonly strict?: boolean; readonly failOn?: 'error' | 'warning' },
    loaded: LoadedConfig | undefined
): void {
    const { strict, failOn } = loaded?.given ?? {};
    const [option, by] =
        strict !== undefined && flags.strict === false
            ? ['--no-strict', strict]
            : failOn !== undefined && flags.failOn === 'error'
              ? ['--fail-on error', failOn]
              : [];
    if (option !== undefined) {
        throw new CodedError('GR925', `${option} is weaker than ${by} requires`, 'Leave it out.');
    }
}

/** The options on the command line take precedence; an option with its default value counts as not given. */
export function givenFlags<T>(command: Command): Partial<T> {
    const given = Object.entries(command.opts<Record<string, unknown>>()).filter(
        ([name]) => command.getOptionValueSource(name) === 'cli'
    );
    return Object.fromEntries(given) as Partial<T>;
}

/** The limits of a search: those of the command line, then those of the configuration, then the defaults. */
export function limitsFor(command: Command, loaded: LoadedConfig | undefined): Limits {
    const configured: Partial<LimitFlags> = loaded ? flagsOf(loaded) : {};
    return limitsOf({ ...command.opts<LimitFlags>(), ...configured, ...givenFlags<LimitFlags>(command) });
}

/** The time limit of the run: that of the command line, then that of the configuration; undefined if neither has one. */
export function timeLimitFor(command: Command, loaded: LoadedConfig | undefined): TimeLimit | undefined {
    const { timeLimit }: Partial<ConfigFlags> = { ...(loaded && flagsOf(loaded)), ...givenFlags<ConfigFlags>(command) };
    return timeLimit === undefined ? undefined : new TimeLimit(timeLimit);
}

/** The limits of a search, which the command line and the configuration set together. */
export interface SearchOptions {
    readonly limits: Limits;
    readonly timeLimit: TimeLimit | undefined;
}

/** @param command a command with the options of `withSearch`; `--extends` applies if it has that option, too */
export async function searchOf(
    command: Command,
    cwd: string
): Promise<SearchOptions & { readonly loaded: LoadedConfig | undefined }> {
    const flags = command.opts<{ readonly config?: string; readonly extends?: string }>();
    const loaded = await loadConfig(cwd, flags.config, flags.extends);
    return { loaded, limits: limitsFor(command, loaded), timeLimit: timeLimitFor(command, loaded) };
}

/** The files of the command line; if it names none, those of the configuration. */
export function selectorOf(names: readonly string[], loaded: LoadedConfig | undefined, cwd: string): Selector {
    const { files, exclude } = loaded?.config ?? {};
    return {
        ...(names.length === 0 && loaded && files ? { names: files, base: loaded.folder } : { names, base: cwd }),
        ...(loaded && exclude && { exclude: { patterns: exclude, folder: loaded.folder } })
    };
}

function present<T>(values: { readonly [K in keyof T]: T[K] | undefined }): Partial<T> {
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
