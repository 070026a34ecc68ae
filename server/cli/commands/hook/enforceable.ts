/** The policy of hooks: only a policy that was verified, and that hooks can enforce. */
import { type EnforcedPolicy, readPolicy } from '../../../enforcement/policy.js';
import { assertVerified, type Verification, verifyOnce } from '../../../enforcement/verification.js';
import { privateFolder } from '../../../enforcement/folder.js';
import { CodedError } from '../../../workspace/errors.js';
import { stateFolder } from '../gateway/state-folder.js';

export interface EnforceFlags {
    /** The agent that the client is; absent: the only one. */
    readonly agent?: string;
    /** The human of the policy that the local user is; absent: the only one. */
    readonly approver?: string;
    /** The policy is enforced even if its check finds something. */
    readonly unverified?: boolean;
    readonly observe?: boolean;
}

export interface Enforceable {
    readonly policy: EnforcedPolicy;
    /** Absent: the policy is enforced unverified. */
    readonly verification?: Verification;
}

/** Throws GR993 for a policy that does not pass its check, and GR988 for one that hooks cannot enforce. */
export async function enforceable(
    file: string,
    cwd: string,
    { agent, approver, unverified = false }: EnforceFlags
): Promise<Enforceable> {
    const policy = await readPolicy(file, cwd);
    const withholding = policy.model.rules.find(({ kind, audit }) => kind === 'withhold' && audit !== true);
    if (withholding) {
        throw new CodedError(
            'GR988',
            `${file} withholds results, and a hook comes after the agent has got them: ${withholding.text}`,
            'Put the MCP proxy of `guardrail gateway` in front of the server, or remove the rule.'
        );
    }
    const { agents } = policy.loaded;
    if (agent !== undefined && !agents.includes(agent)) {
        throw new CodedError('GR902', `${file} has no agent "${agent}"`, `Its agents are ${agents.join(', ')}.`);
    }
    const humans = policy.model.humans.map(({ name }) => name);
    if (approver !== undefined && !humans.includes(approver)) {
        throw new CodedError('GR902', `${file} has no human ${approver}`, `Its humans are ${humans.join(', ')}.`);
    }
    if (unverified) {
        return { policy };
    }
    const verification = verifyOnce(policy, { folder: privateFolder(stateFolder(file, cwd, undefined)) });
    assertVerified(verification, file);
    return { policy, verification };
}

/** The human of the policy that the local user is; undefined: nobody can approve. */
export function approverOf({ model: { humans } }: EnforcedPolicy, { approver }: EnforceFlags): string | undefined {
    return approver ?? (humans.length === 1 ? humans[0]!.name : undefined);
}
