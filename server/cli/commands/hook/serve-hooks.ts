/** `guardrail hook serve`: the resident gateway of a policy, which the first hook starts. */
import { once } from 'node:events';
import { realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { EnforcedPolicy } from '../../../enforcement/policy.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import type { Terminal } from '../../terminal/terminal.js';
import { configuredPeople } from '../gateway/configured-people.js';
import { type EnforceableOptions, enforceable, openGateway } from '../gateway/enforceable.js';
import type { EnforceFlagValues } from '../gateway/enforce-flags.js';
import { HookServer } from './hook-server.js';
import { buildOf, hookSocket } from './protocol.js';

/** The time in milliseconds for the answers to the last hooks. Calls that wait for people are then not made. */
const LAST_ANSWERS = 1_000;

/** Runs until it gets a signal, or a hook of another build, or until its log fails: the next hook starts it again. Each hook names its own agent, and how long it waits. */
export async function serveHooks(flags: EnforceFlagValues, { cwd, writeError }: Terminal): Promise<ExitCode> {
    const file = realpathSync(resolve(cwd, flags.policy));
    const { approvers } = await configuredPeople(file, dirname(file), undefined);
    const options: EnforceableOptions = {
        ...flags,
        ...(approvers && { approvers }),
        policy: file,
        cwd,
        assertFits: (policy) => assertFitsHooks(policy, flags)
    };
    const warn = (text: string): void => writeError(`guardrail: ${text}\n`);
    const socket = hookSocket(file);
    let identity = identityOf(socket);
    const problem = async (): Promise<string | undefined> => {
        if (identityOf(socket) !== identity) {
            return `another program may answer the hooks, because ${socket} was replaced: end it, and delete the file`;
        }
        // The first hook waits for this program to start, so the module is loaded only when somebody asks.
        const { problemsOfPolicy } = await import('./status.js');
        return problemsOfPolicy(resolve(cwd, flags.policy))[0];
    };
    const following = await openGateway(await enforceable(options), 'hooks', { ...options, warn, problem });
    const stop = new AbortController();
    const ended = once(stop.signal, 'abort').then(() => {
        listening.close();
        return following.close();
    });
    const server = new HookServer({
        policy: file,
        flags,
        gateway: following.gateway,
        upToDate: () => following.upToDate(),
        build: buildOf(process.argv[1]!),
        end() {
            stop.abort();
            return ended;
        }
    });
    const listening = await server.listen(socket);
    identity = identityOf(socket);
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
        process.once(signal, () => stop.abort());
    }
    following.gateway.failed.addEventListener('abort', () => stop.abort());
    await ended;
    setTimeout(() => listening.closeAllConnections(), LAST_ANSWERS).unref();
    return EXIT.ok;
}

/** Tells a socket from another one at the same path. */
function identityOf(path: string): string | undefined {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    return found && `${found.dev} ${found.ino} ${found.birthtimeNs}`;
}

/** Throws GR988 for a policy that hooks cannot enforce, and GR902 if the policy does not have the agent. */
export function assertFitsHooks({ model, loaded: { agents } }: EnforcedPolicy, flags: EnforceFlagValues): void {
    const withholding = model.rules.find(({ kind, audit }) => kind === 'withhold' && audit !== true);
    if (withholding) {
        throw new CodedError(
            'GR988',
            `${flags.policy} withholds results, and a hook comes after the agent has got them: ${withholding.text}`,
            'Put the MCP proxy of `guardrail gateway` in front of the server, or remove the rule.'
        );
    }
    if (flags.agent !== undefined && !agents.includes(flags.agent)) {
        throw new CodedError(
            'GR902',
            `${flags.policy} has no agent "${flags.agent}"`,
            `Its agents are ${agents.join(', ')}.`
        );
    }
}
