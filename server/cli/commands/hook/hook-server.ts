/** The resident gateway, which answers clients' hooks on a local socket. */
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { deadline } from '../../../enforcement/deadline.js';
import { denial, holding, pending } from '../../../enforcement/explanations.js';
import type { EnforcingGateway } from '../../../enforcement/gateway.js';
import type { Ruling } from '../../../enforcement/submission.js';
import { type ClientCall, type ClientEvent, clientEvent } from './client-event.js';
import type { HookAnswer, HookRequest } from './protocol.js';

export interface HookServerOptions {
    readonly gateway: EnforcingGateway;
    /** Switches to a changed policy. */
    readonly upToDate: () => Promise<void>;
    /** The time in milliseconds that a call may wait for a person before it is denied. */
    readonly patience: number;
}

interface RunningCall extends ClientCall {
    /** The id of the call in the log. */
    readonly id: string;
    readonly clientId?: string;
}

interface Around {
    readonly agent: string | undefined;
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
        const server = createServer((socket) => this.serve(socket));
        await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
        return server;
    }

    /** A request is one line; the answer ends the connection. */
    private serve(socket: Socket): void {
        const gone = new AbortController();
        socket.on('error', () => gone.abort());
        socket.on('close', () => gone.abort());
        createInterface({ input: socket }).once('line', (line) => {
            void this.answer(line, gone.signal).then((answer) => socket.end(`${JSON.stringify(answer)}\n`));
        });
    }

    /** Never rejects: an error becomes the reason why a call is not made. */
    private async answer(line: string, signal: AbortSignal): Promise<HookAnswer> {
        try {
            const request = JSON.parse(line) as HookRequest;
            await this.options.upToDate();
            const event = clientEvent(request.event);
            const session = `${request.client}:${event?.session}`;
            const reason = event && (await this.handle(session, event, { agent: request.agent, signal }));
            return { answered: true, ...(reason !== undefined && { reason }) };
        } catch (error) {
            return { answered: true, reason: `Guardrail: ${error instanceof Error ? error.message : String(error)}` };
        }
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
        { call, agent: subagent }: Extract<ClientEvent, { type: 'before' }>,
        { agent: main, signal }: Around
    ): Promise<string | undefined> {
        const { gateway } = this.options;
        const policy = gateway.policyOf(session);
        // A subagent is an agent of the policy only if the policy names it; otherwise it acts as the main one.
        const agent = subagent !== undefined && policy.loaded.agents.includes(subagent) ? subagent : main;
        const submission = { tool: call.tool, args: call.args, ...(agent !== undefined && { agent }) };
        const patience = deadline(this.options.patience, signal);
        if (patience.aborted) {
            return pending(call.tool);
        }
        // A person may answer before the submission returns, so listen first.
        const changes = gateway.changes(patience);
        try {
            for (;;) {
                let ruling: Ruling;
                try {
                    ruling = await gateway.submit(session, submission, { signal: patience });
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
                if (ruling.decision.kind !== 'held') {
                    return denial(policy.model, call.tool, ruling.decision);
                }
                try {
                    await changes.next();
                } catch {
                    return `${holding(call.tool, ruling.id, ruling.decision.rules)} The user answers with \`guardrail approvals\`.`;
                }
            }
        } finally {
            await changes.return?.();
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
