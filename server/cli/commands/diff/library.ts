/** `guardrail diff` of two versions of a library: what its packs do otherwise, and which version that asks for. */
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { URI } from 'langium';
import gte from 'semver/functions/gte.js';
import inc from 'semver/functions/inc.js';
import valid from 'semver/functions/valid.js';
import { importPathsOf, installedPackage } from '../../../../language/files/packages.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { RevisionFileSystem, revisionUri } from '../../git/files.js';
import { revisionName } from '../../git/name.js';
import { GitTree } from '../../git/tree.js';
import { PolicyFileSystem } from '../../../workspace/policy-workspace.js';
import { jsonText } from '../../reports/json.js';
import type { DiffFormat } from '../../reports/formats.js';
import type { ReportContext } from '../../reports/context.js';
import { type Block, type Text, withCode } from '../../reports/document.js';
import type { Tone } from '../../terminal/style.js';
import { printedText } from '../../reports/terminal.js';
import type { Terminal } from '../../terminal/terminal.js';
import { offeredBy } from '../../packages/offered.js';
import type { RawConfiguration } from '../../../../language/configuration/format.js';
import { CONFIGURATION_NAME, configurationChanges, configurationIn } from '../../packages/configuration-changes.js';
import { type Advice, adviceFor, type Exports, type LibraryChange, libraryChanges } from './library-changes.js';
import type { Effect } from './statement-changes.js';

/** One version of a library: a file of packs, or the package in a folder. */
export interface Library {
    /** The name as the user gave it. */
    readonly name: string;
    readonly version?: string;
    readonly exports: Exports;
    /** What its configuration requires of repositories that extend it; undefined for a file. */
    readonly configuration?: RawConfiguration;
    /** The packages that the library imports, and whose version in the revision is unknown. */
    readonly unknownPackages: readonly string[];
}

/**
 * The library in a folder with a package.json, on disk or in a revision (`REV:path`); undefined for anything else. Rejects
 * with a `CodedError`: GR982 if an import path of the package cannot be used, GR911 if it has none.
 */
export async function libraryIn(name: string, cwd: string): Promise<Library | undefined> {
    const revised = revisionName(name, cwd);
    const tree = revised && GitTree.open(revised.revision, cwd);
    const files = tree ? new RevisionFileSystem(tree) : new PolicyFileSystem();
    const folder = tree ? tree.locate(revised.path, cwd) : resolve(cwd, name);
    const at = (file: string): URI =>
        tree ? revisionUri(join(folder, file), tree.revision) : URI.parse(pathToFileURL(join(folder, file)).href);
    if (!(await files.exists(at('package.json')))) {
        return undefined;
    }
    const inside = at('library.guardrail');
    const own = nameIn(await files.readFile(at('package.json')));
    const manifest = own === undefined ? undefined : (await installedPackage(own, inside, files))?.manifest;
    const paths = own === undefined || !manifest ? [] : importPathsOf(own, manifest);
    if (paths.length === 0) {
        throw new CodedError(
            'GR911',
            `${name} is a package without policies`,
            'Name a file, or a package whose package.json names one in `exports`, `guardrail` or `main`.'
        );
    }
    const exports = new Map<string, Awaited<ReturnType<typeof offeredBy>>['elements']>();
    for (const path of paths) {
        exports.set(path, (await offeredBy(path, inside, files)).elements);
    }
    const version = valid(typeof manifest?.version === 'string' ? manifest.version : null);
    const unknownPackages = files instanceof RevisionFileSystem ? files.unknownPackages : [];
    const configuration = await configurationIn(at(CONFIGURATION_NAME), files);
    return { name, exports, configuration, unknownPackages, ...(version !== null && { version }) };
}

function nameIn(text: string): string | undefined {
    try {
        const { name } = JSON.parse(text) as { name?: unknown };
        return typeof name === 'string' ? name : undefined;
    } catch {
        return undefined;
    }
}

interface LibraryReport {
    readonly old: Library;
    readonly new: Library;
    readonly changes: readonly LibraryChange[];
    readonly advice: Advice;
    /** The smallest version that announces the changes; undefined if the old version is unknown. */
    readonly next?: string;
    /** False if the new version is smaller than that. */
    readonly isEnough?: boolean;
    readonly exitCode: ExitCode;
}

