/** Reads the text of a configuration, as far as it concerns what policies must have. */
import type { Schema } from '@cfworker/json-schema';
import type { ParseError } from 'jsonc-parser';

/** The bounds on one argument of a required pack. A bound that is absent allows every value. */
export interface Bound {
    /** Selectors, as in policies; the argument must include at least these tools. */
    readonly includes?: string | readonly string[];
    /** A number, or a duration such as `15m`. */
    readonly atLeast?: number | string;
    readonly atMost?: number | string;
    /** The texts of the permitted arguments. */
    readonly oneOf?: readonly (string | number | boolean)[];
}

export interface RawRequiredPack {
    readonly pack: string;
    /** The package or file that declares it; by default, the package of the configuration. */
    readonly from?: string;
    readonly arguments?: { readonly [parameter: string]: Bound };
    readonly because?: string;
}

export interface RawException {
    readonly pack: string;
    /** A policy or a folder, relative to the configuration. */
    readonly policy: string;
    readonly because: string;
    /** The last day on which the exception applies, such as `2027-01-31`. */
    readonly until: string;
}

export interface RawConfiguration {
    readonly extends?: string | readonly string[];
    readonly require?: readonly RawRequiredPack[];
    readonly exceptions?: readonly RawException[];
    /** The longest time from today to the end of an exception, in days; zero allows none. */
    readonly longestException?: number;
    readonly accept?: readonly string[];
    readonly strict?: boolean;
    readonly failOn?: string;
    readonly controls?: readonly string[];
}

/**
 * The configuration, or the reason why it is not one. What is wrong with one that requires and extends nothing is the
 * business of the command that reads its options.
 */
export async function parseConfiguration(text: string): Promise<RawConfiguration | { readonly problem: string }> {
    // Most policies have no configuration, and a start of the command should not wait for these libraries.
    const [{ parse }, { Validator }, { default: schema }] = await Promise.all([
        import('jsonc-parser'),
        import('@cfworker/json-schema'),
        import('../../schemas/guardrail.config.schema.json')
    ]);
    const errors: ParseError[] = [];
    const value: unknown = parse(text.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true });
    const isConcerned = /"(extends|require|exceptions)"/.test(text);
    if (errors.length > 0) {
        return isConcerned ? { problem: 'it is not valid JSON' } : onlyAccepted(value);
    }
    const { valid, errors: found } = new Validator(schema as Schema, '7').validate(value);
    if (valid) {
        return value as RawConfiguration;
    }
    // The last error is the innermost one.
    const { instanceLocation = '#', error = '' } = found.at(-1) ?? {};
    const place = instanceLocation.replace(/^#\/?/, '') || 'it';
    return isConcerned
        ? { problem: `${place} does not fit its schema (${error.replace(/\.$/, '')})` }
        : onlyAccepted(value);
}

/** Accepting less than was meant is safe. */
function onlyAccepted(value: unknown): RawConfiguration {
    const accept: unknown = typeof value === 'object' && value !== null && 'accept' in value ? value.accept : undefined;
    return Array.isArray(accept) ? { accept: accept.filter((name) => typeof name === 'string') } : {};
}
