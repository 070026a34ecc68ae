/** The people and clients of a policy that prove who they are, by its configuration. */
import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { ClientsOptions } from '../../../enforcement/http/clients.js';
import type { Approvers } from '../../../enforcement/identities.js';
import type { Issuer } from '../../../enforcement/tokens.js';
import { CodedError } from '../../../workspace/errors.js';
import type { LoadedConfig } from '../../config/check-config.js';
import { findConfig } from '../../config/find.js';
import { loadConfig } from '../../config/load.js';

/** Who proves who they are at a gateway; everybody else is nobody. */
export interface ConfiguredPeople {
    /** The people who answer held calls. */
    readonly approvers?: Approvers;
    /** The clients that call tools over HTTP. */
    readonly clients?: ClientsOptions;
}

/**
 * The people of the configuration that is nearest to the policy, and of the one that the command uses: starting the
 * gateway in another folder must not make a proof unnecessary. Rejects with GR985 if both have different ones.
 */
export async function configuredPeople(
    policy: string,
    cwd: string,
    used: LoadedConfig | undefined
): Promise<ConfiguredPeople> {
    const own = peopleIn(used);
    const nearest = findConfig(folderOf(resolve(cwd, policy)));
    if (nearest === undefined || nearest === used?.file) {
        return own;
    }
    const others = peopleIn(await loadConfig(cwd, nearest));
    for (const name of ['approvers', 'clients'] as const) {
        if (own[name] && others[name] && JSON.stringify(own[name]) !== JSON.stringify(others[name])) {
            throw new CodedError(
                'GR985',
                `${nearest} and ${used!.file} have different ${name}`,
                `Keep \`${name}\` in one of them.`
            );
        }
    }
    return { ...own, ...others };
}

/** Reading the policy says what is wrong with a path that leads nowhere. */
function folderOf(policy: string): string {
    try {
        return dirname(realpathSync(policy));
    } catch {
        return dirname(policy);
    }
}

function peopleIn(loaded: LoadedConfig | undefined): ConfiguredPeople {
    const { approvers, clients } = loaded?.config ?? {};
    return {
        ...(approvers && { approvers: withKeys(approvers, loaded!.folder) }),
        ...(clients && { clients: withKeys(clients, loaded!.folder) })
    };
}

/** The keys in a file are relative to the configuration. */
function withKeys<T extends Issuer>(one: T, folder: string): T {
    return /^https?:/.test(one.keys) ? one : { ...one, keys: resolve(folder, one.keys) };
}
