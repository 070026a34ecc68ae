/** `guardrail packages add`: lets the user's own package manager install packages, and prints the page about them. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { resolveCommand } from 'package-manager-detector/commands';
import { detect, getUserAgent } from 'package-manager-detector/detect';
import satisfies from 'semver/functions/satisfies.js';
import { type Manifest, PLUG_AND_PLAY } from '../../../../language/files/packages.js';
import { parseJson } from '../../../../language/text/json-text.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { MAX_JSON_BYTES } from '../../../workspace/file-limits.js';
import { readRegularFile } from '../../../workspace/regular-file.js';
import { packageText } from '../../../workspace/used-package.js';
import { runPackageManager } from '../../packages/run.js';
import type { Terminal } from '../../terminal/terminal.js';
import { manifestOf, packageSources, pageOf, policyIn } from './pages.js';

/** @param specs specifiers in the form that package managers accept */
export async function add(specs: readonly string[], dev: boolean, terminal: Terminal): Promise<ExitCode> {
    const { cwd, output } = terminal;
    const before = dependenciesAbove(cwd);
    await install(specs, dev, cwd);
    const from = policyIn(cwd);
    for (const name of changedDependencies(specs, before, dependenciesAbove(cwd))) {
        assertFits(name, await manifestOf(name, from), terminal.version);
        // If a package has no policies, the reason is reported.
        output.write(`${pageOf(await packageSources(name, from))}\n`);
    }
    return EXIT.ok;
}

/**
 * Resolves once the packages are installed. The package manager is that of the lock file or package.json, otherwise the
 * one that runs this command, otherwise npm. Rejects with a `CodedError`: GR248 before an installation that no policy
 * could read, and what `runPackageManager` rejects with.
 */
async function install(specs: readonly string[], dev: boolean, cwd: string): Promise<void> {
    assertReadable(cwd);
    const agent = (await detect({ cwd }))?.agent ?? getUserAgent() ?? 'npm';
    const { command, args } = resolveCommand(agent, 'add', [...(dev ? ['-D'] : []), ...specs]) ?? {
        command: agent,
        args: ['add', ...specs]
    };
    await runPackageManager(command, args, cwd, true);
}

function assertReadable(folder: string): void {
    if (PLUG_AND_PLAY.files.some((file) => existsSync(join(folder, file)))) {
        throw new CodedError(PLUG_AND_PLAY.code, PLUG_AND_PLAY.what, PLUG_AND_PLAY.help);
    }
    if (dirname(folder) !== folder) {
        assertReadable(dirname(folder));
    }
}

/** Like VS Code's extensions, a package states in `engines` which versions of the language it is written for. */
function assertFits(name: string, manifest: Manifest, language: string): void {
    const range = (manifest['engines'] as { readonly guardrail?: unknown } | null | undefined)?.guardrail;
    if (
        range !== undefined &&
        !(typeof range === 'string' && satisfies(language, range, { includePrerelease: true }))
    ) {
        const shown = typeof range === 'string' ? range : JSON.stringify(range);
        const { version } = manifest;
        throw new CodedError(
            'GR983',
            `${packageText({ name, ...(typeof version === 'string' && { version }) })} is installed, but is written for guardrail ${shown}: this is ${language}`,
            'Install a matching version of it, such as an older one, or another version of guardrail.'
        );
    }
}

/** Maps the names of packages to their specifiers. */
export type Dependencies = ReadonlyMap<string, string>;

/** The dependencies of the nearest package.json in a parent folder; empty if there is none, or it is invalid. */
export function dependenciesAbove(folder: string): Dependencies {
    try {
        const text = readRegularFile(join(folder, 'package.json'), MAX_JSON_BYTES).toString('utf8');
        const manifest = parseJson(text) as Partial<Record<string, Record<string, string>>>;
        return new Map(Object.entries({ ...manifest['devDependencies'], ...manifest['dependencies'] }));
    } catch (error) {
        const above = dirname(folder);
        const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
        return isMissing && above !== folder ? dependenciesAbove(above) : new Map();
    }
}

/** The packages that are new or have another specifier, and requested ones that are unchanged. */
export function changedDependencies(specs: readonly string[], before: Dependencies, after: Dependencies): string[] {
    const asked = new Set(specs.map(nameIn));
    const files = new Set(specs.map((spec) => basename(spec)));
    const found = [...after]
        .filter(([name, spec]) => before.get(name) !== spec || asked.has(name) || files.has(basename(spec)))
        .map(([name]) => name);
    return found.length > 0 ? found : [...asked];
}

/** The name in a specifier: `@acme/guardrails` for `@acme/guardrails@^1`. */
function nameIn(spec: string): string {
    return /^(?:@[^/@]+\/)?[^/@]+/.exec(spec)?.[0] ?? spec;
}
