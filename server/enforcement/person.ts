/** A human of the policy who has proved who they are with a signed token. Only `Identities` makes one. */
export class Person {
    /** Makes the type differ from any object with the same names. */
    declare private readonly proved: true;

    constructor(
        readonly human: string,
        readonly subject: string
    ) {}
}
