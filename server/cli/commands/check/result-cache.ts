/**
 * The results of earlier runs, with a file for each policy and set of options. A result is used only if every file that
 * it rests on has the same text, and if it has the format that this version of the program writes. Everything else in
 * the folder is ignored: a cache that cannot be read or written only costs time.
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
import { hashOf } from '../../../workspace/hash.js';
import { InputReader } from './inputs.js';
import type { KnownResult, Results } from './results.js';

const FORMAT = 'guardrail-cache/1';
/**
 * The age at which entries are removed: those of policies that were deleted, or checked with other options, are never
 * renewed.
 */
const MAX_AGE_MS = 30 * 24 * 3600 * 1000;

interface Entry {
    readonly build: string;
    /** The key of a result: the file and its options. A copy of a file has another key. */
    readonly subject: string;
    readonly checked: CheckedFile;
}

/** Anyone who can write into the folder can also write a checksum, so the data that reports rely on is validated. */
const validator = new Validator(schema, '7');

export class ResultCache implements Results {
    wasUsed = false;
    private hasWritten = false;
    private isUseless = false;
    private committed: boolean | undefined;

    /**
     * @param folder the folder of the results, which need not exist
     * @param build distinguishes programs that could find different results
     * @param files the files of one run
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
            // The file is not a result of this program.
            return undefined;
        }
    }

    /** Stores a result that other runs can use. */
    keep(path: string, checked: CheckedFile): void {
        if (!checked.isSettled || this.isUseless) {
            return;
        }
        const entry: Entry = { build: this.build, subject: this.subjectOf(path), checked };
        const file = this.fileOf(path);
        const temporary = `${file}.${process.pid}.tmp`;
        try {
            if (!this.hasWritten) {
                // A link in the repository may lead elsewhere.
                assertStaysInside(this.folder);
                if (!existsSync(this.folder)) {
                    makeFolder(this.folder);
                    // A `.gitignore` keeps results from being committed. A folder that existed before has files of its
                    // own.
                    writeFileSync(join(this.folder, '.gitignore'), '*\n');
                }
                this.hasWritten = true;
            }
            const data = JSON.stringify(entry);
            writeFileSync(temporary, `${FORMAT} ${hashOf(data)}\n${data}`);
            renameSync(temporary, file);
        } catch {
            // The disk may be full, the folder read-only, or a result too long for a text. The run does not need the
            // cache, so it stops writing it.
            this.isUseless = true;
            removeQuietly(temporary);
        }
    }

    /** Removes entries that no run has renewed for long, if this run has written any. */
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
            // The file does not exist: another run may have removed it.
        }
    }

    /**
     * True if git tracks files in the folder: the author of a change could then commit verdicts of their own choosing.
     * This is checked at the first result that could be used.
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

    /** The same result may be requested from another working directory. */
    private inThisFolder(report: TextlessReport, inputs: readonly Input[]): TextlessReport {
        const input = inputs.find(({ uri }) => uri === report.uri);
        return input ? { ...report, path: displayPath(input.path, this.options.cwd) } : report;
    }

    private fileOf(path: string): string {
        return join(this.folder, `${hashOf(this.subjectOf(path)).slice(0, 32)}.json`);
    }

    private subjectOf(path: string): string {
        const { limits, claim, counterexamples, textOnly = false, configurations = {} } = this.options;
        return JSON.stringify([path, limits, claim ?? null, counterexamples ?? null, textOnly, configurations]);
    }
}

/**
 * Matches the name of an entry, complete or still being written: a configuration may name a folder that has other files
 * too.
 */
const OWN_FILE = /^[0-9a-f]{32}\.json(\.\d+\.tmp)?$/;

/** False if there is no repository, or if git is not installed. */
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
        // A file that cannot be removed only costs space.
    }
}
