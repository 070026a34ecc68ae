/**
 * A sentence for each word of the language that an author may ask about, for hovers and completion. `rule` is that of
 * the grammar which the word stands in: a few words mean different things in different places.
 */
export function keywordDoc(word: string, rule?: string): string | undefined {
    return KEYWORD_DOCS[`${rule} ${word}`] ?? KEYWORD_DOCS[word];
}

const KEYWORD_DOCS: { readonly [keyword: string]: string } = {
    policy: 'Names the policy. A file without it is an inventory that policies import.',
    pack: 'Declares rules and claims with parameters. They act only where a `use` gives the arguments.',
    use: 'Brings the rules and claims of a pack, with these arguments.',
    granting: 'Says that the pack allows calls. A use of such a pack has to say so.',
    import: 'Brings the names of another file: its servers, labels, agents, definitions. Its rules stay where they are.',
    server: 'Declares a server and the tools it offers.',
    tool: 'Declares a tool, its parameters, its traits and the labels of what it reads.',
    label: 'Declares a kind of data, such as `private`. An agent carries it after a tool that reads it.',
    trait: 'Declares a property of tools that rules can speak of.',
    agent: 'Declares an agent. Claims take it to be fully hijacked: any call, any argument, any order.',
    human: 'Declares a person who approves or refuses held calls.',
    role: 'Names several people, any of whom can give the approval that is asked of the role.',
    event: 'Declares something from outside that is not a call, such as tests that passed. It may happen at any moment.',
    group: 'Names several tools at once.',
    define: 'Names a condition, to be used in rules and claims.',
    allow: 'Lets these agents make these calls. What no `allow` matches is denied.',
    deny: 'Forbids these calls, whatever else allows them.',
    require: 'Forbids these calls unless the condition is known to be true.',
    approval: 'Holds these calls until a person approves them.',
    order: 'Forbids a call unless the one before it has succeeded since its last success.',
    limit: 'Forbids a call once so many have succeeded, or may have, in this session.',
    audit: 'The rule is evaluated and reported, and decides nothing.',
    before: 'What stands before it must have succeeded first, each time anew.',
    when: 'The rule applies only if the condition is, or may be, true.',
    unless: 'The rule does not apply if the condition is true.',
    because: 'The reason, which the decision repeats.',
    valid: 'How long an approval serves: 15 minutes if nothing is said.',
    timeout: 'How long a held call waits for a person: 24 hours if nothing is said.',
    claim: 'Says what must be true of every session that the rules let through.',
    'Restriction of': 'So many different people of the role must approve.',
    always: 'The condition must be true after every event of every session.',
    at: 'No session may release more such calls. Those count that have succeeded, or may have.',
    most: 'No session may release more such calls. Those count that have succeeded, or may have.',
    flow: 'No agent that ever received such data may release such a call, whatever was cleared since.',
    'NoFlowClaim no': 'No agent that ever received such data may release such a call, whatever was cleared since.',
    is: 'Every such call must be decided so, in every state that a session can reach.',
    'LastIs is': 'True when the latest released call of the same agent is such a call, and it succeeded.',
    'CallerIs is': 'True when this agent makes the call that is being decided.',
    never: 'No session may release such a call.',
    requires: 'Every release of such a call must meet the condition.',
    possible: 'Some session must be able to make these calls, one after the other.',
    after: 'Only once such a call has succeeded.',
    until: 'Only as long as no such call has succeeded since.',
    scenario: 'A concrete session with the decision each call must get.',
    calls: 'The agent makes a call.',
    approves: 'The person approves the latest held call of these tools.',
    refuses: 'The person refuses the latest held call of these tools.',
    happens: 'The event comes from outside.',
    wait: 'Time passes.',
    fails: 'The tool answers with an error.',
    lost: 'The answer never comes: whether the call succeeded is unknown.',
    once: 'True when such an event has happened before.',
    since: 'True when the first happened after the latest of the second. False if the second never happened.',
    last: 'True when the latest released call of the same agent is such a call, and it succeeded.',
    count: 'How many such events there were in this session, or since the latest of another. Compare it with a number.',
    carries: 'True when the agent has read data of this label, and nothing has cleared it since.',
    approved: 'True when this person, or someone of this role, approved this very call.',
    caller: 'The agent of the call that is being decided.',
    given: 'True when the optional parameter is present.',
    host: 'The host of a URL, in lower case. Unknown if the text is no URL.',
    where: 'Only events whose own arguments meet the condition.',
    allowed: 'The call is let go at once.',
    'CallStep denied': 'A rule forbids the call, or none allows it.',
    'SubjectClaim denied': 'A rule forbids the call, or none allows it.',
    'CallStep held': 'The call waits for a person.',
    'SubjectClaim held': 'The call waits for a person.',
    succeeded: 'The call was released and its success is known. What a pattern means if it names no status.',
    attempted: 'The agent asked for the call, whatever the decision was.',
    denied: 'The call was denied.',
    held: 'The call waits, or waited, for a person.',
    released: 'The call was let go, however it ended.',
    failed: 'The tool answered with an error.',
    hint: 'A trait as a server claims it. Unknown until the author confirms it: it counts for `deny`, not for `allow`.',
    reads: 'The agent carries these labels once the call is released.',
    clears: 'The agent loses these labels when the call succeeds: the host drops what the agent has read.',
    except: 'All but these.',
    implies: 'False only if the first is true and the second is false.',
    without: 'Counts only sessions in which no person approved anything.'
};

/** What an annotation is for; those that are not listed are the author's own. */
export function annotationDoc(name: string): string {
    return ANNOTATION_DOCS[name] ?? 'An annotation of your own: reports repeat it, rules and verdicts do not change.';
}

export const ANNOTATION_DOCS: { readonly [name: string]: string } = {
    expected:
        '`@expected(vacuous)`: the claim is known to be about something that can never happen; that is no failure.',
    severity: 'How bad a violation would be. Reports repeat it, rules and verdicts do not change.',
    owasp: 'The OWASP risk that this is about, such as `@owasp("ASI02")`. Reports repeat it.',
    nist: 'The NIST control that this is about, such as `@nist("AC-6")`. Reports repeat it.'
};
