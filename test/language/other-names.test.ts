/**
 * Tests that a name with characters other than letters, digits and `_` is reported first, with the backquotes that it
 * needs.
 */
import { expect, it } from 'vitest';
import { build, textOf } from './support.js';

const NAMES = ['get-env', 'set-env', 'a-b-c', 'get$env', 'a#b', 'ünlock', 'é', '2fa-login', '2fa', 'a/b'];
/** Only declarations make it certain that these are names. */
const DECLARED = ['a@b', 'a+b', 'get env', 'x: y', 'new file (copy)', '10m'];

it.each(NAMES)('%s', async (name) => {
    for (const text of [
        `policy P\nserver s { tool ${name}() }\nagent a\nallow a: s.*\n`,
        `policy P\nserver s { tool \`${name}\`() }\nagent a\nallow a: s.${name}\n`,
        `policy P\nserver s { tool t(x: string) }\nagent ${name}\nallow \`${name}\`: s.t\n`
    ]) {
        const { diagnostics } = await build(text);
        const errors = diagnostics.filter(({ severity }) => severity === 1);
        expect(errors[0]!.code).toMatch(/^GR10[12]$/);
        expect(textOf(errors[0]!)).toContain(`\`${name}\``);
    }
});

it.each([...NAMES, ...DECLARED])('%s, if declared in backquotes, is the only error', async (name) => {
    const inventory = `policy P\nserver s { tool \`${name}\`(\`${name}\`: string) tool t(x: string) }\nlabel \`${name}\`\n`;
    for (const statement of [
        `allow \`${name}\`: s.${name}`,
        `allow \`${name}\`: s.${name}\ndeny s.t`,
        `allow ${name}: s.t`,
        `claim "c": never s.t after s.${name}`,
        `deny s.\`${name}\` when ${name} == "x"`,
        `deny s.t when carries ${name}`,
        `require approval by ${name} for s.t`,
        `scenario "s":\n  ${name} calls s.t(x: "${name}") -> denied`,
        `scenario "s":\n  \`${name}\` calls s.\`${name}\`(${name}: "") -> denied`
    ]) {
        const kind = statement.startsWith('require') ? 'human' : 'agent';
        const { diagnostics } = await build(`${inventory}${kind} \`${name}\`\n// ${name}\n${statement}\n`);
        const errors = diagnostics.filter(({ severity }) => severity === 1);
        expect(errors.map(textOf), statement).toEqual([expect.stringContaining(`\`\` \`${name}\` \`\``)]);
    }
});

it.each([
    ['request { a: string b: int }', 'Separate the entries'],
    ['allow a: s.t u', 'is unexpected here'],
    ['deny s.t when n == 1-2', 'is unexpected here']
])('%s: %s', async (statement, part) => {
    const { diagnostics } = await build(
        `policy P\nlabel l\nserver s { tool t(n: int) tool u() }\nagent a\n${statement}\n`
    );
    expect(diagnostics.filter(({ severity }) => severity === 1).map(textOf)).toEqual([expect.stringContaining(part)]);
});
