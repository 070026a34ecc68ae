/**
 * By which configuration a policy is judged. In one repository it is that of the run; a run from a folder above several
 * repositories judges each policy by the configuration of its own.
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MoreConfigurations } from '../../../../language/configuration/configurations.js';
import type { ScopeName } from '../../../checker/limits/scopes.js';
import type { Limits } from '../../../checker/results/result.js';
import type { LoadedConfig } from '../../config/check-config.js';
import { selectorOf } from '../../config/flags.js';
import { CONFIG_NAME, findConfig, foldersUpTo } from '../../config/find.js';
import { selectFiles } from '../../selection/files.js';

export interface Judgement {
    readonly limits: Limits;
    /** The scopes that the configuration accepts for all claims. */
    readonly accept: readonly ScopeName[];
    /** The configurations that the command line adds to those of the folders. */
    readonly configurations: MoreConfigurations;
    /** The absolute paths of the lists of controls that the configuration names. */
    readonly controls: readonly string[];
    /** False for a policy that the configuration of its own repository leaves out. */
    selects(file: string): boolean;
}

export interface Asked {
    /** The names and patterns of the command line. */
    readonly names: readonly string[];
    readonly cwd: string;
    /** True if `--config` names the configuration, which then applies to all policies. */
    readonly isNamed: boolean;
    /** The configuration of the run. */
    readonly loaded: LoadedConfig | undefined;
    /** Reads a configuration in a folder, by its path, with another one that is imposed on it. */
    readonly load: (folder: string, path: string, imposed?: string) => Promise<LoadedConfig | undefined>;
    readonly limitsBy: (loaded: LoadedConfig | undefined) => Limits;
}

/** Finds the judgement of a file. The result rejects with a `CodedError` if the configuration of its repository is wrong. */
export function judgements(asked: Asked): (file: string) => Promise<Judgement> {
    const { cwd, loaded, isNamed } = asked;
    const ofRun = judgement(asked, loaded, loaded?.given?.more ?? {}, () => true);
    const pathOfRun = findConfig(cwd);
    const known = new Map<string, Promise<Judgement>>();
    return (file) => {
        // As in a run from the root of the repository, a nested configuration only adds its requirements.
        const path = foldersUpTo(dirname(file))
            .map((folder) => join(folder, CONFIG_NAME))
            .filter((config) => config === pathOfRun || existsSync(config))
            .at(-1);
        if (isNamed || path === undefined || path === pathOfRun) {
            return Promise.resolve(ofRun);
        }
        const found = known.get(path) ?? ofRepository(path, asked);
        known.set(path, found);
        return found;
    };

    async function ofRepository(path: string, { names, load }: Asked): Promise<Judgement> {
        const { imposed } = loaded?.given?.more ?? {};
        const own = await load(dirname(path), path, imposed === undefined ? undefined : fileURLToPath(imposed));
        const isWhole = names.length === 0;
        const { exclude, names: kept } = selectorOf([], own, dirname(path));
        const { files } = selectFiles(
            { names: isWhole ? kept : [], base: dirname(path), ...(exclude && { exclude }) },
            dirname(path)
        );
        const selected = new Set([...files, ...names.map((name) => resolve(cwd, name))]);
        // The command line adds requirements; a repository cannot remove them.
        const more = { ...own?.given?.more, ...loaded?.given?.more };
        return judgement(asked, own, more, (file) => selected.has(file));
    }
}

function judgement(
    { limitsBy }: Asked,
    loaded: LoadedConfig | undefined,
    configurations: MoreConfigurations,
    selects: (file: string) => boolean
): Judgement {
    return {
        limits: limitsBy(loaded),
        accept: loaded?.config.accept ?? [],
        configurations,
        controls: loaded?.given?.controls ?? [],
        selects
    };
}
