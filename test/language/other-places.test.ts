/**
 * Tests that problems that concern two places name the other one: by code, the policy, and the text at each other
 * place.
 */
import { expect, test } from 'vitest';
import { build } from './support.js';

const HEAD = `policy P
label private
server s {
  tool read(id: string) reads private
  tool send(to: string, amount: int)
}
agent bot
human boss
`;

const CASES: readonly (readonly [code: string, text: string, others: readonly string[]])[] = [
    ['GR213', 'import "guardrail/std"\nimport "guardrail/std"\n', ['import "guardrail/std"']],
    ['GR220', 'label extra\nlabel extra\n', ['extra']],
    ['GR221', 'human bot\n', ['bot']],
    ['GR233', 'pack K(t: tools) { deny t }\nallow bot: s.*\nuse K(t: s.read, t: s.send)\n', ['t: s.read']],
    ['GR233', 'pack K(t: tools) { deny t }\nallow bot: s.*\nuse K()\n', ['t']],
    ['GR306', 'allow bot: s.*\nscenario "x":\n  bot calls s.read(id: "a", id: "b") -> allowed\n', ['id: "a"']],
    ['GR306', 'allow bot: s.*\nscenario "x":\n  bot calls s.read(id: 1) -> allowed\n', ['id']],
    ['GR306', 'allow bot: s.*\nscenario "x":\n  bot calls s.read() -> allowed\n', ['read']],
    ['GR410', 'allow bot: s.send\ndeny s.send\n', ['s.send']],
    [
        'GR412',
        'allow bot: s.*\ndeny s.send when amount > 1\ndeny s.send when amount > 1\n',
        ['deny s.send when amount > 1']
    ],
    [
        'GR413',
        'allow bot: s.send when once s.read(id: "a")\nallow bot: s.send when carries private\n',
        ['allow bot: s.send when once s.read(id: "a")']
    ],
    ['GR426', 'allow bot: s.send when amount > 5\ndeny s.send when amount > 3\n', ['deny s.send when amount > 3']],
    ['GR431', 'allow bot: s.send\nallow bot: s.send when amount > 5\n', ['allow bot: s.send']],
    ['GR432', 'allow bot: s.*\ndeny s.send\nrequire approval by boss for s.send\n', ['s.send']],
    ['GR434', 'allow bot: s.read, s.send, s.read\n', ['s.read']],
    ['GR434', 'allow bot, bot: s.read\n', ['bot']],
    ['GR435', 'define amount = once s.read\nallow bot: s.send when amount\n', ['amount', 'amount']],
    ['GR450', 'allow bot: s.*\nmodes m {\n  a initial { }\n  b initial { }\n}\n', ['a']],
    [
        'GR452',
        'allow bot: s.*\nmodes m {\n  a initial {\n    on s.read enter b\n    on s.read enter c\n  }\n  b { }\n  c { }\n}\n',
        ['on s.read enter c']
    ]
];

test.each(CASES)('%s %j', async (code, text, others) => {
    const { diagnostics, document } = await build(HEAD + text);
    const found = diagnostics.find((diagnostic) => diagnostic.code === code && diagnostic.relatedInformation);
    expect(found, diagnostics.map((each) => `${each.code} ${JSON.stringify(each.message)}`).join('\n')).toBeDefined();
    const places = found!.relatedInformation!.map(({ location, message }) => {
        expect(location.uri).toBe(document.uri.toString());
        expect(message).toMatch(/^[A-Z"].*\.$/);
        expect(location.range).not.toEqual(found!.range);
        return document.textDocument.getText(location.range);
    });
    expect(places).toEqual(others);
});
