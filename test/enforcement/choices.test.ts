/** The choice of the person who approves: what a gateway accepts and records, and what follows after a restart. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { EnforcingGateway } from '../../server/enforcement/gateway.js';
import { createGateway, parsePolicy } from '../../server/gateway/library.js';
import { folder } from '../cli/guardrail.js';
import { mail } from './policies.js';

const TEXT = `policy Web
agent bot
human boss
server web { tool get(host: string, path: string)   tool put(path: string) }
allow bot: web.*
require approval by boss for web.get valid once or 1h or this session per host
require approval by boss for web.put
claim "get: the boss was asked": never web.get unless once approved web.get(host) by boss
`;
const get = (path: string) => ({ tool: 'web.get', args: { host: 'a', path } });

async function opened(path: string, clock: () => number): Promise<EnforcingGateway> {
    const gateway = await EnforcingGateway.open({ path, policy: await mail(TEXT), clock });
    onTestFinished(() => gateway.close().catch(() => undefined));
    return gateway;
}

test.each([
    { valid: undefined, after: ['held', 'held', 'held'] },
    { valid: 'once', after: ['held', 'held', 'held'] },
    { valid: '1h', after: ['allowed', 'held', 'held'] },
    { valid: 'this session', after: ['allowed', 'allowed', 'allowed'] }
])(
    'an approval that is valid $valid serves other calls for that long, and after a restart',
    async ({ valid, after }) => {
        const path = join(folder({}), 'events.jsonl');
        let now = Date.parse('2026-11-02T09:00:00Z');
        const gateway = await opened(path, () => now);
        const { id, decision } = await gateway.submit('a', get('1'));
        expect(decision).toMatchObject({ kind: 'held', rules: [{ choices: ['once', '1h', 'this session'] }] });
        await gateway.answer(id, 'approve', 'boss', { valid });
        const copy = join(folder({}), 'events.jsonl');
        writeFileSync(copy, readFileSync(path));
        const again = await opened(copy, () => now);
        const kinds: string[] = [];
        for (const hours of [0.5, 1, 30]) {
            now += hours * 3_600_000;
            kinds.push((await again.submit('a', get(String(hours)))).decision.kind);
        }
        expect(kinds).toEqual(after);
        const answer = readFileSync(copy, 'utf8')
            .split('\n')
            .filter((line) => line.includes('"approve"'))
            .map((line) => JSON.parse(line) as Record<string, unknown>);
        expect(answer.map((line) => line['valid'])).toEqual([valid]);
    }
);

test.each([
    [get('1'), '2h'],
    [get('1'), '8'],
    [get('1'), ''],
    [{ tool: 'web.put', args: { path: 'x' } }, '1h']
])('a choice for %j that no rule offers, %j, does not count', async (call, valid) => {
    const gateway = await opened(join(folder({}), 'events.jsonl'), () => 0);
    const { id } = await gateway.submit('a', call);
    await expect(gateway.answer(id, 'approve', 'boss', { valid })).rejects.toMatchObject({ code: 'GR935' });
    expect(gateway.waiting().map((one) => one.id)).toEqual([id]);
});

test('no record of an answer serves longer than the policy offers', async () => {
    const policy = await parsePolicy(TEXT.replace('once or 1h or this session', 'once or 1h'));
    const kindsAfter = (valid: string): string[] => {
        let now = 0;
        const session = createGateway(policy, { clock: () => now }).session('a');
        session.record({ type: 'call', id: '1', ...get('1'), decision: 'held' });
        session.record({ type: 'approve', id: '1', human: 'boss', valid });
        return [1, 3600, 2].map((seconds) => {
            now += seconds * 1000;
            return session.decide(get('2')).kind;
        });
    };
    expect(kindsAfter('this session')).toEqual(['allowed', 'held', 'held']);
    expect(kindsAfter('5h')).toEqual(['allowed', 'held', 'held']);
    expect(kindsAfter('30m')).toEqual(['held', 'held', 'held']);
    expect(() => kindsAfter('for ever')).toThrow(expect.objectContaining({ code: 'GR934' }) as Error);
});
