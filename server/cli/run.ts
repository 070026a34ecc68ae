/** `guardrail check` without its command line: files in, a report out. One broken file never hides the others. */
import { performance } from 'node:perf_hooks';
import { checkPolicy, type Progress } from '../checker/check.js';
import type { Limits } from '../checker/result.js';
import { asCliError } from './errors.js';
import { displayPath, type Selector, selectFiles } from './files.js';
import type { CheckReport, FailOptions, FileReport, Problem } from './report.js';
import { exitCodeOf, mostSevere, notReplaced, problemOf } from './report.js';
import { diagnosticsOf, type PolicyDocument, PolicyWorkspace } from './workspace.js';

export interface CheckOptions extends FailOptions {
    readonly select: Selector;
    /** What the paths of the report are relative to. */
    readonly cwd: string;
    readonly version: string;
    readonly limits: Limits;
    /** Only the claims of this name. */
    readonly claim?: string;
    /** Sessions to show of a violated claim. */
    readonly counterexamples?: number;
}

export interface CheckListener {
    /** In the order of the report; files that were only imported come last. */
    onFile(file: FileReport): void;
    /** Every file that was read, imported ones included, before anything is said about it. */
    onText(uri: string, text: string): void;
    onProgress(path: string, progress: Progress): void;
    /** A fault of this program, with its stack, for those who look for its cause. */
    onFault(error: unknown): void;
}

export async function runCheck(options: CheckOptions, listener: CheckListener): Promise<CheckReport> {
    const started = performance.now();
    const selection = selectFiles(options.select, options.cwd);
    const run = new Run(options, listener);
    for (const path of selection.files) {
        await run.file(path);
    }
    run.imports();
    const problems = [...selection.errors.map(problemOf), ...run.unknownClaim()];
    const codes = [...run.files.map((file) => exitCodeOf(file, options)), ...problems.map((problem) => problem.exit)];
    return {
        version: options.version,
        files: run.files,
        problems,
        exitCode: mostSevere(codes),
        milliseconds: performance.now() - started
    };
}

class Run {
    readonly files: FileReport[] = [];
    private workspace = new PolicyWorkspace();
    private readonly imported = new Map<string, PolicyDocument>();
    private readonly claims = new Set<string>();

    constructor(
        private readonly options: CheckOptions,
        private readonly listener: CheckListener
    ) {}

    async file(path: string): Promise<void> {
        const shown = displayPath(path, this.options.cwd);
        let document: PolicyDocument | undefined;
        try {
            document = await this.workspace.load(path);
            this.add(this.check(document, shown));
        } catch (error) {
            // A parser that was interrupted is in no state to read another file.
            this.workspace = new PolicyWorkspace();
            this.add(this.failed(error, shown, document));
        }
    }

    /** Those of the imported files that have something to say and were not asked for by name. */
    imports(): void {
        const done = new Set(this.files.map((file) => file.uri));
        for (const [uri, document] of this.imported) {
            if (!done.has(uri)) {
                const file = this.describe(document, displayPath(document.uri.fsPath, this.options.cwd), 'import');
                if (file.diagnostics.length > 0) {
                    this.add(file);
                }
            }
        }
    }

    unknownClaim(): Problem[] {
        const { claim } = this.options;
        if (
            claim === undefined ||
            this.claims.has(claim) ||
            this.files.some((file) => exitCodeOf(file, this.options) === 2)
        ) {
            return [];
        }
        const known = [...this.claims].map((name) => `"${name}"`).join(', ');
        return [
            {
                code: 'GR907',
                message: `no policy has a claim "${claim}"`,
                help: known === '' ? 'The policies have no claims.' : `The claims are ${known}.`,
                exit: 2
            }
        ];
    }

    private check(document: PolicyDocument, path: string): FileReport {
        const imports = this.workspace.importsOf(document);
        for (const known of [document, ...imports]) {
            this.listener.onText(known.uri.toString(), known.textDocument.getText());
        }
        imports.forEach((imported) => this.imported.set(imported.uri.toString(), imported));
        const isPolicy = document.parseResult.value.policy !== undefined;
        const file = this.describe(document, path, isPolicy ? 'policy' : 'inventory');
        if (hasErrors(file.diagnostics)) {
            return file;
        }
        if (!isPolicy) {
            return file;
        }
        const broken = imports.filter((imported) => hasErrors(diagnosticsOf(imported)));
        if (broken.length > 0) {
            const names = broken.map((imported) => displayPath(imported.uri.fsPath, this.options.cwd));
            return { ...file, notChecked: `there are errors in ${names.join(', ')}` };
        }
        const policy = this.workspace.policyOf(document);
        policy.claims.forEach((claim) => this.claims.add(claim.name));
        const { limits, claim, counterexamples } = this.options;
        if (claim !== undefined && !policy.claims.some((known) => known.name === claim)) {
            return file;
        }
        const result = checkPolicy(policy, {
            limits,
            ...(counterexamples !== undefined && { counterexamples }),
            ...(claim === undefined ? {} : { claim }),
            onProgress: (progress) => this.listener.onProgress(path, progress)
        });
        // Who asks for one claim wants its verdict, and the exit code to be about it.
        return claim === undefined
            ? { ...file, diagnostics: notReplaced(file.diagnostics, result.findings), result }
            : { ...file, result: { ...result, scenarios: [], findings: [] } };
    }

    private describe(document: PolicyDocument, path: string, kind: FileReport['kind']): FileReport {
        return {
            uri: document.uri.toString(),
            path,
            kind,
            text: document.textDocument.getText(),
            diagnostics: diagnosticsOf(document)
        };
    }

    private failed(error: unknown, path: string, document: PolicyDocument | undefined): FileReport {
        const known = asCliError(error);
        if (known !== error) {
            this.listener.onFault(error);
        }
        const problem = problemOf(known);
        return document
            ? { ...this.describe(document, path, 'policy'), problem }
            : { uri: '', path, kind: 'unreadable', text: '', diagnostics: [], problem };
    }

    private add(file: FileReport): void {
        this.files.push(file);
        this.listener.onFile(file);
    }
}

function hasErrors(diagnostics: FileReport['diagnostics']): boolean {
    return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}
