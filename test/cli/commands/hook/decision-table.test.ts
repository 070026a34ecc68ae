/** Tests what `install` says about the tools of a client before it adds hooks. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decisionTable } from '../../../../server/cli/commands/hook/decision-table.js';
import { readPolicy } from '../../../../server/enforcement/policy.js';
import { folder } from '../../guardrail.js';

const POLICY = `policy P
agent a
agent b
human h
server s {
  tool free()   tool never()   tool closed()   tool asked() hint destructive   tool often(x: string)   tool others()
}
server claude { tool Bash(command: string) }
server written { tool Edit(file_path: string) }
server imported { @digest("sha256:${'0'.repeat(64)}", "00000000") tool Write(x: string) tool read(x: string) }
allow a: s.free, s.never, s.asked, s.often, claude.Bash, written.*
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
    const cwd = folder({ 'p.guardrail': text });
    const table = decisionTable(await readPolicy(join(cwd, 'p.guardrail'), cwd), 'claude', 0);
    expect(Object.fromEntries(table.map(({ tool, decision }) => [tool, decision]))).toMatchObject({
        's.free': 'allowed',
        's.never': 'denied',
        's.closed': 'denied',
        's.asked': 'held',
        's.often': 'allowed or denied: it depends',
        's.others': 'denied',
        'claude.Bash': 'allowed or held: it depends',
        'written.Edit': 'allowed',
        // Other tools than those of the servers, although they have the same names.
        Read: others,
        Write: others,
        'any other tool': others
    });
    expect(table.filter(({ tool }) => ['Bash', 'Edit'].includes(tool))).toEqual([]);
});
