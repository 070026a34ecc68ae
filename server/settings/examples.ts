/** A call that a rule is about, to show what a client does with it. */
import { commandSource } from './patterns.js';
import type { AskedCall } from './explain.js';
import type { Client, PathPattern, SettingsRule } from './settings.js';

/** Undefined if none is found. */
export function exampleOf({ tools }: Client, { calls }: SettingsRule): AskedCall | undefined {
    if (calls.kind === 'commands') {
        const source = commandSource(calls.command);
        const command = source
            .replaceAll('(?: .*)?', '')
            .replaceAll('.*', 'x')
            .replace(/\\([^\w])/g, '$1');
        return isMatch(source, command) ? { tool: tools.shell, args: { command } } : undefined;
    }
    const [tool] = calls.tools;
    if (tool === undefined || tool.includes('*') || tool === tools.shell) {
        return undefined;
    }
    const path = { ...tools.reads, ...tools.changes }[tool];
    switch (calls.kind) {
        case 'tools':
            return { tool, args: {} };
        case 'paths':
            return path === undefined ? undefined : { tool, args: { [path]: pathOf(calls.paths) } };
        case 'hosts': {
            const url = tools.urls[tool];
            const host = calls.hosts[0]?.replace('*', 'x');
            return url === undefined || host === undefined ? undefined : { tool, args: { [url]: `https://${host}/` } };
        }
        case 'value':
            return { tool, args: { [calls.parameter]: calls.value } };
        case 'unknown':
            return undefined;
    }
}

function isMatch(source: string, command: string): boolean {
    try {
        return new RegExp(`^(?:${source})$`, 'su').test(command);
    } catch {
        return false;
    }
}

function pathOf({ glob, from }: PathPattern): string {
    const path = glob.replace(/\*+|\?/g, 'x').replace(/\/$/, '/x');
    return from === 'home' ? `~/${path}` : path;
}
