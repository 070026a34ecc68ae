/** The pages under docs/codes that are about texts: their wrong texts have the code, their right ones nothing at all. */
import { globSync } from 'tinyglobby';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Files } from './support.js';
import { build, described } from './support.js';

const root = fileURLToPath(new URL('../../docs/codes/', import.meta.url));

/** What the texts of the pages speak of, unless they say it themselves. */
const PRELUDE = `
policy Example

label private
label untrusted

server mail {
  tool read(folder: string) reads private, untrusted
  tool draft(to: string, body: string)
  tool send(to: string, subject?: string) external
}
server web {
  tool fetch(url: string) external reads untrusted
  tool post(url: string, body: string) external
}
server bank {
  tool balance(account: string)
  tool pay(account: string, amount: int >= 0 <= 10000, currency: "eur" | "usd") irreversible
}

agent assistant
human reviewer
`;

const HINT = 4;

function textsOf(section: string): Files {
    const blocks = Array.from(section.matchAll(/^```guardrail ?(\S*)\n([\s\S]*?)^```$/gm));
    return Object.fromEntries(blocks.map(([, file, text]) => [file || 'main.guardrail', text!]));
}

describe.each(globSync('GR[1-4]*.md', { cwd: root }).sort())('%s', (name) => {
    const code = name.slice(0, -'.md'.length);
    const page = readFileSync(root + name, 'utf8');
    const [, wrong = '', right = ''] = /\n## Wrong\n([\s\S]*)\n## Right\n([\s\S]*)\n## Why\n/.exec(page) ?? [];
    const isWholeFile = code === 'GR105' || code === 'GR106' || /^policy /m.test(wrong + right);
    const filesOf = (section: string): Files => {
        const files = textsOf(section);
        return isWholeFile ? files : { ...files, 'main.guardrail': PRELUDE + files['main.guardrail']! };
    };

    test('has the common shape', () => {
        const headings = Array.from(page.matchAll(/^#+ .*$/gm), (match) => match[0]);
        expect(headings[0]).toMatch(new RegExp(`^# ${code}: [A-Z\`].*[^.]$`));
        expect(headings.slice(1)).toEqual(['## Wrong', '## Right', '## Why']);
    });

    test('the wrong text is wrong in this way only', async () => {
        const { diagnostics } = await build(filesOf(wrong));
        expect(diagnostics.some((diagnostic) => diagnostic.code === code)).toBe(true);
        const others = diagnostics.filter((other) => other.code !== code && other.severity !== HINT);
        expect(described(others)).toEqual([]);
    });

    test('the right text is right', async () => {
        const { diagnostics } = await build(filesOf(right));
        expect(described(diagnostics.filter((other) => other.code === code || other.severity !== HINT))).toEqual([]);
    });
});
