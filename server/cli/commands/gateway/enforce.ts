/** `guardrail gateway`: a proxy over standard input and output, or over HTTP. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { MoreConfigurations } from '../../../../language/configuration/configurations.js';
import type { ScopeName } from '../../../checker/limits/scopes.js';
import type { Limits } from '../../../checker/results/result.js';
import type { FollowingGateway } from '../../../enforcement/following-gateway.js';
import { assertClients, type ClientsOptions } from '../../../enforcement/http/clients.js';
import type { Clients } from '../../../enforcement/http/client-tokens.js';
import { assertSessions, assertWholeHistory, type SessionSource } from '../../../enforcement/http/session-source.js';
import type { EnforcedPolicy } from '../../../enforcement/policy.js';
import type { ProxyOptions } from '../../../enforcement/proxy.js';
import { proxyStdio } from '../../../enforcement/stdio.js';
import { sharesSessions } from '../../../model/memory/across-sessions.js';
import { CodedError, EXIT, type ExitCode } from '../../../workspace/errors.js';
import type { Terminal } from '../../terminal/terminal.js';
import type { LimitFlags } from '../../options.js';
import {
    approverOf,
    assertAgent,
    type Enforceable,
    enforceable,
    type EnforceableOptions,
    openGateway
} from './enforceable.js';
import type { ConfiguredPeople } from './configured-people.js';
import type { EnforceFlagValues } from './enforce-flags.js';

export interface GatewayFlags extends LimitFlags, EnforceFlagValues {
    readonly server?: string;
    readonly session?: string;
    readonly state?: string;
    readonly askClient?: boolean;
    readonly config?: string;
    readonly extends?: string;
    readonly listen?: { readonly host: string; readonly port: number };
    readonly upstream?: readonly (readonly [name: string, url: URL])[];
    readonly sessionBy?: readonly string[];
    readonly host?: readonly string[];
}

export interface GatewayCommand extends GatewayFlags, ConfiguredPeople {
    readonly limits: Limits;
    readonly accepted: readonly ScopeName[];
    readonly configurations: MoreConfigurations;
}

type Warn = (text: string) => void;

/** @param command the command that starts the server; empty if the gateway listens on a port */
export async function enforce(
    command: readonly string[],
    flags: GatewayCommand,
    { cwd, writeError }: Terminal
): Promise<ExitCode> {
    const warn: Warn = (text) => writeError(`guardrail: ${text}\n`);
    const options: EnforceableOptions = { ...flags, cwd, assertFits: (policy) => assertFits(policy, flags) };
    const found = await enforceable(options);
    const session = flags.session ?? newSession();
    // One log means one gateway: sessions that share history, or that any HTTP gateway could meet, have one.
    const log = sharesSessions(found.policy.model) ? 'sessions' : flags.listen ? 'http' : session;
    const following = await openGateway(found, log, { ...options, warn });
    try {
        warn(startText(found, flags, session));
        return await (flags.listen
            ? listen(following, flags, warn)
            : start(following, command, { ...flags, cwd, session, warn }));
    } finally {
        await following.close();
    }
}

async function start(
    following: FollowingGateway,
    command: readonly string[],
    { cwd, session, warn, ...flags }: GatewayCommand & { cwd: string; session: string; warn: Warn }
): Promise<ExitCode> {
    try {
        const code = await proxyStdio({
            ...proxyOptions(following, flags),
            command,
            cwd,
            session,
            server: serverOf(following.gateway.policy, flags),
            input: process.stdin,
            output: process.stdout,
            warn
        });
        return code as ExitCode;
    } finally {
        process.stdin.destroy();
    }
}

/** Runs until a signal stops it. If its log fails, it rejects, so that what supervises it starts it again. */
async function listen(following: FollowingGateway, flags: GatewayCommand, warn: Warn): Promise<ExitCode> {
    const { host, port } = flags.listen!;
    const names = [...(flags.host ?? []), ...(isWildcard(host) ? [] : [host.includes(':') ? `[${host}]` : host])];
    // Loading the libraries for HTTP would slow down the start of every other gateway.
    const { serveHttp } = await import('../../../enforcement/http/serve.js');
    const clients = flags.clients && (await clientsOf(flags.clients));
    const sources = sourcesOf(flags);
    const serving = await serveHttp({
        ...proxyOptions(following, flags),
        host,
        port,
        names,
        upstreams: new Map(flags.upstream),
        changes: following,
        ...(clients && { clients }),
        sessions: sources.length > 0 ? sources : [{ by: 'name', name: 'http' }]
    });
    for (const [name, address] of serving.addresses) {
        warn(`the server ${name} is at ${address}`);
    }
    if (!isLoopback(host) && !clients) {
        warn('anybody who can reach this address can call the servers, as far as the policy allows');
    }
    const stop = new AbortController();
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
        process.once(signal, () => stop.abort());
    }
    const { failed } = following.gateway;
    const ends = AbortSignal.any([stop.signal, failed]);
    if (!ends.aborted) {
        await once(ends, 'abort');
    }
    await serving.close();
    if (!stop.signal.aborted) {
        failed.throwIfAborted();
    }
    return EXIT.ok;
}

