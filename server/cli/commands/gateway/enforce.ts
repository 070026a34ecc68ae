/** `guardrail gateway`: a proxy over standard input and output. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ScopeName } from '../../../checker/limits/scopes.js';
import type { Limits } from '../../../checker/results/result.js';
import { serveApprovals, socketOf } from '../../../enforcement/approvals.js';
import { privateFolder } from '../../../enforcement/folder.js';
import { EnforcingGateway } from '../../../enforcement/gateway.js';
import { type EnforcedPolicy, readPolicy } from '../../../enforcement/policy.js';
import { proxyStdio } from '../../../enforcement/stdio.js';
import { assertVerified, type Verification, verifyOnce } from '../../../enforcement/verification.js';
import { sharesSessions } from '../../../model/memory/across-sessions.js';
import { CodedError, type ExitCode } from '../../../workspace/errors.js';
import type { Terminal } from '../../terminal/terminal.js';
import { type Checked, followPolicy } from './follow-policy.js';
import type { LimitFlags } from '../../options.js';
import { stateFolder } from './state-folder.js';

export interface GatewayFlags extends LimitFlags {
    readonly policy?: string;
    readonly server?: string;
    readonly agent?: string;
    readonly session?: string;
    readonly state?: string;
    readonly approver?: string;
    readonly askClient?: boolean;
    readonly wait: number;
    readonly observe?: boolean;
    readonly unverified?: boolean;
    readonly config?: string;
}

export interface GatewayCommand extends GatewayFlags {
    readonly policy: string;
    readonly limits: Limits;
    readonly accepted: readonly ScopeName[];
}

export async function enforce(
    command: readonly string[],
    options: GatewayCommand,
    { cwd, writeError }: Terminal
): Promise<ExitCode> {
    const { policy: file, wait, observe = false, agent } = options;
    const policy = await readPolicy(file, cwd);
    const server = serverOf(policy, options);
    assertAgent(policy, options);
    const human = approverOf(policy, options);
    const folder = privateFolder(stateFolder(file, cwd, options.state));
    const session = options.session ?? newSession();
    const verification = verified(policy, folder, options);
    const check = async (): Promise<Checked> => {
        const changed = await readPolicy(file, cwd);
        serverOf(changed, options);
        assertAgent(changed, options);
        const result = verified(changed, folder, options);
        return { policy: changed, ...(result && { verification: result }) };
    };
    // Sessions that share what happened are one log.
    const path = join(folder, `${sharesSessions(policy.model) ? 'sessions' : session}.jsonl`);
    const gateway = await EnforcingGateway.open({
        path,
        policy,
        ...(verification && { verification }),
        observe
    });
    const approvals = process.platform === 'win32' ? undefined : await serveApprovals(socketOf(path), gateway, human);
    const warn = (text: string): void => writeError(`guardrail: ${text}\n`);
    warn(startText(policy, verification, session, observe));
    const stopFollowing = followPolicy(gateway, check, warn);
    try {
        const code = await proxyStdio({
            command,
            cwd,
            gateway,
            session,
            server,
            ...(agent !== undefined && { agent }),
            ...(options.askClient && human !== undefined && { personAtClient: human }),
            patience: wait,
            observe,
            input: process.stdin,
            output: process.stdout,
            warn
        });
        return code as ExitCode;
    } finally {
        stopFollowing();
        approvals?.close();
        await gateway.close();
        process.stdin.destroy();
    }
}

/** Undefined: the policy is enforced without a check. */
function verified(
    policy: EnforcedPolicy,
    folder: string,
    { policy: file, limits, accepted, unverified = false }: GatewayCommand
): Verification | undefined {
    if (unverified) {
        return undefined;
    }
    const verification = verifyOnce(policy, { limits, accepted, folder });
    assertVerified(verification, file);
    return verification;
}

function serverOf({ servers }: EnforcedPolicy, { server, policy }: GatewayCommand): string {
    const [only, ...others] = servers;
    if (server !== undefined ? !servers.includes(server) : only === undefined || others.length > 0) {
        throw new CodedError(
            'GR902',
            server === undefined
                ? `${policy} has ${servers.length} servers, and the command starts one of them`
                : `${policy} has no server ${server}`,
            `Name it with --server: ${servers.join(', ')}.`
        );
    }
    return server ?? only!;
}

function assertAgent({ loaded: { agents } }: EnforcedPolicy, { agent, policy }: GatewayCommand): void {
    if (agent === undefined ? agents.length !== 1 : !agents.includes(agent)) {
        throw new CodedError(
            'GR902',
            agent === undefined ? `${policy} has ${agents.length} agents` : `${policy} has no agent ${agent}`,
            `Name the one that calls with --agent: ${agents.join(', ')}.`
        );
    }
}

/** Undefined: the policy has several humans, and nobody said which of them the local user is. */
function approverOf({ model: { humans } }: EnforcedPolicy, { approver, policy }: GatewayCommand): string | undefined {
    const names = humans.map(({ name }) => name);
    if (approver !== undefined && !names.includes(approver)) {
        throw new CodedError('GR902', `${policy} has no human ${approver}`, `Its humans are ${names.join(', ')}.`);
    }
    return approver ?? (names.length === 1 ? names[0] : undefined);
}

/** Readable, sorted by time, and different from all others. */
function newSession(): string {
    return `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')}-${randomBytes(4).toString('hex')}`;
}

function startText(
    { digest, loaded: { name } }: EnforcedPolicy,
    verification: Verification | undefined,
    session: string,
    observe: boolean
): string {
    const how = observe ? 'is observed, and stops nothing,' : 'is enforced';
    const claims = verification ? Object.values(verification.claims).length : 0;
    const what = verification ? `verified (${claims} claims)` : 'not verified';
    return `policy ${name} ${how} in session ${session}: ${what}, ${digest.slice(0, 19)}…`;
}
