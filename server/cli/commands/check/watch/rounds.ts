/** Does the runs of a watch: the first one covers all files, the others only those that a change affects. */
import { sep } from 'node:path';
import { counted } from '../../../../model/text/plural.js';
import { displayPath } from '../../../../workspace/display-path.js';
import { asCodedError, EXIT } from '../../../../workspace/errors.js';
import { type CheckReport, exitCodeOf, type FileReport, problemOf } from '../../../reports/check-report.js';
import { hang } from '../../../terminal/layout.js';
import { printProblem } from '../../../reports/problem.js';
import { selectFiles } from '../../../selection/files.js';
import type { Terminal } from '../../../terminal/terminal.js';
import type { CheckedFile, Input } from '../checked-file.js';
import { InputReader } from '../inputs.js';
import { cacheOf, type CheckCommandOptions, ReportedRun } from '../reported-run.js';
import type { Results } from '../results.js';
import type { Changes } from './changes.js';

/** The maximum number of files that a line lists. */
const MOST_NAMED = 4;
const CLEAR = '\u001b[2J\u001b[3J\u001b[H';

export class Rounds {
    private kept = new KeptResults();
    /** The changed files that no run has reported yet, because the next change interrupted it. */
    private waiting: ReadonlySet<string> = new Set();
    private selected: ReadonlySet<string> = new Set();
    /** The changes since the last completed run, by path. */
    private readonly changed = new Map<string, string>();
    private options = '';
    private settingsBefore = '';

    /** @param settings the paths of the configuration and the baseline, which may not exist */
    constructor(
        private readonly changes: Changes,
        private readonly read: (cwd: string) => Promise<CheckCommandOptions>,
        private readonly settings: readonly string[],
        private readonly terminal: Terminal
    ) {}

    /** Rejects with a `CodedError` if nothing can be run. */
    async first(options: CheckCommandOptions, ended: AbortSignal): Promise<void> {
        const inputs = new InputReader();
        this.options = JSON.stringify(options);
        this.settingsBefore = this.hashes(inputs);
        const files = selectFiles(options.select, this.terminal.cwd).files;
        this.selected = new Set(files);
        this.clear();
        await this.run(options, this.selected, inputs, ended);
    }

    /** Runs if anything relevant has changed. An obstacle is reported, and may disappear later. */
    async next(ended: AbortSignal): Promise<void> {
        const { output, style, cwd } = this.terminal;
        const inputs = new InputReader();
        try {
            const isSet = this.hashes(inputs) !== this.settingsBefore;
            this.settingsBefore = this.hashes(inputs);
            const options = await this.read(cwd);
            const files = new Set(selectFiles(options.select, cwd).files);
            this.note(files, inputs);
            const text = JSON.stringify(options);
            if (text !== this.options) {
                this.kept = new KeptResults();
                this.options = text;
            }
            const isConcerned = (path: string): boolean =>
                isSet || this.waiting.has(path) || !this.kept.knows(path, inputs);
            const told = new Set([...files].filter(isConcerned));
            const isSame = files.size === this.selected.size && [...files].every((file) => this.selected.has(file));
            this.selected = files;
            if (!ended.aborted && (told.size > 0 || !isSame || isSet)) {
                this.printHead(isSet);
                await this.run(options, told, inputs, ended);
            }
        } catch (error) {
            const known = asCodedError(error);
            if (known.exit === EXIT.failed) {
                throw error;
            }
            output.write(`\n${printProblem(problemOf(known), style).join('\n')}\n`);
        }
    }

    /** @param told the files that the report lists; its counts cover all files */
    private async run(
        options: CheckCommandOptions,
        told: ReadonlySet<string>,
        inputs: InputReader,
        ended: AbortSignal
    ): Promise<void> {
        const { cwd, output } = this.terminal;
        const run = await ReportedRun.prepare(options, this.terminal);
        const results = this.kept.during(inputs, cacheOf(options, cwd, inputs));
        const isTold = this.tells(told);
        // The files are read now: a file that differs later, or that is not among them, is a change.
        this.selected.forEach((path) => inputs.hashOf(path));
        const isNews = (path: string): boolean =>
            !inputs.hasRead(path) || new InputReader().hashOf(path) !== inputs.hashOf(path);
        const report = await this.changes.during(ended, isNews, (signal) => run.run(signal, results, isTold));
        this.changes.add(
            this.kept
                .inputsOf(this.selected)
                .filter((input) => isWatched(input, cwd))
                .map(({ path }) => path)
        );
        this.waiting = report.partial ? told : new Set();
        if (!report.partial) {
            this.changed.clear();
            await run.end(report);
            output.write(this.lastLines(report, options, isTold));
        }
    }

