/** `guardrail diff`: runs two policies in lock step, and finds the sessions that they decide differently. */
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkClaims } from '../../../checker/check.js';
import {
    differenceOf,
    type DifferenceResult,
    type StatementChange,
    statementChanges
} from '../../../checker/difference/index.js';
import { totalBudget } from '../../../checker/limits/budget.js';
import type { Policy } from '../../../model/policy/policy.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import type { SearchOptions } from '../../config/flags.js';
import { RevisionFileSystem, revisionPath, revisionUri } from '../../git/files.js';
import { revisionName } from '../../git/name.js';
import { GitTree } from '../../git/tree.js';
import { loadNamed, named } from '../../../workspace/load-policy.js';
import { progressOf } from '../../terminal/progress.js';
import { type LockedPackages, lockedPackages } from '../../packages/locked.js';
import type { FileReport } from '../../reports/check-report.js';
import type { ReportContext } from '../../reports/context.js';
import {
    differenceBlocks,
    type DifferenceReport,
    isAboutProof,
    isShownToOpen,
    jsonDifference,
    type ReadFiles
} from '../../reports/difference.js';
import type { DiffFormat } from '../../reports/formats.js';
import { prettyFile } from '../../reports/pretty.js';
import { printedText } from '../../reports/terminal.js';
import type { Terminal } from '../../terminal/terminal.js';
import { type ComparedSettings, comparedSettings } from './settings.js';
import { given } from '../../packages/offered.js';
import { readFilesOf } from './read-files.js';
import { type Library, libraryDiff, libraryIn } from './library.js';
import { configurationsOf, type Configurations } from '../../../../language/configuration/configurations.js';
import { changesOfConfigurations } from '../../packages/configuration-changes.js';
import { packagesOf } from '../../../workspace/packages-used.js';
import type { UsedPackage } from '../../../workspace/used-package.js';
import { type PolicyDocument, PolicyFileSystem, PolicyWorkspace } from '../../../workspace/policy-workspace.js';
import { fileReportsOf } from '../../reports/file-reports.js';
import { pathFrom } from '../../reports/context.js';

export interface DiffOptions extends SearchOptions {
    readonly most: number;
    readonly strict?: boolean;
    readonly format: DiffFormat;
    /** The places in JSON are those of the checker, by URI, for the session view. */
    readonly places?: 'uris';
    /** A checkout with the packages of the revision, or `lock`, which installs those of its lock file. */
    readonly packagesOf?: string;
}

/** One of the two policies: the file and its imports, as shown in a report. */
interface Side {
    readonly files: readonly FileReport[];
    readonly pathOf: (uri: string) => string;
    /** Undefined if the text has errors. */
    readonly policy?: Policy;
    readonly packages: readonly UsedPackage[];
    readonly configurations: Configurations;
    readonly read: ReadFiles;
    /** What a file without a policy provides; undefined for a policy, and if the text has errors. */
    readonly library?: Library;
    /** The packages that the side imports and whose version in the revision is unknown. */
    readonly unknownPackages: readonly string[];
}

