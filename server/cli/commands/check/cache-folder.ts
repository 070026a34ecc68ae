import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { foldersUpTo } from '../../config/find.js';

/** The default folder for cached results: next to those of other tools, if there is a `node_modules` folder. */
export function defaultCacheFolder(cwd: string): string {
    const folders = foldersUpTo(cwd);
    const modules = folders.map((folder) => join(folder, 'node_modules')).find((folder) => existsSync(folder));
    return modules === undefined ? join(cwd, '.guardrail-cache') : join(modules, '.cache', 'guardrail');
}
