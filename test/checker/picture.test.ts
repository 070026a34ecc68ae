/** Tests the modes and flows of a policy in the form used for drawings. */
import { describe, expect, test } from 'vitest';
import { finished } from '../../server/checker/limits/resumable.js';
import { flowsOf } from '../../server/diagrams/flows.js';
import { machinesOf } from '../../server/diagrams/machines.js';
import { DEFAULT_LIMITS } from '../../server/checker/results/default-limits.js';
import { policyOf } from '../support/policies.js';

const OPTIONS = { limits: { ...DEFAULT_LIMITS, maxStates: 100_000 } };

const TOOLS = `policy Flows
label private
label secret
server mail { tool read() readonly reads private  tool send(to: string) external  tool post(to: string) external }
server vault { tool open() readonly reads secret }
agent bot
agent clerk
human boss
`;

async function flows(rules: string): Promise<string[]> {
    const found = finished(flowsOf(await policyOf(TOOLS + rules), OPTIONS));
    return found.flows.map(
        ({ label, tool, agents, kind, rules: by, trace }) =>
            `${label} > ${tool} of ${agents.join(', ')}: ${kind}; ${by.map(({ text }) => text).join(' & ')}; ${trace?.steps.map((step) => `${step.tool} ${step.decision ?? step.kind}`).join(', ') ?? ''}`
    );
}

describe('flows', () => {
    test('free, held for a person, stopped by a rule, stopped because no rule allows it', async () => {
        expect(
            await flows(`allow bot: mail.read, mail.send, vault.open
allow clerk: mail.read, mail.send, vault.open
require approval by boss for mail.send when carries private
deny mail.send by clerk when carries secret
`)
        ).toEqual([
            'private > mail.send of bot, clerk: person; require approval by boss for mail.send when carries private; mail.read allowed, mail.send held, mail.send approve, mail.send allowed',
            'private > mail.post of bot, clerk: stopped; ; mail.read allowed, mail.post denied',
            'secret > mail.send of bot: free; allow bot: mail.read, mail.send, vault.open; vault.open allowed, mail.send allowed',
            'secret > mail.send of clerk: stopped; deny mail.send by clerk when carries secret; vault.open allowed, mail.send denied',
            'secret > mail.post of bot, clerk: stopped; ; vault.open allowed, mail.post denied'
        ]);
    });

    test('an agent that never carries the label is not shown', async () => {
        expect(await flows('allow bot: mail.read, mail.send\n')).toEqual([
            'private > mail.send of bot: free; allow bot: mail.read, mail.send; mail.read allowed, mail.send allowed',
            'private > mail.post of bot: stopped; ; mail.read allowed, mail.post denied'
        ]);
    });

    test('a search that was cut off gives neither result', async () => {
        const rules = 'allow bot: any tool\nrequire approval by boss for external tools when carries private\n';
        const limits = { ...DEFAULT_LIMITS, maxStates: 1 };
        const found = finished(flowsOf(await policyOf(TOOLS + rules), { limits }));
        const kinds = found.flows.filter(({ agents }) => agents.includes('bot')).map(({ kind }) => kind);
        expect(kinds).toContain('unknown');
        expect(found.flows.filter(({ kind, trace }) => kind === 'stopped' && !trace)).toEqual([]);
    });
});

test('modes, their transitions, and modes that are never entered', async () => {
    const policy = await policyOf(`policy Modes
event go
event never_sent
server s { tool t() tool u() }
agent a
allow a: s.t
modes work {
  open initial {
    on go enter busy
    on attempted s.u enter adrift
  }
  busy for 5m return open { allow s.u }
  adrift { deny s.t }
  unreachable { allow s.u }
}
`);
    const [machine] = finished(machinesOf(policy, OPTIONS));
    expect(machine!.modes.map(({ name, reached, rules }) => [name, reached, rules.map(({ text }) => text)])).toEqual([
        ['open', 'yes', []],
        ['busy', 'yes', ['allow s.u']],
        ['adrift', 'yes', ['deny s.t']],
        ['unreachable', 'no', ['allow s.u']]
    ]);
    expect(machine!.transitions.map(({ from, to, text }) => [from, to, text])).toEqual([
        [0, 1, 'on go enter busy'],
        [0, 2, 'on attempted s.u enter adrift'],
        [1, 0, 'after 300s']
    ]);
});

test('a mode that one agent enters is reached, whichever agent it is', async () => {
    const policy = await policyOf(`policy P
server s { tool t() }
agent first
agent second
allow second: s.t
modes work per agent {
  open initial { on s.t enter busy }
  busy {}
}
`);
    const [machine] = finished(machinesOf(policy, OPTIONS));
    expect(machine!.modes.map(({ reached }) => reached)).toEqual(['yes', 'yes']);
});
