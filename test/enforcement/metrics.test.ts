/** Tests what a dashboard reads of a gateway over HTTP. */
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { expect, test } from 'vitest';
import { Metrics } from '../../server/enforcement/metrics.js';
import { folder } from '../cli/guardrail.js';
import { gatewayOver, modernCall, serverOf } from './http-programs.js';

const POLICY = `policy Counted
agent a
human h
server s { tool look() tool pay() }
allow a: s.*
limit s.look to 2
require approval by h for s.pay
`;

test('counts decisions, ends and waiting calls, and says that it is ready', async () => {
    const url = await serverOf(() => {
        const server = new McpServer({ name: 's', version: '1' });
        server.registerTool('look', { inputSchema: fromJsonSchema({ type: 'object' }) }, () => ({ content: [] }));
        return server;
    });
    const there = folder({ 'policy.guardrail': POLICY });
    const gateway = await gatewayOver({ s: url }, there, ['--session', 'k', '--wait', '0']);
    for (const tool of ['look', 'look', 'look', 'pay', 'other']) {
        await modernCall(gateway.at('s'), tool, {});
    }
    const at = (path: string): Promise<Response> => fetch(new URL(path, gateway.at('s')));
    expect((await at('/-/ready')).status).toBe(200);
    const response = await at('/-/metrics');
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4');
    const lines = (await response.text()).split('\n').filter((line) => !line.startsWith('#') && line !== '');
    expect(lines.filter((line) => !line.startsWith('guardrail_decision_duration_seconds_sum '))).toEqual([
        'guardrail_decisions_total{tool="s.look",decision="allowed"} 2',
        'guardrail_decisions_total{tool="s.look",decision="denied"} 1',
        'guardrail_decisions_total{tool="s.pay",decision="held"} 1',
        'guardrail_decisions_total{tool="_OTHER",decision="denied"} 1',
        'guardrail_decision_duration_seconds_count 5',
        'guardrail_ended_calls_total{outcome="success",withheld="false"} 2',
        'guardrail_waiting_calls 1'
    ]);
});

test('escapes what the format reserves', () => {
    const metrics = new Metrics();
    const call = { by: 'rule', rules: [], isObserved: false, policy: { name: 'p', digest: '' }, duration: 1 } as const;
    metrics.decided({ ...call, tool: 's."\\\n', decision: 'denied' });
    expect(metrics.text(0)).toContain('guardrail_decisions_total{tool="s.\\"\\\\\\n",decision="denied"} 1\n');
});
