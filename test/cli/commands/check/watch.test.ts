import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { folder, guardrail, LONG_RUN } from '../../guardrail.js';
import { WatchingCommand } from './watching.js';

const TOOLS = 'server mail { tool read() tool send() external }\n';
const GOOD = `policy Good
import "../tools.guardrail"
agent a
allow a: mail.read
claim "nothing is sent": never mail.send
`;
const BAD = GOOD.replace('Good', 'Bad').replace('mail.read', 'mail.*');
/** The text without parts that differ from run to run. */
const plain = (text: string): string => text.replace(/(files? in) (<?[\d.]+ m?s)/g, '$1 1 ms').trim();

describe.skipIf(process.platform === 'win32')('guardrail check --watch', () => {
    test('checks what a change affects, reports what changed, and counts everything', async () => {
        const cwd = folder({
            'tools.guardrail': TOOLS,
            'policies/bad.guardrail': BAD,
            'policies/good.guardrail': GOOD,
            'policies/node_modules/x.guardrail': BAD
        });
        const write = (name: string, text: string): void => writeFileSync(join(cwd, name), text);
        const watching = new WatchingCommand(['policies', '--format', 'compact', '--output', 'json=all.json'], cwd);
        const exitCodeInFile = (): unknown =>
            (JSON.parse(readFileSync(join(cwd, 'all.json'), 'utf8')) as { exitCode: number }).exitCode;
        const violated = (name: string, line = 5): string =>
            `policies/${name}.guardrail:${line}:1: error[GR590]: "nothing is sent" is violated: a can call mail.send(): line ${line - 1} allows it, and no rule stops it.`;

        expect(plain(await watching.until())).toBe(
            [
                violated('bad'),
                '✗ claims  1 violated · 1 holds',
                '  files   2 files in 1 ms',
                '',
                'Watching 2 policies. Ctrl-C ends.'
            ].join('\n')
        );

        // A file that is unchanged or unrelated does not trigger a run.
        utimesSync(join(cwd, 'policies/bad.guardrail'), 1e9, 1e9);
        write('other.guardrail', BAD);
        write('policies/good.guardrail', `// better\n${GOOD}`);
        expect(plain(await watching.until())).toBe(
            [
                'policies/good.guardrail changed.',
                '',
                '✗ claims  1 violated · 1 holds',
                '  files   2 files in 1 ms · 1 from the cache',
                '',
                'Still with problems: policies/bad.guardrail.',
                'Watching 2 policies. Ctrl-C ends.'
            ].join('\n')
        );

        // Both files import a file that was not named itself; a burst of changes triggers one run.
        write('tools.guardrail', `${TOOLS}// one\n`);
        write('tools.guardrail', `${TOOLS}// two\n`);
        write('policies/new.guardrail', BAD.replace('Bad', 'New'));
        expect(plain(await watching.until())).toBe(
            [
                'tools.guardrail changed; policies/new.guardrail is new.',
                '',
                violated('bad'),
                violated('new'),
                '✗ claims  2 violated · 1 holds',
                '  files   3 files in 1 ms',
                '',
                'Watching 3 policies. Ctrl-C ends.'
            ].join('\n')
        );

        rmSync(join(cwd, 'policies/new.guardrail'));
        rmSync(join(cwd, 'policies/bad.guardrail'));
        expect(plain(await watching.until())).toContain(
            [
                'policies/bad.guardrail was removed; policies/new.guardrail was removed.',
                '',
                '✓ claims  1 holds',
                '  files   1 file in 1 ms · 1 from the cache'
            ].join('\n')
        );
        expect(exitCodeInFile()).toBe(0);

        // The run waits for a deleted import.
        rmSync(join(cwd, 'tools.guardrail'));
        expect(await watching.until()).toMatch(
            /^\n*tools\.guardrail was removed\.\n\npolicies\/good\.guardrail:3:8: error\[GR2\d\d]/
        );
        expect(exitCodeInFile()).toBe(2);
        write('tools.guardrail', TOOLS);
        expect(await watching.until()).toMatch(/^\n*tools\.guardrail is new\.\n\n✓ claims {2}1 holds/);

        // A configuration may be created, and be invalid for a while.
        write('guardrail.config.json', '{ "strict": 1 }');
        expect(await watching.until(/It must be true or false\./)).toContain(
            'error[GR912]: guardrail.config.json:1:13'
        );
        write('guardrail.config.json', '{ "strict": true }');
        expect(await watching.until()).toContain('\nThe configuration or the baseline changed.\n\n✓ claims  1 holds');

        // A run in progress is abandoned when a file changes.
        write('policies/early.guardrail', BAD);
        write('policies/long.guardrail', LONG_RUN);
        await watching.until(/early\.guardrail:5:1.*$/m);
        // After this time, the run has started with the next file.
        await setTimeout(200);
        write('policies/long.guardrail', LONG_RUN.replaceAll('300', '2'));
        expect(plain(await watching.until())).toMatch(
            /^policies\/early\.guardrail is new; policies\/long\.guardrail is new\.\n\n[^]*early\.guardrail:5:1[^]*\n✗ claims {2}1 violated · 1 holds in one session · 1 holds\n/
        );
        expect(await watching.interrupt()).toBe(130);
    });

    test('matches docs/cli.md', async () => {
        const page = readFileSync(new URL('../../../../docs/cli.md', import.meta.url), 'utf8');
        const [, args, shown] = /```console\n\$ guardrail check --watch (.*)\n([^]*?)```/.exec(page)!;
        const PAY = `policy Pay
agent bot
human boss
server bank { tool pay() tool refund() }
allow bot: bank.*
require approval by boss for bank.refund
claim "nothing is paid without the boss": never bank.pay unless approved by boss
`;
        const cwd = folder({
            'tools.guardrail': TOOLS,
            'policies/mail.guardrail': GOOD,
            'policies/pay.guardrail': PAY
        });
        const watching = new WatchingCommand(args!.split(' '), cwd);
        const first = await watching.until();
        writeFileSync(join(cwd, 'policies/pay.guardrail'), PAY.replace('for bank.refund', 'for bank.*'));
        expect(plain(first + (await watching.until()))).toBe(plain(shown!));
    });

    test('ends if the system cannot watch more files', async () => {
        const FULL = `data:text/javascript,${encodeURIComponent(`
            import fs from 'node:fs';
            import { syncBuiltinESMExports } from 'node:module';
            fs.watch = () => { throw Object.assign(new Error('full'), { code: 'ENOSPC' }) };
            syncBuiltinESMExports();`)}`;
        const cwd = folder({ 'tools.guardrail': TOOLS });
        const { code, stderr } = await guardrail(['check', '--watch'], { cwd, node: ['--import', FULL] });
        expect(code).toBe(4);
        expect(stderr).toContain('error[GR917]: file changes cannot be watched: no space is left on the device');
    });
});

test.each([
    [['--shard', '1/2'], '--shard'],
    [['--changed-since', 'main'], '--changed-since'],
    [['--baseline', 'b.json', '--update-baseline'], '--update-baseline'],
    [['--format', 'sarif'], '--format sarif']
])('guardrail check --watch %s is refused', async (args, named) => {
    const { code, stderr, stdout } = await guardrail(['check', '--watch', ...args], { cwd: folder({}) });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error\[GR902\]: /);
    expect(stderr).toContain(named);
});