export async function diff(old: string, young: string, options: DiffOptions, terminal: Terminal): Promise<ExitCode> {
    const { cwd, output, style } = terminal;
    const started = performance.now();
    assertRevision([old, young], options, cwd);
    const settings = await comparedSettings(old, young, cwd, (before, after) =>
        compare(before, after, options, terminal)
    );
    if (settings) {
        return writeSettings(settings, started, options, terminal);
    }
    const packages = [await libraryIn(old, cwd), await libraryIn(young, cwd)] as const;
    if (packages[0] && packages[1]) {
        const unknownPackages = [...new Set(packages.flatMap((one) => one?.unknownPackages ?? []))];
        if (unknownPackages.length > 0) {
            const report = { version: terminal.version, old, new: young, files: [], unknownPackages };
            const milliseconds = performance.now() - started;
            const context: ReportContext = { style, quiet: false, pathOf: (uri) => uri, textOf: () => undefined };
            await write({ ...report, exitCode: EXIT.undecided, milliseconds }, context, options, terminal);
            return EXIT.undecided;
        }
        return libraryDiff(packages[0], packages[1], options.format, terminal);
    }
    if (packages[0] ?? packages[1]) {
        throw onlyOne((packages[0] ?? packages[1])!.name);
    }
    const sides = { old: await load(old, cwd, options), new: await load(young, cwd, options) };
    const libraries = [sides.old.library, sides.new.library] as const;
    const unknown = [...new Set([...sides.old.unknownPackages, ...sides.new.unknownPackages])];
    if (libraries[0] && libraries[1] && unknown.length === 0) {
        return libraryDiff(libraries[0], libraries[1], options.format, terminal);
    }
    const [isOld, isNew] = [sides.old, sides.new].map(({ files: [file] }) => file!.kind === 'inventory');
    if (isOld !== isNew) {
        throw onlyOne(isOld ? old : young);
    }
    const files = [...sides.old.files, ...sides.new.files];
    const context: ReportContext = {
        style,
        quiet: false,
        pathOf: (uri) => (sides.old.files.some((file) => file.uri === uri) ? sides.old : sides.new).pathOf(uri),
        textOf: (uri) => files.find((file) => file.uri === uri)?.text
    };
    const result =
        unknown.length === 0 && sides.old.policy && sides.new.policy
            ? compare(sides.old.policy, sides.new.policy, options, terminal)
            : undefined;
    const changes = result ? changesOf(sides.old.policy!, sides.new.policy!, result, options) : [];
    const configuration = changesOfConfigurations(sides.old.configurations, sides.new.configurations);
    const isUnproved =
        changes.some(isShownToOpen) ||
        [...changes.filter(isAboutProof), ...configuration].some(({ effect }) => effect !== 'stricter');
    const exitCode =
        unknown.length > 0
            ? EXIT.undecided
            : !result
              ? EXIT.invalid
              : isUnproved
                ? EXIT.violated
                : exitCodeOf(result, options.strict === true);
    // Both policies may import the same file.
    const distinct = files.filter(({ uri }, index) => files.findIndex((other) => other.uri === uri) === index);
    const report = {
        version: terminal.version,
        old: sides.old.files[0]!.path,
        new: sides.new.files[0]!.path,
        files: distinct,
        ...(result && { read: { old: sides.old.read, new: sides.new.read } }),
        ...(sides.old.packages.length + sides.new.packages.length > 0 && {
            packages: { old: sides.old.packages, new: sides.new.packages }
        }),
        ...(configuration.length > 0 && { configuration }),
        ...(changes.length > 0 && { changes }),
        ...(result && { result }),
        ...(unknown.length > 0 && { unknownPackages: unknown }),
        exitCode,
        milliseconds: performance.now() - started
    };
    const broken = result || unknown.length > 0 ? [] : distinct.filter(({ diagnostics }) => diagnostics.length > 0);
    if (options.format === 'pretty') {
        output.write(broken.map((file) => prettyFile(file, context)).join(''));
    }
    await write(report, context, options, terminal);
    return exitCode;
}

async function writeSettings(
    settings: ComparedSettings,
    started: number,
    options: DiffOptions,
    terminal: Terminal
): Promise<ExitCode> {
    const { changes = [], result, files } = settings;
    const isUnproved = changes.some((change) => isAboutProof(change) && change.effect !== 'stricter');
    const exitCode = !result ? EXIT.invalid : isUnproved ? EXIT.violated : exitCodeOf(result, options.strict === true);
    const context: ReportContext = {
        style: terminal.style,
        quiet: false,
        pathOf: (uri) => files.find((file) => file.uri === uri)?.path ?? uri,
        textOf: (uri) => files.find((file) => file.uri === uri)?.text
    };
    if (options.format === 'pretty' && !result) {
        terminal.output.write(files.map((file) => prettyFile(file, context)).join(''));
    }
    const milliseconds = performance.now() - started;
    await write({ ...settings, version: terminal.version, exitCode, milliseconds }, context, options, terminal);
    return exitCode;
}

async function write(
    report: DifferenceReport,
    context: ReportContext,
    { format, places }: DiffOptions,
    { output }: Terminal
): Promise<void> {
    if (format === 'json') {
        output.write(jsonDifference(report, places ? undefined : context.pathOf));
    } else if (format === 'markdown') {
        const { markdown } = await import('../../reports/published.js');
        const command = `guardrail diff ${report.old} ${report.new}`;
        output.write(markdown(differenceBlocks(report, 'comment', '→'), context, command));
    } else {
        output.write(printedText(differenceBlocks(report, 'brief', context.style.signs.arrow), context));
    }
}

/**
 * The changes of the statements, with what claims that are gone or weaker, and rules that are gone, are like under the new rules.
 * A rule is not asked about if the sessions already show what its removal does.
 */
function changesOf(
    old: Policy,
    young: Policy,
    { verdict, differences }: DifferenceResult,
    { limits, timeLimit }: DiffOptions
): StatementChange[] {
    const { changes, asked } = statementChanges(old, young);
    const shown = differences.flatMap((one) => one.old.rules.map(({ text }) => text));
    const isOpen = ({ what, name }: StatementChange): boolean =>
        what !== 'rule' || (verdict !== 'equivalent' && !shown.includes(name));
    const open = [...(asked?.claims ?? [])].filter(([change]) => isOpen(change));
    const claims = open.map(([, claim]) => ({ policy: asked!.policy, claim }));
    const results =
        claims.length === 0 ? [] : checkClaims(claims, { limits }, () => undefined, totalBudget(timeLimit?.total));
    const resultOf = new Map(open.map(([change], index) => [change, results[index]!]));
    return changes.map((change) => (resultOf.has(change) ? { ...change, result: resultOf.get(change)! } : change));
}

