/** Signed tokens (JWT, RFC 7519) of an issuer that the configuration names. */
import { readFile } from 'node:fs/promises';
import {
    createLocalJWKSet,
    createRemoteJWKSet,
    errors,
    type JSONWebKeySet,
    type JWTPayload,
    jwtVerify,
    type JWTVerifyGetKey
} from 'jose';
import { CodedError, systemReason } from '../workspace/errors.js';

export interface Issuer {
    /** The issuer (`iss`) of the tokens. */
    readonly issuer: string;
    /** The audience (`aud`) of the tokens: tokens for other programs do not count. */
    readonly audience: string;
    /** The public keys of the issuer: the address or the absolute path of a JSON Web Key Set. */
    readonly keys: string;
}

/** Public keys only: with a shared secret, everybody who can check a token can make one. */
const ALGORITHMS = [
    ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
    ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
];
/** Seconds by which the clocks of the issuer and the gateway may differ. */
const CLOCK_TOLERANCE = 30;

export class Tokens {
    private constructor(
        private readonly issuer: Issuer,
        private readonly keys: JWTVerifyGetKey
    ) {}

    /** Rejects with GR985 for keys that cannot be read. Keys at an address are read when the first token arrives. */
    static async open(issuer: Issuer): Promise<Tokens> {
        return new Tokens(issuer, await keySet(issuer.keys));
    }

    /** The subject of a token; undefined if the token does not count. Rejects if the keys are not available. */
    async subjectOf(token: string): Promise<string | undefined> {
        const { issuer, audience } = this.issuer;
        try {
            const { payload }: { payload: JWTPayload } = await jwtVerify(token, this.keys, {
                issuer,
                audience,
                algorithms: ALGORITHMS,
                clockTolerance: CLOCK_TOLERANCE,
                requiredClaims: ['sub', 'exp']
            });
            return payload.sub;
        } catch (error) {
            if (isAboutToken(error)) {
                return undefined;
            }
            throw error;
        }
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
