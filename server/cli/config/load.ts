import { resolve } from 'node:path';
import { displayPath } from '../../workspace/display-path.js';
import type { LoadedConfig } from './check-config.js';
import { findConfig } from './find.js';

/**
 * The configuration that `--config` names, otherwise the nearest one; undefined if there is none. Rejects with a
 * `CodedError` if it is invalid.
 */
export async function loadConfig(cwd: string, named: string | undefined): Promise<LoadedConfig | undefined> {
    const path = named === undefined ? findConfig(cwd) : resolve(cwd, named);
    if (path === undefined) {
        return undefined;
    }
    const { readConfig } = await import('./check-config.js');
    return readConfig(path, displayPath(path, cwd));
}
