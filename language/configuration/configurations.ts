/**
 * The configurations that apply to a policy: `guardrail.config.json` in its folder and above, up to the root of the
 * repository, each with what it extends. A nested configuration adds to those above it and never replaces them, so a
 * team cannot drop the requirements of its organisation.
 */
import { type AstNode, type FileSystemProvider, URI, UriUtils } from 'langium';
import type { ScopeName } from '../../server/model/policy/scope-names.js';
import { behindLinks, importPathsOf, installedPackage, packageFile, type LinkedFiles } from '../files/packages.js';
import { isPackagePath } from '../files/imports.js';
import { STD_PATH, STD_URI } from '../library/std.js';
import { isScopeName } from '../text/scope-words.js';
import { parseConfiguration, type RawConfiguration } from './format.js';
import { severitiesIn, severityEntries, type SeverityByCode } from './severities.js';

export const CONFIGURATION_NAME = 'guardrail.config.json';

/** A configuration file, and those that it extends. */
export interface Configuration {
    readonly uri: URI;
    /** The name in messages: the package with its version, or the file name. */
    readonly name: string;
    readonly values: RawConfiguration;
    readonly extended: readonly Configuration[];
    /** The package that contains the configuration, if there is one and the configuration requires packs. */
    readonly package?: GivenPackage;
    /** True if it is part of an installed package, or a command imposes it. */
    readonly isFromOutside: boolean;
}

export interface GivenPackage {
    readonly name: string;
    readonly version?: string;
    /** The folder of the package, with links resolved. */
    readonly root: URI;
}

/** The configurations of one policy, the nearest first. */
export interface Configurations {
    readonly nearest: Configuration | undefined;
    /** All configurations, including extended ones, each once. */
    readonly all: readonly Configuration[];
    /** The configurations of the repository: the one that a command names, if it is not above the policy, then the nearest. */
    readonly own: readonly Configuration[];
    /** The configurations that some other configuration extends. */
    readonly given: readonly Configuration[];
    /** The reasons why a configuration cannot be used, in sentences. */
    readonly problems: readonly string[];
}

/** Configurations that a command names, by their URIs. */
export interface MoreConfigurations {
    /** The configuration of the repository that is used in place of the nearest one. */
    readonly named?: string;
    /** A configuration from outside the repository, which the repository cannot weaken. */
    readonly imposed?: string;
}

const NONE: Configurations = { nearest: undefined, all: [], own: [], given: [], problems: [] };

/** Reads each configuration once, until `clear` is called. */
export class ConfigurationReader {
    private readonly read = new Map<string, Promise<LoadResult | undefined>>();
    private readonly byFolder = new Map<string, Promise<Configurations>>();
    private readonly severitiesByFolder = new Map<string, SeverityByCode>();
    /** The trees of files of packages that no policy has loaded, by URI. */
    readonly parsed = new Map<string, Promise<AstNode | undefined>>();
    /** Configurations that apply in addition to those in the folders above a policy. */
    more: MoreConfigurations = {};
    /** True if a configuration that was read extends another. */
    hasExtended = false;

    constructor(private readonly files: LinkedFiles) {}

    clear(): void {
        this.read.clear();
        this.byFolder.clear();
        this.severitiesByFolder.clear();
        this.parsed.clear();
    }

    /** Never rejects. */
    of(policy: URI): Promise<Configurations> {
        const folder = UriUtils.dirname(policy);
        const key = folder.toString();
        const known =
            this.byFolder.get(key) ??
            this.collect(folder).catch((error: unknown) => {
                // Without an answer, the policies of the folder would be neither checked nor reported.
                const reason = error instanceof Error ? error.message : String(error);
                return { ...NONE, problems: [`the configurations cannot be read: ${reason}.`] };
            });
        this.byFolder.set(key, known);
        return known;
    }

    /** The severities for the messages about a file. */
    async severitiesOf(file: URI): Promise<SeverityByCode> {
        const key = UriUtils.dirname(file).toString();
        const severities = this.severitiesByFolder.get(key) ?? severitiesIn(await this.of(file));
        this.severitiesByFolder.set(key, severities);
        return severities;
    }

    /** The severities that `severitiesOf` found last; none if it was never called for the folder of the file. */
    knownSeverities(file: URI): SeverityByCode {
        return this.severitiesByFolder.get(UriUtils.dirname(file).toString()) ?? NO_SEVERITIES;
    }

    /** The path of a file in its package, with the name of the package; undefined for a file that belongs to none. */
    async placeInPackage(file: URI): Promise<string | undefined> {
        for (let folder = UriUtils.dirname(file); ; folder = UriUtils.dirname(folder)) {
            const name = (await this.manifestOf(folder))?.name;
            if (typeof name === 'string') {
                return `${name}/${file.path.slice(folder.path.length).replace(/^\//, '')}`;
            }
            if (isTop(folder)) {
                return undefined;
            }
        }
    }

    /** Undefined if there is no such file. */
    textOf(file: URI): Promise<string | undefined> {
        return textOf(file, this.files);
    }

