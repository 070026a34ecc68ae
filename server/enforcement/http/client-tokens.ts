/** Tells clients over HTTP by their signed tokens. */
import { Tokens } from '../tokens.js';
import { bearerIn, type Client, type ClientsOptions } from './clients.js';

export class Clients {
    private constructor(
        readonly options: ClientsOptions,
        private readonly tokens: Tokens
    ) {}

    /** Rejects like `Tokens.open`. */
    static async open(options: ClientsOptions): Promise<Clients> {
        return new Clients(options, await Tokens.open(options));
    }

    /** Undefined if the request has no token that counts for an agent. Rejects if the keys are not available. */
    async clientOf(headers: Headers): Promise<Client | undefined> {
        const token = bearerIn(headers);
        const subject = token && (await this.tokens.subjectOf(token));
        const [agent] = Object.entries(this.options.agents).find(([, subjects]) => subjects.includes(subject!)) ?? [];
        return agent === undefined ? undefined : { subject: subject!, agent };
    }
}
