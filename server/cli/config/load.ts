import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { displayPath } from '../../workspace/display-path.js';
import type { LoadedConfig } from './check-config.js';
import { CONFIG_NAME, findConfig, foldersUpTo } from './find.js';

/**
 * The configuration that `--config` names, otherwise the nearest one, with what it extends; undefined if there is none.
 * Rejects with a `CodedError` if it is invalid.
 *
 * @param imposed the package or file that `--extends` names
 */
export async function loadConfig(
    cwd: string,
    named: string | undefined,
    imposed?: string
): Promise<LoadedConfig | undefined> {
    const path = named === undefined ? findConfig(cwd) : resolve(cwd, named);
    if (path === undefined && imposed === undefined) {
        return undefined;
    }
    const { readConfig } = await import('./check-config.js');
    const loaded = path === undefined ? undefined : readConfig(path, displayPath(path, cwd));
    if (imposed === undefined && !mayExtend(path, cwd)) {
        return loaded;
    }
    const { imposedBy, withGiven } = await import('./given.js');
    const file = path ?? resolve(cwd, CONFIG_NAME);
    const other = imposed === undefined ? undefined : await imposedBy(imposed, cwd);
    return withGiven(loaded ?? { config: {}, file, folder: dirname(file) }, cwd, other);
}

/** False if no configuration contains these words, so that most runs need not load the code that follows them. */
function mayExtend(path: string | undefined, cwd: string): boolean {
    const files = [
        ...(path === undefined ? [] : [path]),
        ...foldersUpTo(cwd).map((folder) => resolve(folder, CONFIG_NAME))
    ];
    // A key may be written with escapes.
    return files.some((file) => /"(extends|require|controls)"|\\u/.test(textOf(file)));
}

function textOf(file: string): string {
    try {
        return readFileSync(file, 'utf8');
    } catch {
        return '';
    }
}
