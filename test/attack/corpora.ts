/** Reads policies with recorded verdicts: the cases of the checker, the examples and the pages of the language. */
import { readdirSync, readFileSync } from 'node:fs';
import type { VerdictWord } from '../../server/checker/results/result.js';
import type { Policy } from '../../server/model/policy/policy.js';
import { loadPolicy } from '../examples/policies.js';
import { MEANING_RULES } from '../support/meaning.js';
import { policyOf } from '../support/policies.js';

export interface Expected {
    readonly name: string;
    readonly verdict: VerdictWord;
    /** The verdict over several sessions; undefined if nothing is recorded about them. */
    readonly acrossSessions?: { readonly verdict: VerdictWord };
}

export interface Corpus {
    readonly file: string;
    readonly read: () => Promise<{ readonly policy: Policy; readonly expected: readonly Expected[] }>;
}

const TEST = new URL('../', import.meta.url);

/** These have `//= holds; across sessions: violated` before each claim. */
const cases = ['cases', 'mixed', 'bounded', 'whole'].flatMap((folder) =>
    readdirSync(new URL(`checker/${folder}/`, TEST))
        .filter((name) => name.endsWith('.guardrail'))
        .map((name): Corpus => {
            const file = `checker/${folder}/${name}`;
            return {
                file,
                read: () => commented(readFileSync(new URL(file, TEST), 'utf8'), /^\/\/= (?:slow: )?(.*)$/gm)
            };
        })
);

const verdicts = JSON.parse(readFileSync(new URL('examples/expected.json', TEST), 'utf8')) as Readonly<
    Record<string, { readonly claims: Readonly<Record<string, string>> }>
>;
const examples = Object.entries(verdicts).map(([file, { claims }]): Corpus => ({
    file: `examples/${file}`,
    read: async () => ({
        policy: await loadPolicy(file),
        expected: Object.entries(claims).map(([name, said]) => expectedOf(name, said))
    })
}));

/** These have `// holds` before each claim. */
const pages = MEANING_RULES.map((rule): Corpus => ({
    file: `the meaning, ${rule.slice(0, rule.indexOf(':'))}`,
    read: () => commented(/^```guardrail\n([\s\S]*?)^```$/m.exec(rule)![1]!, /^\/\/ (.*)\n(?=claim)/gm)
}));

export const corpora: readonly Corpus[] = [...cases, ...examples, ...pages];

async function commented(text: string, comment: RegExp): ReturnType<Corpus['read']> {
    const policy = await policyOf(text);
    const said = [...text.matchAll(comment)].map((match) => match[1]!);
    if (said.length !== policy.claims.length) {
        throw new Error(`${said.length} verdicts are written down for ${policy.claims.length} claims`);
    }
    return { policy, expected: policy.claims.map(({ name }, index) => expectedOf(name, said[index]!)) };
}

function expectedOf(name: string, said: string): Expected {
    const [first = '', second] = said.split('; across sessions: ');
    return { name, verdict: wordOf(first), ...(second && { acrossSessions: { verdict: wordOf(second) } }) };
}

/** Pages have the words for people, and the others those for programs. */
function wordOf(said: string): VerdictWord {
    const word = /^[a-z ]+/.exec(said)![0].trim();
    return word === 'possible'
        ? 'witnessed'
        : word === 'not found in scope'
          ? 'not witnessed in scope'
          : (word as VerdictWord);
}