    /** Records the files that differ from the previous results. */
    private note(files: ReadonlySet<string>, inputs: InputReader): void {
        for (const { path, hash } of this.kept.inputsOf(this.selected)) {
            const now = inputs.hashOf(path);
            if (now !== hash) {
                this.changed.set(path, now === null ? 'was removed' : hash === null ? 'is new' : 'changed');
            }
        }
        [...files].filter((file) => !this.selected.has(file)).forEach((file) => this.changed.set(file, 'is new'));
        [...this.selected].filter((file) => !files.has(file)).forEach((file) => this.changed.set(file, 'was removed'));
    }

    private hashes(inputs: InputReader): string {
        return String(this.settings.map((path) => inputs.hashOf(path)));
    }

    private tells(paths: ReadonlySet<string>): (file: FileReport) => boolean {
        const shown = (all: readonly string[]): Set<string> =>
            new Set(all.map((path) => displayPath(path, this.terminal.cwd)));
        const own = shown([...paths]);
        // The imports of all files are reported last, once they are known.
        let all: Set<string> | undefined;
        return ({ path, kind }) =>
            kind === 'import'
                ? (all ??= shown(this.kept.inputsOf(paths).map((input) => input.path))).has(path)
                : own.has(path);
    }

    private printHead(isSet: boolean): void {
        const { cwd, style, output, isScreen } = this.terminal;
        const others = [...this.changed].filter(([path]) => !this.settings.includes(path));
        const said = others.map(([path, what]) => `${displayPath(path, cwd)} ${what}`);
        const text = listed([...(isSet ? ['The configuration or the baseline changed'] : []), ...said], '; ');
        this.clear();
        const lines = hang('', `${text}.`, {
            width: style.width,
            color: style.bold
        });
        output.write(`${isScreen ? '' : '\n'}${lines.join('\n')}\n\n`);
    }

    private lastLines(
        report: CheckReport,
        options: CheckCommandOptions,
        isTold: (file: FileReport) => boolean
    ): string {
        const { style } = this.terminal;
        const asked = report.files.filter(({ kind }) => kind !== 'import' && kind !== 'configuration');
        const policies = asked.filter(({ kind }) => kind === 'policy').length;
        const others = asked.length - policies;
        const left = report.files.filter((file) => !isTold(file) && exitCodeOf(file, options) !== EXIT.ok);
        const names = left.map(({ path }) => path);
        const also = others === 0 ? '' : ` and ${counted(others, 'other file')}`;
        const lines = [
            ...(left.length === 0 ? [] : [`Still with problems: ${listed(names, ', ')}.`]),
            `Watching ${counted(policies, 'policy', 'policies')}${also}. Ctrl-C ends.`
        ];
        return `\n${lines.flatMap((line) => hang('', line, style)).join('\n')}\n`;
    }

    private clear(): void {
        if (this.terminal.isScreen) {
            this.terminal.output.write(CLEAR);
        }
    }
}

/**
 * False for configurations and packages that were not found in the parent folders: watching for them would mean
 * watching the root of the file system.
 */
function isWatched({ path, hash }: Input, cwd: string): boolean {
    return hash !== null || path.endsWith('.guardrail') || path.startsWith(cwd + sep);
}

function listed(all: readonly string[], separator: string): string {
    const more = all.length - MOST_NAMED;
    return `${all.slice(0, MOST_NAMED).join(separator)}${more > 0 ? ` and ${more} more` : ''}`;
}

/**
 * The results of earlier runs of a watch, including those that another run could change. While the files are the same,
 * an error stays, and an undecided claim is not searched again.
 */
class KeptResults {
    private readonly kept = new Map<string, CheckedFile>();

    /** The results for one run, which sees the files as read by `files`; `cache` has results of earlier commands. */
    during(files: InputReader, cache: Results | undefined): Results {
        return {
            get wasUsed() {
                return cache?.wasUsed ?? false;
            },
            find: (path) => {
                const checked = this.kept.get(path);
                if (checked && this.knows(path, files)) {
                    return { checked, texts: files.textsOf(checked.inputs) };
                }
                const known = cache?.find(path);
                if (known) {
                    this.kept.set(path, known.checked);
                }
                return known;
            },
            keep: (path, checked) => {
                this.kept.set(path, checked);
                cache?.keep(path, checked);
            },
            prune: (now) => cache?.prune?.(now)
        };
    }

    /** True if another check would find the previous result again. */
    knows(path: string, files: InputReader): boolean {
        return this.kept.get(path)?.inputs.every((input) => files.isAsItWas(input)) === true;
    }

    /** The inputs of the results for these files. */
    inputsOf(paths: Iterable<string>): readonly Input[] {
        return [...paths].flatMap((path) => this.kept.get(path)?.inputs ?? []);
    }
}