function compare(
    old: Policy,
    young: Policy,
    { limits, timeLimit, most }: DiffOptions,
    terminal: Terminal
): DifferenceResult {
    const progress = progressOf(terminal);
    const result = differenceOf(old, young, {
        limits,
        most,
        ...(timeLimit && { total: timeLimit.total }),
        ...(progress && { onProgress: (state) => progress.show(young.name, { claim: 'difference', ...state }) })
    });
    progress?.restart();
    return result;
}

/** Loads one policy, in a workspace of its own, because the two may be versions of one text. */
async function load(name: string, cwd: string, options: DiffOptions): Promise<Side> {
    const { document, workspace, pathOf, files: revision, ...about } = await open(name, cwd, options);
    const files = fileReportsOf(document, workspace, cwd).map((file) => ({ ...file, path: pathOf(file.uri) }));
    const isValid = !files.some(({ diagnostics }) => diagnostics.some(({ severity }) => severity === 'error'));
    const unknownPackages = revision?.unknownPackages ?? [];
    if (files[0]!.kind === 'inventory') {
        const exports = new Map([['', given(workspace, document)]]);
        const library = { name: files[0]!.path, exports, unknownPackages };
        return { files, pathOf, ...about, unknownPackages, ...(isValid && { library }) };
    }
    return { files, pathOf, ...about, unknownPackages, ...(isValid && { policy: workspace.policyOf(document) }) };
}

function onlyOne(name: string): CodedError {
    return new CodedError(
        'GR911',
        `${name} has no \`policy\` line, and the other is a policy`,
        'Name two policies, or two versions of a library of packs.'
    );
}

interface OpenedPolicy {
    readonly document: PolicyDocument;
    readonly workspace: PolicyWorkspace;
    readonly packages: readonly UsedPackage[];
    readonly configurations: Configurations;
    readonly read: ReadFiles;
    /** Writes the path of a file for people. */
    readonly pathOf: (uri: string) => string;
    /** The tree of a revision. */
    readonly files?: RevisionFileSystem;
}

async function open(name: string, cwd: string, { packagesOf: place }: DiffOptions): Promise<OpenedPolicy> {
    const pathOf = pathFrom(cwd);
    const revised = revisionName(name, cwd);
    if (!revised) {
        const files = new PolicyFileSystem();
        const workspace = new PolicyWorkspace(files);
        const document = await loadNamed(workspace, name, cwd);
        return { document, workspace, pathOf, ...(await givenTo(document, workspace, files)) };
    }
    const tree = GitTree.open(revised.revision, cwd);
    const file = tree.locate(revised.path, cwd);
    const packages = place === undefined ? undefined : await packagesIn(place, tree, file, cwd);
    try {
        const files = new RevisionFileSystem(tree, packages?.folder);
        const workspace = new PolicyWorkspace(files);
        const document = await named(name, () => files.load(workspace, revisionUri(file, tree.revision)));
        const about = await givenTo(document, workspace, files);
        return { document, workspace, files, ...about, pathOf: (one) => revisionPath(one, tree) ?? pathOf(one) };
    } finally {
        packages?.dispose();
    }
}

async function givenTo(
    document: PolicyDocument,
    workspace: PolicyWorkspace,
    files: PolicyFileSystem
): Promise<Pick<OpenedPolicy, 'packages' | 'configurations' | 'read'>> {
    const documents = [document, ...workspace.importsOf(document)];
    const configurations = await configurationsOf(files).of(document.uri);
    return {
        packages: await packagesOf(documents, files),
        configurations,
        read: await readFilesOf(documents, configurations, files)
    };
}

async function packagesIn(name: string, tree: GitTree, file: string, cwd: string): Promise<LockedPackages> {
    if (name === 'lock') {
        return lockedPackages(tree, file);
    }
    const folder = resolve(cwd, name);
    if (!existsSync(folder) || !statSync(folder).isDirectory()) {
        throw new CodedError(
            'GR902',
            `--packages-of names ${name}, which is not a folder`,
            'Name a checkout, or `lock`.'
        );
    }
    return { folder, dispose: () => undefined };
}

/** Only a revision has packages elsewhere: those of a file are the installed ones. */
function assertRevision(names: readonly string[], { packagesOf: place }: DiffOptions, cwd: string): void {
    if (place !== undefined && !names.some((name) => revisionName(name, cwd))) {
        throw new CodedError(
            'GR902',
            '--packages-of is for the packages of a Git revision',
            'Name the old policy as REV:path.'
        );
    }
}

function exitCodeOf({ verdict, apart }: DifferenceResult, strict: boolean): ExitCode {
    if (verdict === 'differs' || apart.some(({ isLeftOut }) => isLeftOut)) {
        return EXIT.violated;
    }
    switch (verdict) {
        case 'equivalent':
            return EXIT.ok;
        case 'equivalent in scope':
            return strict ? EXIT.violated : EXIT.undecided;
        case 'undecided':
            return EXIT.undecided;
    }
}