    /** The file that a path names in another file; undefined if there is none. */
    async fileOf(path: string, by: URI): Promise<URI | undefined> {
        if (path === STD_PATH) {
            return URI.parse(STD_URI);
        }
        if (!isPackagePath(path)) {
            return UriUtils.resolvePath(UriUtils.dirname(by), path);
        }
        const found = await packageFile(path, by, this.files);
        return 'message' in found ? undefined : found;
    }

    /** The files that an import of `from` in a configuration names: the one of that path, then those of the package's other paths. */
    async entriesOf(from: string, { uri }: Configuration): Promise<readonly [readonly URI[], readonly URI[]]> {
        const filesOf = async (paths: readonly string[]): Promise<URI[]> =>
            (await Promise.all(paths.map((path) => this.fileOf(path, uri)))).filter((file) => file !== undefined);
        const isWhole = isPackagePath(from) && splitPackagePath(from).inside === undefined;
        const manifest = isWhole ? (await installedPackage(from, uri, this.files))?.manifest : undefined;
        const others = importPathsOf(from, manifest ?? {}).filter((path) => path !== from);
        return Promise.all([filesOf([from]), filesOf(others)]);
    }

    private async givenPackage(name: string, root: URI, folder: URI, version: unknown): Promise<GivenPackage> {
        return {
            name,
            root: await behindLinks(root, folder, this.files),
            ...(typeof version === 'string' && { version })
        };
    }

    /** The package of a configuration that lies in the folder of the package. */
    private async packageWith(uri: URI): Promise<GivenPackage | undefined> {
        const root = UriUtils.dirname(uri);
        const { name, version } = (await this.manifestOf(root)) ?? {};
        return typeof name === 'string' ? this.givenPackage(name, root, UriUtils.dirname(root), version) : undefined;
    }

    private async manifestOf(
        folder: URI
    ): Promise<{ readonly name?: unknown; readonly version?: unknown } | undefined> {
        try {
            return JSON.parse(await this.files.readFile(UriUtils.joinPath(folder, 'package.json'))) as {
                name?: unknown;
            };
        } catch {
            return undefined;
        }
    }

    private async collect(start: URI): Promise<Configurations> {
        const found: Configuration[] = [];
        const problems: string[] = [];
        const add = async (uri: URI, outside?: Outside): Promise<void> => {
            const loaded = await this.load(uri, [], outside);
            found.push(...(loaded?.configuration ?? []));
            problems.push(...(loaded?.problems ?? []));
        };
        for (let folder = start; ; folder = UriUtils.dirname(folder)) {
            await add(UriUtils.joinPath(folder, CONFIGURATION_NAME));
            if (isTop(folder) || (await this.files.exists(UriUtils.joinPath(folder, '.git')))) {
                break;
            }
        }
        const [nearest] = found;
        const { named, imposed } = this.more;
        const above = [...found];
        if (named !== undefined) {
            await add(URI.parse(named));
        }
        const isAbove = (configuration: Configuration): boolean =>
            above.some(({ uri }) => uri.toString() === configuration.uri.toString());
        const own = found.length;
        if (imposed !== undefined) {
            const uri = URI.parse(imposed);
            const before = found.length + problems.length;
            await add(uri, { package: await this.packageWith(uri) });
            if (found.length + problems.length === before) {
                problems.push(`${nameOf(uri, undefined)}, which a command applies, does not exist.`);
            }
        }
        const all = new Map<string, Configuration>();
        const visit = (configuration: Configuration): void => {
            if (!all.has(configuration.uri.toString())) {
                all.set(configuration.uri.toString(), configuration);
                configuration.extended.forEach(visit);
            }
        };
        found.forEach(visit);
        const local = new Set(found.slice(0, own).map(({ uri }) => uri.toString()));
        return {
            nearest,
            all: [...all.values()],
            own: [...found.slice(0, own).filter((one) => !isAbove(one)), ...above],
            given: [...all.values()].filter(({ uri }) => !local.has(uri.toString())),
            problems: [...new Set(problems)]
        };
    }

    private load(uri: URI, around: readonly string[], outside: Outside | undefined): Promise<LoadResult | undefined> {
        const key = uri.toString();
        if (around.includes(key)) {
            return Promise.resolve({
                problems: [`${nameOf(uri, outside?.package)} extends itself. Remove one of its \`extends\`.`]
            });
        }
        const known = this.read.get(key) ?? this.loadNow(uri, [...around, key], outside);
        this.read.set(key, known);
        return known;
    }

    private async loadNow(
        uri: URI,
        around: readonly string[],
        outside: Outside | undefined
    ): Promise<LoadResult | undefined> {
        const from = outside?.package;
        const name = nameOf(uri, from);
        const text = await textOf(uri, this.files);
        if (text === undefined) {
            // Ignoring a file that cannot be read would mean ignoring what it requires.
            return (await hasEntry(uri, this.files)) ? { problems: [`${name} cannot be read.`] } : undefined;
        }
        const parsed = await parseConfiguration(text);
        if ('problem' in parsed) {
            return { problems: [`${name} cannot be used: ${parsed.problem}.`] };
        }
        this.hasExtended ||= parsed.extends !== undefined;
        // In the repository of a package, its configuration requires packs of the package itself.
        const owner = from ?? (parsed.require ? await this.packageWith(uri) : undefined);
        const extended: Configuration[] = [];
        const problems: string[] = [];
        for (const path of [parsed.extends ?? []].flat()) {
            const loaded = await this.extendedBy(path, uri, around, outside);
            problems.push(...loaded.problems);
            extended.push(...(loaded.configuration ?? []));
        }
        return {
            configuration: [
                {
                    uri,
                    name,
                    values: parsed,
                    extended,
                    ...(owner && { package: owner }),
                    isFromOutside: outside !== undefined
                }
            ],
            problems
        };
    }

