/** Compares the configurations of two versions of a package: what it requires of the repositories that extend it. */
import { isDeepStrictEqual } from 'node:util';
import type { URI } from 'langium';
import { CONFIGURATION_NAME, type Configurations } from '../../../language/configuration/configurations.js';
import {
    type Bound,
    parseConfiguration,
    type RawConfiguration,
    type RawException,
    type RawRequiredPack
} from '../../../language/configuration/format.js';
import { isMilder, severitiesIn, severityEntries } from '../../../language/configuration/severities.js';
import { durationSeconds } from '../../../language/parser/values.js';

export interface ConfigurationChange {
    readonly effect: 'looser' | 'stricter' | 'otherwise';
    /** The change in words, with names in backquotes. */
    readonly text: string;
}

/** The configuration in a file; empty if there is none, or if it cannot be read. */
export async function configurationIn(
    file: URI,
    files: { readFile(uri: URI): Promise<string> }
): Promise<RawConfiguration> {
    try {
        const parsed = await parseConfiguration(await files.readFile(file));
        return 'problem' in parsed ? {} : parsed;
    } catch {
        return {};
    }
}

/**
 * The changes of the configurations that apply to a policy: for each package, of what its configurations require, and those of
 * the repository's own, under the name of the file.
 */
export function changesOfConfigurations(
    old: Configurations,
    young: Configurations
): (ConfigurationChange & { readonly package: string })[] {
    const [before, after] = [byPackage(old), byPackage(young)];
    return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) =>
        [
            ...(name === CONFIGURATION_NAME ? [] : extensionChanges(before.has(name), after.has(name))),
            ...configurationChanges(before.get(name) ?? {}, after.get(name) ?? {})
        ].map((one) => ({ package: name, ...one }))
    );
}

function extensionChanges(was: boolean, is: boolean): ConfigurationChange[] {
    return was === is
        ? []
        : [
              is
                  ? { effect: 'stricter', text: 'The configuration now extends it.' }
                  : { effect: 'looser', text: 'The configuration no longer extends it.' }
          ];
}

/** All that each package requires together, because its configuration may extend others of the same package. */
function byPackage({ all: configurations }: Configurations): Map<string, RawConfiguration> {
    const all = new Map<string, RawConfiguration>();
    for (const { package: from, values } of configurations) {
        const name = from?.name ?? CONFIGURATION_NAME;
        const known = all.get(name);
        all.set(name, known ? together(known, values) : values);
    }
    return all;
}

/** Two configurations that apply together, of which one extends the other. */
function together(one: RawConfiguration, other: RawConfiguration): RawConfiguration {
    const severity = Object.fromEntries(severitiesIn({ own: [], given: [{ values: one }, { values: other }] }));
    const require = [...(one.require ?? []), ...(other.require ?? [])];
    const exceptions = [...(one.exceptions ?? []), ...(other.exceptions ?? [])];
    return {
        ...other,
        ...one,
        ...(require.length > 0 && { require }),
        ...(exceptions.length > 0 && { exceptions }),
        ...(Object.keys(severity).length > 0 && { severity }),
        ...((one.strict === true || other.strict === true) && { strict: true }),
        ...([one.failOn, other.failOn].includes('warning') && { failOn: 'warning' }),
        ...(one.accept && other.accept && { accept: one.accept.filter((name) => other.accept!.includes(name)) }),
        ...(one.longestException !== undefined &&
            other.longestException !== undefined && {
                longestException: Math.min(one.longestException, other.longestException)
            })
    };
}

/** The changes from the old configuration to the new one. */
export function configurationChanges(old: RawConfiguration, young: RawConfiguration): ConfigurationChange[] {
    return [
        ...requireChanges(old, young),
        ...exceptionChanges(old, young),
        ...severityChanges(old, young),
        ...otherChanges(old, young)
    ];
}

export { CONFIGURATION_NAME };

function requireChanges(old: RawConfiguration, young: RawConfiguration): ConfigurationChange[] {
    const requirements = [...(old.require ?? []), ...(young.require ?? [])];
    return [...new Set(requirements.map(({ pack }) => pack))].flatMap((pack) => {
        const of = ({ require = [] }: RawConfiguration): RawRequiredPack[] =>
            require.filter((one) => one.pack === pack);
        const isIn = (list: readonly RawRequiredPack[]) => (one: RawRequiredPack) =>
            list.some((other) => isDeepStrictEqual(bounds(one), bounds(other)));
        const lost = of(old).filter((one) => !isIn(of(young))(one));
        const added = of(young).filter((one) => !isIn(of(old))(one));
        return Array.from({ length: Math.max(lost.length, added.length) }, (_, index) =>
            requirementChanges(pack, lost[index], added[index], of(old).length > 1 || of(young).length > 1)
        ).flat();
    });
}

/** A requirement without its reason. */
function bounds({ from, arguments: all = {} }: RawRequiredPack): unknown {
    return { from, all };
}

