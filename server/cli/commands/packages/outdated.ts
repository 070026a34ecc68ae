/** `guardrail packages outdated`: shows what the newest versions of the packages would change for each policy. */
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { URI } from 'langium';
import { type Configurations, configurationsOf } from '../../../../language/configuration/configurations.js';
import { installedPackage } from '../../../../language/files/packages.js';
import { differenceOf, type DifferenceResult } from '../../../checker/difference/index.js';
import { diagnosticsOf } from '../../../workspace/diagnostics.js';
import { displayPath } from '../../../workspace/display-path.js';
import { asCodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { loadPolicyIn } from '../../../workspace/load-policy.js';
import { packagesOf } from '../../../workspace/packages-used.js';
import { PolicyFileSystem, PolicyWorkspace } from '../../../workspace/policy-workspace.js';
import type { UsedPackage } from '../../../workspace/used-package.js';
import {
    CONFIGURATION_NAME,
    type ConfigurationChange,
    configurationChanges,
    configurationIn
} from '../../packages/configuration-changes.js';
import type { SearchOptions } from '../../config/flags.js';
import { copyRegistry, runPackageManager } from '../../packages/run.js';
import { mostSevere } from '../../reports/check-report.js';
import { contextIn } from '../../reports/context.js';
import { type Block, group, type Label, note } from '../../reports/document.js';
import type { ReportFormat } from '../../reports/formats.js';
import { jsonText } from '../../reports/json.js';
import { printedText } from '../../reports/terminal.js';
import { selectFiles, type Selector } from '../../selection/files.js';
import type { Terminal } from '../../terminal/terminal.js';

export interface OutdatedOptions extends SearchOptions {
    readonly select: Selector;
    readonly format: ReportFormat;
}

/** The effect of newer packages on one policy. */
interface Effect {
    readonly path: string;
    readonly packages: readonly { readonly name: string; readonly version: string; readonly newest: string }[];
    /** The effect of the change on decisions. `broken`: the policy does not fit the new version. */
    readonly change: 'none' | 'looser' | 'stricter' | 'looser and stricter' | 'undecided' | 'broken';
    readonly explanation: string;
    /** The sessions that are decided differently: the change of the last decision, and the steps. */
    readonly differences: readonly {
        readonly change: string;
        readonly tool: string;
        readonly steps: readonly string[];
    }[];
    /** The changes of the packages' own configurations. */
    readonly configuration: readonly (ConfigurationChange & { readonly package: string })[];
}

interface Candidate {
    readonly file: string;
    readonly packages: readonly UsedPackage[];
}

export async function outdated(options: OutdatedOptions, terminal: Terminal): Promise<ExitCode> {
    const { select, format } = options;
    const { cwd, output } = terminal;
    const selection = selectFiles(select, cwd);
    const [problem] = selection.errors;
    if (problem) {
        throw problem;
    }
    const candidates: Candidate[] = [];
    for (const file of selection.files) {
        const workspace = new PolicyWorkspace();
        const loaded = await loadPolicyIn(workspace, file, cwd);
        if (loaded) {
            const imported = await packagesOf([loaded.document, ...workspace.importsOf(loaded.document)]);
            const packages = withGiven(
                imported,
                await configurationsOf(new PolicyFileSystem()).of(loaded.document.uri)
            );
            candidates.push(...(packages.length > 0 ? [{ file, packages }] : []));
        }
    }
    const names = [...new Set(candidates.flatMap(({ packages }) => packages.map(({ name }) => name)))];
    const effects: Effect[] = [];
    if (names.length > 0) {
        const newest = await newestPackages(names, cwd);
        try {
            for (const candidate of candidates) {
                effects.push(...(await effectOn(candidate, newest, options, cwd)));
            }
        } finally {
            newest.dispose();
        }
    }
    const exitCode = mostSevere(effects.map(exitCodeOf));
    output.write(
        format === 'json'
            ? jsonText('guardrail-outdated/1', { version: terminal.version, exitCode }, { policies: effects })
            : pretty(effects, names, terminal)
    );
    return exitCode;
}

async function effectOn(
    { file, packages }: Candidate,
    newest: Awaited<ReturnType<typeof newestPackages>>,
    { limits, timeLimit }: OutdatedOptions,
    cwd: string
): Promise<Effect[]> {
    const changed = packages.flatMap(({ name, version = '' }) => {
        const other = newest.versions.get(name) ?? '';
        return other !== version && other !== '' ? [{ name, version, newest: other }] : [];
    });
    if (changed.length === 0) {
        return [];
    }
    const configuration: (ConfigurationChange & { readonly package: string })[] = [];
    const about = { path: displayPath(file, cwd), packages: changed, configuration };
    const roots = new Map<string, string>();
    for (const { name } of changed) {
        const uri = pathToFileURL(file).toString();
        const installed = await installedPackage(name, URI.parse(uri), new PolicyFileSystem());
        if (installed) {
            roots.set(realpathSync(installed.root.fsPath), newest.roots.get(name)!);
            roots.set(installed.root.fsPath, newest.roots.get(name)!);
            const [before, after] = [installed.root.fsPath, newest.roots.get(name)!].map((root) =>
                configurationIn(URI.file(join(root, CONFIGURATION_NAME)), new PolicyFileSystem())
            );
            const changes = configurationChanges(await before!, await after!);
            configuration.push(...changes.map((one) => ({ package: name, ...one })));
        }
    }
    try {
        const before = await loadPolicyIn(new PolicyWorkspace(), file, cwd);
        const workspace = new PolicyWorkspace(new ReplacedPackages(roots));
        const document = await workspace.load(file);
        const error = [document, ...workspace.importsOf(document)]
            .flatMap((one) => diagnosticsOf(one).map((each) => ({ ...each, uri: one.uri })))
            .find(({ severity }) => severity === 'error');
        if (error) {
            const place = `${displayPath(error.uri.fsPath, cwd)}:${error.source.start.line + 1}`;
            return [
                {
                    ...about,
                    change: 'broken',
                    explanation: `${place}: ${error.message} (${error.code})`,
                    differences: []
                }
            ];
        }
        const total = timeLimit && { total: timeLimit.total };
        const result = differenceOf(before!.policy, workspace.policyOf(document), { limits, ...total });
        return [{ ...about, ...effectIn(result) }];
    } catch (thrown) {
        return [{ ...about, change: 'broken', explanation: asCodedError(thrown).message, differences: [] }];
    }
}

function effectIn({
    verdict,
    explanation,
    differences,
    apart
}: DifferenceResult): Omit<Effect, 'path' | 'packages' | 'configuration'> {
    const rank = { allowed: 0, held: 1, denied: 2 } as const;
    const moves = differences.map(({ old, new: young }) => Math.sign(rank[young.decision] - rank[old.decision]));
    const directions = [...(moves.includes(-1) ? ['looser'] : []), ...(moves.includes(1) ? ['stricter'] : [])];
    const change =
        verdict === 'equivalent' && apart.length === 0
            ? 'none'
            : directions.length > 0
              ? (directions.join(' and ') as Effect['change'])
              : 'undecided';
    return {
        change,
        explanation,
        differences: differences.map(({ change: kind, tool, trace }) => ({
            change: kind,
            tool,
            steps: trace.steps.map(({ text }) => text)
        }))
    };
}

/** The packages that a policy imports, and those whose configurations apply to it. */
function withGiven(imported: readonly UsedPackage[], { given }: Configurations): UsedPackage[] {
    const others = given.flatMap(({ package: from }) => (from ? [from] : []));
    return [
        ...imported,
        ...others
            .filter(({ name }) => !imported.some((one) => one.name === name))
            .map(({ name, version }) => ({ name, ...(version !== undefined && { version }) }))
    ];
}

function exitCodeOf({ change, configuration }: Effect): ExitCode {
    return change === 'none'
        ? configuration.length > 0
            ? EXIT.violated
            : EXIT.ok
        : change === 'undecided'
          ? EXIT.undecided
          : EXIT.violated;
}

/** Reads files of packages from the folders of other versions. */
class ReplacedPackages extends PolicyFileSystem {
    /** @param roots the folders to read, by the folders of the installed packages */
    constructor(private readonly roots: ReadonlyMap<string, string>) {
        super();
    }

    override readFile(uri: URI): Promise<string> {
        return super.readFile(this.replaced(uri));
    }

    override readFileSync(uri: URI): string {
        return super.readFileSync(this.replaced(uri));
    }

    override exists(uri: URI): Promise<boolean> {
        return super.exists(this.replaced(uri));
    }

    override hasEntry(uri: URI): Promise<boolean> {
        return super.hasEntry(this.replaced(uri));
    }

    /** The file keeps its name in the installed package, which may be a link. */
    override async realPath(uri: URI): Promise<URI> {
        const other = this.replaced(uri);
        return other === uri ? super.realPath(uri) : uri;
    }

    private replaced(uri: URI): URI {
        if (uri.scheme !== 'file') {
            return uri;
        }
        const path = fileURLToPath(uri.toString());
        const [from, to] = [...this.roots].find(([root]) => path === root || path.startsWith(`${root}/`)) ?? [];
        return from === undefined ? uri : URI.parse(pathToFileURL(to! + path.slice(from.length)).toString());
    }
}

function pretty(effects: readonly Effect[], names: readonly string[], terminal: Terminal): string {
    if (effects.length > 0) {
        const { arrow } = terminal.style.signs;
        return printedText(
            effects.flatMap((effect) => effectBlocks(effect, arrow)),
            contextIn(terminal)
        );
    }
    return names.length === 0
        ? 'No policy imports a package.\n'
        : `${names.join(', ')}: the newest version is installed.\n`;
}

function effectBlocks(
    { path, packages, change, explanation, differences, configuration }: Effect,
    arrow: string
): Block[] {
    const versions = packages.map(({ name, version, newest }) => `${name} ${version} ${arrow} ${newest}`);
    const label: Label = {
        tone: change === 'none' ? 'good' : change === 'undecided' ? 'unsure' : 'bad',
        word: change === 'none' ? 'decides nothing differently' : change
    };
    const details = [
        ...configuration.map(({ package: name, effect, text }) => note(`configuration of ${name}, ${effect}: ${text}`)),
        ...differences.flatMap(({ change: kind, steps }) => [
            note(kind),
            group(...steps.map((step, index) => note(`${index + 1}. ${step}`)))
        ])
    ];
    return [
        { kind: 'heading', text: `${path}: ${versions.join(', ')}` },
        group({ kind: 'note', label, text: explanation }, group(...details))
    ];
}

/**
 * Downloads the newest version of each package with npm into a separate folder. Rejects with a `CodedError`: GR980 if npm cannot be run, GR981 with
 * npm's exit code if it fails. Package scripts never run.
 */
async function newestPackages(
    names: readonly string[],
    cwd: string
): Promise<{
    readonly roots: ReadonlyMap<string, string>;
    readonly versions: ReadonlyMap<string, string>;
    dispose(): void;
}> {
    const folder = mkdtempSync(join(tmpdir(), 'guardrail-outdated-'));
    const dispose = (): void => rmSync(folder, { recursive: true, force: true });
    try {
        writeFileSync(join(folder, 'package.json'), '{ "private": true }');
        copyRegistry(cwd, folder);
        await runPackageManager(
            'npm',
            ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...names.map((name) => `${name}@latest`)],
            folder
        );
        const roots = new Map(names.map((name) => [name, join(folder, 'node_modules', name)]));
        return { roots, versions: new Map([...roots].map(([name, root]) => [name, versionIn(root)])), dispose };
    } catch (error) {
        dispose();
        throw error;
    }
}

function versionIn(root: string): string {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version?: unknown };
    return typeof version === 'string' ? version : '';
}
