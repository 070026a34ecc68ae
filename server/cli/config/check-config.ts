/** Reads and validates a configuration; loaded only if there is one, since loading the parser takes a while. */
import { dirname } from 'node:path';
import schema from '../../../schemas/guardrail.config.schema.json';
import type { ScopeName } from '../../checker/limits/scopes.js';
import type { CheckFormat } from '../reports/formats.js';
import { readJson } from './json-file.js';

/**
 * A list of controls is read the same way; the code that loads it uses this module, so that the parser is in only one
 * part of the program.
 */
export { readJson };

/** As described by the schema. */
export interface Config {
    readonly files?: readonly string[];
    readonly exclude?: readonly string[];
    readonly failOn?: 'error' | 'warning';
    readonly strict?: boolean;
    /** Scopes in which claims may hold. */
    readonly accept?: readonly ScopeName[];
    readonly counterexamples?: number;
    /** Memory in MB, time in seconds. */
    readonly limits?: {
        readonly maxStates?: number;
        readonly maxMemory?: number;
        readonly timeout?: number;
        /** For a whole run. */
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
    /** Absolute. */
    readonly file: string;
    /** The folder that its paths are relative to. */
    readonly folder: string;
}

/** Throws a `CodedError` (GR912) with the place of the first problem; `shown` is the display path. */
export function readConfig(path: string, shown: string): LoadedConfig {
    const { value } = readJson(path, shown, { schema, what: 'the configuration', code: 'GR912' });
    return { config: value as Config, file: path, folder: dirname(path) };
}
