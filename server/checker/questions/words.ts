/** What a question says of the answers to it, in words: those in which the kinds of claims differ. */
export interface Words {
    /** The reason why a claim holds that is vacuous, in a sentence. */
    readonly vacuous: string;
    /** What is wrong with a call that breaks the claim, before the reasons why it is let through. */
    readonly although: string;
    /** The premises where no session that was tried met them, in words after `as long as`. */
    readonly unjudged: string;
    readonly untriggered: string;
}

export const USUAL_WORDS: Words = {
    vacuous: 'It holds only because its `after` event can never happen.',
    although: '',
    unjudged: '',
    untriggered: 'what it says `after` of does not happen'
};
