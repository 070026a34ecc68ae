/** Reads and validates a configuration; loaded only if there is one, since loading the parser takes a while. */
import { dirname } from 'node:path';
import type { MoreConfigurations } from '../../../language/configuration/configurations.js';
import type { SeverityLevel } from '../../../language/configuration/severities.js';
import schema from '../../../schemas/guardrail.config.schema.json';
import type { ScopeName } from '../../checker/limits/scopes.js';
import type { CheckFormat } from '../reports/formats.js';
import type { ClientsOptions } from '../../enforcement/http/clients.js';
import type { Approvers } from '../../enforcement/identities.js';
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
    readonly severity?: { readonly [code: string]: SeverityLevel };
    readonly baseline?: string;
    /** The people who may answer held calls at a gateway over HTTP. */
    readonly approvers?: Approvers;
    /** The clients that may call tools at a gateway over HTTP. */
    readonly clients?: ClientsOptions;
    readonly jobs?: number;
    /** True if results are cached, or the folder for them. */
    readonly cache?: boolean | string;
    readonly format?: CheckFormat;
    readonly outputs?: { readonly [format in CheckFormat]?: string };
}

/** The parts of extended configurations that reports and options need. */
export interface ExtendedParts {
    /** The names, each a package with its version or a file. */
    readonly names: readonly string[];
    /** The name of the configuration that requires each option. */
    readonly strict?: string;
    readonly failOn?: string;
    /** The absolute paths of the lists of controls. */
    readonly controls: readonly string[];
    /** The configurations that the command line adds to those of the folders. */
    readonly more: MoreConfigurations;
    /** The names of the required packs, and whether a policy has an exception from each that is in force. */
    readonly required: readonly {
        readonly pack: string;
        readonly by: string;
        readonly isExcepted: (path: string) => boolean;
    }[];
}

export interface LoadedConfig {
    readonly config: Config;
    /** The absolute path. */
    readonly file: string;
    /** The folder that the paths of the configuration are relative to. */
    readonly folder: string;
    /** The configurations that it extends; undefined if neither it nor a configuration above it extends one. */
    readonly given?: ExtendedParts;
}

/**
 * Throws a `CodedError` (GR912) with the place of the first problem.
 * @param shown the display path
 */
export function readConfig(path: string, shown: string): LoadedConfig {
    const { value } = readJson(path, shown, { schema, what: 'the configuration', code: 'GR912' });
    return { config: value as Config, file: path, folder: dirname(path) };
}
