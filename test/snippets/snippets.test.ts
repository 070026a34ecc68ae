/** Each snippet, with what it proposes at its places, is a valid part of a policy. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { build, described } from '../language/support.js';

interface Snippet {
    readonly body: readonly string[];
}

const snippets = JSON.parse(
    readFileSync(new URL('../../snippets/guardrail.json', import.meta.url), 'utf8')
) as Readonly<Record<string, Snippet>>;

/** What a use needs. */
const PACK = 'pack Name(source: tools) {\n  deny source when carries private\n}\n';

/** What the snippets that are no whole policy speak of. */
const PRELUDE = `policy Example
label private
label untrusted
server mail { tool read(folder: string) reads private, untrusted }
server web { tool post(url: string) external }
server bank { tool pay(amount: int) }
server repo {
  tool deploy()
  tool run(cmd: string)
}
agent assistant
human reviewer
human alice
human bob
allow assistant: mail.read, web.post, bank.pay, repo.deploy, repo.run
`;

const ERROR = 1;

test.each(Object.entries(snippets))('%s', async (_, { body }) => {
    const text = filled(body.join('\n'));
    const used = text.startsWith('use ') ? PACK : '';
    const built = await build({ 'main.guardrail': text.includes('policy ') ? text : PRELUDE + used + text });
    const errors = built.diagnostics.filter(({ severity }) => severity === ERROR);
    expect(described(errors)).toEqual([]);
    expect(text).not.toContain('$');
});

/** `${1:name}` is `name`, there and wherever `$1` stands; of choices the first is taken. */
function filled(body: string): string {
    const places = new Map<string, string>([['0', '']]);
    const proposed = body.replace(
        /\$\{(\d+)(?::((?:[^}\\]|\\.)*)|\|([^,|]*)[^|]*\|)\}/g,
        (_match, place: string, text?: string, choice?: string) => {
            places.set(place, text ?? choice ?? '');
            return places.get(place)!;
        }
    );
    return proposed.replace(/\$(\d+)/g, (match, place: string) => places.get(place) ?? match);
}
