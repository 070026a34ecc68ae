/** Finds the file of `import { X } from "@acme/guardrails"` in npm packages with policies. */
import { type FileSystemProvider, type URI, UriUtils } from 'langium';
import type { PackageProblem } from './imports.js';
import { parseJson } from '../text/json-text.js';

/** A file system that also resolves links. */
export interface LinkedFiles extends FileSystemProvider {
    /**
     * The path of the same file or folder without links; rejects if there is none. Undefined where links cannot exist.
     */
    realPath?(uri: URI): Promise<URI>;
    /** True if the folder has an entry of that name, even a link that leads nowhere. By default, what `exists` says. */
    hasEntry?(uri: URI): Promise<boolean>;
}

/**
 * The file that a package path refers to in the file `from`. The package is taken from the nearest `node_modules`
 * further up that has it, and the file is named by `exports`, `guardrail` or `main` in its package.json. Never rejects.
 */
export async function packageFile(path: string, from: URI, files: LinkedFiles): Promise<URI | PackageProblem> {
    const { name, inside } = partsOf(path);
    const installed = await installedPackage(name, from, files);
    if (!installed) {
        if (await isPlugAndPlay(from, files)) {
            return { message: `${PLUG_AND_PLAY.what}. ${PLUG_AND_PLAY.help}`, code: PLUG_AND_PLAY.code };
        }
        const relative = path.endsWith(EXTENSION) ? ` A file next to this one is written "./${path}".` : '';
        return {
            message: `There is no package "${name}" in a node_modules folder here or above. Install it: \`npm install ${name}\`.${relative}`
        };
    }
    const { folder, root, manifest } = installed;
    if (!manifest) {
        return { message: `The package.json of "${name}" is not valid JSON. Reinstall the package.` };
    }
    const target = targetOf(manifest, inside);
    if (target === undefined) {
        return { message: withoutPolicies(name, inside) };
    }
    const isInside = !target.split(/[\\/]/).includes('..');
    const file = UriUtils.joinPath(root, target);
    return isInside && (await read(file, files)) !== undefined
        ? behindLinks(file, folder, files)
        : {
              message: `The package "${name}" names the file "${target}", which it does not have. Report it to its author.`
          };
}

/** Yarn avoids folders: its packages are in archives, which only programs that it starts can read. */
export const PLUG_AND_PLAY = {
    code: 'GR248',
    files: ['.pnp.cjs', '.pnp.js'],
    what: "Yarn's Plug'n'Play keeps packages in archives, where policies cannot be found",
    help: 'Write `nodeLinker: node-modules` into .yarnrc.yml, and run `yarn install`.'
};

async function isPlugAndPlay(from: URI, files: FileSystemProvider): Promise<boolean> {
    const places = foldersUpwards(from).flatMap((folder) =>
        PLUG_AND_PLAY.files.map((name) => UriUtils.joinPath(folder, name))
    );
    return (await Promise.all(places.map((place) => files.exists(place)))).includes(true);
}

export interface InstalledPackage {
    /** The folder that contains the `node_modules`. */
    readonly folder: URI;
    readonly root: URI;
    /** The package.json; undefined if it is not a JSON object. */
    readonly manifest: Manifest | undefined;
}

/**
 * The package that a path in the file `from` refers to: the package of that file itself, as in Node, or the one in the
 * nearest `node_modules` further up that has it. Never rejects.
 */
export async function installedPackage(
    name: string,
    from: URI,
    files: FileSystemProvider
): Promise<InstalledPackage | undefined> {
    const own = await ownPackage(from, files);
    return own?.manifest.name === name
        ? { folder: own.folder, root: own.folder, manifest: own.manifest }
        : packageInFolders(name, from, files);
}

/** The package in the nearest `node_modules` further up that has it. Never rejects. */
export async function packageInFolders(
    name: string,
    from: URI,
    files: FileSystemProvider
): Promise<InstalledPackage | undefined> {
    for (const folder of foldersUpwards(from)) {
        const root = UriUtils.joinPath(folder, 'node_modules', name);
        const text = await read(UriUtils.joinPath(root, 'package.json'), files);
        if (text !== undefined) {
            return { folder, root, manifest: parse(text) };
        }
    }
    return undefined;
}

/** The nearest package.json above a file, with its folder. */
async function ownPackage(
    from: URI,
    files: FileSystemProvider
): Promise<{ readonly folder: URI; readonly manifest: Manifest } | undefined> {
    for (const folder of foldersUpwards(from)) {
        const manifest = parse((await read(UriUtils.joinPath(folder, 'package.json'), files)) ?? '');
        if (manifest) {
            return { folder, manifest };
        }
    }
    return undefined;
}

/** The names of the packages that the package.json files above `from` depend on. Never rejects. */
export async function dependenciesOf(from: URI, files: FileSystemProvider): Promise<string[]> {
    const names = new Set<string>();
    for (const folder of foldersUpwards(from)) {
        const manifest = parse((await read(UriUtils.joinPath(folder, 'package.json'), files)) ?? '');
        for (const field of DEPENDENCIES) {
            const listed = manifest?.[field];
            Object.keys(isObject(listed) ? listed : {}).forEach((name) => names.add(name));
        }
    }
    return [...names];
}

