/** Reads and validates a configuration; loaded only if there is one, since loading the parser takes a while. */
import { dirname } from 'node:path';
import schema from '../../../schemas/guardrail.config.schema.json';
import type { ScopeName } from '../../checker/limits/scopes.js';
import type { CheckFormat } from '../reports/formats.js';
import type { Given } from './given.js';
import { readJson } from './json-file.js';

/**
 * A list of controls is read in the same way. The code that loads it uses this module, so that only one part of the
 * program contains the parser.
 */
export { readJson };

/** The configuration that the schema describes. */
export interface Config {
    readonly files?: readonly string[];
    readonly exclude?: readonly string[];
    /** The lists of controls that `guardrail coverage` shows. */
    readonly controls?: readonly string[];
    readonly failOn?: 'error' | 'warning';
    readonly strict?: boolean;
    /** The scopes in which claims may hold. */
    readonly accept?: readonly ScopeName[];
    readonly counterexamples?: number;
    /** The limits: memory in MB, time in seconds. */
    readonly limits?: {
        readonly maxStates?: number;
        readonly maxMemory?: number;
        readonly timeout?: number;
        /** The time for a whole run. */
        readonly timeLimit?: number;
    };
    readonly baseline?: string;
    readonly jobs?: number;
    /** True if results are cached, or the folder for them. */
    readonly cache?: boolean | string;
    readonly format?: CheckFormat;
    readonly outputs?: { readonly [format in CheckFormat]?: string };
}

export interface LoadedConfig {
    readonly config: Config;
    /** The absolute path. */
    readonly file: string;
    /** The folder that the paths of the configuration are relative to. */
    readonly folder: string;
    /** What the configuration extends; undefined if it extends nothing, and nothing above it does. */
    readonly given?: Given;
}

/**
 * Throws a `CodedError` (GR912) with the place of the first problem.
 * @param shown the display path
 */
export function readConfig(path: string, shown: string): LoadedConfig {
    const { value } = readJson(path, shown, { schema, what: 'the configuration', code: 'GR912' });
    return { config: value as Config, file: path, folder: dirname(path) };
}
