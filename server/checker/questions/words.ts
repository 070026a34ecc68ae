/** The wording of answers where kinds of questions differ. */
export interface Words {
    /** A sentence with the reason why a vacuous claim holds. */
    readonly vacuous: string;
    /** The defect of a call that breaks the claim, to precede the reasons why the call is let through. */
    readonly although: string;
    /** How the last step breaks the claim. Without it, the explanation only says that the claim is no longer true. */
    readonly broken?: string;
    /** The premises in words that follow `as long as`, for the case that no session that was tried met them. */
    readonly unjudged: string;
    readonly untriggered: string;
}

export const USUAL_WORDS: Words = {
    vacuous: 'It holds only because its `after` event can never happen.',
    although: '',
    unjudged: '',
    untriggered: 'its `after` event does not happen'
};
