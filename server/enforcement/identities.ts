/** The people who may answer held calls: a signed token (JWT, RFC 7519) proves that they are a human of the policy. */
import { readFile } from 'node:fs/promises';
import {
    createLocalJWKSet,
    createRemoteJWKSet,
    errors,
    type JSONWebKeySet,
    jwtVerify,
    type JWTVerifyGetKey
} from 'jose';
import { CodedError, systemReason } from '../workspace/errors.js';
import type { EnforcedPolicy } from './policy.js';
import { Person } from './person.js';

/** `approvers` of the configuration. */
export interface Approvers {
    /** The issuer (`iss`) of the tokens. */
    readonly issuer: string;
    /** The audience (`aud`) of the tokens: tokens for other programs do not count. */
    readonly audience: string;
    /** The public keys of the issuer: the address or the absolute path of a JSON Web Key Set. */
    readonly keys: string;
    /** The subject (`sub`) of each human of the policy. */
    readonly humans: { readonly [human: string]: string };
}

/** Public keys only: with a shared secret, everybody who can check a token can make one. */
const ALGORITHMS = [
    ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
    ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
];
/** Seconds by which the clocks of the issuer and the gateway may differ. */
const CLOCK_TOLERANCE = 30;

export class Identities {
    private constructor(
        private readonly approvers: Approvers,
        private readonly keys: JWTVerifyGetKey
    ) {}

    /** Rejects with GR985 for keys that cannot be read. Keys at an address are read when the first token arrives. */
    static async open(approvers: Approvers): Promise<Identities> {
        return new Identities(approvers, await keySet(approvers.keys));
    }

    /**
     * The person of a token. Undefined if the token does not count, or its subject is not a human of the policy.
     * Rejects if the keys are not available.
     */
    async personOf(token: string, { model: { humans } }: EnforcedPolicy): Promise<Person | undefined> {
        const { issuer, audience } = this.approvers;
        try {
            const { payload } = await jwtVerify(token, this.keys, {
                issuer,
                audience,
                algorithms: ALGORITHMS,
                clockTolerance: CLOCK_TOLERANCE,
                requiredClaims: ['sub', 'exp']
            });
            const [human] = Object.entries(this.approvers.humans).find(([, one]) => one === payload.sub) ?? [];
            return human !== undefined && humans.some(({ name }) => name === human)
                ? new Person(human, payload.sub!)
                : undefined;
        } catch (error) {
            if (isAboutToken(error)) {
                return undefined;
            }
            throw error;
        }
    }
}

/**
 * Throws GR985 if `humans` names somebody whom the policy does not have, or one subject twice: that person could give
 * two of the approvals that a rule requires from different people.
 */
export function assertApprovers({ humans }: Approvers, policy: EnforcedPolicy, file: string): void {
    const names = policy.model.humans.map(({ name }) => name);
    const unknown = Object.keys(humans).find((human) => !names.includes(human));
    if (unknown !== undefined) {
        throw new CodedError('GR985', `${file} has no human ${unknown}`, `Its humans are ${names.join(', ')}.`);
    }
    const subjects = Object.values(humans);
    const twice = subjects.find((subject, index) => subjects.indexOf(subject) !== index);
    if (twice !== undefined) {
        throw new CodedError(
            'GR985',
            `${twice} is the subject of two humans`,
            'Give each human a subject of their own: a rule can require approvals from different people.'
        );
    }
}

async function keySet(keys: string): Promise<JWTVerifyGetKey> {
    if (/^https?:\/\//.test(keys)) {
        return createRemoteJWKSet(new URL(keys));
    }
    try {
        return createLocalJWKSet(JSON.parse(await readFile(keys, 'utf8')) as JSONWebKeySet);
    } catch (error) {
        const reason = error instanceof SyntaxError ? 'it is not JSON' : systemReason(error);
        throw new CodedError(
            'GR985',
            `${keys} is not a set of keys: ${reason}`,
            'It is a JSON Web Key Set: { "keys": [ … ] }.'
        );
    }
}

/** False if the keys of the issuer were not available, so that nothing is known about the token. */
function isAboutToken(error: unknown): boolean {
    return (
        error instanceof errors.JOSEError &&
        !(error instanceof errors.JWKSTimeout) &&
        !(error instanceof errors.JWKSInvalid) &&
        error.code !== 'ERR_JOSE_GENERIC'
    );
}
