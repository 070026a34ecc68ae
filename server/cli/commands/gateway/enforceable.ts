/** Reads and checks the policy that a gateway enforces for its user, in the same way for proxies and hooks. */
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { MoreConfigurations } from '../../../../language/configuration/configurations.js';
import { privateFolder } from '../../../enforcement/folder.js';
import { FollowingGateway, type FollowOptions } from '../../../enforcement/following-gateway.js';
import type { Approvers, Identities } from '../../../enforcement/identities.js';
import type { LogContent } from '../../../enforcement/log-content.js';
import { type EnforcedPolicy, readPolicy } from '../../../enforcement/policy.js';
import { telemetryOf } from '../../../enforcement/requested-telemetry.js';
import type { ReloadScope } from '../../../enforcement/session-policies.js';
import {
    assertVerified,
    type Verification,
    verifyOnce,
    type VerifyOptions
} from '../../../enforcement/verification.js';
import { sharesSessions } from '../../../model/memory/across-sessions.js';
import { CodedError } from '../../../workspace/errors.js';
import { hashOf } from '../../../workspace/hash.js';
import type { EnforceFlagValues } from './enforce-flags.js';

export interface EnforceableOptions extends EnforceFlagValues, VerifyOptions {
    readonly cwd: string;
    /** The configurations that apply to the policy in addition to those in the folders above it. */
    readonly configurations?: MoreConfigurations;
    /** The folder for the logs, or the address of a PostgreSQL database; if absent, a folder below the home folder. */
    readonly state?: string;
    /** The people who answer held calls, each with a proof; if absent, the local user answers. */
    readonly approvers?: Approvers;
    /** Throws a `CodedError` for a policy that cannot be enforced in this way. */
    readonly assertFits: (policy: EnforcedPolicy) => void;
}

export interface Enforceable {
    readonly policy: EnforcedPolicy;
    /** If absent, the policy is enforced unverified. */
    readonly verification?: Verification;
    readonly identities?: Identities;
    /** The folder for the logs that are files, and for the result of the check. */
    readonly folder: string;
}

/**
 * Throws GR985 for approvers that are wrong, and GR993 for a policy that does not pass its check; otherwise throws like
 * `assertFits`.
 */
export async function enforceable(options: EnforceableOptions): Promise<Enforceable> {
    const policy = await readPolicy(options.policy, options.cwd, options.configurations);
    const state = isDatabase(options.state) ? undefined : options.state;
    const folder = privateFolder(stateFolder(options.policy, options.cwd, state));
    const verification = verified(policy, folder, options);
    const identities = await identitiesOf(policy, options);
    return { policy, folder, ...(verification && { verification }), ...(identities && { identities }) };
}

/** @param log the name of the log among those of the policy */
export async function openGateway(
    { policy, verification, identities, folder }: Enforceable,
    log: string,
    options: EnforceableOptions & Pick<FollowOptions, 'warn' | 'problem'>
): Promise<FollowingGateway> {
    const { state, warn, problem } = options;
    const telemetry = await telemetryOf(process.env, warn);
    return FollowingGateway.open(policy, verification, {
        ...(isDatabase(state)
            ? { database: state, path: `${policy.loaded.name}/${log}` }
            : { path: `${folder}/${log}.jsonl` }),
        read: () => readPolicy(options.policy, options.cwd, options.configurations),
        verify: (changed) => verified(changed, folder, options),
        // Most gateways never compare policies.
        difference: async (old, young) => (await import('./changed-policy.js')).differenceText(old, young, options.cwd),
        approver: (current) => approverOf(current, options),
        ...(identities && { identities }),
        observe: options.observe ?? false,
        ...choicesOf(options),
        warn,
        ...(problem && { problem }),
        ...(telemetry && { telemetry })
    });
}

/** Throws GR985 if the approvers are wrong, or if an option lets somebody answer without a proof. */
async function identitiesOf(
    policy: EnforcedPolicy,
    { approvers, approver, policy: file }: EnforceableOptions
): Promise<Identities | undefined> {
    if (!approvers) {
        return undefined;
    }
    if (approver !== undefined) {
        throw new CodedError(
            'GR985',
            `--approver lets the user of this machine answer as ${approver}, but \`approvers\` wants a proof from everybody`,
            'Remove --approver, or remove `approvers` from guardrail.config.json.'
        );
    }
    // Most gateways do without the library.
    const { assertApprovers, Identities: People } = await import('../../../enforcement/identities.js');
    assertApprovers(approvers, policy, file);
    return People.open(approvers);
}

