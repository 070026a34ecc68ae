/** Reads the text of a configuration, as far as it concerns the packs and scopes of policies. */
import type { Schema } from '@cfworker/json-schema';
import type { ParseError } from 'jsonc-parser';

/** The bounds on one argument of a required pack. If a bound is absent, it allows every value. */
export interface Bound {
    /** Selectors, written as in policies; the argument must include at least these tools. */
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
    /** The maximum number of days from today to the end of an exception; zero allows no exceptions. */
    readonly longestException?: number;
    readonly accept?: readonly string[];
    readonly strict?: boolean;
    readonly failOn?: string;
    readonly controls?: readonly string[];
    /** The levels of messages and findings by code, as written. */
    readonly severity?: { readonly [code: string]: string };
}

/** The configuration, or the reason why the text is not one: what a mistake leaves out may be what an organization requires. */
export async function parseConfiguration(text: string): Promise<RawConfiguration | { readonly problem: string }> {
    // Most policies have no configuration, and the start of the command should not wait for these libraries.
    const [{ parse }, { Validator }, { default: schema }] = await Promise.all([
        import('jsonc-parser'),
        import('@cfworker/json-schema'),
        import('../../schemas/guardrail.config.schema.json')
    ]);
    const errors: ParseError[] = [];
    const value: unknown = parse(text.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true });
    if (errors.length > 0) {
        return { problem: 'it is not valid JSON' };
    }
    const { valid, errors: found } = new Validator(schema as Schema, '7').validate(value);
    if (valid) {
        return value as RawConfiguration;
    }
    // The last error is the innermost one.
    const { instanceLocation = '#', error = '' } = found.at(-1) ?? {};
    const place = instanceLocation.replace(/^#\/?/, '') || 'it';
    // A long list of allowed values helps less than the place alone.
    const reason = error.length > MAX_REASON ? '' : ` (${error.replace(/\.$/, '')})`;
    return { problem: `${place} does not match its schema${reason}` };
}

const MAX_REASON = 200;
