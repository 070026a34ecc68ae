/** Checks files one after the other in this thread. */
import { counted } from '../../../model/text/plural.js';
import { URI } from 'langium';
import {
    type Configuration,
    configurationsOf,
    CONFIGURATION_NAME,
    gradedCodes
} from '../../../../language/configuration/configurations.js';
import { importsOf, isPackagePath, resolveImport } from '../../../../language/files/imports.js';
import { isInstalled } from '../../../../language/files/packages.js';
import { CheckCancelled, checkPolicy, type Progress } from '../../../checker/check.js';
import { joined } from '../../../checker/conditions/joined.js';
import type { Policy } from '../../../model/policy/policy.js';
import { timesSpent } from '../../../checker/limits/budget.js';
import type { PolicyResult } from '../../../checker/results/result.js';
import { asCodedError } from '../../../workspace/errors.js';
import { displayPath } from '../../../workspace/display-path.js';
import { type Given, gradedReport, notReplaced, type Problem, problemOf } from '../../reports/check-report.js';
import { type PolicyDocument, PolicyFileSystem, PolicyWorkspace } from '../../../workspace/policy-workspace.js';
import { diagnosticsOf, isTextError } from '../../../workspace/diagnostics.js';
import { packagesOf } from '../../../workspace/packages-used.js';
import { attackReport } from './attack.js';
import type { CheckedFile, FileOptions, Input, TextlessReport } from './checked-file.js';
import { hashOf } from '../../../workspace/hash.js';
import { overtime } from '../../time-limit.js';

export interface FileListener {
    /** Called once for every file that was read, including imported ones. */
    onText(uri: string, text: string): void;
    onProgress(progress: Progress): void;
}

export class FileChecker {
    private files: RecordingFileSystem;
    private workspace: PolicyWorkspace;
    private readonly told = new Set<string>();
    /** The time at which the work on the next file began. */
    private began: number;

    constructor(
        private readonly options: FileOptions,
        private readonly listener: FileListener
    ) {
        this.began = options.began ?? Date.now();
        ({ files: this.files, workspace: this.workspace } = this.start());
    }

    private start(): { readonly files: RecordingFileSystem; readonly workspace: PolicyWorkspace } {
        const files = new RecordingFileSystem();
        configurationsOf(files).more = this.options.configurations ?? {};
        return { files, workspace: new PolicyWorkspace(files) };
    }

    /**
     * Only rejects with `CheckCancelled`: a fault of the checker is reported for the file.
     *
     * @param isCancelled polled often
     */
    async check(path: string, isCancelled?: () => boolean): Promise<CheckedFile> {
        let document: PolicyDocument | undefined;
        try {
            document = await this.workspace.load(path);
            return await this.withSeverities(await this.checkDocument(document, isCancelled));
        } catch (error) {
            if (error instanceof CheckCancelled) {
                throw error;
            }
            const failed = this.failed(error, path, document);
            // A parser that was interrupted cannot be used for another file, so everything is created again.
            ({ files: this.files, workspace: this.workspace } = this.start());
            return failed;
        } finally {
            this.began = Date.now();
        }
    }

    private async checkDocument(
        document: PolicyDocument,
        isCancelled: (() => boolean) | undefined
    ): Promise<CheckedFile> {
        const imports = this.workspace.importsOf(document);
        const documents = [document, ...imports];
        documents.forEach((one) => this.tell(one));
        const isPolicy = document.parseResult.value.policy !== undefined;
        const packages = await packagesOf(documents, this.files);
        const report = {
            ...this.describe(document, isPolicy ? 'policy' : 'inventory'),
            ...(packages.length > 0 && { packages })
        };
        const imported = imports.map((one): TextlessReport => {
            const { diagnostics, ...about } = this.describe(one, 'import');
            // Warnings about the text of a package are for its authors.
            return { ...about, diagnostics: isInstalled(one.uri) ? diagnostics.filter(isTextError) : diagnostics };
        });
        const checked: CheckedFile = {
            report,
            imports: imported.filter((one) => one.diagnostics.length > 0),
            claims: [],
            inputs: this.inputsOf(documents),
            isSettled: false
        };
        if (hasErrors(report)) {
            return checked;
        }
        const broken = imported.filter(hasErrors).map((one) => one.path);
        if (!isPolicy) {
            return { ...checked, isSettled: broken.length === 0 };
        }
        if (broken.length > 0) {
            return { ...checked, report: { ...report, notChecked: `there are errors in ${broken.join(', ')}` } };
        }
        return this.checkClaims(checked, document, isCancelled);
    }

