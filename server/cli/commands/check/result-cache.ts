/**
 * Results of earlier runs, a file for each policy and set of options. A result is used only if every file that it rests on
 * has the text that it had, and it has the form that this very program writes. Whatever else is in the folder is not a result: a cache that cannot
 * be read or written costs time, and nothing else.
 */
import { Validator } from '@cfworker/json-schema';
import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_JSON_BYTES } from '../../../workspace/file-limits.js';
import { readRegularFile } from '../../../workspace/regular-file.js';
import { displayPath } from '../../../workspace/display-path.js';
import { git } from '../../git/run.js';
import { assertStaysInside, makeFolder } from '../../terminal/output.js';
import schema from './checked-file.schema.json';
import type { CheckedFile, FileOptions, Input, TextlessReport } from './checked-file.js';
import { hashOf } from './hash.js';
import { InputReader } from './inputs.js';
import type { KnownResult, Results } from './results.js';

const FORMAT = 'guardrail-cache/1';
/** Entries of policies that are gone, or were checked with other options, go after this time. */
const MAX_AGE_MS = 30 * 24 * 3600 * 1000;

interface Entry {
    readonly build: string;
    /** The key of a result: the file and how it was checked. A copy of a file under another name is another file. */
    readonly subject: string;
    readonly checked: CheckedFile;
}

/** Whoever can write into the folder can write a checksum, too: what the reports rely on is looked at itself. */
const validator = new Validator(schema, '7');

export class ResultCache implements Results {
    wasUsed = false;
    private hasWritten = false;
    private isUseless = false;
    private committed: boolean | undefined;

    /**
     * @param folder where the results are; it need not exist
     * @param build tells programs apart that could find different results
     * @param files those of one run
     */
    constructor(
        private readonly folder: string,
        private readonly build: string,
        private readonly options: FileOptions,
        private readonly files = new InputReader()
    ) {}

    find(path: string): KnownResult | undefined {
        try {
            const checked = this.entryOf(path)?.checked;
            if (!checked?.inputs.every((input) => this.files.isAsItWas(input)) || this.isCommitted()) {
                return undefined;
            }
            const { inputs } = checked;
            const known = {
                checked: {
                    ...checked,
                    report: this.inThisFolder(checked.report, inputs),
                    imports: checked.imports.map((report) => this.inThisFolder(report, inputs))
                },
                texts: this.files.textsOf(inputs)
            };
            this.wasUsed = true;
            return known;
        } catch {
            // It is not a result of this program.
            return undefined;
        }
    }

    /** Keeps a result that other runs can use. */
    keep(path: string, checked: CheckedFile): void {
        if (!checked.isSettled || this.isUseless) {
            return;
        }
        const entry: Entry = { build: this.build, subject: this.subjectOf(path), checked };
        const file = this.fileOf(path);
        const temporary = `${file}.${process.pid}.tmp`;
        try {
            if (!this.hasWritten) {
                // A link of the repository may lead elsewhere.
                assertStaysInside(this.folder);
                if (!existsSync(this.folder)) {
                    makeFolder(this.folder);
                    // Results are not to be committed. A folder that was there before has files of its own.
                    writeFileSync(join(this.folder, '.gitignore'), '*\n');
                }
                this.hasWritten = true;
            }
            const data = JSON.stringify(entry);
            writeFileSync(temporary, `${FORMAT} ${hashOf(data)}\n${data}`);
            renameSync(temporary, file);
        } catch {
            // A full disk, a folder that is read-only, a result too long for a text: the run does not need it, and stops trying.
            this.isUseless = true;
            removeQuietly(temporary);
        }
    }

    /** Removes what no run has renewed for long, if this one has written anything. */
    prune(now: number): void {
        if (!this.hasWritten) {
            return;
        }
        try {
            for (const name of readdirSync(this.folder)) {
                const file = join(this.folder, name);
                const age = now - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? now);
                if (OWN_FILE.test(name) && age > MAX_AGE_MS) {
                    removeQuietly(file);
                }
            }
        } catch {
            // It is gone: another run may have removed it.
        }
    }

    /**
     * True if git tracks files of the folder: whoever proposes a change could commit verdicts of their own choosing
     * beside it. Asked at the first result that could be used.
     */
    private isCommitted(): boolean {
        this.committed ??= tracksFilesOf(this.folder);
        return this.committed;
    }

    private entryOf(path: string): Entry | undefined {
        try {
            const text = readRegularFile(this.fileOf(path), MAX_JSON_BYTES).toString('utf8');
            const end = text.indexOf('\n');
            const data = text.slice(end + 1);
            if (text.slice(0, end) !== `${FORMAT} ${hashOf(data)}`) {
                return undefined;
            }
            const entry = JSON.parse(data) as Entry;
            return entry.build === this.build &&
                entry.subject === this.subjectOf(path) &&
                validator.validate(entry.checked).valid
                ? entry
                : undefined;
        } catch {
            return undefined;
        }
    }

    /** The same result may be asked for from another working directory. */
    private inThisFolder(report: TextlessReport, inputs: readonly Input[]): TextlessReport {
        const input = inputs.find(({ uri }) => uri === report.uri);
        return input ? { ...report, path: displayPath(input.path, this.options.cwd) } : report;
    }

    private fileOf(path: string): string {
        return join(this.folder, `${hashOf(this.subjectOf(path)).slice(0, 32)}.json`);
    }

    private subjectOf(path: string): string {
        const { limits, claim, counterexamples, textOnly = false } = this.options;
        return JSON.stringify([path, limits, claim ?? null, counterexamples ?? null, textOnly]);
    }
}

/** An entry, or one that is being written: a configuration may name a folder that has other files, too. */
const OWN_FILE = /^[0-9a-f]{32}\.json(\.\d+\.tmp)?$/;

/** False where there is no repository, or no git. */
function tracksFilesOf(folder: string): boolean {
    try {
        return git(['ls-files', '-z', '--', '*.json'], folder).length > 0;
    } catch {
        return false;
    }
}

function removeQuietly(file: string): void {
    try {
        rmSync(file, { force: true });
    } catch {
        // It costs only space.
    }
}
