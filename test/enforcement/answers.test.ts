/**
 * Tests ways in which somebody might answer a held call without being entitled to, where people prove who they are: with
 * the command and its socket, in the dialog of a client, and through hooks.
 */
import { createConnection } from 'node:net';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EnforcingGateway } from '../../server/enforcement/gateway.js';
import { Person } from '../../server/enforcement/person.js';
import { folder, guardrail } from '../cli/guardrail.js';
import { identities, ISSUER, keys, PAY, tokenOf, waiting } from './signed-answers.js';
import { mail, read, send } from './policies.js';

describe.skipIf(process.platform === 'win32')('where people prove who they are', { timeout: 120_000 }, () => {
    test('the local user answers nothing, except with a token', async () => {
        const env = { XDG_RUNTIME_DIR: folder({}) };
        const { there, list, paid, answer } = await waiting({ env });
        const run = (words: readonly string[], more: Readonly<Record<string, string>> = {}) =>
            guardrail(['approvals', ...words], { cwd: there, env: { ...env, ...more } });
        const listed = JSON.parse((await run(['list', '--format', 'json'])).stdout) as {
            name: string;
            digest: string;
        }[];
        const { name } = listed[0]!;
        const refused: [words: readonly string[], more?: Readonly<Record<string, string>>][] = [
            [['approve', name]],
            [['deny', name]],
            [['approve', name, '--as', 'alice']],
            [['approve', name], { GUARDRAIL_TOKEN: 'x' }],
            [['approve', name], { GUARDRAIL_TOKEN: await tokenOf('a-1', { expires: '-2m' }) }],
            [['approve', name], { GUARDRAIL_TOKEN: await tokenOf('c-3') }],
            [['approve', name, '--as', 'bob'], { GUARDRAIL_TOKEN: await tokenOf('a-1') }]
        ];
        for (const [words, more] of refused) {
            const outcome = await run(words, more);
            expect(outcome, words.join(' ')).toMatchObject({ code: 1 });
            expect(outcome.stderr).toContain('error[GR997]');
        }
        expect((await run(['approve', name])).stderr).toMatch(/GUARDRAIL_TOKEN/);
        const [file] = readdirSync(join(env.XDG_RUNTIME_DIR, `guardrail-${process.getuid!()}`));
        const socket = join(env.XDG_RUNTIME_DIR, `guardrail-${process.getuid!()}`, file!);
        const { digest } = listed[0]!;
        for (const line of [
            { id: '1', answer: 'approve', digest },
            { id: '1', answer: 'approve', digest, human: 'alice' },
            { id: '1', answer: 'approve', digest, human: 'alice', subject: 'a-1' },
            { id: '1', answer: 'approve', digest, by: { human: 'alice', subject: 'a-1' } },
            { id: '1', answer: 'approve', digest, token: null },
            { id: '1', answer: 'approve', token: await tokenOf('a-1') },
            { id: '1', answer: 'yes', digest, token: await tokenOf('a-1') },
            { id: '1', answer: 'approve', digest: 'sha256:0', token: await tokenOf('a-1') }
        ]) {
            expect(await answered(socket, line), JSON.stringify(line)).toMatchObject({
                reason: expect.any(String) as string
            });
        }
        expect([(await list()).length, paid]).toEqual([1, []]);
        for (const subject of ['a-1', 'b-2']) {
            const outcome = await run(['approve', name], { GUARDRAIL_TOKEN: await tokenOf(subject) });
            expect(outcome).toMatchObject({ code: 0 });
        }
        expect((await answer).result?.['isError']).not.toBe(true);
        expect(paid).toEqual([5]);
    });

    test('a gateway takes no name for a proof, whichever part of the program gives it', async () => {
        const path = join(folder({}), 'a.jsonl');
        const gateway = await EnforcingGateway.open({ path, policy: await mail(), identities: await identities() });
        onTestFinished(() => gateway.close());
        const first = await gateway.submit('a', read);
        await gateway.end('a', first.id, { type: 'result', result: {} });
        const { id } = await gateway.submit('a', send);
        for (const by of ['reviewer', { human: 'reviewer', subject: 'r-1' } as Person]) {
            await expect(gateway.answer(id, 'approve', by)).rejects.toMatchObject({ code: 'GR997' });
            await expect(gateway.answer(id, 'refuse', by)).rejects.toMatchObject({ code: 'GR997' });
        }
        await gateway.answer(id, 'approve', new Person('reviewer', 'r-1'));
        expect(await gateway.submit('a', send)).toMatchObject({ decision: { kind: 'allowed' } });
    });

    test.each<[string, readonly string[]]>([
        ['--approver', ['--approver', 'alice']],
        ['--ask-client', ['--ask-client']]
    ])('%s would let somebody answer without a proof', async (_, flags) => {
        const there = withApprovers();
        const outcome = await guardrail(
            ['gateway', '--policy', 'pay.guardrail', ...flags, '--state', 'state', '--', process.execPath, '-e', ''],
            { cwd: there }
        );
        expect(outcome).toMatchObject({ code: 2, stdout: '' });
        expect(outcome.stderr).toContain('error[GR985]');
    });

    test('starting in another folder makes no proof unnecessary', async () => {
        const there = withApprovers();
        const elsewhere = folder({});
        const policy = join(there, 'pay.guardrail');
        const command = ['gateway', '--policy', policy, '--approver', 'alice', '--state', 'state'];
        const outcome = await guardrail([...command, '--', process.execPath, '-e', ''], { cwd: elsewhere });
        expect(outcome.stderr).toContain('error[GR985]');
        const other = { issuer: ISSUER, audience: 'other', keys: join(there, 'keys.json'), humans: { alice: 'a-1' } };
        writeFileSync(join(elsewhere, 'guardrail.config.json'), JSON.stringify({ approvers: other }));
        const plain = ['gateway', '--policy', policy, '--state', 'state', '--', process.execPath, '-e', ''];
        const different = await guardrail(plain, { cwd: elsewhere });
        expect(different.stderr).toContain('error[GR985]');
    });

    test('hooks ask the same people', async () => {
        const there = withApprovers();
        const policy = join(there, 'pay.guardrail');
        const outcome = await guardrail(['hook', 'serve', '--policy', policy, '--approver', 'alice'], {
            cwd: folder({}),
            env: { XDG_STATE_HOME: there, XDG_RUNTIME_DIR: there }
        });
        expect(outcome).toMatchObject({ code: 2 });
        expect(outcome.stderr).toContain('error[GR985]');
    });
});

function withApprovers(): string {
    const there = folder({ 'pay.guardrail': PAY, 'keys.json': keys });
    const approvers = {
        issuer: ISSUER,
        audience: 'guardrail',
        keys: './keys.json',
        humans: { alice: 'a-1', bob: 'b-2' }
    };
    writeFileSync(join(there, 'guardrail.config.json'), JSON.stringify({ approvers }));
    return there;
}

/** The answer of a gateway to one line on its socket. */
function answered(socket: string, line: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
        let text = '';
        const connection = createConnection(socket, () => connection.write(`${JSON.stringify(line)}\n`));
        connection
            .on('data', (chunk: Buffer) => (text += chunk.toString()))
            .on('end', () => resolve(JSON.parse(text)))
            .on('error', reject);
    });
}
