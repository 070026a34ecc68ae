/** The configurations that a repository extends: its own configuration may add to them, but not weaken them. */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { URI } from 'langium';
import {
    type Configuration,
    configurationsOf,
    isOpenToAcceptance,
    type Configurations
} from '../../../language/configuration/configurations.js';
import { exceptionOf } from '../../../language/configuration/required-packs.js';
import { today } from '../../../language/validations/required-packs.js';
import { isMilder, severityEntries } from '../../../language/configuration/severities.js';
import { isPackagePath } from '../../../language/files/imports.js';
import { packageInFolders } from '../../../language/files/packages.js';
import { CodedError } from '../../workspace/errors.js';
import { displayPath } from '../../workspace/display-path.js';
import { PolicyFileSystem } from '../../workspace/policy-workspace.js';
import type { Config, ExtendedParts, LoadedConfig } from './check-config.js';
import { CONFIG_NAME, foldersUpTo } from './find.js';
import { placeIn } from './json-file.js';

/** The configuration combined with those that it extends. Throws a `CodedError` (GR925) if it weakens them. */
export async function withGiven(loaded: LoadedConfig, cwd: string, imposed: string | undefined): Promise<LoadedConfig> {
    const reader = configurationsOf(new PolicyFileSystem());
    const more = { named: pathToFileURL(loaded.file).toString(), ...(imposed !== undefined && { imposed }) };
    reader.more = more;
    const found = await reader.of(URI.parse(pathToFileURL(join(cwd, CONFIG_NAME)).toString()));
    const others = found.given;
    assertNotWeaker(loaded, others, cwd);
    const by = (is: (configuration: Configuration) => boolean): string | undefined => others.find(is)?.name;
    const strict = by(({ values }) => values.strict === true);
    const failOn = by(({ values }) => values.failOn === 'warning');
    const accept = loaded.config.accept ?? others.find(({ values }) => values.accept)?.values.accept;
    const config: Config = {
        ...loaded.config,
        ...(strict !== undefined && { strict: true }),
        ...(failOn !== undefined && { failOn: 'warning' as const }),
        ...(accept && { accept: accept as NonNullable<Config['accept']> })
    };
    return {
        ...loaded,
        config,
        given: {
            names: others.map(({ name }) => name),
            ...(strict !== undefined && { strict }),
            ...(failOn !== undefined && { failOn }),
            controls: [...new Set(found.all.flatMap(controlsOf))],
            more,
            required: requiredIn(found)
        }
    };
}

/**
 * The URI of the configuration that `--extends` names: an installed package, or a file. Throws a `CodedError` (GR912) if there is none, or
 * if the repository provides the package itself.
 */
export async function imposedBy(named: string, cwd: string): Promise<string> {
    const fail = (what: string, help: string): never => {
        throw new CodedError('GR912', `--extends names ${named}, ${what}`, help);
    };
    if (!isPackagePath(named)) {
        const path = resolve(cwd, named);
        return statSync(path, { throwIfNoEntry: false })?.isFile() === true
            ? pathToFileURL(path).toString()
            : fail('which is not a file', 'Check the path.');
    }
    const from = URI.parse(pathToFileURL(join(cwd, CONFIG_NAME)).toString());
    const found = await packageInFolders(named, from, new PolicyFileSystem());
    const config = found && join(pathOf(found.root), CONFIG_NAME);
    if (config === undefined || !existsSync(config)) {
        return fail(
            `which is not an installed package with a ${CONFIG_NAME}`,
            `Install the package. A file is written ./${named}.`
        );
    }
    const own = relative(realpathSync(foldersUpTo(cwd).at(-1)!), realpathSync(config)).split(sep);
    if (own[0] !== '..' && !isAbsolute(own[0]!) && !own.includes('node_modules')) {
        return fail('which is a package of the repository itself', 'Name the file of the configuration instead.');
    }
    if (found?.manifest?.name !== named) {
        return fail(
            `under whose name another package is installed: ${String(found?.manifest?.name)}`,
            'Install the package itself.'
        );
    }
    return pathToFileURL(config).toString();
}

function assertNotWeaker({ config, file }: LoadedConfig, given: readonly Configuration[], cwd: string): void {
    const fail = (path: readonly (string | number)[], what: string, by: string): never => {
        throw new CodedError(
            'GR925',
            `${displayPath(file, cwd)}${placeOf(file, path)}: ${what}, and ${by} requires more`,
            'Remove it. A configuration can only make stricter what it extends.'
        );
    };
    for (const { name, values } of given) {
        if (values.strict === true && config.strict === false) {
            fail(['strict'], '"strict" is false', name);
        }
        if (values.failOn === 'warning' && config.failOn === 'error') {
            fail(['failOn'], '"failOn" is "error"', name);
        }
    }
    const milder = new Map(severityEntries(config.severity));
    for (const { name, values } of given) {
        for (const [code, level] of severityEntries(values.severity)) {
            const own = milder.get(code);
            if (own !== undefined && isMilder(own, level)) {
                fail(['severity', code], `the severity of ${code} is "${own}"`, name);
            }
        }
    }
    for (const [index, scope] of (config.accept ?? []).entries()) {
        const by = given.find((one) => !isOpenToAcceptance(scope, [one]));
        if (by) {
            fail(['accept', index], `"${scope}" is accepted`, by.name);
        }
    }
}

function placeOf(file: string, path: readonly (string | number)[]): string {
    const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
    const tree = parseTree(text, [], { allowTrailingComma: true });
    const { offset = 0 } = (tree && findNodeAtLocation(tree, [...path])) ?? {};
    return placeIn(text, offset);
}

function controlsOf({ uri, values }: Configuration): string[] {
    return (values.controls ?? []).map((path) => resolve(dirname(pathOf(uri)), path));
}

function requiredIn(found: Configurations): ExtendedParts['required'] {
    return found.all.flatMap((configuration) =>
        (configuration.values.require ?? []).map(({ pack }) => ({
            pack,
            by: configuration.name,
            isExcepted: (path: string): boolean => {
                const exception = exceptionOf(
                    pack,
                    configuration,
                    URI.parse(pathToFileURL(path).toString()),
                    found,
                    today()
                );
                return exception !== undefined && exception.refused === undefined;
            }
        }))
    );
}

function pathOf(uri: URI): string {
    return fileURLToPath(uri.toString());
}
