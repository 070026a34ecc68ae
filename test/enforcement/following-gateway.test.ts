/** Tests a gateway whose policy changes: the next call is decided by the policy as it is when the call arrives. */
import { EventEmitter, once } from 'node:events';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FollowingGateway, type FollowOptions } from '../../server/enforcement/following-gateway.js';
import { type EnforcedPolicy, readPolicy } from '../../server/enforcement/policy.js';
import { folder } from '../cli/guardrail.js';
import { MAIL } from './policies.js';

const STRICTER = MAIL.replace('limit mail.count to 2', 'limit mail.count to 1');

interface Following {
    readonly file: string;
    readonly one: FollowingGateway;
    readonly warnings: readonly string[];
    /** Reads the policy again if it has changed, and returns its text up to the limit. */
    readonly limit: () => Promise<string | undefined>;
}

/** @param afterRead called with the number of each reading, before the gateway gets its result */
async function following(afterRead: (reading: number, file: string) => unknown = () => undefined): Promise<Following> {
    const there = folder({ 'mail.guardrail': MAIL });
    const file = join(there, 'mail.guardrail');
    const warnings: string[] = [];
    let readings = 0;
    const options: FollowOptions = {
        path: join(there, 'events.jsonl'),
        read: async (): Promise<EnforcedPolicy> => {
            const policy = await readPolicy('mail.guardrail', there);
            await afterRead(++readings, file);
            return policy;
        },
        verify: () => undefined,
        approver: () => 'reviewer',
        observe: false,
        warn: (text) => warnings.push(text)
    };
    const one = await FollowingGateway.open(await readPolicy('mail.guardrail', there), undefined, options);
    onTestFinished(() => one.close().catch(() => undefined));
    return {
        file,
        one,
        warnings,
        limit: async () => {
            await one.upToDate();
            return one.gateway.policy.model.rules.find(({ text }) => text.startsWith('limit'))?.text;
        }
    };
}

test('a changed policy decides the next call', async () => {
    const { file, limit } = await following();
    expect(await limit()).toContain('to 2');
    writeFileSync(file, STRICTER);
    expect(await limit()).toContain('to 1');
    writeFileSync(file, MAIL);
    expect(await limit()).toContain('to 2');
});

test('a policy that changes while it is read decides the next call', async () => {
    const { file, limit } = await following((reading, path) => reading === 1 && writeFileSync(path, STRICTER));
    expect(await limit()).toContain('to 2');
    expect(await limit(), file).toContain('to 1');
});

test('a call that comes during a look does not wait for that look alone', async () => {
    const steps = new EventEmitter();
    const { file, one, limit } = await following(async (reading) => {
        if (reading === 1) {
            const released = once(steps, 'released');
            steps.emit('read');
            await released;
        }
    });
    const hasRead = once(steps, 'read');
    const before = one.upToDate();
    await hasRead;
    writeFileSync(file, STRICTER);
    const next = limit();
    steps.emit('released');
    await before;
    expect(await next).toContain('to 1');
});

test.each<[string, (file: string) => void]>([
    ['is gone', () => undefined],
    ['is a folder', (file) => void mkdirSync(file)],
    ['is a link to itself', (file) => symlinkSync(file, file)],
    ['is not a policy', (file) => writeFileSync(file, 'policy P\nallow x\n')]
])('a file that %s leaves the policy before it in force, until it can be read again', async (_, put) => {
    const { file, limit, warnings } = await following();
    rmSync(file);
    put(file);
    expect(await limit()).toContain('to 2');
    expect(await limit()).toContain('to 2');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('stays');
    rmSync(file, { recursive: true, force: true });
    writeFileSync(file, STRICTER);
    expect(await limit()).toContain('to 1');
});
