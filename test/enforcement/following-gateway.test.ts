/** Tests a gateway whose policy changes: the next call is decided by the policy as it is when the call arrives. */
import { EventEmitter, once } from 'node:events';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FollowingGateway, type FollowOptions } from '../../server/enforcement/following-gateway.js';
import { type EnforcedPolicy, readPolicy } from '../../server/enforcement/policy.js';
import { folder } from '../cli/guardrail.js';
import type { Identities } from '../../server/enforcement/identities.js';
import { Person } from '../../server/enforcement/person.js';
import { MAIL } from './policies.js';
import { identities } from './signed-answers.js';
import { expectOnPage } from '../support/tried-ways.js';

const STRICTER = MAIL.replace('limit mail.count to 2', 'limit mail.count to 1');

interface Following {
    readonly file: string;
    readonly one: FollowingGateway;
    readonly warnings: readonly string[];
    /** Reads the policy again if it has changed, and returns its text up to the limit. */
    readonly limit: () => Promise<string | undefined>;
}

/** @param afterRead called with the number of each reading, before the gateway gets its result */
async function following(
    afterRead: (reading: number, file: string) => unknown = () => undefined,
    confirms = false,
    people?: Identities
): Promise<Following> {
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
        difference: (_, young) => Promise.resolve([...young.texts.values()].join()),
        confirms,
        ...(people && { identities: people }),
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

const LOOSER = MAIL.replace('limit mail.count to 2', 'limit mail.count to 9');
const text =
    (changed: string) =>
    (file: string): void =>
        writeFileSync(file, changed);
const link =
    (changed: string) =>
    (file: string): void => {
        writeFileSync(`${file}.other`, changed);
        rmSync(file);
        symlinkSync(`${file}.other`, file);
    };

/** What happens to the files after a person has read the change, and true if their confirmation counts then. */
const MEANWHILE: Record<string, readonly [isEnforced: boolean, ...steps: ((file: string) => void)[]]> = {
    nothing: [true],
    'another change': [false, text(LOOSER)],
    'another change, and back': [true, text(LOOSER), text(STRICTER)],
    'the policy in force': [false, text(MAIL)],
    'a comment more': [false, text(`${STRICTER}// more\n`)],
    'a space more': [false, text(`${STRICTER} `)],
    'a link to another text': [false, link(LOOSER)],
    'a link to the same text': [true, link(STRICTER)],
    'a text with an error': [false, text('policy P\nallow x\n')],
    'no text': [false, (file) => rmSync(file)]
};

test.each(Object.entries(MEANWHILE))(
    'a changed policy waits for a person. Meanwhile: %s',
    async (_, [counts, ...steps]) => {
        const { file, one, limit } = await following(undefined, true);
        writeFileSync(file, STRICTER);
        expect(await limit()).toContain('to 2');
        const { digest, difference } = (await one.change())!;
        expect(difference).toBe(STRICTER);
        for (const step of steps) {
            step(file);
            expect(await limit()).toContain('to 2');
        }
        if (!counts) {
            await expect(one.confirm(digest, 'reviewer')).rejects.toMatchObject({ code: 'GR997' });
            rmSync(file, { force: true });
            writeFileSync(file, STRICTER);
            // An answer that did not count then does not count later.
            expect(await limit()).toContain('to 2');
        }
        await one.confirm(digest, 'reviewer');
        expect(await limit()).toContain('to 1');
        expect(await one.change()).toBeUndefined();
        // Nor does it count again.
        for (const again of [MAIL, LOOSER]) {
            writeFileSync(file, again);
            expect(await limit()).toContain('to 1');
        }
        writeFileSync(file, STRICTER);
        expect([await limit(), await one.change()]).toEqual([expect.stringContaining('to 1'), undefined]);
    }
);

test('where people prove who they are, a name confirms nothing', async () => {
    const { file, one, limit } = await following(undefined, true, await identities());
    writeFileSync(file, STRICTER);
    await limit();
    const { digest } = (await one.change())!;
    for (const by of ['reviewer', { human: 'reviewer', subject: 'r-1' } as Person]) {
        await expect(one.confirm(digest, by)).rejects.toMatchObject({ code: 'GR997' });
    }
    expect(await limit()).toContain('to 2');
    await one.confirm(digest, new Person('reviewer', 'r-1'));
    expect(await limit()).toContain('to 1');
});

test('the page counts these ways', () => expectOnPage('test/enforcement/following-gateway.test.ts', MEANWHILE));
