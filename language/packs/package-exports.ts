/** What policies can import from the packages that a package.json names, whether or not a file imports them already. */
import { type FileSystemProvider, URI, UriUtils } from 'langium';
import * as ast from '../generated/ast.js';
import { dependenciesOf, importPathsOf, installedPackage, type LinkedFiles, packageFile } from '../files/packages.js';
import { canBeRenamed, offeredExports, type NamedElement } from '../names/visible.js';
import type { GuardrailServices } from '../names/inventory.js';
import { type PackageSnippet, snippetsOf } from './snippets.js';

export interface PackageExports {
    /** The path as an import names it. */
    readonly path: string;
    /** The version of the package; undefined if its package.json has none. */
    readonly version?: string;
    /** The URI of the file that the path leads to. */
    readonly uri: string;
    readonly elements: readonly NamedElement[];
    /** The snippets of the package; empty except for its first path. */
    readonly snippets: readonly PackageSnippet[];
}

/**
 * The exports of all packages with policies that a package.json above the file depends on. An index also exports what it
 * imports from other files of its package. Never rejects.
 */
export function packageExports(from: URI, services: GuardrailServices): Promise<readonly PackageExports[]> {
    const files: LinkedFiles = services.shared.workspace.FileSystemProvider;
    const folders = foldersOf(files);
    const key = UriUtils.dirname(from).toString();
    const found = folders.get(key) ?? readExports(from, files, services);
    folders.set(key, found);
    return found;
}

/** Called when a package may have changed. */
export function forgetPackageExports(files: FileSystemProvider): void {
    known.delete(files);
    listeners.get(files)?.forEach((listener) => listener());
}

/** Calls `listener` whenever a package may have changed. */
export function onPackageChange(files: FileSystemProvider, listener: () => void): void {
    listeners.set(files, [...(listeners.get(files) ?? []), listener]);
}

/** By the folder of the importing file. */
type ByFolder = Map<string, Promise<readonly PackageExports[]>>;

const known = new WeakMap<FileSystemProvider, ByFolder>();
const listeners = new WeakMap<FileSystemProvider, readonly (() => void)[]>();

function foldersOf(files: FileSystemProvider): ByFolder {
    const folders = known.get(files) ?? new Map<string, Promise<readonly PackageExports[]>>();
    known.set(files, folders);
    return folders;
}

async function readExports(from: URI, files: LinkedFiles, services: GuardrailServices): Promise<PackageExports[]> {
    const found: PackageExports[] = [];
    for (const name of await dependenciesOf(from, files)) {
        const installed = await installedPackage(name, from, files);
        let hasSnippets = false;
        for (const path of installed?.manifest ? importPathsOf(name, installed.manifest) : []) {
            const file = await packageFile(path, from, files);
            if (URI.isUri(file)) {
                const version = installed?.manifest?.version;
                found.push({
                    path,
                    ...(typeof version === 'string' && { version }),
                    uri: file.toString(),
                    elements: await elementsOf(file, files, services),
                    snippets: hasSnippets || !installed ? [] : await snippetsOf(installed.root, files)
                });
                hasSnippets = true;
            }
        }
    }
    return found;
}

/** Reads the file without making it a document of the workspace, which would report its problems. */
async function elementsOf(
    file: URI,
    files: FileSystemProvider,
    services: GuardrailServices,
    around: readonly string[] = []
): Promise<NamedElement[]> {
    const key = file.toString();
    const text = around.includes(key) ? undefined : await files.readFile(file).catch(() => undefined);
    const root = text === undefined ? undefined : services.parser.LangiumParser.parse(text).value;
    if (!ast.isPolicyFile(root)) {
        return [];
    }
    const elements = offeredExports(root);
    for (const node of root.elements.filter(ast.isImport).filter(({ path }) => /^\.\.?\//.test(path ?? ''))) {
        const target = UriUtils.resolvePath(UriUtils.dirname(file), node.path);
        const imported = await elementsOf(target, files, services, [...around, key]);
        elements.push(...(node.named ? node.names.flatMap((each) => broughtBy(each, imported)) : imported));
    }
    return elements;
}

function broughtBy({ target, alias }: ast.ImportedName, imported: readonly NamedElement[]): NamedElement[] {
    const named = imported.filter(({ name }) => name === target?.$refText);
    return alias === undefined
        ? named
        : named.filter(({ element }) => canBeRenamed(element)).map(({ element }) => ({ name: alias, element }));
}