    /** The report with the configured severities, which are applied last because they do not affect what is checked. */
    private async withSeverities({ report, imports, ...checked }: CheckedFile): Promise<CheckedFile> {
        const reader = configurationsOf(this.files);
        const graded: TextlessReport[] = [];
        for (const each of [report, ...imports]) {
            const one = gradedReport(each, await reader.severitiesOf(URI.parse(each.uri)));
            const { given } = await reader.of(URI.parse(each.uri));
            graded.push({
                ...one,
                diagnostics: notReplaced(one.diagnostics, one.result?.findings ?? []),
                ...(given.length > 0 && { given: givenIn(given) })
            });
        }
        const [own, ...others] = graded;
        return {
            ...checked,
            report: own!,
            imports: others.filter(({ diagnostics, off }) => diagnostics.length > 0 || off !== undefined)
        };
    }

    private checkClaims(
        checked: CheckedFile,
        document: PolicyDocument,
        isCancelled: (() => boolean) | undefined
    ): CheckedFile {
        if (this.options.textOnly) {
            return { ...checked, isSettled: true };
        }
        const policy = this.workspace.policyOf(document);
        const claims = policy.claims.map(({ name }) => name);
        const { limits, claim, counterexamples, explainSearch, until } = this.options;
        if (claim !== undefined && !claims.includes(claim)) {
            return { ...checked, claims, isSettled: true };
        }
        const elapsed = Date.now() - this.began;
        const spentBefore = timesSpent();
        const faults: unknown[] = [];
        const result = checkPolicy(policy, {
            limits,
            onFault: (error) => faults.push(error),
            elapsed,
            ...(until && { total: { left: Math.max(0, until.deadline - Date.now()), of: until.milliseconds } }),
            ...(counterexamples !== undefined && { counterexamples }),
            ...(explainSearch && { explainSearch }),
            ...(claim === undefined ? {} : { claim }),
            ...(isCancelled && { isCancelled }),
            onClaim: ({ name, basis }) => this.listener.onProgress({ claim: name, ...basis, queue: 0 }),
            onProgress: (progress) => this.listener.onProgress(progress)
        });
        const report = { ...checked.report, ...(result.cut !== undefined && { problem: cutShort(result, policy) }) };
        return {
            ...checked,
            claims,
            // A user who selects one claim wants its verdict, and an exit code that reflects it.
            report: this.attacked(
                policy,
                claim === undefined
                    ? { ...report, result }
                    : { ...report, result: { ...result, scenarios: [], findings: [] } },
                isCancelled
            ),
            // An exception expires even if no file changes.
            ...(faults.length > 0 && { fault: stackOf(faults[0]) }),
            isSettled:
                faults.length === 0 &&
                !report.diagnostics.some(({ code }) => code === EXCEPTION_IN_FORCE) &&
                result.cut === undefined &&
                timesSpent() === spentBefore
        };
    }

    /** The report after random sessions have been played against its verdicts, if this was requested. */
    private attacked<T extends TextlessReport & { readonly result: PolicyResult }>(
        policy: Policy,
        report: T,
        isCancelled: (() => boolean) | undefined
    ): TextlessReport {
        const { attack, limits } = this.options;
        return attack ? attackReport(policy, report, { ...attack, timeoutMs: limits.timeoutMs, isCancelled }) : report;
    }

