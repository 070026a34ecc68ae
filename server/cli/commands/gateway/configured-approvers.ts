/** The people who may answer held calls of a policy, by its configuration. */
import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Approvers } from '../../../enforcement/identities.js';
import { CodedError } from '../../../workspace/errors.js';
import type { LoadedConfig } from '../../config/check-config.js';
import { findConfig } from '../../config/find.js';
import { loadConfig } from '../../config/load.js';

/**
 * The `approvers` of the configuration that is nearest to the policy, and of the one that the command uses: starting the
 * gateway in another folder must not make a proof unnecessary. Rejects with GR985 if both have different ones.
 */
export async function configuredApprovers(
    policy: string,
    cwd: string,
    used: LoadedConfig | undefined
): Promise<Approvers | undefined> {
    const own = approversIn(used);
    const nearest = findConfig(folderOf(resolve(cwd, policy)));
    if (nearest === undefined || nearest === used?.file) {
        return own;
    }
    const others = approversIn(await loadConfig(cwd, nearest));
    if (own && others && JSON.stringify(own) !== JSON.stringify(others)) {
        throw new CodedError(
            'GR985',
            `${nearest} and ${used!.file} have different approvers`,
            'Keep `approvers` in one of them.'
        );
    }
    return others ?? own;
}

/** Reading the policy says what is wrong with a path that leads nowhere. */
function folderOf(policy: string): string {
    try {
        return dirname(realpathSync(policy));
    } catch {
        return dirname(policy);
    }
}

/** The keys in a file are relative to the configuration. */
function approversIn(loaded: LoadedConfig | undefined): Approvers | undefined {
    const approvers = loaded?.config.approvers;
    return approvers && /^https?:/.test(approvers.keys)
        ? approvers
        : approvers && { ...approvers, keys: resolve(loaded.folder, approvers.keys) };
}
