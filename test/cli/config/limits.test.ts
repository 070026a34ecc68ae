/**
 * Tests that every command that searches takes its limits from the configuration, unless the command line sets them.
 */
import { expect, test } from 'vitest';
import { folder, guardrail } from '../guardrail.js';

const POLICY = `policy P
agent a
server s { tool one() tool two() tool three() }
allow a: s.*
@owasp("ASI02") claim "c": never s.three after s.two
`;

test('limits of the configuration', async () => {
    const cwd = folder({
        'p.guardrail': POLICY,
        'q.guardrail': `${POLICY}deny s.three when once s.two and once s.one\n`,
        'guardrail.config.json': '{ "limits": { "maxStates": 1 } }'
    });
    const outcomes = await Promise.all(
        [
            ['diff', 'p.guardrail', 'q.guardrail'],
            ['diff', 'p.guardrail', 'q.guardrail', '--max-states', '1000'],
            ['coverage', 'p.guardrail'],
            ['export', 'p.guardrail', '--to', 'itf'],
            ['repair', 'p.guardrail']
        ].map((args) => guardrail(args, { cwd }))
    );
    expect(outcomes.map(({ code, stdout, stderr }) => ({ code, text: stdout + stderr }))).toEqual([
        { code: 3, text: expect.stringContaining('undecided') as string },
        { code: 1, text: expect.stringContaining('differs') as string },
        { code: 0, text: expect.stringContaining('undecided') as string },
        { code: 3, text: expect.stringContaining('GR922') as string },
        { code: 3, text: expect.stringContaining('no claim is known to be violated') as string }
    ]);
});