function proxyOptions(
    following: FollowingGateway,
    flags: GatewayCommand
): Omit<ProxyOptions, 'server' | 'toClient' | 'toServer'> {
    const { gateway } = following;
    const human = approverOf(gateway.policy, flags);
    return {
        gateway,
        upToDate: () => following.upToDate(),
        ...(flags.agent !== undefined && { agent: flags.agent }),
        ...(flags.askClient && human !== undefined && { personAtClient: human }),
        patience: Number(flags.wait) * 1000,
        observe: flags.observe ?? false
    };
}

async function clientsOf(options: ClientsOptions): Promise<Clients> {
    // Most gateways do without the library.
    return (await import('../../../enforcement/http/client-tokens.js')).Clients.open(options);
}

/** Throws for a policy that this gateway cannot enforce. */
function assertFits(policy: EnforcedPolicy, flags: GatewayCommand): void {
    const { clients } = flags;
    if (flags.listen && clients) {
        assertClients(clients, policy, flags.policy);
        if (flags.agent !== undefined) {
            throw new CodedError(
                'GR985',
                '--agent makes every client the same agent, but `clients` wants a proof from each',
                'Remove --agent, or remove `clients` from guardrail.config.json.'
            );
        }
    } else {
        assertAgent(policy, flags);
    }
    if (flags.askClient && flags.approvers) {
        throw new CodedError(
            'GR985',
            '--ask-client lets whoever sits at the client answer, but `approvers` wants a proof from everybody',
            'Remove --ask-client, or remove `approvers` from guardrail.config.json.'
        );
    }
    if (!flags.listen) {
        assertWholeHistory(policy, [[serverOf(policy, flags)]], flags.policy);
        return;
    }
    const unknown = flags.upstream?.find(([name]) => !policy.servers.includes(name));
    if (unknown) {
        throw new CodedError(
            'GR902',
            `${flags.policy} has no server ${unknown[0]}`,
            `Its servers are ${policy.servers.join(', ')}.`
        );
    }
    const sources = sourcesOf(flags);
    assertSessions(policy, sources, flags.policy);
    const upstreams = (flags.upstream ?? []).map(([name]) => name);
    const isApart = sources.some(({ by }) => by === 'connection');
    assertWholeHistory(policy, isApart ? upstreams.map((name) => [name]) : [upstreams], flags.policy);
}

/**
 * The sources of the session, best first. If there are none, no rule reads the session (GR998), so all calls may share
 * one.
 */
function sourcesOf({ sessionBy = [], session }: GatewayCommand): readonly SessionSource[] {
    const headers = sessionBy.filter((source) => source.startsWith('header:'));
    return [
        ...(sessionBy.includes('traceparent') ? [{ by: 'traceparent' } as const] : []),
        ...headers.map((source) => ({ by: 'header', name: source.slice('header:'.length) }) as const),
        ...(sessionBy.includes('connection') ? [{ by: 'connection' } as const] : []),
        ...(session === undefined ? [] : [{ by: 'name', name: session } as const])
    ];
}

function serverOf({ servers }: EnforcedPolicy, { server, policy }: GatewayFlags): string {
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

/** Creates a name that is readable, sorts by time, and differs from all others. */
function newSession(): string {
    return `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')}-${randomBytes(4).toString('hex')}`;
}

function startText(
    { policy, verification }: Enforceable,
    { observe, listen: isShared }: GatewayFlags,
    session: string
): string {
    const how = observe ? 'is observed, and stops nothing,' : 'is enforced';
    const where = isShared ? '' : ` in session ${session}`;
    const claims = verification ? Object.values(verification.claims).length : 0;
    const what = verification ? `verified (${claims} claims)` : 'not verified';
    return `policy ${policy.loaded.name} ${how}${where}: ${what}, ${policy.digest.slice(0, 19)}…`;
}

function isLoopback(host: string): boolean {
    return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

function isWildcard(host: string): boolean {
    return host === '0.0.0.0' || /^[0:]+$/.test(host);
}
