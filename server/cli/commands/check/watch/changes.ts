/** Detects changes in folders and files, as the operating system reports them. */
import { type FSWatcher, watch } from 'chokidar';
import { existsSync } from 'node:fs';
import { basename, dirname, sep } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CodedError, EXIT, systemReason } from '../../../../workspace/errors.js';

/**
 * The time within which changes belong together: an editor that saves all files, or a change of branch, writes many
 * files.
 */
const QUIET_MS = 100;

/** The paths that are watched from the start. */
export interface WatchedPaths {
    /** The folders to watch with everything below them, except folders that no pattern looks into. */
    readonly folders: readonly string[];
    /** The files to watch, which need not exist. */
    readonly files: readonly string[];
}

export class Changes {
    private readonly folders: readonly string[];
    private readonly files = new Set<string>();
    /** The folders that contain files. */
    private readonly parents = new Set<string>();
    /** Files that are watched only from now on, so that their existence is not a change. */
    private readonly expected = new Set<string>();
    private readonly watcher: FSWatcher;
    private readonly opened: Promise<void>;
    private failure: CodedError | undefined;
    private events = 0;
    /** The number of events that `next` has reported. */
    private told = 0;
    private wake: (() => void) | undefined;
    private interrupt: ((path?: string) => void) | undefined;

    constructor({ folders, files }: WatchedPaths) {
        this.folders = folders;
        const all = [...folders, ...this.unknown(files)];
        // If paths do not exist, `ready` comes too early.
        const there = all.filter((path) => existsSync(path));
        this.watcher = watch(there, {
            ignored: (path, stats) => stats !== undefined && !this.isWanted(path, stats.isDirectory()),
            ignorePermissionErrors: true
        });
        this.opened = new Promise((resolve) => {
            this.watcher.on('ready', resolve);
            this.watcher.on('error', (error) => {
                this.failure = cannotWatch(error);
                this.interrupt?.();
                this.wake?.();
                resolve();
            });
            if (there.length === 0) {
                resolve();
            }
        });
        void this.opened.then(() => {
            this.watcher.on('all', (event, path) => this.happened(event, path));
            this.watcher.add(all.filter((path) => !there.includes(path)));
        });
    }

    /** Resolves once the initial paths are watched: earlier changes are not reported. */
    async ready(): Promise<void> {
        await this.opened;
    }

    /** Watches these files too, from now on. */
    add(files: readonly string[]): void {
        const unknown = this.unknown(files);
        unknown.forEach((path) => this.expected.add(path));
        this.watcher.add(unknown);
    }

    /** The paths that must be watched for these files too: a file that was removed reappears in its folder. */
    private unknown(files: readonly string[]): string[] {
        const unknown = [...new Set(files)].filter((file) => !this.files.has(file));
        const parents = [...new Set(unknown.map((file) => dirname(file)))].filter(
            (folder) => !this.parents.has(folder)
        );
        unknown.forEach((file) => this.files.add(file));
        parents.forEach((folder) => this.parents.add(folder));
        return [...parents, ...unknown];
    }

    private isWanted(path: string, isFolder: boolean): boolean {
        const isBelow = this.folders.some((folder) => path === folder || path.startsWith(folder + sep));
        return isFolder
            ? this.parents.has(path) || this.folders.includes(path) || (isBelow && !isLeftOut(path))
            : this.files.has(path) || (isBelow && path.endsWith('.guardrail'));
    }

    /**
     * Runs `run` with a signal that is aborted if `signal` is, or if a file changes in a way that the run does not know
     * yet.
     *
     * @param isNews returns true if the run could have seen the file in another state; this is necessary because the
     * system may report late
     */
    async during<T>(
        signal: AbortSignal,
        isNews: (path: string) => boolean,
        run: (signal: AbortSignal) => Promise<T>
    ): Promise<T> {
        const controller = new AbortController();
        const abort = (): void => controller.abort();
        signal.addEventListener('abort', abort);
        this.interrupt = (path) => {
            if (path === undefined || isNews(path)) {
                abort();
            }
        };
        try {
            return await run(controller.signal);
        } finally {
            this.interrupt = undefined;
            signal.removeEventListener('abort', abort);
        }
    }

    /**
     * Resolves when something has changed since the last call and no more changes follow, or when `signal` ends the
     * wait. Rejects with a `CodedError` (GR917) if nothing can be watched.
     */
    async next(signal: AbortSignal): Promise<void> {
        if (this.events === this.told && !this.failure && !signal.aborted) {
            await new Promise<void>((resolve) => {
                this.wake = resolve;
                signal.addEventListener('abort', () => resolve(), { once: true });
            });
        }
        while (this.events !== this.told && !this.failure && !signal.aborted) {
            this.told = this.events;
            await setTimeout(QUIET_MS, undefined, { signal }).catch(() => undefined);
        }
        if (this.failure) {
            throw this.failure;
        }
    }

    async close(): Promise<void> {
        await this.watcher.close();
    }

    private happened(event: string, path: string): void {
        if (event === 'addDir') {
            return;
        }
        this.events++;
        if (!this.expected.delete(path)) {
            this.interrupt?.(path);
        }
        this.wake?.();
    }
}

/** True for the folders that are not watched: patterns find no files there either. */
function isLeftOut(folder: string): boolean {
    return /^(\.|node_modules$)/.test(basename(folder));
}

function cannotWatch(error: unknown): CodedError {
    return new CodedError(
        'GR917',
        `file changes cannot be watched: ${systemReason(error)}`,
        'Watch fewer folders, or set CHOKIDAR_USEPOLLING=1: then files are polled. On Linux, fs.inotify.max_user_watches limits how many files the system watches.',
        EXIT.failed
    );
}
