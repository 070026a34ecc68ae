/** `guardrail coverage`: checks policies, and lists their rules and claims with the controls that they name. */
import { fileURLToPath } from 'node:url';
import { configurationsOf, type MoreConfigurations } from '../../../../language/configuration/configurations.js';
import { requirementsOf } from '../../../../language/rules/required-packs.js';
import { accepting } from '../../../checker/results/accepted-scopes.js';
import { checkPolicy } from '../../../checker/check.js';
import type { Limits } from '../../../checker/results/result.js';
import type { ScopeName } from '../../../checker/limits/scopes.js';
import { BUILT_IN_CATALOGUES, readCatalogue } from '../../controls/catalogue.js';
import { type CheckedPolicy, type Coverage, coverageOf, type PackRequirement } from './matrix.js';
import type { Failure } from './failures.js';
import { asCodedError, CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { type Selector, selectFiles } from '../../selection/files.js';
import { displayPath } from '../../../workspace/display-path.js';
import { ProgressLine } from '../../terminal/progress.js';
import { mostSevere } from '../../reports/check-report.js';
import { htmlCoverage } from './reports/html.js';
import { jsonCoverage } from './reports/json.js';
import { markdownCoverage } from './reports/markdown.js';
import { prettyCoverage } from './reports/pretty.js';
import type { CoverageReport, PathOf } from './reports/report.js';
import type { CoverageFormat } from '../../reports/formats.js';
import type { Style } from '../../reports/style.js';
import type { TimeLimit } from '../../time-limit.js';
import type { Terminal } from '../../terminal/terminal.js';
import { packagesOf } from '../../../workspace/packages-used.js';
import { type PolicyDocument, PolicyFileSystem, PolicyWorkspace } from '../../../workspace/policy-workspace.js';
import { diagnosticsOf } from '../../../workspace/diagnostics.js';

export interface CoverageCommandOptions {
    readonly select: Selector;
    /** The paths of files with lists of controls. */
    readonly controls: readonly string[];
    readonly failOn?: Failure;
    readonly format: CoverageFormat;
    readonly limits: Limits;
    readonly timeLimit: TimeLimit | undefined;
    /** The configurations that the command line adds to those of the folders. */
    readonly configurations?: MoreConfigurations;
    /** The scopes that the configuration accepts for all claims. */
    readonly accept?: readonly ScopeName[];
}

export async function coverage(options: CoverageCommandOptions, terminal: Terminal): Promise<ExitCode> {
    const { cwd, output, style, version } = terminal;
    const own = await Promise.all(options.controls.map((path) => readCatalogue(path, cwd)));
    const selection = selectFiles(options.select, cwd);
    const [problem] = selection.errors;
    if (problem) {
        throw problem;
    }
    const progress = terminal.isWatched
        ? new ProgressLine({ write: terminal.writeError }, terminal.errorStyle)
        : undefined;
    const checked: CheckedPolicy[] = [];
    const leftOut: { path: string; reason: string; exit: ExitCode }[] = [];
    const required: PackRequirement[] = [];
    for (const file of selection.files) {
        const path = displayPath(file, cwd);
        const found = await checkFile(file, path, options, progress, required);
        if ('reason' in found) {
            leftOut.push(found);
        } else if ('policy' in found) {
            checked.push(found);
        }
    }
    progress?.clear();
    const unread = leftOut.map(({ path }) => path);
    const found = coverageOf(checked, own, BUILT_IN_CATALOGUES, unread);
    const cut = checked.flatMap(({ path, cut: limit }) => (limit === undefined ? [] : [{ path, limit }]));
    const exitCode = mostSevere([
        ...leftOut.map(({ exit }) => exit),
        ...cut.map(() => EXIT.undecided),
        exitCodeOf(found, options.failOn)
    ]);
    const report = {
        version,
        ...found,
        required,
        leftOut: leftOut.map(({ path, reason }) => ({ path, reason })),
        cut,
        exitCode
    };
    const pathOf = (uri: string): string => (uri.startsWith('file:') ? displayPath(fileURLToPath(uri), cwd) : uri);
    output.write(REPORTS[options.format](report, pathOf, style));
    await output.finished();
    return exitCode;
}

const REPORTS: {
    readonly [format in CoverageFormat]: (report: CoverageReport, pathOf: PathOf, style: Style) => string;
} = {
    pretty: prettyCoverage,
    markdown: markdownCoverage,
    html: htmlCoverage,
    json: jsonCoverage
};

/** Undefined for an inventory, which has neither rules nor claims. One broken file never hides the others. */
async function checkFile(
    file: string,
    path: string,
    { limits, timeLimit, accept = [], configurations = {} }: CoverageCommandOptions,
    progress: ProgressLine | undefined,
    required: PackRequirement[]
): Promise<CheckedPolicy | { readonly path: string; readonly reason: string; readonly exit: ExitCode } | object> {
    try {
        if (timeLimit?.isOver()) {
            throw timeLimit.errorBefore('it was checked');
        }
        const files = new PolicyFileSystem();
        configurationsOf(files).more = configurations;
        const workspace = new PolicyWorkspace(files);
        const document = await workspace.load(file);
        required.push(...(await requirementsIn(document, path, workspace)));
        const [error] = [document, ...workspace.importsOf(document)]
            .flatMap(diagnosticsOf)
            .filter(({ severity }) => severity === 'error');
        if (error) {
            const help = `\`guardrail check ${path}\` shows each error with its place`;
            throw new CodedError(
                'GR923',
                error.code.startsWith('GR26')
                    ? `${error.message} (${error.code})`
                    : `it is not a valid policy; ${help}.`
            );
        }
        if (!document.parseResult.value.policy) {
            return {};
        }
        const policy = workspace.policyOf(document);
        const found = checkPolicy(policy, {
            limits,
            ...(timeLimit && { total: timeLimit.total }),
            ...(progress && { onProgress: (state) => progress.show(path, state) })
        });
        const { claims } = accepting(found, accept);
        progress?.restart();
        const packages = await packagesOf([document, ...workspace.importsOf(document)], files);
        return { path, policy, claims, packages, ...(found.cut !== undefined && { cut: found.cut }) };
    } catch (thrown) {
        const { message, exit } = asCodedError(thrown);
        return { path, reason: message, exit };
    }
}

async function requirementsIn(
    document: PolicyDocument,
    path: string,
    workspace: PolicyWorkspace
): Promise<PackRequirement[]> {
    const file = document.parseResult.value;
    if (!file.policy) {
        return [];
    }
    const { required } = await requirementsOf(file, workspace.language);
    return required.map(({ pack, from, by, state, lacks, exception }) => {
        const isExcepted = exception && !exception.refused && state !== 'kept';
        return {
            path,
            pack,
            from,
            by,
            state: isExcepted ? 'excepted' : state === 'kept' ? 'used' : state,
            lacks: lacks.map(({ message }) => message),
            ...(isExcepted && { exception: { because: exception.because, until: exception.until } })
        };
    });
}

function exitCodeOf({ catalogues, unspoken }: Coverage, failOn: Failure | undefined): ExitCode {
    const controls = catalogues.flatMap((catalogue) => catalogue.controls);
    const fails = {
        unserved: (): boolean => controls.some(({ state }) => state === 'unserved'),
        unproved: (): boolean => controls.some(({ state }) => state !== 'proved'),
        unspoken: (): boolean => unspoken.length > 0
    };
    return failOn !== undefined && fails[failOn]() ? EXIT.violated : EXIT.ok;
}
