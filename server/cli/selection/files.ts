/** Selects the files that a command works on. */
import { statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { isDynamicPattern, globSync } from 'tinyglobby';
import { displayPath } from '../../workspace/display-path.js';
import { CodedError, systemReason } from '../../workspace/errors.js';

const EVERYWHERE = '**/*.guardrail';

/** File names are shorter on every system; the pattern library fails beyond 65,536 characters. */
const LONGEST_PATTERN = 4096;

export interface Selection {
    /** The paths of the files, absolute, each once, sorted by their path relative to the working directory. */
    readonly files: readonly string[];
    /** The requested files that do not exist; the other files are checked anyway. */
    readonly errors: readonly CodedError[];
}

/** The search patterns: names of files and folders, and globs. */
export interface Selector {
    /** The names and patterns; an empty list means all files in `base`. */
    readonly names: readonly string[];
    /** The folder that the names and patterns are relative to. */
    readonly base: string;
    /** The patterns, relative to `folder`, of files that folders and patterns leave out. */
    readonly exclude?: { readonly patterns: readonly string[]; readonly folder: string };
}

export function selectFiles({ names, base, exclude }: Selector, cwd: string): Selection {
    const files = new Set<string>();
    const errors: CodedError[] = [];
    const excluded = exclude && new Set(globAll(exclude.patterns, exclude.folder));
    for (const name of names.length === 0 ? ['.'] : names) {
        try {
            for (const file of find(name, base, excluded)) {
                files.add(file);
            }
        } catch (error) {
            if (!(error instanceof CodedError)) {
                throw error;
            }
            errors.push(error);
        }
    }
    return { files: [...files].sort((a, b) => compare(displayPath(a, cwd), displayPath(b, cwd))), errors };
}

/** The folders that contain selected files, or may contain them later. */
export function placesOf({ names, base }: Selector): { readonly folders: string[]; readonly files: string[] } {
    const folders: string[] = [];
    const files: string[] = [];
    for (const name of names.length === 0 ? ['.'] : names) {
        const path = resolve(base, name);
        const kind = kindOf(path, name);
        if (kind === 'directory') {
            folders.push(path);
        } else if (kind === 'missing' && isDynamicPattern(name)) {
            const parts = name.replaceAll('\\', '/').split('/');
            folders.push(
                resolve(
                    base,
                    parts
                        .slice(
                            0,
                            parts.findIndex((part) => isDynamicPattern(part))
                        )
                        .join('/') || '.'
                )
            );
        } else {
            files.push(path);
        }
    }
    return { folders, files };
}

function find(name: string, cwd: string, excluded: ReadonlySet<string> = new Set()): string[] {
    assertShort(name);
    const path = resolve(cwd, name);
    const kind = kindOf(path, name);
    if (kind === 'file') {
        if (!path.endsWith('.guardrail')) {
            throw new CodedError(
                'GR904',
                `${displayPath(path, cwd)} is not a policy file: its name does not end in .guardrail`,
                'Rename it, or give the files to check by name.'
            );
        }
        return [path];
    }
    if (kind === 'directory') {
        return kept(glob(EVERYWHERE, path), excluded, `the folder ${displayPath(path, cwd)} has no .guardrail file`);
    }
    if (!isDynamicPattern(name)) {
        throw new CodedError('GR904', `${name} cannot be read: there is no such file`, 'Check the path.');
    }
    const pattern = name.replaceAll('\\', '/');
    const found = glob(isAbsolute(pattern) ? pattern : pattern.replace(/^\.\//, ''), cwd);
    return kept(
        found.filter((file) => file.endsWith('.guardrail')),
        excluded,
        `no .guardrail file matches ${name}`
    );
}

function assertShort(name: string): void {
    if (name.length > LONGEST_PATTERN) {
        throw new CodedError(
            'GR904',
            `${name.slice(0, 40)}… cannot be read: it is longer than ${LONGEST_PATTERN.toLocaleString('en')} characters`,
            'Name a folder, or give several shorter patterns.'
        );
    }
}

function kindOf(path: string, name: string): 'file' | 'directory' | 'missing' {
    try {
        return statSync(path).isDirectory() ? 'directory' : 'file';
    } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === 'ENOENT' || code === 'ENOTDIR') {
            return 'missing';
        }
        throw new CodedError('GR904', `${name} cannot be read: ${systemReason(error)}`, 'Check the path.');
    }
}

function glob(pattern: string, cwd: string): string[] {
    return globSync(pattern, {
        cwd,
        absolute: true,
        ignore: ['**/node_modules/**'],
        // Links are not followed, because a link may lead back to a parent folder.
        followSymbolicLinks: false,
        expandDirectories: false
    }).map((file) => resolve(file));
}

/** The patterns to exclude; a pattern for a folder covers everything in it. */
function globAll(patterns: readonly string[], cwd: string): string[] {
    patterns.forEach(assertShort);
    return globSync(
        patterns.map((pattern) => pattern.replaceAll('\\', '/').replace(/^\.\//, '')),
        { cwd, absolute: true, followSymbolicLinks: false, expandDirectories: true }
    ).map((file) => resolve(file));
}

function kept(files: string[], excluded: ReadonlySet<string>, message: string): string[] {
    if (files.length === 0) {
        throw new CodedError('GR903', message, 'Policies and inventories are files whose names end in .guardrail.');
    }
    const rest = files.filter((file) => !excluded.has(file));
    if (rest.length === 0) {
        throw new CodedError('GR903', `${message} that is not excluded`, 'See `exclude` in the configuration.');
    }
    return rest;
}

/** Compares by UTF-16 code unit, so that the order is the same on every machine. */
function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}
