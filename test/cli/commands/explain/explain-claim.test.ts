import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { folder, GOOD, guardrail } from '../../guardrail.js';

const EXAMPLES = fileURLToPath(new URL('../../../../examples/', import.meta.url));

test('guardrail explain CLAIM matches docs/cli.md', async () => {
    const page = readFileSync(new URL('../../../../docs/cli.md', import.meta.url), 'utf8');
    const [, name, file, shown] = /```console\n\$ guardrail explain "(.*)" (\S+)\n([^]*?)```/.exec(page)!;
    const { code, stdout } = await guardrail(['explain', name!, file!], { cwd: EXAMPLES });
    expect(code).toBe(0);
    expect(stdout).toBe(shown);
});

test('it shows the documentation, the session, the count and the controls of a violated claim', async () => {
    const cwd = folder({
        'p.guardrail': `policy P
agent a
server s { tool read() tool send() external }
allow a: s.*

/** It is secret. */
@owasp("ASI02") @team("mail")
claim "nothing leaves": never s.send after s.read
`
    });
    const { code, stdout } = await guardrail(['explain', 'Nothing Leaves'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toBe(`nothing leaves
p.guardrail:8:1

It is secret.

  never s.send after s.read

No session may release a call of \`s.send\` after \`s.read\`.

✗ violated  a can call s.send() after s.read: line 4 allows it, and no rule
            stops it.
  guardrail check p.guardrail --claim "nothing leaves" shows the session.

It applies in 2 of the 3 states that sessions reach: there an agent can submit a
call whose release would break it.

@owasp: ASI02 (Tool Misuse and Exploitation)
@team: mail
`);
});

describe('a claim that is not found', () => {
    const FILES = {
        'a.guardrail': GOOD,
        'b.guardrail': GOOD.replace('policy Good', 'policy Other'),
        'broken.guardrail': 'policy Broken {',
        'tools.guardrail': 'server x { tool y() }'
    };

    test.each([
        [['it can reed'], 'error[GR907]: no policy has a claim "it can reed"', 'Did you mean "it can read"?'],
        [
            ['sent'],
            'no policy has a claim "sent"',
            'Did you mean "nothing is sent"? Files with errors were left out: 1.'
        ],
        [
            ['whatever', 'a.guardrail'],
            'no policy has a claim "whatever"',
            'The claims are "nothing is sent", "it can read".'
        ],
        [['it can read'], 'several policies have a claim "it can read"', 'guardrail explain "it can read" a.guardrail'],
        [
            ['it can read', 'broken.guardrail'],
            'error[GR923]: broken.guardrail is not a valid policy',
            'guardrail check'
        ],
        [['it can read', 'tools.guardrail'], 'no policy has a claim', 'The policies have no claims.'],
        [['it can read', 'none.guardrail'], 'error[GR904]: none.guardrail cannot be read', 'Check the path.']
    ])('%s', async (args, message, help) => {
        const { code, stderr, stdout } = await guardrail(['explain', ...args], { cwd: folder(FILES) });
        expect([code, stdout]).toEqual([2, '']);
        const text = stderr.replace(/\s+/g, ' ');
        expect(text).toContain(message);
        expect(text).toContain(help);
    });
});

test('invisible characters in a file name are escaped', async () => {
    const name = '\u001b[31m\u202e.guardrail';
    const text = 'policy P\nagent a\nserver s { tool t() }\nallow a: s.t\nclaim "c": never s.t\n';
    const { code, stdout, stderr } = await guardrail(['explain', 'c', name], { cwd: folder({ [name]: text }) });
    expect(code).toBe(0);
    expect(stdout).toContain('shows the session');
    // oxlint-disable-next-line no-control-regex -- these are what is looked for
    expect(stdout + stderr).not.toMatch(/[\u001b\u202e]/);
});
