import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** Matches Chromium and Chrome with their child processes. */
const BROWSER = /^(chrom|headless_shell)/;

/**
 * The command lines of the programs that this process has started, directly or indirectly, except those of the browser.
 * This works only on Linux.
 */
export function childrenBesidesBrowser() {
    const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const parents = new Map(processes.map((pid) => [pid, parentOf(pid)]));
    const isOurs = (pid) => pid !== undefined && (pid === String(process.pid) || isOurs(parents.get(pid)));
    return processes
        .filter((pid) => pid !== String(process.pid) && isOurs(pid))
        .map((pid) => ({ program: programOf(pid), command: read(pid, 'cmdline')?.replaceAll('\0', ' ') }))
        .filter(({ program }) => program !== undefined && !BROWSER.test(basename(program)))
        .map(({ program, command }) => command || program);
}

function parentOf(pid) {
    return /^PPid:\s*(\d+)$/m.exec(read(pid, 'status') ?? '')?.[1];
}

/** Undefined if the program has ended in the meantime. */
function programOf(pid) {
    try {
        return readlinkSync(`/proc/${pid}/exe`);
    } catch {
        return undefined;
    }
}

function read(pid, file) {
    try {
        return readFileSync(`/proc/${pid}/${file}`, 'utf8');
    } catch {
        return undefined;
    }
}
