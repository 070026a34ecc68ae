/** The wording of answers where kinds of questions differ. */
export interface Words {
    /** The reason why a vacuous claim holds, in a sentence. */
    readonly vacuous: string;
    /** The defect of a call that breaks the claim, which precedes the reasons why it is let through. */
    readonly although: string;
    /** The premises, if no session that was tried met them, in words that follow `as long as`. */
    readonly unjudged: string;
    readonly untriggered: string;
}

export const USUAL_WORDS: Words = {
    vacuous: 'It holds only because its `after` event can never happen.',
    although: '',
    unjudged: '',
    untriggered: 'what it says `after` of does not happen'
};
