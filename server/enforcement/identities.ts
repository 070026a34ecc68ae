/** The people who may answer held calls: a signed token proves that they are a human of the policy. */
import { CodedError } from '../workspace/errors.js';
import type { EnforcedPolicy } from './policy.js';
import { Person } from './person.js';
import { type Issuer, Tokens } from './tokens.js';

/** `approvers` of the configuration. */
export interface Approvers extends Issuer {
    /** The subject (`sub`) of each human of the policy. */
    readonly humans: { readonly [human: string]: string };
}

export class Identities {
    private constructor(
        private readonly approvers: Approvers,
        private readonly tokens: Tokens
    ) {}

    /** Rejects like `Tokens.open`. */
    static async open(approvers: Approvers): Promise<Identities> {
        return new Identities(approvers, await Tokens.open(approvers));
    }

    /**
     * The person of a token. Undefined if the token does not count, or its subject is not a human of the policy.
     * Rejects if the keys are not available.
     */
    async personOf(token: string, { model: { humans } }: EnforcedPolicy): Promise<Person | undefined> {
        const subject = await this.tokens.subjectOf(token);
        const [human] = Object.entries(this.approvers.humans).find(([, one]) => one === subject) ?? [];
        return human !== undefined && humans.some(({ name }) => name === human)
            ? new Person(human, subject!)
            : undefined;
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
