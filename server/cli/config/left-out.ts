/** Finds policies that a configuration leaves out although required packs apply to them. */
import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readPolicyText } from '../../workspace/policy-text.js';
import { displayPath } from '../../workspace/display-path.js';
import { CodedError } from '../../workspace/errors.js';
import { type Selector, selectFiles } from '../selection/files.js';
import type { LoadedConfig } from './check-config.js';

/** The policies below the configuration that `select` leaves out, without an exception in force from each required pack (GR926). */
export function leftOutPolicies({ given, folder, file }: LoadedConfig, select: Selector, cwd: string): CodedError[] {
    const required = given?.required ?? [];
    if (required.length === 0) {
        return [];
    }
    const selected = new Set(selectFiles(select, cwd).files.map(real));
    return policyFilesIn(folder)
        .filter((path) => !selected.has(real(path)) && isPolicy(path))
        .flatMap((path) => {
            const lacking = required.filter(({ isExcepted }) => !isExcepted(path));
            return lacking
                .slice(0, 1)
                .map(
                    ({ pack, by }) =>
                        new CodedError(
                            'GR926',
                            `${displayPath(file, cwd)} leaves out ${displayPath(path, cwd)}, a policy for which ${by} requires "${pack}"`,
                            'Check the policy too, or write an exception for it.'
                        )
                );
        });
}

/**
 * The policy files in a folder, each once: also in folders that the command does not look into unless they are named, because their
 * names begin with a dot or they are links.
 */
function policyFilesIn(top: string): string[] {
    const found: string[] = [];
    const seen = new Set<string>();
    const folders = [top];
    for (const folder of folders) {
        const entries = seen.has(real(folder)) ? [] : entriesOf(folder);
        seen.add(real(folder));
        for (const entry of entries) {
            const path = join(folder, entry.name);
            if (isFolder(entry, path)) {
                folders.push(...(SKIPPED.has(entry.name) ? [] : [path]));
            } else if (entry.name.endsWith('.guardrail') && !seen.has(real(path))) {
                seen.add(real(path));
                found.push(path);
            }
        }
    }
    return found.sort();
}

const SKIPPED: ReadonlySet<string> = new Set(['node_modules', '.git']);

function entriesOf(folder: string): Dirent[] {
    try {
        return readdirSync(folder, { withFileTypes: true });
    } catch {
        return [];
    }
}

function isFolder(entry: Dirent, path: string): boolean {
    return entry.isSymbolicLink()
        ? (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false)
        : entry.isDirectory();
}

function real(path: string): string {
    try {
        return realpathSync(path);
    } catch {
        return path;
    }
}

/** True if the first word of the text outside of comments is `policy`. */
function isPolicy(path: string): boolean {
    try {
        return /^(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*policy(?=\s|\/[/*])/.test(readPolicyText(path));
    } catch {
        return false;
    }
}