const DEPENDENCIES = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/**
 * The paths by which policies import a package: empty if it has no policies. Expansions of its patterns are not listed.
 */
export function importPathsOf(name: string, manifest: Manifest): string[] {
    const subpaths = isObject(manifest.exports) ? Object.keys(manifest.exports) : [];
    return ['.', ...subpaths.filter((key) => key.startsWith('./') && !key.includes('*'))]
        .filter((inside) => targetOf(manifest, inside) !== undefined)
        .map((inside) => name + inside.slice(1));
}

/**
 * Packages of the same workspace are links, and so are those that pnpm installs: as in Node, the file is the target of
 * the link, regardless of its other names. Links above `folder` do not matter, because the names of all files below
 * contain them.
 */
export async function behindLinks(file: URI, folder: URI, files: LinkedFiles): Promise<URI> {
    const follow = async (uri: URI): Promise<URI> => (await files.realPath?.(uri).catch(() => uri)) ?? uri;
    const [real, realFolder] = await Promise.all([follow(file), follow(folder)]);
    const start = realFolder.path.replace(/\/?$/, '/');
    return real.path.startsWith(start) ? UriUtils.joinPath(folder, real.path.slice(start.length)) : real;
}

/** True if the file is one of an installed package, which its users cannot mend. */
export function isInstalled({ path }: URI): boolean {
    return path.includes('/node_modules/');
}

interface Parts {
    readonly name: string;
    /** The path inside the package: `.` for the package itself, otherwise `./file`. */
    readonly inside: string;
}

function partsOf(path: string): Parts {
    const segments = path.split('/');
    const length = path.startsWith('@') ? 2 : 1;
    return { name: segments.slice(0, length).join('/'), inside: ['.', ...segments.slice(length)].join('/') };
}

function foldersUpwards(from: URI): URI[] {
    const folders: URI[] = [];
    let folder = UriUtils.dirname(from);
    for (;;) {
        folders.push(folder);
        const above = UriUtils.dirname(folder);
        if (above.path === folder.path) {
            return folders;
        }
        folder = above;
    }
}

/** A package.json. */
export type Manifest = { readonly [field: string]: unknown };

/** The path in the package for `inside`; undefined if no policy has it. */
function targetOf(manifest: Manifest, inside: string): string | undefined {
    if (manifest.exports !== undefined) {
        const exported = exportedBy(manifest.exports, inside);
        // A package with code may keep its policies separate from its `exports`.
        if (exported !== undefined || inside !== '.') {
            return exported;
        }
    }
    if (inside !== '.') {
        return inside.endsWith(EXTENSION) ? inside : inside + EXTENSION;
    }
    return [manifest.guardrail, manifest.main].find(isPolicyPath);
}

/**
 * The value of `exports` as Node interprets it, with the condition `guardrail`: a path, conditions, or both by subpath,
 * including `*`.
 */
function exportedBy(exports: unknown, inside: string): string | undefined {
    const isBySubpath = isObject(exports) && Object.keys(exports).some((key) => key.startsWith('.'));
    if (!isBySubpath) {
        return inside === '.' ? conditional(exports) : undefined;
    }
    const exact = conditional(exports[inside]);
    if (exact !== undefined) {
        return exact;
    }
    const patterns = Object.keys(exports).filter((key) => key.includes('*'));
    // The longest prefix takes precedence, as in Node.
    patterns.sort((a, b) => b.indexOf('*') - a.indexOf('*'));
    for (const pattern of patterns) {
        const [before = '', after = ''] = pattern.split('*');
        if (inside.length >= pattern.length && inside.startsWith(before) && inside.endsWith(after)) {
            const part = inside.slice(before.length, inside.length - after.length);
            return conditional(exports[pattern], part);
        }
    }
    return undefined;
}

/** The first condition that leads to a policy. */
function conditional(value: unknown, part = ''): string | undefined {
    if (typeof value === 'string') {
        const path = value.replaceAll('*', part);
        return isPolicyPath(path) ? path : undefined;
    }
    if (isObject(value)) {
        for (const condition of ['guardrail', 'import', 'default']) {
            const found = conditional(value[condition], part);
            if (found !== undefined) {
                return found;
            }
        }
    }
    return undefined;
}

function withoutPolicies(name: string, inside: string): string {
    return inside === '.'
        ? `The package "${name}" has no policies: its package.json names no ${EXTENSION} file in "exports", "guardrail" or "main".`
        : `The package "${name}" has no policies at "${inside}": its "exports" do not name a ${EXTENSION} file for it.`;
}

const EXTENSION = '.guardrail';

function isPolicyPath(value: unknown): value is string {
    return typeof value === 'string' && value.endsWith(EXTENSION);
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): Manifest | undefined {
    try {
        const value: unknown = parseJson(text);
        return isObject(value) ? value : undefined;
    } catch {
        return undefined;
    }
}

async function read(uri: URI, files: FileSystemProvider): Promise<string | undefined> {
    try {
        return await files.readFile(uri);
    } catch {
        return undefined;
    }
}
