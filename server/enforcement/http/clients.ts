/** The clients that may call tools over HTTP: a signed token proves which agent of the policy a client is. */
import { CodedError } from '../../workspace/errors.js';
import type { EnforcedPolicy } from '../policy.js';
import type { Issuer } from '../tokens.js';

/** `clients` of the configuration. */
export interface ClientsOptions extends Issuer {
    /** The subjects (`sub`) that may be each agent of the policy. */
    readonly agents: { readonly [agent: string]: readonly string[] };
}

/** A client that has proved who it is. */
export interface Client {
    readonly subject: string;
    readonly agent: string;
}

/** The name of a session of this client, if there is one, which no other client can enter. */
export function sessionOfClient(session: string, client: Client | undefined): string {
    // Encoded, a subject has no space, so no two pairs have the same name.
    return client ? `client:${encodeURIComponent(client.subject)} ${session}` : session;
}

/** Throws GR985 if `agents` names somebody whom the policy does not have, or one subject twice. */
export function assertClients({ agents }: ClientsOptions, { loaded }: EnforcedPolicy, file: string): void {
    const unknown = Object.keys(agents).find((agent) => !loaded.agents.includes(agent));
    if (unknown !== undefined) {
        throw new CodedError('GR985', `${file} has no agent ${unknown}`, `Its agents are ${loaded.agents.join(', ')}.`);
    }
    const subjects = Object.values(agents).flat();
    const twice = subjects.find((subject, index) => subjects.indexOf(subject) !== index);
    if (twice !== undefined) {
        throw new CodedError('GR985', `${twice} is the subject of two agents`, 'Give each agent subjects of its own.');
    }
}

/** The token in a header `Authorization`. */
export function bearerIn(headers: Headers): string | undefined {
    return /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
}
