/** `guardrail coverage`: checks policies, and lists their rules and claims with the controls that they name. */
import { configurationsOf } from '../../../../language/configuration/configurations.js';
import { requirementsOf } from '../../../../language/validations/required-packs.js';
import { accepting } from '../../../checker/results/accepted-scopes.js';
import { checkPolicy } from '../../../checker/check.js';
import { BUILT_IN_CATALOGUES, type Catalogue, readCatalogue } from '../../controls/catalogue.js';
import { type CheckedPolicy, type Coverage, coverageOf, type PackRequirement } from './matrix.js';
import type { Failure } from '../../reports/formats.js';
import type { Judgement } from './judgement.js';
import { asCodedError, CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import { type Selector, selectFiles } from '../../selection/files.js';
import { displayPath } from '../../../workspace/display-path.js';
import { type ProgressLine, progressOf } from '../../terminal/progress.js';
import { mostSevere } from '../../reports/check-report.js';
import { coverageBlocks, coveragePage, type CoverageReport, jsonCoverage } from './report.js';
import type { ReportContext } from '../../reports/context.js';
import { printedText } from '../../reports/terminal.js';
import type { CoverageFormat } from '../../reports/formats.js';
import type { TimeLimit } from '../../time-limit.js';
import type { Terminal } from '../../terminal/terminal.js';
import { packagesOf } from '../../../workspace/packages-used.js';
import { type PolicyDocument, PolicyFileSystem, PolicyWorkspace } from '../../../workspace/policy-workspace.js';
import { diagnosticsOf } from '../../../workspace/diagnostics.js';
import { pathFrom } from '../../reports/context.js';

export interface CoverageCommandOptions {
    readonly select: Selector;
    /** The paths of files with lists of controls. */
    readonly controls: readonly string[];
    readonly failOn?: Failure;
    readonly format: CoverageFormat;
    readonly timeLimit: TimeLimit | undefined;
    /** Finds the judgement of a file; rejects with a `CodedError`. */
    readonly judge: (file: string) => Promise<Judgement>;
}

export async function coverage(options: CoverageCommandOptions, terminal: Terminal): Promise<ExitCode> {
    const { cwd, output, style, version } = terminal;
    const selection = selectFiles(options.select, cwd);
    const [problem] = selection.errors;
    if (problem) {
        throw problem;
    }
    const progress = progressOf(terminal);
    const checked: CheckedPolicy[] = [];
    const leftOut: { path: string; reason: string; exit: ExitCode }[] = [];
    const required: PackRequirement[] = [];
    const judged: { file: string; judgement: Judgement }[] = [];
    for (const file of selection.files) {
        try {
            const judgement = await options.judge(file);
            if (judgement.selects(file)) {
                judged.push({ file, judgement });
            }
        } catch (thrown) {
            leftOut.push(leftOutFor(thrown, displayPath(file, cwd)));
        }
    }
    const own = await cataloguesIn(
        [...options.controls, ...judged.flatMap(({ judgement }) => judgement.controls)],
        cwd
    );
    for (const { file, judgement } of judged) {
        const path = displayPath(file, cwd);
        const found = await checkFile(file, path, judgement, options.timeLimit, progress, required);
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
    const pathOf = pathFrom(cwd);
    output.write(await written(report, options.format, { style, quiet: false, pathOf, textOf: () => undefined }));
    return exitCode;
}

async function written(report: CoverageReport, format: CoverageFormat, context: ReportContext): Promise<string> {
    switch (format) {
        case 'json':
            return jsonCoverage(report, context.pathOf);
        case 'pretty':
            return printedText(coverageBlocks(report), context);
        case 'markdown':
            return (await import('../../reports/published.js')).markdown(coverageBlocks(report), context);
        case 'html':
            return (await import('../../reports/published.js')).htmlPage(coveragePage(report), context);
    }
}

/** Undefined for an inventory, which has neither rules nor claims. One broken file never hides the others. */
async function checkFile(
    file: string,
    path: string,
    { limits, accept, configurations }: Judgement,
    timeLimit: TimeLimit | undefined,
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
        return leftOutFor(thrown, path);
    }
}

function leftOutFor(
    thrown: unknown,
    path: string
): { readonly path: string; readonly reason: string; readonly exit: ExitCode } {
    const { message, exit } = asCodedError(thrown);
    return { path, reason: message, exit };
}

/** Each list once: repositories that extend one package have a copy each. */
async function cataloguesIn(paths: readonly string[], cwd: string): Promise<Catalogue[]> {
    const found = new Map<string, Catalogue>();
    for (const path of new Set(paths)) {
        const catalogue = await readCatalogue(path, cwd);
        found.set(JSON.stringify(catalogue), catalogue);
    }
    return [...found.values()];
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
