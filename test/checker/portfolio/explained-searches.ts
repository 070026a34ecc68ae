/**
 * Policies with one claim each, and the methods that are tried for it, with their subjects, outcomes and reductions.
 */
export interface ExplainedSearch {
    readonly text: string;
    /** Lines `about | method: outcome`, each followed by the indented runs as `engine; reductions; found`. */
    readonly expected: readonly string[];
}

const TOOLS = `policy P
agent a
server s {
  tool check(account: string)
  tool pay(account: string, amount: 0..5)
  tool other()
}
`;

export const EXPLAINED: Readonly<Record<string, ExplainedSearch>> = {
    'the cone of influence is enough': {
        text: `${TOOLS}allow a: s.check, s.pay, s.other
claim "other first": never s.other after s.other
`,
        expected: [
            'the claim | a proof: gave up: none was found',
            'the claim | finite system: decided: violated',
            '  breadth-first; cone of influence → 1 of 3 tools, 1 of 1 rules; a session of 2 steps'
        ]
    },
    'keys are few values, or all': {
        text: `${TOOLS}allow a: s.check
allow a: s.pay when once s.check(account)
claim "checked": s.pay requires once s.check(account)
`,
        expected: [
            'the claim | a proof: decided: holds',
            'the opposite of "s.pay can be released" | finite system: decided: violated',
            '  breadth-first; cone of influence → 2 of 3 tools, 2 of 2 rules; keys → 1 value and all others; a path that may not be a session',
            '  breadth-first; cone of influence → 2 of 3 tools, 2 of 2 rules; keys → 2 values; a session of 2 steps',
            'the claim if every call were allowed | finite system: decided: violated',
            '  breadth-first; cone of influence → 2 of 3 tools, 1 of 1 rules; keys → 1 value and all others; a path that may not be a session',
            '  breadth-first; cone of influence → 2 of 3 tools, 1 of 1 rules; keys → 2 values; a session of 1 step'
        ]
    },
    'a count is searched with few rules first': {
        text: `${TOOLS}allow a: s.check, s.pay, s.other
deny s.other when once s.check
deny s.pay when total(s.pay.amount) + amount > 3
claim "few": never s.pay when total(s.pay.amount) > 3
`,
        expected: [
            'the claim | a proof: decided: holds',
            'the claim if every call were allowed | few rules first: decided: violated',
            'the claim if every call were allowed, with 0 of 1 rules | finite system: decided: violated',
            '  breadth-first; counts and totals → monitors; cone of influence → 1 of 3 tools, 1 of 1 rules; a session of 2 steps',
            'the claim across sessions | a proof: gave up: none was found',
            'the claim across sessions | a session with this aim: went on: there may be a shorter one',
            'the claim across sessions | few rules first: decided: violated',
            'the claim across sessions, with 0 of 3 rules | finite system: decided: violated',
            '  breadth-first; counts and totals → monitors; cone of influence → 1 of 3 tools, 1 of 1 rules; a session of 2 steps',
            'the claim across sessions, with 1 of 3 rules | finite system: decided: violated',
            '  breadth-first; counts and totals → monitors; cone of influence → 1 of 3 tools, 2 of 2 rules; a session of 4 steps'
        ]
    },
    'what the finite system does not represent is left to concrete sessions': {
        text: `${TOOLS}allow a: s.check, s.pay
deny s.pay when count(distinct account of s.check) < 2
claim "two": possible s.pay
`,
        expected: [
            'the claim | a proof: gave up: none was found',
            'the claim | a session with this aim: went on: there may be a shorter one',
            'the claim | few rules first: decided: witnessed',
            'the claim, with 0 of 2 rules | finite system: decided: witnessed',
            '  breadth-first; cone of influence → 1 of 3 tools, 1 of 1 rules; a session of 1 step',
            'the claim, with 1 of 2 rules | finite system: not tried: it does not represent counts of distinct values',
            'the claim, with 1 of 2 rules | concrete sessions: decided: witnessed',
            '  concrete; cone of influence → 2 of 3 tools, 2 of 2 rules; `s.check.account` is "account1", "account2" or "account3" (values); a session of 3 steps'
        ]
    },
    'a way back is searched backwards': {
        text: `${TOOLS}allow a: s.other, s.pay
claim "still": s.other stays possible
`,
        expected: [
            'the claim | a proof: gave up: none was found',
            'the claim | finite system: decided: holds',
            '  backward; cone of influence → 1 of 3 tools, 1 of 1 rules; a way back from every state'
        ]
    }
};
