/** Tests that names which every object of JavaScript has, or which set its prototype, change no verdict. */
import { describe, expect, test } from 'vitest';
import { checkClaim } from '../../server/checker/portfolio/claims.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import { policyOf } from '../support/policies.js';

/** Policies with one claim in which `P`, `O` and `R` are names. */
const POLICIES: Readonly<Record<string, string>> = {
    'an argument': 'server s { tool a(P: 0..2, k: 0..1) }\nallow a: s.*\nclaim "c": never s.a when P == 1',
    'an optional argument':
        'server s { tool a(k: 0..2, O?: 0..2) }\nallow a: s.*\nclaim "c": never s.a when O given and O > 1',
    'an argument that is absent':
        'server s { tool a(k: 0..2, O?: 0..2) }\nallow a: s.* when not O given\nclaim "c": never s.a when O given',
    'an argument that is not read':
        'server s { tool a(k: 0..2, O?: string) }\nallow a: s.*\nlimit total(s.a.k) to 2\nclaim "c": always total(s.a.k) <= 1',
    'a default': 'server s { tool a(O: 0..2 = 1) }\nallow a: s.*\nclaim "c": never s.a when O == 1',
    'a key':
        'server s { tool a(P: string)   tool b(P: string) }\nallow a: s.a\nallow a: s.b when once s.a(P)\nclaim "c": never s.b',
    'keys of a limit': 'server s { tool a(P: 0..2) }\nallow a: s.*\nlimit s.a to 1 per P\nclaim "c": at most 2 s.a',
    'a total': 'server s { tool a(P: 0..2) }\nallow a: s.*\nclaim "c": always total(s.a.P) <= 3',
    'distinct values':
        'server s { tool a(P: 0..2) }\nallow a: s.*\nclaim "c": never s.a when count(distinct P of s.a) >= 2',
    'two arguments that are linked':
        'server s { tool a(P: string)   tool b(O: string) }\nallow a: s.*\nclaim "c": never s.b when once s.a(P: O)',
    'a result':
        'server s { tool a() returns (R: 0..1)   tool b() }\nallow a: s.*\nclaim "c": never s.b when latest s.a.result.R == 1',
    'a value from a result':
        'server s { tool a() returns (R: string)   tool b(P: string) }\nallow a: s.a\nallow a: s.b when P from s.a.result.R\nclaim "c": never s.b',
    'a field of a record':
        'server s { tool a(v: { P: 0..2, O?: 0..2 }) }\nallow a: s.*\nclaim "c": never s.a when v.O == 2 and v.P == 1',
    'a constant of the session':
        'session P: "x" | "y"\nserver s { tool a(k: string) }\nallow a: s.a when k == session.P\nclaim "c": never s.a when k == "y"',
    'a field of the request':
        'request { P: string, O?: string }\nserver s { tool a(k: string) }\nallow a: s.a when k == request.P\nclaim "c": never s.a when k == "y"',
    'an argument of an event':
        'event e(P: string)\nserver s { tool a(k: string) }\nallow a: s.a when once e(P: k)\nclaim "c": never s.a',
    'names of tools and servers':
        'server P { tool O(k: 0..1)   tool R() }\nallow a: P.*\nclaim "c": never P.R after P.O(k: 1)',
    'a human, a label and a mode': `label P
human O
server s { tool a() reads P   tool b() }
modes R { O initial { allow s.a on s.a enter P } P { allow s.b } }
require approval by O for s.b
claim "c": never s.b when carries P and in mode R.P`,
    'what stays possible for every value':
        'server s { tool a(P: 0..2) }\nallow a: s.a when not once s.a(P)\nclaim "c": s.a stays possible for every P',
    'an element of a list':
        'server s { tool a(l: { P: 0..1 }[]) }\nallow a: s.*\nclaim "c": never s.a when some e in l: e.P == 1'
};

const NAMES = [
    ['__proto__', 'constructor', 'toString'],
    ['toString', '__proto__', 'valueOf'],
    ['hasOwnProperty', 'valueOf', '__proto__']
];

async function verdictWith(text: string, [p, o, r]: readonly string[]): Promise<unknown> {
    const named = text.replaceAll(/\b[POR]\b/g, (name) => ({ P: p!, O: o!, R: r! })[name]!);
    const policy = await policyOf(`policy N\nagent a\n${named}\n`);
    const { verdict, basis, trace } = checkClaim(policy, policy.claims[0]!, { limits: DEFAULT_LIMITS });
    return { verdict, states: basis.states, steps: trace?.steps.length };
}

describe.each(Object.entries(POLICIES))('%s', (_, text) => {
    test.each(NAMES)('%s, %s, %s', async (...names) => {
        expect(await verdictWith(text, names)).toEqual(await verdictWith(text, ['pp', 'oo', 'rr']));
    });
});
