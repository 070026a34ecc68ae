import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

/** The process of the language server that this extension host has started; this works only on Linux. */
export function languageServerPid(): number {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isLanguageServer(name));
    assert.equal(pids.length, 1, 'one language server runs');
    return Number(pids[0]);
}

function isLanguageServer(pid: string): boolean {
    try {
        const parent = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return Number(parent) === process.pid && command.includes('server.js');
    } catch {
        // The process has ended in the meantime.
        return false;
    }
}
