/** The resident gateway, which answers clients' hooks on a local socket. */
import { realpathSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { dirname, isAbsolute } from 'node:path';
import { text } from 'node:stream/consumers';
import { deadline } from '../../../enforcement/deadline.js';
import { denial, holding, pending } from '../../../enforcement/explanations.js';
import type { EnforcingGateway } from '../../../enforcement/gateway.js';
import type { EnforcedPolicy } from '../../../enforcement/policy.js';
import type { JsonObject, SessionRecord } from '../../../gateway/events.js';
import { preparedOf } from '../../../gateway/prepared.js';
import type { Ruling } from '../../../enforcement/submission.js';
import { changedFiles, FILES } from './changed-files.js';
import { type ClientCall, type ClientEvent, clientEvent } from './client-event.js';
import { CodedError } from '../../../workspace/errors.js';
import { type EnforceFlagValues, wordsOf } from '../gateway/enforce-flags.js';
import { nameInPolicy } from './name-in-policy.js';
import { ANSWER, buildOf, FLAGS_OF_HOOKS, hookCommand, requestOf } from './protocol.js';

export interface HookServerOptions {
    /** The file of the policy: a path without links. */
    readonly policy: string;
    /** The options that the gateway was started with. */
    readonly flags: EnforceFlagValues;
    readonly gateway: EnforcingGateway;
    /** Switches to a changed policy. */
    readonly upToDate: () => Promise<void>;
    /** The build of this program. */
    readonly build: string | undefined;
    /** Ends the gateway; resolves when another one can be started. */
    readonly end: () => Promise<void>;
}

interface RunningCall extends ClientCall {
    /** The id of the call in the log. */
    readonly id: string;
    readonly clientId?: string;
}

interface Around {
    readonly agent: string | undefined;
    /** The time in milliseconds that a call may wait for a person before it is denied. */
    readonly patience: number;
    /** Aborted when the client no longer waits. */
    readonly signal: AbortSignal;
}

export class HookServer {
    /** The running calls of each session, in the order in which they were released. */
    private readonly running = new Map<string, RunningCall[]>();

    constructor(private readonly options: HookServerOptions) {}

    /** Listens at the path, which must not be in use. */
    async listen(path: string): Promise<Server> {
        // A gateway that was killed leaves its socket behind; the lock of the log excludes a second gateway.
        rmSync(path, { force: true });
        const server = createServer((request, response) => void this.serve(request, response));
        await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
        return server;
    }

    /** Never rejects: an error becomes the reason why a call is not made. */
    private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const gone = new AbortController();
        response.on('close', () => gone.abort());
        try {
            const { words, event } = requestOf(await text(request));
            const { client, flags, program } = hookCommand(words);
            if (!this.enforces(flags.policy)) {
                response.writeHead(ANSWER.elsewhere).end();
                return;
            }
            if (program === undefined || buildOf(program) !== this.options.build) {
                // After an upgrade, the hooks of the new version must not be answered by the old one.
                await this.options.end();
                response.writeHead(ANSWER.elsewhere).end();
                return;
            }
            this.assertOptions(flags);
            const around = { agent: flags.agent, patience: Number(flags.wait) * 1000, signal: gone.signal };
            const reason = await this.reason(`${client}`, event, around);
            response.writeHead(reason === undefined ? ANSWER.passes : ANSWER.blocked).end(reason);
        } catch (error) {
            const reason = `Guardrail: ${reasonOf(error)}`;
            response.writeHead(ANSWER.blocked).end(reason);
        }
    }

    private enforces(policy: string): boolean {
        try {
            // A relative path is relative to the hook's folder, not to this program's.
            return isAbsolute(policy) && realpathSync(policy) === this.options.policy;
        } catch {
            return false;
        }
    }

    /** Throws GR990 for a hook with other options: a gateway that only observes must not answer for one that enforces. */
    private assertOptions(flags: EnforceFlagValues): void {
        const [own, others] = [this.options.flags, flags].map((one) => wordsOf(one, FLAGS_OF_HOOKS).join(' '));
        if (own !== others) {
            const named = (words: string | undefined): string => words || 'the default options';
            throw new CodedError(
                'GR990',
                `the gateway of this policy runs with ${named(own)}, and this hook has ${named(others)}`,
                `Install all hooks of a policy with the same options, and end the gateway: kill ${process.pid}.`
            );
        }
    }

    /** The reason why the call must not be made; undefined if there is none, or if the event is not a call. */
    private async reason(client: string, eventText: string, around: Around): Promise<string | undefined> {
        await this.options.upToDate();
        const event = clientEvent(eventText);
        return event && this.handle(`${client}:${event.session}`, event, around);
    }

    /** The reason why the call must not be made. */
    private async handle(session: string, event: ClientEvent, around: Around): Promise<string | undefined> {
        const { gateway } = this.options;
        switch (event.type) {
            case 'before':
                return this.before(session, event, around);
            case 'after': {
                const found = this.takeRunning(session, event.call);
                if (found) {
                    await gateway.end(session, found.id, event.end);
                }
                return undefined;
            }
            case 'says':
                await gateway.happen(session, { type: 'says', text: event.text });
                return undefined;
            case 'pause': {
                const lost = this.running.get(session) ?? [];
                this.running.delete(session);
                await Promise.all(lost.map(({ id }) => gateway.end(session, id, { type: 'lost' })));
                return undefined;
            }
        }
    }

    private async before(
        session: string,
        { call, agent: subagent, cwd }: Extract<ClientEvent, { type: 'before' }>,
        { agent: main, patience: most, signal }: Around
    ): Promise<string | undefined> {
        const { gateway } = this.options;
        const policy = gateway.policyOf(session);
        // A subagent is an agent of the policy only if the policy names it; otherwise it acts as the main one.
        const agent = subagent !== undefined && policy.loaded.agents.includes(subagent) ? subagent : main;
        const client = session.slice(0, session.indexOf(':'));
        const tool = nameInPolicy(client, call.tool, policy);
        const args = withFiles(client, call, policy, tool, cwd);
        const submission = { tool, args, ...(agent !== undefined && { agent }) };
        const patience = deadline(most, signal);
        if (patience.aborted) {
            return pending(call.tool);
        }
        let changes: ReturnType<EnforcingGateway['changes']> | undefined;
        // A person may answer before the submission returns.
        const onHeld = (): void => {
            changes ??= gateway.changes(patience);
        };
        try {
            for (;;) {
                let ruling: Ruling;
                try {
                    ruling = await gateway.submit(session, submission, { signal: patience, onHeld });
                } catch (error) {
                    if (patience.aborted) {
                        return pending(call.tool);
                    }
                    throw error;
                }
                if (ruling.isReleased) {
                    const { id } = ruling;
                    const running: RunningCall = { ...call, id, ...(call.id !== undefined && { clientId: call.id }) };
                    this.running.set(session, [...(this.running.get(session) ?? []), running]);
                    return undefined;
                }
                if (ruling.decision.kind === 'left') {
                    return undefined;
                }
                if (ruling.decision.kind !== 'held') {
                    return denial(policy.model, call.tool, ruling.decision);
                }
                try {
                    await nextAnswer(changes!);
                } catch {
                    return `${holding(call.tool, ruling.id, ruling.decision.rules)} The user answers with \`guardrail approvals\`.`;
                }
            }
        } finally {
            await changes?.return?.();
        }
    }

    /**
     * The running call that an event ends: the one with the same id, or the oldest one with the same tool and
     * arguments.
     */
    private takeRunning(session: string, call: ClientCall): RunningCall | undefined {
        const running = this.running.get(session) ?? [];
        const args = JSON.stringify(call.args);
        const found = running.find(
            (one) =>
                one.clientId === call.id &&
                (call.id !== undefined || (one.tool === call.tool && JSON.stringify(one.args) === args))
        );
        this.running.set(
            session,
            running.filter((one) => one !== found)
        );
        return found;
    }
}

/**
 * An answer to one call can also serve others. Other events do not release a held call; deciding it again after each of
 * them would write a line to the log every time.
 */
async function nextAnswer(changes: ReturnType<EnforcingGateway['changes']>): Promise<void> {
    for (;;) {
        const { value } = (await changes.next()) as IteratorYieldResult<[SessionRecord]>;
        const [{ type }] = value;
        if (type === 'approve' || type === 'refuse') {
            return;
        }
    }
}

/** The arguments of a call, with the files that it changes if the policy has a parameter for them. */
function withFiles(
    client: string,
    call: ClientCall,
    { model, loaded, files: [file] }: EnforcedPolicy,
    tool: string,
    cwd = dirname(file!)
): JsonObject {
    const index = preparedOf(loaded).names.toolOf(tool);
    const isWanted = index !== undefined && model.tools[index]!.params.some(({ name }) => name === FILES);
    const files = isWanted ? changedFiles(client, call, { cwd, policy: file! }) : undefined;
    return files ? { ...call.args, [FILES]: files } : call.args;
}

function reasonOf(error: unknown): string {
    return error instanceof CodedError
        ? `${error.code}: ${error.message}. ${error.help}`
        : error instanceof Error
          ? error.message
          : String(error);
}
