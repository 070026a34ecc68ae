import { claude } from './clients/claude.js';
import { codex } from './clients/codex.js';
import { cursor } from './clients/cursor.js';
import { gemini } from './clients/gemini.js';
import type { Client } from './settings.js';

/** The clients whose settings are read. */
export const CLIENTS: readonly Client[] = [claude, codex, cursor, gemini];

/** The client that reads a file of this path, by the end of the path with forward slashes; undefined if none does. */
export function clientOf(path: string): Client | undefined {
    return CLIENTS.find(({ files }) =>
        [...files.project, ...files.home].some((glob) => {
            const [before, after] = glob.split('*') as [string, string?];
            const at = path.lastIndexOf(`/${before}`);
            const rest = at === -1 ? undefined : path.slice(at + 1 + before.length);
            return after === undefined
                ? rest === ''
                : rest !== undefined && !rest.includes('/') && rest.endsWith(after);
        })
    );
}

/** The path of the folder that the client takes this one of its files from. */
export function projectOf({ files }: Client, path: string): string {
    const folders = [...files.project, ...files.home].map((glob) => `/${glob.split('/')[0]}/`);
    return path.slice(0, Math.max(...folders.map((folder) => path.lastIndexOf(folder)))) || '/';
}