    private tell(document: PolicyDocument): void {
        const uri = document.uri.toString();
        if (!this.told.has(uri)) {
            this.told.add(uri);
            this.listener.onText(uri, document.textDocument.getText());
        }
    }

    private describe(document: PolicyDocument, kind: TextlessReport['kind']): TextlessReport {
        return {
            uri: document.uri.toString(),
            path: displayPath(document.uri.fsPath, this.options.cwd),
            kind,
            diagnostics: diagnosticsOf(document)
        };
    }

    /**
     * The documents and their unresolved imports, and the places that were searched for configurations; if there is
     * one, or if a document imports a package, also those that were searched for packages.
     */
    private inputsOf(documents: readonly PolicyDocument[]): Input[] {
        const read = documents.map((document): Input => ({
            path: document.uri.fsPath,
            hash: hashOf(document.textDocument.getText()),
            uri: document.uri.toString()
        }));
        const found = new Set(read.map(({ path }) => path));
        const imports = documents.flatMap(importsOf);
        const missing = imports
            .map((node) => resolveImport(node))
            .filter((uri) => uri?.scheme === 'file')
            .map((uri) => uri!.fsPath)
            .filter((path) => !found.has(path));
        const seen = [...this.files.seen];
        const isConfiguration = ([path]: readonly [string, string | null]): boolean =>
            path.endsWith(CONFIGURATION_NAME);
        const isConfigured = seen.some((one) => isConfiguration(one) && one[1] !== null);
        const looked =
            isConfigured || imports.some(({ path }) => isPackagePath(path)) ? seen : seen.filter(isConfiguration);
        return [
            ...read,
            ...[...new Set(missing)].map((path): Input => ({ path, hash: null })),
            ...looked.map(([path, hash]): Input => ({ path, hash }))
        ];
    }

    private failed(error: unknown, path: string, document: PolicyDocument | undefined): CheckedFile {
        const known = asCodedError(error);
        const report: TextlessReport = document
            ? this.describe(document, 'policy')
            : { uri: '', path: displayPath(path, this.options.cwd), kind: 'unreadable', diagnostics: [] };
        return {
            report: { ...report, problem: problemOf(known) },
            imports: [],
            claims: [],
            inputs: document
                ? this.inputsOf([document])
                : [path, ...this.files.seen.keys()].map((name): Input => ({ path: name, hash: null })),
            isSettled: false,
            ...(known !== error && { fault: stackOf(error) })
        };
    }
}

function stackOf(error: unknown): string {
    return error instanceof Error ? String(error.stack) : String(error);
}

function givenIn(given: readonly Configuration[]): Given {
    return {
        packages: given.flatMap(({ package: from }) => (from ? [{ name: from.name, root: from.root.fsPath }] : [])),
        codes: gradedCodes(given)
    };
}

const EXCEPTION_IN_FORCE = 'GR263';

/** Records where packages were searched for, and what was there. */
class RecordingFileSystem extends PolicyFileSystem {
    readonly seen = new Map<string, string | null>();

    override async readFile(uri: URI): Promise<string> {
        try {
            const text = await super.readFile(uri);
            this.seen.set(uri.fsPath, hashOf(text));
            return text;
        } catch (error) {
            this.seen.set(uri.fsPath, null);
            throw error;
        }
    }
}

function cutShort({ claims, scenarios, cut }: PolicyResult, policy: Policy): Problem {
    const undecided = claims.filter(({ basis }) => basis.limit === cut).length;
    const missing = policy.scenarios.length - scenarios.length;
    const open = [
        ...(undecided > 0 ? [`${undecided} of ${counted(claims.length, 'claim')}`] : []),
        ...(missing > 0 ? [`${missing} of ${counted(policy.scenarios.length, 'scenario')}`] : []),
        'the findings that need no claim'
    ];
    return problemOf(overtime(`the check took ${cut}, which left open ${joined(open)}`));
}

function hasErrors({ diagnostics }: TextlessReport): boolean {
    return diagnostics.some(({ severity }) => severity === 'error');
}