function requirementChanges(
    pack: string,
    was: RawRequiredPack | undefined,
    is: RawRequiredPack | undefined,
    isOneOfMany: boolean
): ConfigurationChange[] {
    if (!was || !is) {
        const how = isOneOfMany ? ` with the bounds \`${JSON.stringify((was ?? is)?.arguments ?? {})}\`` : '';
        return [
            is
                ? { effect: 'stricter', text: `The configuration now requires the pack \`${pack}\`${how}.` }
                : { effect: 'looser', text: `The configuration no longer requires the pack \`${pack}\`${how}.` }
        ];
    }
    const names = new Set([...Object.keys(was.arguments ?? {}), ...Object.keys(is.arguments ?? {})]);
    const changed = [...names].flatMap((name): ConfigurationChange[] => {
        const [one, other] = [was.arguments?.[name] ?? {}, is.arguments?.[name] ?? {}];
        return isDeepStrictEqual(one, other)
            ? []
            : [
                  {
                      effect: effectOf(one, other),
                      text: `The bound on \`${name}\` of \`${pack}\` was \`${JSON.stringify(one)}\`, and is \`${JSON.stringify(other)}\`.`
                  }
              ];
    });
    return was.from === is.from
        ? changed
        : [...changed, { effect: 'otherwise', text: `The required pack \`${pack}\` is from another place.` }];
}

/** The effect of another bound, where it is certain. */
function effectOf(old: Bound, young: Bound): ConfigurationChange['effect'] {
    const keys = ['includes', 'atLeast', 'atMost', 'oneOf'] as const;
    const effects = keys.flatMap((key): ConfigurationChange['effect'][] => {
        const [was, is] = [old[key], young[key]];
        if (isDeepStrictEqual(was, is)) {
            return [];
        }
        if (was === undefined || is === undefined) {
            return [is === undefined ? 'looser' : 'stricter'];
        }
        if (key === 'atMost' || key === 'atLeast') {
            const more = amount(is as number | string) > amount(was as number | string);
            return [more === (key === 'atMost') ? 'looser' : 'stricter'];
        }
        return ['otherwise'];
    });
    const [first = 'otherwise'] = effects;
    return effects.every((effect) => effect === first) ? first : 'otherwise';
}

function amount(value: number | string): number {
    return typeof value === 'number' ? value : durationSeconds(value);
}

function exceptionChanges(
    { exceptions: old = [] }: RawConfiguration,
    { exceptions: young = [] }: RawConfiguration
): ConfigurationChange[] {
    const missing = (these: readonly RawException[], others: readonly RawException[]): RawException[] =>
        these.filter((one) => !others.some((other) => isDeepStrictEqual(one, other)));
    const said = ({ pack, policy, until }: RawException): string => `\`${policy}\` from \`${pack}\` until ${until}`;
    return [
        ...missing(young, old).map((one): ConfigurationChange => {
            return { effect: 'looser', text: `The configuration now excepts ${said(one)}.` };
        }),
        ...missing(old, young).map((one): ConfigurationChange => {
            return { effect: 'stricter', text: `The configuration no longer excepts ${said(one)}.` };
        })
    ];
}

function severityChanges(old: RawConfiguration, young: RawConfiguration): ConfigurationChange[] {
    const [before, after] = [new Map(severityEntries(old.severity)), new Map(severityEntries(young.severity))];
    return [...new Set([...before.keys(), ...after.keys()])].flatMap((code): ConfigurationChange[] => {
        const [was, is] = [before.get(code), after.get(code)];
        const effect = was === undefined || is === undefined ? 'otherwise' : isMilder(is, was) ? 'looser' : 'stricter';
        return was === is
            ? []
            : [{ effect, text: `The severity of \`${code}\` was ${was ?? 'not set'}, and is ${is ?? 'not set'}.` }];
    });
}

const COMPARED: ReadonlySet<string> = new Set(['extends', 'require', 'severity', 'exceptions', '$schema']);

function otherChanges(old: RawConfiguration, young: RawConfiguration): ConfigurationChange[] {
    const [before, after] = [old, young] as { readonly [key: string]: unknown }[];
    const keys = new Set([...Object.keys(old), ...Object.keys(young)].filter((key) => !COMPARED.has(key)));
    return [...keys].flatMap((key): ConfigurationChange[] => {
        const [was, is] = [before![key], after![key]];
        if (isDeepStrictEqual(was, is)) {
            return [];
        }
        const shown = (value: unknown): string => (value === undefined ? 'not set' : `\`${JSON.stringify(value)}\``);
        const effect = EFFECTS[key]?.(was, is) ?? 'otherwise';
        return [{ effect, text: `\`${key}\` was ${shown(was)}, and is ${shown(is)}.` }];
    });
}

/** The effects of another value, where they are certain. */
const EFFECTS: { readonly [key: string]: (was: unknown, is: unknown) => ConfigurationChange['effect'] | undefined } = {
    strict: (_, is) => (is === true ? 'stricter' : 'looser'),
    failOn: (_, is) => (is === 'warning' ? 'stricter' : 'looser'),
    longestException: (was = Infinity, is = Infinity) => ((is as number) > (was as number) ? 'looser' : 'stricter'),
    accept: (was, is) => (isAmong(was, is) ? 'looser' : isAmong(is, was) ? 'stricter' : undefined)
};

function isAmong(some: unknown, all: unknown): boolean {
    return Array.isArray(some) && Array.isArray(all) && some.every((one) => all.includes(one));
}
