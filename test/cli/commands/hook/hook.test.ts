/** Tests hooks as a client runs them: the program as shipped, with a resident gateway in a separate process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, cpSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { socketName } from '../../../../server/cli/commands/hook/protocol.js';
import { CLI, guardrail } from '../../guardrail.js';
import { type Answer, client, HOOK, POLICY, SHELL_HOOK } from './hooked-client.js';

const lines = (log: string) =>
    readFileSync(log, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);

test('calls are decided in the order of the session, with their results in the log', async () => {
    const { before, after, tool, log } = client();
    expect(await before('ls', '1')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(await after('ls', '1')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(await before('forbidden')).toEqual({
        status: 2,
        stdout: '',
        stderr: expect.stringContaining('it is forbidden') as string
    });
    expect(await tool('WebFetch', { url: 'x' })).toMatchObject({ status: 2 });
    expect(await tool('Read', { file_path: 'x' })).toMatchObject({ status: 0 });
    for (const id of ['2', '3']) {
        expect((await before('ls', id)).status).toBe(0);
        expect((await after('ls', id)).status).toBe(0);
    }
    expect((await before('ls', '4')).status).toBe(2);
    expect(lines(log()).map(({ type, decision }) => decision ?? type)).toEqual([
        'gateway',
        'allowed',
        'result',
        ...['denied', 'denied', 'allowed'],
        ...['allowed', 'result', 'allowed', 'result', 'denied']
    ]);
});

test('a gateway that is killed is started again, with the sessions that it had', async () => {
    const { before, after, gateway } = client();
    for (const id of ['1', '2', '3']) {
        expect((await before('ls', id)).status).toBe(0);
        expect((await after('ls', id)).status).toBe(0);
        process.kill(gateway(), 'SIGKILL');
    }
    expect((await before('ls', '4')).status).toBe(2);
});

test('a gateway of another build answers no hook: it ends, and its sessions go on in that of the hook', async () => {
    const { root, before, after, gateway, programs, log } = client();
    const call = async (id: string): Promise<Answer> => {
        const answer = await before('ls', id);
        await after('ls', id);
        return answer;
    };
    const other = join(root, 'other/dist');
    cpSync(join(HOOK!, '..'), other, { recursive: true });
    cpSync(join(HOOK!, '../../package.json'), join(root, 'other/package.json'));
    const gateways: number[] = [];
    for (const upgrade of [
        () => undefined,
        // The same build in another folder.
        () => Object.assign(programs, { shell: join(other, 'hook.sh'), node: join(other, 'hook.js') }),
        // Another build in the same folder.
        () => appendFileSync(join(other, 'serve-hooks.js'), '// changed')
    ]) {
        upgrade();
        expect(await call(`${gateways.length}`)).toEqual({ status: 0, stdout: '', stderr: '' });
        gateways.push(gateway());
    }
    expect(gateways[1]).toBe(gateways[0]);
    expect(gateways[2]).not.toBe(gateways[0]);
    expect(await call('4')).toMatchObject({ status: 2, stderr: expect.stringContaining('limit') as string });
    // The first build is installed again.
    Object.assign(programs, { shell: SHELL_HOOK!, node: HOOK! });
    expect(await call('5')).toMatchObject({ status: 2, stderr: expect.stringContaining('limit') as string });
    expect(lines(log()).flatMap(({ what }) => what ?? [])).toEqual(['start', 'stop', 'start', 'stop', 'start']);
});

test('a call whose decision depends on running calls waits for their ends', async () => {
    const { run, after, event } = client();
    const call = (id: string): Promise<Answer> =>
        run(event('PreToolUse', 'Bash', { command: 'ls' }, id), '--wait', '2');
    expect([await call('1'), await call('2'), await call('3')].map(({ status }) => status)).toEqual([0, 0, 0]);
    // One of the three calls may fail; it does not count then.
    expect(await call('4')).toMatchObject({ status: 2, stderr: expect.stringContaining('still running') as string });
    for (const id of ['1', '2', '3']) {
        await after('ls', id);
    }
    expect(await call('4')).toMatchObject({ status: 2, stderr: expect.stringContaining('limit') as string });
});

test('a call that is held waits for the person, and counts once', async () => {
    const { before, after, approvals, event, log, run } = client();
    await before('ls', '1');
    await after('ls', '1');
    const held = before('careful', '2');
    type Waiting = { readonly name: string; readonly tool: string; readonly args: object; readonly session: string };
    let waiting: Waiting[] = [];
    while (waiting.length === 0) {
        waiting = JSON.parse((await approvals('list', '--format', 'json')).stdout) as Waiting[];
    }
    expect(waiting).toMatchObject([{ tool: 'Bash', args: { command: 'careful' }, session: 'claude:s' }]);
    // Other events do not decide it again.
    for (const name of ['PreToolUse', 'PostToolUse']) {
        expect((await run(event(name, 'Read', { file_path: 'x' }, '4'))).status).toBe(0);
    }
    expect(lines(log()).filter(({ decision }) => decision === 'held')).toHaveLength(1);
    expect((await approvals('approve', waiting[0]!.name, '--as', 'nobody')).code).toBe(1);
    expect((await approvals('approve', waiting[0]!.name)).code).toBe(0);
    expect((await held).status).toBe(0);
    await after('careful', '2');
    expect(JSON.parse((await approvals('list', '--format', 'json')).stdout)).toEqual([]);
    expect((await before('careful', '3', '--wait', '0')).status).toBe(2);
});

test('a changed policy decides the next call; one that is not verified leaves the one before it in force', async () => {
    const { root, before, after, approvals } = client();
    expect((await before('ls', '1', '--reload', 'all')).status).toBe(0);
    await after('ls', '1', '--reload', 'all');
    const file = join(root, 'policy.guardrail');
    writeFileSync(file, POLICY.replace('limit client.Bash to 3', 'limit client.Bash to 1'));
    expect(await before('ls', '2', '--reload', 'all')).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('limit') as string
    });
    for (const [broken, code] of [
        [POLICY.replace(/deny client.*\n/, ''), 'GR993'],
        ['policy P\nallow x\n', 'GR923']
    ] as const) {
        writeFileSync(file, broken);
        expect(await before('ls', '3', '--reload', 'all')).toMatchObject({
            status: 2,
            stderr: expect.stringContaining('limit') as string
        });
        expect((await approvals()).stderr).toContain(code);
    }
    writeFileSync(file, POLICY);
    expect((await before('ls', '4', '--reload', 'all')).status).toBe(0);
    expect((await approvals()).stderr).toBe('');
});

test('a policy that the session itself changes waits for a person, who confirms what they have read', async () => {
    const { root, before, after, approvals } = client();
    const file = join(root, 'policy.guardrail');
    const looser = POLICY.replace(/(deny|claim).*forbidden.*\n/g, '');
    expect((await before('sed -i /forbidden/d policy.guardrail', '1')).status).toBe(0);
    writeFileSync(file, looser);
    await after('sed -i /forbidden/d policy.guardrail', '1');
    expect((await before('forbidden', '2')).status).toBe(2);
    const [name] = /policy-[0-9a-f]{64}/.exec((await approvals()).stderr)!;
    writeFileSync(file, `${looser}// changed again after it was read\n`);
    expect((await before('forbidden', '3')).status).toBe(2);
    expect((await approvals('approve', name)).code).toBe(1);
    writeFileSync(file, looser);
    expect((await before('forbidden', '4')).status).toBe(2);
    expect((await approvals('approve', name)).code).toBe(0);
    expect((await before('forbidden', '5')).status).toBe(0);
    expect((await approvals()).stderr).toBe('');
});

test('a running gateway finds that its hooks are switched off, or answered by another program', async () => {
    const { root, env, before, approvals } = client();
    const installed = await guardrail(['gateway', 'install', 'claude'], { cwd: root, env: { ...env, PATH: '' } });
    expect(installed.code).toBe(0);
    await before('ls');
    expect((await approvals()).stderr).toBe('');
    const settings = join(root, '.claude/settings.json');
    writeFileSync(settings, '{ "disableAllHooks": true }');
    expect((await approvals()).stderr).toContain('disableAllHooks');
    rmSync(settings);
    expect((await approvals()).stderr).toBe('');
    const socket = join(root, `guardrail-${process.getuid!()}`, socketName(join(root, 'policy.guardrail')));
    renameSync(socket, `${socket}.theirs`);
    const impostor = createServer().listen(socket);
    onTestFinished(() => void impostor.close());
    await once(impostor, 'listening');
    expect((await approvals()).stderr).toContain(socket);
});

test('the gateway of a policy ends when the last of its hooks is uninstalled', async () => {
    const { root, env, before, gateway } = client();
    const run = (...args: string[]) => guardrail(['gateway', ...args], { cwd: root, env: { ...env, PATH: '' } });
    for (const name of ['claude', 'gemini']) {
        expect((await run('install', name)).code).toBe(0);
    }
    await before('ls');
    const pid = gateway();
    await run('uninstall', 'gemini');
    expect(() => process.kill(pid, 0)).not.toThrow();
    expect(gateway()).toBe(pid);
    expect((await run('uninstall', 'claude')).code).toBe(0);
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), 10_000);
});

test.each<[string, string, string]>([
    ['a policy with errors', 'policy P\nallow x\n', 'GR923'],
    ['a violated claim', POLICY.replace(/deny client.*\n/, ''), 'GR993'],
    ['a policy that withholds results', `${POLICY}withhold result of client.Read when file_path == "x"\n`, 'GR988']
])('without a gateway no call is made: %s', async (_, policy, code) => {
    const { before, run } = client(policy);
    expect(await before('ls')).toMatchObject({ status: 2, stderr: expect.stringContaining(code) as string });
    // No call is left to block.
    const end = JSON.stringify({ hook_event_name: 'Stop', session_id: 's' });
    expect(await run(end)).toMatchObject({ status: 1, stderr: expect.stringContaining(code) as string });
});

test.each([
    ['an event that is not JSON', 'PreToolUse'],
    ['no event', ''],
    ['an event without a session', '{"hook_event_name":"PreToolUse","tool_name":"Bash"}']
])('%s lets no call through', async (_, event) => {
    expect((await client().run(event)).status).toBe(2);
});

test('--observe decides, and lets every call through', async () => {
    const { run, log } = client();
    const event = {
        session_id: 's',
        hook_event_name: 'PreToolUse',
        tool_name: 'Bash',
        tool_input: { command: 'forbidden' }
    };
    expect(await run(JSON.stringify(event), '--observe')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(lines(log()).at(-1)).toMatchObject({ decision: 'allowed', would: 'denied' });
    // The same gateway does not answer for a hook that enforces.
    expect(await run(JSON.stringify(event))).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('GR990') as string
    });
});

test('a link to another policy is not answered by the gateway of the one before', async () => {
    const { root, env, event, log } = client();
    const [link, other] = ['policy.guardrail', 'other.guardrail'].map((name) => join(root, name));
    renameSync(link!, join(root, 'first.guardrail'));
    writeFileSync(
        other!,
        POLICY.replace('"forbidden"', '"ls"').replace('command == "forbidden"\n', 'command == "ls"\n')
    );
    symlinkSync('first.guardrail', link!);
    const socket = join(`guardrail-${process.getuid!()}`, socketName(link!));
    const before = async (id: string): Promise<number | null> => {
        const words = [SHELL_HOOK!, socket, process.execPath, HOOK!, 'claude', '--policy', link!];
        const child = spawn('/bin/sh', words, { cwd: root, env });
        child.stdin.end(event('PreToolUse', 'Bash', { command: 'ls' }, id));
        return new Promise((resolve) => child.on('close', resolve));
    };
    expect(await before('1')).toBe(0);
    const first = log();
    rmSync(link!);
    symlinkSync('other.guardrail', link!);
    expect(await before('2')).toBe(2);
    expect(lines(first).filter(({ type }) => type === 'call')).toHaveLength(1);
});

test('a large event, and one with quotes, percent signs and line ends, arrive unchanged', async () => {
    const { before, log } = client();
    await before('start');
    for (const command of ['x'.repeat(3_000_000), `'"%s\\n$(id)\n\n`]) {
        expect((await before(command, 'x')).status).toBe(0);
        expect(lines(log()).at(-1)).toMatchObject({ args: { command } });
    }
});

test('an event cannot add options to its hook', async () => {
    const policy = POLICY.replace('human user', 'agent admin\nhuman user').replace(
        'allow assistant: client.*',
        'allow admin: client.*'
    );
    const { event, run } = client(policy);
    const call = event('PreToolUse', 'Bash', { command: 'ls' }, '1');
    expect((await run(call, '--agent', 'admin')).status).toBe(0);
    const options = ['', '--agent', 'admin', ''].join('\x1f');
    expect((await run(`${options}${call}`, '--agent', 'assistant')).status).toBe(2);
});

test('the command is the same hook', async () => {
    const { root, env } = client();
    const child = spawn(process.execPath, [CLI, 'hook', 'claude'], { cwd: root, env });
    child.stdin.end(JSON.stringify({ hook_event_name: 'PreToolUse', session_id: 's', tool_name: 'WebFetch' }));
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(2);
});