export async function libraryDiff(
    old: Library,
    young: Library,
    format: DiffFormat,
    terminal: Terminal
): Promise<ExitCode> {
    const changes = [
        ...libraryChanges(old.exports, young.exports),
        ...configurationChanges(old.configuration ?? {}, young.configuration ?? {}).map((one) => ({
            name: CONFIGURATION_NAME,
            ...one
        }))
    ];
    const advice = adviceFor(changes);
    const next = changes.length > 0 && old.version !== undefined ? nextVersion(old.version, advice) : undefined;
    const report: LibraryReport = {
        old,
        new: young,
        changes,
        advice,
        ...(next !== undefined && { next }),
        ...(next !== undefined && young.version !== undefined && { isEnough: gte(young.version, next) }),
        exitCode: advice === 'major' ? EXIT.violated : EXIT.ok
    };
    const { output, style } = terminal;
    const context: ReportContext = { style, quiet: false, pathOf: (uri) => uri, textOf: () => undefined };
    if (format === 'json') {
        output.write(jsonReport(report, terminal.version));
    } else if (format === 'markdown') {
        output.write(
            (await import('../../reports/published.js')).markdown(libraryBlocks(report, '→', withCode), context)
        );
    } else {
        output.write(
            printedText(
                libraryBlocks(report, style.signs.arrow, (text) => text),
                context
            )
        );
    }
    return report.exitCode;
}

/** Before 1.0.0, npm takes a new minor version for one that breaks. */
function nextVersion(version: string, advice: Advice): string | undefined {
    const isEarly = version.startsWith('0.');
    return (
        inc(
            version,
            advice === 'major' ? (isEarly ? 'minor' : 'major') : advice === 'minor' && !isEarly ? 'minor' : 'patch'
        ) ?? undefined
    );
}

function adviceText({ advice, changes, next, isEnough, new: { version } }: LibraryReport): string {
    if (changes.length === 0) {
        return 'Nothing that policies can import has changed.';
    }
    const why =
        advice === 'major'
            ? 'Policies that use the library may notice these changes.'
            : 'Policies that use the library do not notice these changes.';
    if (next === undefined) {
        return `${why} Publish them as a ${advice} version.`;
    }
    return isEnough === undefined
        ? `${why} Publish version ${next} or later.`
        : isEnough
          ? `${why} Version ${version} announces them.`
          : `${why} Version ${version} does not announce them: publish version ${next} or later.`;
}

const WORDS: { readonly [effect in Effect]: readonly [word: string, tone: Tone] } = {
    breaks: ['breaks uses', 'bad'],
    looser: ['looser', 'bad'],
    stricter: ['stricter', 'unsure'],
    otherwise: ['changed', 'unsure'],
    adds: ['added', 'good']
};

/** @param textOf the text of a change, with names in backquotes */
function libraryBlocks(report: LibraryReport, arrow: string, textOf: (text: string) => Text): Block[] {
    const [before, after] = [report.old, report.new].map(({ name, version }) =>
        version === undefined ? name : `${name} (${version})`
    );
    const names = [...new Set(report.changes.map(({ name }) => name))];
    return [
        { kind: 'heading', text: `${before} ${arrow} ${after}` },
        ...names.flatMap((name): Block[] => [
            { kind: 'heading', text: name },
            {
                kind: 'rows',
                columns: ['effect', 'change'],
                rows: report.changes.flatMap(({ name: of, effect, text }) =>
                    of === name ? [{ tone: WORDS[effect][1], word: WORDS[effect][0], text: textOf(text) }] : []
                )
            }
        ]),
        { kind: 'text', text: adviceText(report) }
    ];
}

function jsonReport(
    { old, new: young, changes, advice, next, isEnough, exitCode }: LibraryReport,
    version: string
): string {
    const side = (library: Library) => ({
        name: library.name,
        ...(library.version !== undefined && { version: library.version })
    });
    return jsonText(
        'guardrail-library-difference/1',
        { version, exitCode },
        {
            old: side(old),
            new: side(young),
            advice,
            ...(next !== undefined && { next }),
            ...(isEnough !== undefined && { isEnough }),
            changes
        }
    );
}
