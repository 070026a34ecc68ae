/**
 * Tests the editor's explanations for forms other than rules and claims: machines, signals, sessions, entities, fields.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { DocumentSymbol, MarkupContent } from 'vscode-languageserver';
import { CURSOR, open, textIn } from './support.js';

const WHOLE = readFileSync(new URL('../language/fixtures/whole.guardrail', import.meta.url), 'utf8');

/** The text with the cursor inside the first `word` after `context`. */
function at(context: string, word: string): string {
    const start = WHOLE.indexOf(context);
    const place = WHOLE.indexOf(word, start + context.length) + (word.length > 1 ? 1 : 0);
    expect(start >= 0 && place > start, `${context} ${word}`).toBe(true);
    return WHOLE.slice(0, place) + CURSOR + WHOLE.slice(place);
}

describe('hover', () => {
    async function hover(context: string, word: string): Promise<string | undefined> {
        const { services, document, params } = await open(at(context, word));
        const found = await services.lsp.HoverProvider!.getHoverContent(document, params);
        return (found?.contents as MarkupContent | undefined)?.value;
    }

    test.each([
        ['account: ', 'Account', 'entity Account [canonical lower, trim]'],
        ['deny web.post when ', 'injection', 'It is read at each decision that needs it. Named in:'],
        ['per session.', 'user', 'It stays the same for a session'],
        ['session.user.', 'role', '// of session.user'],
        ['request.', 'order_id', '// of what the user says'],
        ['when in mode ', 'fix', 'Entered by\n\n- `on ci.passed enter fix`'],
        ['lead enter ', 'breakglass', 'breakglass for 15m return triage  // mode of work'],
        ['modes ', 'work', 'Its modes: `triage`, `fix`, `breakglass`'],
        ['get_order.', 'result', 'The value that a call returned.'],
        ['unless ', 'verified', 'define verified(a: Account, e: event, w: duration = 5m)'],
        ['unless verified(account, ', 'e', 'e: event'],
        ['12h across sessions\n', 'deny', 'Forbids these calls'],
        ['agent ', 'planner', 'Can delegate to `coder`, `tester`'],
        ['allow planner: ', 'delegate', 'The start of a delegation to this agent.'],
        ['within 5m) < 2\ndeny bank.transfer when once ', 'user', 'The user who gives the agent its task.'],
        [
            'get_order\ndeny bank.transfer when latest verify(account) where result.secret == "x"\n',
            'limit',
            'deny bank.transfer when count(bank.transfer within 1h) >= 3  // for each account apart'
        ],
        [
            '3 per account within 1h\n',
            'limit',
            'deny bank.transfer when total(bank.transfer.amount within 12h across sessions) + amount > 50000  // for each session.user apart'
        ]
    ])('%s%s', async (context, word, expected) => {
        expect(await hover(context, word)).toContain(expected);
    });
});

describe('go to the definition', () => {
    test.each([
        ['when in mode ', 'fix', 'fix { allow'],
        ['planner: delegate to ', 'coder', 'coder\nagent tester'],
        ['deny web.post when ', 'injection', 'injection: 0..100'],
        ['per session.', 'user', 'user: User {'],
        ['enter ', 'fix', 'fix { allow'],
        ['latest bank.get_order.result.', 'status', 'status: string']
    ])('%s%s', async (context, word, expected) => {
        const { services, document, params } = await open(at(context, word));
        const [link] = (await services.lsp.DefinitionProvider!.getDefinition(document, params)) ?? [];
        expect(
            link &&
                document.textDocument.getText().slice(document.textDocument.offsetAt(link.targetSelectionRange.start))
        ).toMatch(new RegExp(`^${expected.replace(/[[\](){}.]/g, '\\$&')}`));
    });
});

describe('rename', () => {
    const MACHINE = `policy M
server s { tool t() }
agent a
allow a: s.t
modes work {
  one initial { on s.t enter two }
  two for 5m return one { }
}
deny s.t when in mode work.two or in mode two
session tier: 1..3
signal score: 0..100
deny s.t when session.tier > 1 or score > 3
scenario "x":
  new session with tier: 2
  a calls s.t() with score: 1 -> allowed
`;

    async function rename(place: string, newName: string): Promise<string> {
        const { services, document, params } = await open(MACHINE.replace(place.replace(CURSOR, ''), place));
        const edit = await services.lsp.RenameProvider!.rename(document, { ...params, newName });
        const { textDocument } = document;
        const edits = Object.values(edit?.changes ?? {})
            .flat()
            .map(({ range, newText: text }) => ({
                start: textDocument.offsetAt(range.start),
                end: textDocument.offsetAt(range.end),
                text
            }))
            .sort((one, other) => other.start - one.start);
        return edits.reduce(
            (text, { start, end, text: name }) => text.slice(0, start) + name + text.slice(end),
            MACHINE
        );
    }

    test.each([
        ['enter tw<|>o', 'done', /\btwo\b/g, 'done'],
        ['modes wo<|>rk', 'machine', /\bwork\b/g, 'machine'],
        ['in mode wo<|>rk', 'machine', /\bwork\b/g, 'machine'],
        ['session ti<|>er', 'level', /\btier\b/g, 'level'],
        ['session.ti<|>er', 'level', /\btier\b/g, 'level'],
        ['signal sc<|>ore', 'risk', /\bscore\b/g, 'risk'],
        ['or sc<|>ore', 'risk', /\bscore\b/g, 'risk']
    ])('%s', async (place, newName, old, expected) => {
        expect(await rename(place, newName)).toBe(MACHINE.replace(old, expected));
    });

    test('a field, in the declaration of its result and wherever it is used', async () => {
        const { services, document, params } = await open(at('latest bank.get_order.result.', 'status'));
        const edit = await services.lsp.RenameProvider!.rename(document, { ...params, newName: 'state' });
        const texts = Object.values(edit!.changes!).flat();
        expect(texts.map(({ range }) => textIn(document, range))).toEqual(texts.map(() => 'status'));
        expect(texts.length).toBe(WHOLE.match(/\bstatus\b/g)?.length);
    });
});

