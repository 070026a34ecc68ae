/** Tests what `install` says about the tools of a client before it adds hooks. */
import { expect, test } from 'vitest';
import { decisionTable } from '../../../../server/cli/commands/hook/decision-table.js';
import { policyOf } from '../../../support/policies.js';

const POLICY = `policy P
agent a
agent b
human h
server s {
  tool free()   tool never()   tool closed()   tool asked() hint destructive   tool often(x: string)   tool others()
}
server claude { tool Bash(command: string) }
allow a: s.free, s.never, s.asked, s.often, claude.Bash
allow b: s.others
deny s.never
deny s.often when x == "y"
require approval by h for destructive tools
require approval by h for claude.Bash when command contains "push"
`;

test.each([
    [POLICY, 'denied: the policy does not name it'],
    [`${POLICY}leave other tools to the client\n`, 'left to the client']
])('each tool has what may become of a call of it', async (text, others) => {
    const table = decisionTable(await policyOf(text), 'claude', 0);
    expect(Object.fromEntries(table.map(({ tool, decision }) => [tool, decision]))).toMatchObject({
        's.free': 'allowed',
        's.never': 'denied',
        's.closed': 'denied',
        's.asked': 'held',
        's.often': 'allowed or denied: it depends',
        's.others': 'denied',
        'claude.Bash': 'allowed or held: it depends',
        Read: others,
        'any other tool': others
    });
    expect(table.filter(({ tool }) => tool === 'Bash')).toEqual([]);
});
