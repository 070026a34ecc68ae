/** `guardrail add`: lets the user's own package manager install the packages, and then inspects their contents. */
import { URI } from 'langium';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import satisfies from 'semver/functions/satisfies.js';
import { importPathsOf, installedPackage, type Manifest } from '../../../../language/files/packages.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { changedDependencies, dependenciesAbove } from './dependencies.js';
import { install } from './install.js';
import { offerOf, printOffers } from './offers.js';
import type { Terminal } from '../../terminal/terminal.js';
import { PolicyFileSystem } from '../../../workspace/policy-workspace.js';

/** @param specs specifiers in the form that package managers accept */
export async function add(specs: readonly string[], dev: boolean, terminal: Terminal): Promise<ExitCode> {
    const { cwd, output, style } = terminal;
    const before = dependenciesAbove(cwd);
    await install(specs, dev, cwd);
    const names = changedDependencies(specs, before, dependenciesAbove(cwd));
    // The path is resolved as if a policy in this folder imported it.
    const from = URI.parse(pathToFileURL(join(cwd, 'policy.guardrail')).href);
    for (const name of names) {
        const manifest = (await installedPackage(name, from, new PolicyFileSystem()))?.manifest ?? {};
        const paths = importPathsOf(name, manifest);
        assertFits(name, manifest, terminal.version);
        // If a package offers nothing, the reason is reported.
        const offers = await Promise.all((paths.length > 0 ? paths : [name]).map((path) => offerOf(path, from)));
        const head = `${[style.bold(name), ...versionOf(manifest)].join(' ')} has policies:`;
        output.write(`${[head, ...printOffers(offers, style)].join('\n')}\n`);
    }
    await output.finished();
    return EXIT.ok;
}

/** Like VS Code's extensions, a package states in `engines` which versions of the language it is written for. */
function assertFits(name: string, manifest: Manifest, language: string): void {
    const range = (manifest['engines'] as { readonly guardrail?: unknown } | null | undefined)?.guardrail;
    if (
        range !== undefined &&
        !(typeof range === 'string' && satisfies(language, range, { includePrerelease: true }))
    ) {
        const shown = typeof range === 'string' ? range : JSON.stringify(range);
        throw new CodedError(
            'GR983',
            `${[name, ...versionOf(manifest)].join(' ')} is installed, but is written for guardrail ${shown}: this is ${language}`,
            'Install a matching version of it, such as an older one, or another version of guardrail.'
        );
    }
}

/** The version of the package; packages that are never published have none. */
function versionOf({ version }: Manifest): string[] {
    return typeof version === 'string' ? [version] : [];
}