/** True if the state is kept in a database. */
export function isDatabase(state: string | undefined): state is string {
    return state !== undefined && /^postgres(ql)?:\/\//.test(state);
}

/** The human of the policy that the local user stands for; if undefined, nobody can approve. */
export function approverOf(
    { model: { humans } }: EnforcedPolicy,
    { approver }: Pick<EnforceFlagValues, 'approver'>
): string | undefined {
    return approver ?? (humans.length === 1 ? humans[0]!.name : undefined);
}

/** If undefined, the policy is enforced without a check. */
function verified(policy: EnforcedPolicy, folder: string, options: EnforceableOptions): Verification | undefined {
    const { policy: file, approver, assertFits, unverified = false, limits, accepted } = options;
    const humans = policy.model.humans.map(({ name }) => name);
    if (approver !== undefined && !humans.includes(approver)) {
        throw new CodedError('GR902', `${file} has no human ${approver}`, `Its humans are ${humans.join(', ')}.`);
    }
    assertFits(policy);
    assertChoices(policy, options);
    if (unverified) {
        return undefined;
    }
    const verification = verifyOnce(policy, { ...(limits && { limits }), ...(accepted && { accepted }), folder });
    assertVerified(verification, file);
    return verification;
}

/** The choices that a command line has made. Throws GR902 for texts that are none. */
function choicesOf({ reload = 'confirmed', log = 'all' }: Pick<EnforceFlagValues, 'reload' | 'log'>): {
    readonly reload: ReloadScope;
    readonly confirms: boolean;
    readonly content: LogContent;
} {
    const confirms = reload === 'confirmed';
    if (!confirms && reload !== 'all' && reload !== 'new-sessions') {
        throw new CodedError(
            'GR902',
            `--reload is ${JSON.stringify(reload)}`,
            'It must be confirmed, all or new-sessions.'
        );
    }
    if (log !== 'all' && log !== 'digests') {
        throw new CodedError('GR902', `--log is ${JSON.stringify(log)}`, 'It must be all or digests.');
    }
    return { reload: confirms ? 'all' : reload, confirms, content: log };
}

/**
 * Throws GR902 for choices that do not fit together: sessions that share their history need one policy and the whole
 * log, and a policy can take over running sessions only from the whole log.
 */
function assertChoices({ model }: EnforcedPolicy, options: EnforceableOptions): void {
    const { reload, content } = choicesOf(options);
    if (content === 'digests' && reload === 'all') {
        throw new CodedError(
            'GR902',
            'a changed policy cannot decide running sessions if the log has only digests of them',
            'Give --reload new-sessions too.'
        );
    }
    if (reload === 'new-sessions' && sharesSessions(model)) {
        throw new CodedError(
            'GR902',
            `the sessions of ${options.policy} share their history, so all of them need the same policy and the whole log`,
            'Remove --reload and --log, or what reads `across sessions` and the servers that `stores`.'
        );
    }
}

/** Throws GR902 if the policy does not have the agent, or has several agents and none is named. */
export function assertAgent({ loaded: { agents } }: EnforcedPolicy, { agent, policy }: EnforceFlagValues): void {
    if (agent === undefined ? agents.length !== 1 : !agents.includes(agent)) {
        throw new CodedError(
            'GR902',
            agent === undefined ? `${policy} has ${agents.length} agents` : `${policy} has no agent ${agent}`,
            `Name the one that calls with --agent: ${agents.join(', ')}.`
        );
    }
}

/** The folder is outside the project, so that an agent whose tools work on the project cannot change it. */
function stateFolder(policy: string, cwd: string, named: string | undefined): string {
    if (named !== undefined) {
        return resolve(cwd, named);
    }
    // A policy has one history, whichever path leads to it.
    const path = realPath(resolve(cwd, policy));
    const { XDG_STATE_HOME, LOCALAPPDATA } = process.env;
    const base = XDG_STATE_HOME || (process.platform === 'win32' && LOCALAPPDATA) || join(homedir(), '.local', 'state');
    return join(base, 'guardrail', `${basename(path, '.guardrail')}-${hashOf(path).slice(0, 8)}`);
}

/** Reading the policy says what is wrong with a path that leads nowhere. */
function realPath(path: string): string {
    try {
        return realpathSync(path);
    } catch {
        return path;
    }
}