test('the outline has machines with their modes, signals, requests and assumptions', async () => {
    const { services, document, params } = await open(WHOLE);
    const symbols: DocumentSymbol[] = await services.lsp.DocumentSymbolProvider!.getSymbols(document, params);
    const shown = (each: DocumentSymbol): string => `${each.detail ?? ''} ${each.name}`.trim();
    expect(symbols.map(shown)).toEqual(
        expect.arrayContaining([
            'timezone Europe/Berlin',
            'entity Account',
            'session user',
            'signal pii',
            'request',
            'modes work',
            'assume approval by lead only when amount <= 1000'
        ])
    );
    const machine = symbols.find(({ name }) => name === 'work');
    expect(machine?.children?.map(shown)).toEqual([
        'initial mode triage',
        'mode fix',
        'mode breakglass',
        'on approved bank.run by lead enter breakglass'
    ]);
});

describe('completion', () => {
    const INVENTORY = `policy P
entity Account
session tier: 1..3
session user: string { role: "admin" | "clerk" }
signal score: 0..100
request { order_id: string }
server bank {
  tool pay(account: Account, amount: int) returns (id: string, price: int)
  tool look(account: Account) returns (price: int)
}
agent a delegates to b
agent b
human h
modes work {
  one initial { allow bank.pay }
  two { allow bank.look }
}
modes rest {
  idle initial { allow bank.look }
  two { allow bank.pay }
}
define fresh(e: event, age: duration) = once e within age
`;

    async function labels(text: string): Promise<string[]> {
        const { services, document, params } = await open(INVENTORY + text);
        const list = await services.lsp.CompletionProvider!.getCompletion(document, params);
        return (list?.items ?? []).map(({ label }) => label);
    }

    test.each<[string, string[]]>([
        ['deny bank.pay when in mode <|>', ['one', 'work.two', 'idle', 'rest.two']],
        ['deny bank.pay when session.<|>', ['tier', 'user']],
        ['deny bank.pay when session.user.<|>', ['role']],
        ['deny bank.pay when latest bank.look(account).result.<|>', ['price', 'text']],
        ['deny bank.pay when once bank.pay where result.<|>', ['id', 'price', 'text']],
        ['limit total(bank.pay.<|>', ['account', 'amount']],
        ['deny bank.pay when day in <|>', ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']],
        ['assume signal <|>', ['score']],
        ['assume trusted agent <|>', ['a', 'b']],
        ['assume trusted <|>', ['agent']],
        ['entity X [canonical <|>', ['lower', 'upper', 'trim']],
        ['agent c delegates to <|>', ['a', 'b']],
        ['withhold <|>', ['result of']],
        ['scenario "x":\n  new session with <|>', ['tier: ', 'user: ']],
        ['scenario "x":\n  user says "x" with <|>', ['order_id: ']],
        ['scenario "x":\n  a calls bank.pay(..) returns (<|>', ['id: ', 'price: ']],
        ['scenario "x":\n  a <|>', ['calls', 'delegates to', 'returns to']],
        [
            'scenario "x":\n  a calls bank.pay(..) runs -> allowed\n  bank.pay <|>',
            ['ends', 'fails', 'lost', 'returns', 'with']
        ],
        ['scenario "x":\n  new <|>', ['session']]
    ])('%s', async (text, expected) => {
        expect((await labels(text)).sort()).toEqual([...expected].sort());
    });

    test.each<[string, string[], string[]]>([
        ['server s { tool t(a: <|>', ['Account', 'decimal'], []],
        [
            'deny bank.pay when <|>',
            ['score', 'latest', 'in mode', 'session.', 'request.', 'time in'],
            ['result.', 'call.']
        ],
        ['deny bank.pay when once bank.pay where <|>', ['result.', 'call.', 'amount'], ['once']],
        ['deny bank.pay when once <|>', ['user says', 'delegate to', 'end of delegation to', 'entered'], ['start']],
        ['allow a: <|>', ['delegate to', 'bank.pay'], ['user says', 'entered', 'same call', 'running']],
        ['deny bank.pay when fresh(<|>', ['e: ', 'age: '], []],
        ['modes m {\n  one initial {\n    <|>', ['allow', 'deny', 'on'], ['claim never', 'server']],
        ['modes m {\n  one initial {\n    allow bank.pay\n    <|>', ['on', 'deny'], []],
        ['modes m {\n  one initial { on bank.pay enter <|>', ['one'], []],
        ['modes m {\n  one initial { allow bank.pay when <|>', ['amount', 'once'], []],
        ['claim "x": bank.pay stays possible for every <|>', ['account', 'amount'], []],
        ['scenario "x":\n  <|>', ['new session', 'at', 'user says', 'a', 'h'], ['bank.pay']],
        ['<|>', ['entity', 'session', 'signal', 'request', 'modes', 'assume', 'withhold', 'claim stays possible'], []]
    ])('%s', async (text, offered, notOffered) => {
        const found = await labels(text);
        expect(found).toEqual(expect.arrayContaining(offered));
        expect(notOffered.filter((label) => found.includes(label))).toEqual([]);
    });
});