    private async extendedBy(
        path: string,
        by: URI,
        around: readonly string[],
        outside: Outside | undefined
    ): Promise<LoadResult> {
        const missing = (what: string): LoadResult => ({
            problems: [`${nameOf(by, undefined)} extends "${path}", ${what}.`]
        });
        if (!isPackagePath(path)) {
            const loaded = await this.load(UriUtils.resolvePath(UriUtils.dirname(by), path), around, outside);
            return loaded ?? missing('a file that does not exist');
        }
        const { name, inside } = splitPackagePath(path);
        const found = await installedPackage(name, by, this.files);
        if (!found) {
            return missing(`which is not installed. Run \`npm install ${name}\``);
        }
        const given = await this.givenPackage(name, found.root, found.folder, found.manifest?.version);
        const uri = UriUtils.joinPath(given.root, inside ?? CONFIGURATION_NAME);
        return (
            (await this.load(uri, around, { package: given })) ??
            missing(`which has no ${inside ?? CONFIGURATION_NAME}`)
        );
    }
}

/** The configurations that are read through a file system. */
export function configurationsOf(files: FileSystemProvider): ConfigurationReader {
    const known = readers.get(files) ?? new ConfigurationReader(files);
    readers.set(files, known);
    return known;
}

const NO_SEVERITIES: SeverityByCode = new Map();

const readers = new WeakMap<FileSystemProvider, ConfigurationReader>();

/**
 * The scopes in which claims may hold: those of the nearest configuration that lists any, without those that an
 * extended configuration with a list of its own does not accept.
 */
export function acceptedScopes({ all, given }: Configurations): ScopeName[] {
    const [first] = all.flatMap(({ values }) => (values.accept ? [values.accept] : []));
    return (first ?? []).filter(isScopeName).filter((name) => isOpenToAcceptance(name, given));
}

/** True unless an extended configuration lists the scopes that may be accepted, and this one is not among them. */
export function isOpenToAcceptance(name: string, given: readonly Configuration[]): boolean {
    return given.every(({ values }) => values.accept === undefined || values.accept.includes(name));
}

/**
 * The scopes that may be accepted for claims of a pack that `by` requires: those that it lists, or a configuration that it extends, if no
 * other list lacks them. What extends `by`, or is extended beside it, does not count: a repository can bring such a configuration.
 */
export function acceptableScopes(by: Configuration, { given }: Configurations): ScopeName[] {
    const listed = new Set(withExtended(by).flatMap(({ values }) => values.accept ?? []));
    return [...listed].filter(isScopeName).filter((name) => isOpenToAcceptance(name, given));
}

/** A configuration and those that it extends, directly and indirectly. */
export function withExtended(configuration: Configuration): Configuration[] {
    return [configuration, ...configuration.extended.flatMap(withExtended)];
}

/** The codes that extended configurations make warnings or errors, so that the repository cannot accept them. */
export function gradedCodes(given: readonly Configuration[]): string[] {
    return given.flatMap(({ values }) =>
        severityEntries(values.severity)
            .filter(([, level]) => level === 'error' || level === 'warning')
            .map(([code]) => code)
    );
}

/** True if the file belongs to the package. */
export function isInside(file: URI, { root }: GivenPackage): boolean {
    return file.path.startsWith(`${root.path.replace(/\/$/, '')}/`);
}

/** Where a configuration comes from that the repository cannot change. */
interface Outside {
    readonly package: GivenPackage | undefined;
}

interface LoadResult {
    readonly configuration?: readonly Configuration[];
    readonly problems: readonly string[];
}

function splitPackagePath(path: string): { readonly name: string; readonly inside: string | undefined } {
    const segments = path.split('/');
    const length = path.startsWith('@') ? 2 : 1;
    const inside = segments.slice(length).join('/');
    return { name: segments.slice(0, length).join('/'), inside: inside === '' ? undefined : inside };
}

function nameOf(uri: URI, from: GivenPackage | undefined): string {
    return from ? `${from.name}${from.version === undefined ? '' : ` ${from.version}`}` : UriUtils.basename(uri);
}

function isTop(folder: URI): boolean {
    return UriUtils.dirname(folder).path === folder.path;
}

function hasEntry(uri: URI, files: LinkedFiles): Promise<boolean> {
    return files.hasEntry ? files.hasEntry(uri) : files.exists(uri);
}

async function textOf(uri: URI, files: FileSystemProvider): Promise<string | undefined> {
    try {
        return await files.readFile(uri);
    } catch {
        return undefined;
    }
}
