/** Tests that templates name what the policy declares, and are valid where they are offered. */
import { describe, expect, test } from 'vitest';
import { CompletionItemKind } from 'vscode-languageserver';
import type { GuardrailCompletionProvider } from '../../../../server/lsp/features/completion/provider.js';
import { TEMPLATES } from '../../../../server/lsp/features/completion/templates.js';
import { build, described } from '../../../language/support.js';
import { filledSnippet } from '../../../support/filled-snippet.js';
import { CLIENT, open } from '../../support.js';

const POLICY = `policy Clinic
label patient
server chart {
  tool open(record: string, part: "all" | "summary") reads patient readonly returns (title: string)
  tool note(record: string, text: string, tags: string[])
}
server fax { tool send(number: string, cover?: string) external }
server till { tool charge(cents: 1..100000) irreversible returns (receipt: string) }
server door { tool ring() }
agent nurse
human doctor
human head
role board = doctor, head
modes shift { calm initial { on door.ring enter busy } busy { on door.ring enter calm } }
pack Careful(what: tools, gate: human, most: int = 3) { require approval by gate for what }
pack Open(who: agent, what: tools) { allow who: what }
allow nurse: chart.*, fax.send, till.charge, door.ring
`;

async function templatesIn(text: string): Promise<Map<string, string>> {
    const { services, document, params } = await open(text);
    // Tests of the same process may have told the server of another client.
    (services.lsp.CompletionProvider as GuardrailCompletionProvider).initialize(CLIENT.capabilities);
    const items = (await services.lsp.CompletionProvider!.getCompletion(document, params))?.items ?? [];
    return new Map(
        items
            .filter(({ kind }) => kind === CompletionItemKind.Snippet)
            .map(({ label, textEdit }) => [label, textEdit?.newText ?? ''])
    );
}

/** The names of examples, which this policy does not have. */
const EXAMPLES =
    /\b(mail|web|bank|repo|desk)\.|\bassistant\b|\bby reviewer\b|\breviewer approves\b|\balice\b|\bcarries private\b/;

test.each([
    ['<|>', ['starter', 'loop', 'policy']],
    [`${POLICY}<|>`, ['loop', 'pack-parameters', 'deny']],
    [`${POLICY}allow <|>`, []],
    [`${POLICY}deny fax.send <|>`, []],
    [`${POLICY}deny fax.send when <|>`, ['count', 'total']]
])('a template of a statement is offered only where a statement can start', async (text, expected) => {
    const labels = [...(await templatesIn(text)).keys()];
    expect(labels).toEqual(expect.arrayContaining(expected));
    expect(labels.length > 20).toBe(expected.length > 2);
    expect(labels.includes('starter')).toBe(text === '<|>');
});

describe('a policy with other names', async () => {
    const offered = await templatesIn(`${POLICY}<|>`);
    const complete = [...offered].filter(
        ([label, body]) => !filledSnippet(body).includes('$') && !['import', 'policy'].includes(label)
    );

    test('is offered nearly all templates', () => {
        const missing = TEMPLATES.filter(({ label }) => !offered.has(label)).map(({ label }) => label);
        expect(missing).toEqual(['policy']);
        expect(complete.length).toBeGreaterThan(60);
    });

    test.each(complete)('%s', async (_, body) => {
        const text = filledSnippet(body);
        expect(text).not.toMatch(EXAMPLES);
        const { diagnostics } = await build({ 'main.guardrail': POLICY + text });
        expect(described(diagnostics.filter(({ severity }) => severity === 1))).toEqual([]);
    });

    test.each<[string, string]>([
        ['allow', 'allow ${1:nurse}: ${2|chart.open,chart.note,fax.send,till.charge,door.ring|}'],
        ['limit total', 'limit total(${1:till.charge}.${2:cents}) to ${3:1000} within ${4:24h}'],
        ['role', 'role ${1:approvers} = ${2|doctor,head|}'],
        [
            'use Careful',
            'use Careful(what: ${1|chart.open,chart.note,fax.send,till.charge,door.ring|}, gate: ${2|doctor,head|})'
        ],
        [
            'use Open',
            'use Open(who: ${1:nurse}, what: ${2|chart.open,chart.note,fax.send,till.charge,door.ring|}) granting'
        ],
        [
            'new-session',
            'scenario "${1:a second session}":\n' +
                '  ${2:nurse} calls ${3:chart.open}(record: ${4:"x"}, part: ${5:"all"}) -> allowed\n' +
                '  new session\n' +
                '  $2 calls $3(record: $4, part: $5) -> ${6|allowed,held,denied|}'
        ],
        [
            'outside',
            'event ${1:ci.passed}\ndeny ${2:till.charge} unless once $1\n\n' +
                'claim "$2 only after $1":\n  $2 requires once $1\n\n' +
                'scenario "$2 waits for $1":\n' +
                '  ${3:nurse} calls $2(cents: ${4:1}) -> denied\n  $1 happens\n  $3 calls $2(cents: $4) -> allowed'
        ]
    ])('%s has the names and the arguments', (label, body) => {
        expect(offered.get(label)).toBe(body);
    });
});

test.each<[string, string, readonly string[], readonly string[]]>([
    ['without numbers', 'server s { tool t(a: string) }\n', ['from-user', 'limit'], ['limit total', 'limit-when']],
    ['without people', 'server s { tool t() }\n', ['require approval'], ['given']],
    ['with a time zone', 'server s { tool t() }\ntimezone "UTC"\n', ['hours'], ['modes x']],
    ['in a pack', 'server s { tool t() }\npack P(what: tools) {\n  ', ['deny', 'last'], ['exfiltration']],
    ['in a mode', 'server s { tool t() }\nmodes m {\n  one initial {\n    ', ['deny', 'last'], ['exfiltration']]
])('%s', async (_, text, there, missing) => {
    const offered = await templatesIn(`${text}<|>`);
    expect([...offered.keys()]).toEqual(expect.arrayContaining([...there]));
    expect(missing.filter((label) => offered.has(label))).toEqual([]);
});

test('the time zone is written once, and a pack offers its parameters', async () => {
    const zoned = await templatesIn('server s { tool t() }\ntimezone "UTC"\n<|>');
    expect(zoned.get('hours')).toMatch(/^deny /);
    const pack = await templatesIn('server s { tool t() }\npack P(what: tools, gate: human) {\n  <|>');
    expect(pack.get('require approval')).toBe('require approval by ${1:gate} for ${2:what}');
});

test('a file without names gets the examples', async () => {
    const offered = await templatesIn('<|>');
    expect(offered.get('require approval')).toBe('require approval by ${1:reviewer} for ${2:web.post}');
});
