/**
 * Approvals in the client's own dialog (elicitation). They are used only if the configuration says that a person sits
 * at the client.
 */
import { randomUUID } from 'node:crypto';
import type { DecidingRule, JsonObject } from '../gateway/events.js';
import { type Fields, isFields } from '../gateway/json.js';
import { choicesAmong } from './choices.js';
import type { EnforcingGateway } from './gateway.js';

export interface Question {
    /** The id of the held call in the log. */
    readonly id: string;
    readonly tool: string;
    readonly args: JsonObject;
    readonly rules: readonly DecidingRule[];
}

export class PersonAtClient {
    private canAsk = false;
    private readonly prefix = `guardrail-ask-${randomUUID()}-`;
    /** The calls that the open questions are about, by the id of the question. */
    private readonly open = new Map<unknown, string>();

    /** @param human the human of the policy that the person stands for */
    constructor(
        private readonly gateway: EnforcingGateway,
        private readonly human: string,
        private readonly toClient: (message: Fields, about: unknown) => void
    ) {}

    /** Reads the client's capabilities: a client that cannot show a form is not asked. */
    initialized(params: unknown): void {
        const capabilities = isFields(params) ? params['capabilities'] : undefined;
        const elicitation = isFields(capabilities) ? capabilities['elicitation'] : undefined;
        // If the capability names no mode, forms are supported.
        this.canAsk =
            isFields(elicitation) && (Object.keys(elicitation).length === 0 || elicitation['form'] !== undefined);
    }

    /**
     * Asks once for each call, until it is answered.
     *
     * @param about the id of the client's request
     */
    ask({ id: call, tool, args, rules }: Question, about: unknown): void {
        if (!this.canAsk || [...this.open.values()].includes(call)) {
            return;
        }
        const id = `${this.prefix}${this.open.size}-${call}`;
        this.open.set(id, call);
        const choices = choicesAmong(rules);
        const why = rules.map(({ text }) => text).join('\n');
        const params = {
            message: `The agent wants to call ${tool} with ${JSON.stringify(args)}. You have to approve it, because of the policy:\n${why}`,
            requestedSchema: {
                type: 'object',
                properties: {
                    approve: { type: 'boolean', title: 'Approve this call' },
                    ...(choices.length > 0 && {
                        valid: {
                            type: 'string',
                            title: 'How long the approval is valid',
                            enum: choices,
                            default: choices[0]
                        }
                    })
                },
                required: ['approve']
            }
        };
        this.toClient({ jsonrpc: '2.0', id, method: 'elicitation/create', params }, about);
    }

    /** True if the message is a response to one of the questions. */
    isAnswer({ id }: Fields): boolean {
        return this.open.has(id);
    }

    /**
     * Anything that is not clearly an approval does not count as one. Rejects like `EnforcingGateway.answer`, for
     * example if the call has been answered in another way.
     */
    async answered({ id, result }: Fields): Promise<void> {
        const call = this.open.get(id)!;
        this.open.delete(id);
        const { action, content } = isFields(result) ? result : {};
        const approves = isFields(content) ? content['approve'] : undefined;
        if (action === 'accept' && approves === true) {
            const valid = isFields(content) ? content['valid'] : undefined;
            await this.gateway.answer(call, 'approve', this.human, { ...(typeof valid === 'string' && { valid }) });
        } else if (action === 'decline' || (action === 'accept' && approves === false)) {
            await this.gateway.answer(call, 'refuse', this.human);
        }
    }
}
