/**
 * Results of earlier runs, a file for each policy and set of options. A result is used only if every file that it rests on
 * has the text that it had, and this very program wrote it. Whatever else is in the folder is no result: a cache that cannot
 * be read or written costs time, and nothing else.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { displayPath } from '../files.js';
import { readPolicyText } from '../policy-text.js';
import type { CheckedFile, FileOptions, Input, TextlessReport } from './checked-file.js';
import { hashOf } from './hash.js';

const FORMAT = 'guardrail-cache/1';
/** Entries of policies that are gone, or were checked with other options, go after this time. */
const MAX_AGE_MS = 30 * 24 * 3600 * 1000;

interface Entry {
    readonly build: string;
    /** What was checked, and how: a file that was copied to another name is of another. */
    readonly subject: string;
    readonly checked: CheckedFile;
}

export interface Cached {
    readonly checked: CheckedFile;
    /** Of the files that a report can show. */
    readonly texts: ReadonlyMap<string, string>;
}

export class ResultCache {
    /** Files are the same for all policies of a run. */
    private readonly read = new Map<string, { readonly text: string; readonly hash: string } | null>();
    private hasWritten = false;
    private isUseless = false;

    /**
     * @param folder where the results are; it need not exist
     * @param build tells programs apart that could find different results
     */
    constructor(
        private readonly folder: string,
        private readonly build: string,
        private readonly options: FileOptions
    ) {}

    /** What an earlier run found for a file, if it would be found again. */
    find(path: string): Cached | undefined {
        const entry = this.entryOf(path);
        const inputs = entry?.checked.inputs;
        if (!entry || !inputs || !inputs.every((input) => this.isAsItWas(input))) {
            return undefined;
        }
        const { checked } = entry;
        const texts = inputs.flatMap(({ uri, path: name }) =>
            uri === undefined ? [] : [[uri, this.read.get(name)!.text] as const]
        );
        return {
            checked: {
                ...checked,
                report: this.inThisFolder(checked.report, inputs),
                imports: checked.imports.map((report) => this.inThisFolder(report, inputs))
            },
            texts: new Map(texts)
        };
    }

    /** Keeps a result that other runs can use. */
    keep(path: string, checked: CheckedFile): void {
        if (!checked.inputs || this.isUseless) {
            return;
        }
        const entry: Entry = { build: this.build, subject: this.subjectOf(path), checked };
        const data = JSON.stringify(entry);
        const file = this.fileOf(path);
        const temporary = `${file}.${process.pid}.tmp`;
        try {
            if (!this.hasWritten) {
                mkdirSync(this.folder, { recursive: true });
                // As tools do whose folders are not to be committed.
                writeFileSync(join(this.folder, '.gitignore'), '*\n');
                this.hasWritten = true;
            }
            writeFileSync(temporary, `${FORMAT} ${hashOf(data)}\n${data}`);
            renameSync(temporary, file);
        } catch {
            // A full disk, a folder that may only be read: the run does not need it, and tries no further.
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
                if (/\.(json|tmp)$/.test(name) && age > MAX_AGE_MS) {
                    removeQuietly(file);
                }
            }
        } catch {
            // It is gone: another run may have removed it.
        }
    }

    private entryOf(path: string): Entry | undefined {
        try {
            const text = readFileSync(this.fileOf(path), 'utf8');
            const end = text.indexOf('\n');
            const data = text.slice(end + 1);
            if (text.slice(0, end) !== `${FORMAT} ${hashOf(data)}`) {
                return undefined;
            }
            const entry = JSON.parse(data) as Entry;
            return entry.build === this.build && entry.subject === this.subjectOf(path) ? entry : undefined;
        } catch {
            return undefined;
        }
    }

    private isAsItWas({ path, hash }: Input): boolean {
        let known = this.read.get(path);
        if (known === undefined) {
            known = readQuietly(path);
            this.read.set(path, known);
        }
        return (known?.hash ?? null) === hash;
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

function readQuietly(path: string): { text: string; hash: string } | null {
    try {
        const text = readPolicyText(path);
        return { text, hash: hashOf(text) };
    } catch {
        return null;
    }
}

function removeQuietly(file: string): void {
    try {
        rmSync(file, { force: true });
    } catch {
        // It costs only space.
    }
}
