/** `guardrail packages`: a page about packs, from their parameters, claims, annotations and documentation comments. */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { URI, UriUtils } from 'langium';
import * as ast from '../../../../language/generated/ast.js';
import { dependenciesOf, importPathsOf, installedPackage, type Manifest } from '../../../../language/files/packages.js';
import { packPage } from '../../../../language/packs/page.js';
import type { NamedElement } from '../../../../language/names/visible.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { loadNamed } from '../../../workspace/load-policy.js';
import { packageText } from '../../../workspace/used-package.js';
import { PolicyFileSystem, PolicyWorkspace } from '../../../workspace/policy-workspace.js';
import { given, offeredBy } from '../../packages/offered.js';
import { assertWritable, writeAtomically } from '../../terminal/output.js';
import type { Terminal } from '../../terminal/terminal.js';

/** What one import brings. */
interface Source {
    readonly title: string;
    readonly path: string;
    readonly workspace: PolicyWorkspace;
    readonly elements: readonly NamedElement[];
}

/** @param output the file to write; undefined for standard output */
export async function printPages(
    names: readonly string[],
    output: string | undefined,
    terminal: Terminal
): Promise<ExitCode> {
    const { cwd } = terminal;
    if (output !== undefined) {
        assertWritable(resolve(cwd, output));
    }
    const from = policyIn(cwd);
    const asked = names.length > 0 ? names : [...(await ownName(from)), ...(await dependenciesWithPolicies(from))];
    if (asked.length === 0) {
        throw new CodedError('GR903', 'package.json names no package with policies', 'Name a package or a file.');
    }
    const sources: Source[] = [];
    for (const name of asked) {
        sources.push(
            ...(!existsSync(resolve(cwd, name))
                ? await packageSources(name, from)
                : statSync(resolve(cwd, name)).isDirectory()
                  ? await folderSources(name, cwd)
                  : [await fileSource(name, cwd)])
        );
    }
    if (output === undefined) {
        terminal.output.write(pageOf(sources));
    } else {
        writeAtomically(resolve(cwd, output), pageOf(sources));
    }
    return EXIT.ok;
}

/** Imports are resolved as if a policy in the folder named them. */
export function policyIn(folder: string): URI {
    return URI.file(join(folder, 'policy.guardrail'));
}

/** The package that a folder contains. Rejects with GR903 if it has no policies. */
async function folderSources(name: string, cwd: string): Promise<Source[]> {
    const from = policyIn(resolve(cwd, name));
    const [own] = await ownName(from);
    if (own === undefined) {
        throw new CodedError('GR903', `${name} is not a package with policies`, 'Name a package or a file.');
    }
    return packageSources(own, from);
}

/** The name of the package that the file is in, if its package.json names policies; it imports itself by this name. */
async function ownName(from: URI): Promise<string[]> {
    try {
        const file = UriUtils.resolvePath(UriUtils.dirname(from), 'package.json');
        const { name } = JSON.parse(await new PolicyFileSystem().readFile(file)) as { name?: unknown };
        return typeof name === 'string' && (await hasPolicies(name, from)) ? [name] : [];
    } catch {
        return [];
    }
}

async function dependenciesWithPolicies(from: URI): Promise<string[]> {
    const found: string[] = [];
    for (const name of await dependenciesOf(from, new PolicyFileSystem())) {
        found.push(...((await hasPolicies(name, from)) ? [name] : []));
    }
    return found;
}

async function hasPolicies(name: string, from: URI): Promise<boolean> {
    return importPathsOf(name, await manifestOf(name, from)).length > 0;
}

/** The package.json of an installed package; empty if it is not installed. */
export async function manifestOf(name: string, from: URI): Promise<Manifest> {
    return (await installedPackage(name, from, new PolicyFileSystem()))?.manifest ?? {};
}

async function fileSource(name: string, cwd: string): Promise<Source> {
    const workspace = new PolicyWorkspace();
    const document = await loadNamed(workspace, name, cwd);
    const path = name.startsWith('.') ? name : `./${name}`;
    return { title: name, path, workspace, elements: given(workspace, document) };
}

/** What each file of an installed package brings. Rejects as `offeredBy` does. */
export async function packageSources(name: string, from: URI): Promise<Source[]> {
    const manifest = await manifestOf(name, from);
    const { version } = manifest;
    const paths = importPathsOf(name, manifest);
    const sources: Source[] = [];
    for (const path of paths.length > 0 ? paths : [name]) {
        const title = packageText({ name: path, ...(typeof version === 'string' && { version }) });
        sources.push({ title, path, ...(await offeredBy(path, from)) });
    }
    return sources;
}

export function pageOf(sources: readonly Source[]): string {
    return sources.map(sourcePage).join('\n');
}

function sourcePage({ title, path, workspace, elements }: Source): string {
    const packs = elements.flatMap(({ name, element }) => (ast.isPack(element) ? [{ name, pack: element }] : []));
    const others = elements.filter(({ element }) => !ast.isPack(element)).map(({ name }) => name);
    return [
        `# ${title}`,
        '',
        '```guardrail',
        `import { ${[...packs.map(({ name }) => name), ...others].join(', ')} } from "${path}"`,
        '```',
        '',
        ...packs.flatMap(({ name, pack }) => packPage(name, pack, workspace.documentationOf(pack)))
    ].join('\n');
}
