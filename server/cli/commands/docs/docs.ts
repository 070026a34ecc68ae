/** `guardrail docs`: a page about packs, from their parameters, claims, annotations and documentation comments. */
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { URI, UriUtils } from 'langium';
import * as ast from '../../../../language/generated/ast.js';
import { dependenciesOf, importPathsOf, installedPackage } from '../../../../language/files/packages.js';
import { packPage } from '../../../../language/packs/page.js';
import type { NamedElement } from '../../../../language/names/visible.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { loadNamed } from '../../../workspace/load-policy.js';
import { packageText } from '../../../workspace/used-package.js';
import { PolicyFileSystem, PolicyWorkspace } from '../../../workspace/policy-workspace.js';
import { assertWritable, writeAtomically } from '../../terminal/output.js';
import type { Terminal } from '../../terminal/terminal.js';
import { given, offeredBy } from '../add/offers.js';

/** What one import brings. */
interface Source {
    readonly title: string;
    readonly path: string;
    readonly workspace: PolicyWorkspace;
    readonly elements: readonly NamedElement[];
}

/** @param output the file to write; undefined for standard output */
export async function docs(
    names: readonly string[],
    output: string | undefined,
    terminal: Terminal
): Promise<ExitCode> {
    const { cwd } = terminal;
    if (output !== undefined) {
        assertWritable(resolve(cwd, output));
    }
    const from = URI.parse(pathToFileURL(join(cwd, 'policy.guardrail')).href);
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
    const page = `${sources.map(sourcePage).join('\n')}`;
    if (output === undefined) {
        terminal.output.write(page);
        await terminal.output.finished();
    } else {
        writeAtomically(resolve(cwd, output), page);
    }
    return EXIT.ok;
}

/** The package that a folder contains. Rejects with GR903 if it has no policies. */
async function folderSources(name: string, cwd: string): Promise<Source[]> {
    const from = URI.parse(pathToFileURL(join(resolve(cwd, name), 'policy.guardrail')).href);
    const [own] = await ownName(from);
    if (own === undefined) {
        throw new CodedError('GR903', `${name} is not a package with policies`, 'Name a package or a file.');
    }
    return packageSources(own, from);
}

/** The name of the package that the file is in, if its package.json names policies; it imports itself by this name. */
async function ownName(from: URI): Promise<string[]> {
    const files = new PolicyFileSystem();
    try {
        const { name } = JSON.parse(
            await files.readFile(UriUtils.resolvePath(UriUtils.dirname(from), 'package.json'))
        ) as {
            name?: unknown;
        };
        const manifest = typeof name === 'string' ? (await installedPackage(name, from, files))?.manifest : undefined;
        return manifest && importPathsOf(name as string, manifest).length > 0 ? [name as string] : [];
    } catch {
        return [];
    }
}

async function dependenciesWithPolicies(from: URI): Promise<string[]> {
    const files = new PolicyFileSystem();
    const found: string[] = [];
    for (const name of await dependenciesOf(from, files)) {
        const manifest = (await installedPackage(name, from, files))?.manifest;
        if (manifest && importPathsOf(name, manifest).length > 0) {
            found.push(name);
        }
    }
    return found;
}

async function fileSource(name: string, cwd: string): Promise<Source> {
    const workspace = new PolicyWorkspace();
    const document = await loadNamed(workspace, name, cwd);
    return {
        title: name,
        path: name.startsWith('.') ? name : `./${name}`,
        workspace,
        elements: given(workspace, document)
    };
}

async function packageSources(name: string, from: URI): Promise<Source[]> {
    const manifest = (await installedPackage(name, from, new PolicyFileSystem()))?.manifest ?? {};
    const { version } = manifest;
    const paths = importPathsOf(name, manifest);
    const sources: Source[] = [];
    for (const path of paths.length > 0 ? paths : [name]) {
        const title = packageText({ name: path, ...(typeof version === 'string' && { version }) });
        sources.push({ title, path, ...(await offeredBy(path, from)) });
    }
    return sources;
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
