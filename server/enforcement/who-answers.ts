/** Who may answer a held call, and with what: every answer of a person is checked here, whichever way it came in. */
import { GuardrailError } from '../gateway/errors.js';
import { CodedError, EXIT } from '../workspace/errors.js';
import { choicesAmong } from './choices.js';
import type { HeldCall } from './held-calls.js';
import type { Identities } from './identities.js';
import { Person } from './person.js';
import type { EnforcedPolicy } from './policy.js';

/**
 * The person who answers: a human of the policy, by their name if the account that runs the gateway vouches for them,
 * or somebody who has proved who they are.
 */
export type Answerer = string | Person;

export interface AnswerOptions {
    /** How long an approval serves other calls (`DecidingRule.choices`). */
    readonly valid?: string | undefined;
    /** The digest of the arguments that the person saw; if undefined, no other arguments can have been shown. */
    readonly digest?: string | undefined;
}

/** The reason why a name alone does not count where people prove who they are. */
export const NO_PROOF =
    'people have to prove who they are (`approvers` in guardrail.config.json): answer on the page /-/approvals of the gateway, or set GUARDRAIL_TOKEN to your signed token for `guardrail approvals`';

export const NOT_THIS_HUMAN = 'the gateway was not started with --approver for this human, and nobody else may answer';

/**
 * The person who answers without the page of the gateway: by their token where people prove who they are, otherwise the
 * human that the account of the gateway stands for. Rejects with GR997 if nobody may answer with that.
 */
export async function whoAnswers(
    { identities, policy }: { readonly identities: Identities | undefined; readonly policy: EnforcedPolicy },
    token: string | undefined,
    own: string | undefined
): Promise<Answerer> {
    if (!identities) {
        if (token !== undefined || own === undefined) {
            throw noAnswer(
                token === undefined ? NOT_THIS_HUMAN : 'the gateway knows no `approvers`, so no token counts'
            );
        }
        return own;
    }
    if (token === undefined) {
        throw noAnswer(NO_PROOF);
    }
    const person = await identities.personOf(token, policy).catch(() => {
        throw noAnswer('the keys of the issuer cannot be read, so no token can be checked');
    });
    if (!person) {
        throw noAnswer('the token is not valid, or its subject is not a human of the policy');
    }
    return person;
}

/**
 * Returns what the log records of an answer: the human, the choice and, if there is one, the subject that proves who answered.
 *
 * Throws GR997 if the gateway has identities and the person did not prove who they are, or if the person saw other arguments;
 * and GR935 if no rule offers the choice.
 */
export function assertMayAnswer(
    call: HeldCall,
    answer: 'approve' | 'refuse',
    by: Answerer,
    { valid, digest }: AnswerOptions,
    identities: Identities | undefined
): {
    readonly human: string;
    readonly choice: { readonly valid?: string };
    readonly proof: { readonly subject?: string };
} {
    assertProved(by, identities);
    if (digest !== undefined && digest !== call.digest) {
        throw noAnswer('the call differs from the one that was shown');
    }
    const offered = choicesAmong(call.rules);
    if (answer === 'approve' && valid !== undefined && !offered.includes(valid)) {
        const choices = offered.length > 0 ? `the choices are: ${offered.join(', ')}` : 'the rules offer no choice';
        throw new GuardrailError('GR935', `the approval cannot be valid ${JSON.stringify(valid)}; ${choices}`);
    }
    const choice = answer === 'approve' && valid !== undefined ? { valid } : {};
    return typeof by === 'string'
        ? { human: by, choice, proof: {} }
        : { human: by.human, choice, proof: { subject: by.subject } };
}

/** Throws GR997 for a person without a proof, where people prove who they are. */
export function assertProved(by: Answerer, identities: Identities | undefined): void {
    if (identities && !(by instanceof Person)) {
        throw noAnswer(NO_PROOF);
    }
}

export function noAnswer(reason: string): CodedError {
    return new CodedError('GR997', reason, '`guardrail approvals` lists the calls that wait.', EXIT.violated);
}
