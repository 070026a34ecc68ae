/**
 * Tests signature help. `<|>` is the cursor; the expectation is the label of each signature, with the active parameter
 * in brackets.
 */
import { describe, expect, test } from 'vitest';
import type { SignatureHelp } from 'vscode-languageserver';
import { open } from '../support.js';

const NAMES = `server mail {
  /** Messages of a folder. */
  tool read(
    /** Which folder. */
    folder: "inbox" | "archive",
    limit?: int
  ) returns (subject: string, count: int)
  tool send(to: string, body: string)
}
server \`web-tools\` { tool \`fetch-url\`(url: string) }
agent bot
human boss
group both = mail.read, mail.send
event ci.passed(build: string, green: bool)
signal risk(text: string, depth: int): 0..100
/** One of ours. */
define ours(address: string, strict: bool, w: duration) = address == "x" and once mail.read within w
define plain = once mail.read
/** Asks first. */
pack Gate(sink: tools(to: string), gate: human = boss, w: duration = 5m) {
  deny sink when to == "x"
}
`;

async function help(text: string): Promise<SignatureHelp | undefined> {
    const { services, document, params } = await open(NAMES + text);
    return (await services.lsp.SignatureHelp!.provideSignatureHelp(document, params)) ?? undefined;
}

function shown({ signatures }: SignatureHelp): string[] {
    return signatures.map(({ label, parameters = [], activeParameter }) => {
        const range = typeof activeParameter !== 'number' ? undefined : parameters[activeParameter]?.label;
        return Array.isArray(range)
            ? `${label.slice(0, range[0])}[${label.slice(...range)}]${label.slice(range[1])}`
            : label;
    });
}

const READ = [
    'mail.read([folder: "inbox" | "archive"], limit?: int)',
    'mail.read(folder: "inbox" | "archive", [limit?: int])'
];
const SEND = ['mail.send([to: string], body: string)', 'mail.send(to: string, [body: string])'];
const GATE = [
    'Gate([sink: tools(to: string)], gate: human = boss, w: duration = 5m)',
    'Gate(sink: tools(to: string), [gate: human = boss], w: duration = 5m)',
    'Gate(sink: tools(to: string), gate: human = boss, [w: duration = 5m])'
];
const SCENARIO = 'scenario "s":\n  bot calls mail.send(to: "x", body: "y") -> allowed\n  ';

describe('signature help', () => {
    test.each<[string, string[]]>([
        [`${SCENARIO}bot calls mail.read(<|>`, [READ[0]!]],
        [`${SCENARIO}bot calls mail.read(<|>)`, [READ[0]!]],
        [`${SCENARIO}bot calls read(folder: "inbox", <|>`, [READ[1]!]],
        [`${SCENARIO}bot calls mail.read(limit: <|>`, [READ[1]!]],
        [`${SCENARIO}bot calls mail.read(limit: 3, <|>) -> allowed`, [READ[0]!]],
        [`${SCENARIO}bot calls mail.read(folder<|>`, [READ[0]!]],
        [`${SCENARIO}bot calls mail.read(nothing: <|>`, ['mail.read(folder: "inbox" | "archive", limit?: int)']],
        [`${SCENARIO}bot calls \`web-tools\`.\`fetch-url\`(<|>`, ['web-tools.fetch-url([url: string])']],
        [`${SCENARIO}bot calls mail.read(..) returns (<|>`, ['mail.read returns ([subject: string], count: int)']],
        [`${SCENARIO}mail.read returns (subject: "x", <|>`, ['mail.read returns (subject: string, [count: int])']],
        [`${SCENARIO}ci.passed(<|>`, ['ci.passed([build: string], green: bool)']],
        [`${SCENARIO}ci.passed(build: "x", <|>) happens`, ['ci.passed(build: string, [green: bool])']],
        [`${SCENARIO}bot calls mail.read(..) with risk(<|>`, ['risk([text: string], depth: int)']],
        ['deny mail.send when once mail.read(<|>', [READ[0]!]],
        ['deny mail.send when once mail.read(folder, <|>', [READ[1]!]],
        ['deny mail.send when not (to == "a" and once mail.read(folder: <|>', [READ[0]!]],
        ['deny mail.send when latest mail.send(to, <|>).result.text == "x"', [SEND[1]!]],
        ['deny mail.send when once both(<|>', [READ[0]!, SEND[0]!]],
        ['deny mail.send when once both(body: <|>', ['mail.read(folder: "inbox" | "archive", limit?: int)', SEND[1]!]],
        ['deny mail.send when once ci.passed(green: <|>', ['ci.passed(build: string, [green: bool])']],
        ['deny mail.send when ours(<|>', ['ours([address: string], strict: bool, w: duration)']],
        ['deny mail.send when ours(to, <|>)', ['ours(address: string, [strict: bool], w: duration)']],
        ['deny mail.send when ours(to, true, w: <|>', ['ours(address: string, strict: bool, [w: duration])']],
        ['deny mail.send when risk(body, <|>) > 3', ['risk(text: string, [depth: int])']],
        ['use Gate(<|>', [GATE[0]!]],
        ['use Gate(sink: mail.send, <|>)', [GATE[1]!]],
        ['use Gate(w: <|>', [GATE[2]!]],
        ['use Gate(sink: [mail.send, <|>', [GATE[0]!]],
        ['pack P(sink: tools(to: string)) {\n  deny mail.read when once sink(<|>', ['sink([to: string])']],
        [
            'deny mail.send when count(<|>',
            [
                'count([event] since event within duration across sessions)',
                'count([distinct value] of event since event within duration across sessions)'
            ]
        ],
        [
            'deny mail.send when count(mail.read since <|>) > 1',
            [
                'count(event [since event] within duration across sessions)',
                'count(distinct value of event [since event] within duration across sessions)'
            ]
        ],
        [
            'limit total(mail.read.limit where folder == "inbox" <|>',
            ['total(event.field [where condition] since event within duration across sessions)']
        ]
    ])('%s', async (text, expected) => {
        const found = await help(text);
        expect(found && shown(found)).toEqual(expected);
    });

    test.each([
        ['after the call', 'deny mail.send when ours(to, true, w: 5m) <|>'],
        ['in a comment', 'deny mail.send when ours(to, // <|>'],
        ['in plain parentheses', 'deny mail.send when (to == <|>'],
        ['where nothing is called', 'deny mail.send<|>'],
        ['of a definition without parameters', 'deny mail.send when plain(<|>'],
        ['in a declaration', 'server x {\n  tool read(<|>'],
        ['of a name that is not declared', 'deny mail.send when nothing(<|>']
    ])('none %s', async (_title, text) => {
        expect(await help(text)).toBeUndefined();
    });

    test('the call and each parameter have documentation', async () => {
        const [signature] = (await help('deny mail.send when once mail.read(<|>'))!.signatures;
        expect(signature?.documentation).toEqual({ kind: 'markdown', value: 'Messages of a folder.' });
        expect(signature?.parameters?.[0]?.documentation).toEqual({ kind: 'markdown', value: 'Which folder.' });
    });

    test("one of several signatures matches the text, and the author's choice is kept", async () => {
        const found = (await help('deny mail.send when once both(body: <|>'))!;
        expect(found.activeSignature).toBe(1);
        const { services, document, params } = await open(`${NAMES}deny mail.send when once both(<|>`);
        const again = await services.lsp.SignatureHelp!.provideSignatureHelp(document, {
            ...params,
            context: { triggerKind: 3, isRetrigger: true, activeSignatureHelp: { ...found, activeSignature: 1 } }
        });
        expect(again?.activeSignature).toBe(1);
    });
});
