/** Tests that `guardrail replay` decides the log of a gateway again, and finds the lines that do not belong there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Chain } from '../../server/cli/commands/replay/replay-log.js';
import { EnforcingGateway } from '../../server/enforcement/gateway.js';
import { readPolicy } from '../../server/enforcement/policy.js';
import { folder, guardrail } from '../cli/guardrail.js';
import { count, MAIL, read, send, sharedFolder } from './policies.js';

interface Report {
    readonly result: {
        readonly calls: number;
        readonly stopped: { readonly count: number };
        readonly loosened: { readonly count: number };
        readonly unreadable: {
            readonly count: number;
            readonly first: readonly { readonly line: number; code: string }[];
        };
        readonly unfit: { readonly count: number };
    };
}

describe('the log of a gateway', () => {
    const there = sharedFolder({ 'mail.guardrail': MAIL });
    let log: string;
    beforeAll(async () => {
        const path = join(there, 'events.jsonl');
        const policy = await readPolicy('mail.guardrail', there);
        const gateway = await EnforcingGateway.open({ path, policy });
        for (const session of ['a', 'b']) {
            const { id } = await gateway.submit(session, read);
            await gateway.end(session, id, { type: 'result', result: { text: '"quoted"\u2028 😀 \ud800' } });
            const held = await gateway.submit(session, send);
            await gateway.answer(held.id, 'approve', 'reviewer');
            const made = await gateway.submit(session, send);
            await gateway.end(session, made.id, { type: 'error' });
            await gateway.submit(session, { tool: 'mail.send', args: { to: 'eve@evil.example' } });
            await gateway.submit(session, { tool: 'mail.delete', args: { '2': 1, a: -0, '1': 0.1 } });
            await gateway.submit(session, count);
        }
        await gateway.denyUndecided({ tool: 'mail.count', problem: 'drift' });
        await gateway.close();
        log = readFileSync(path, 'utf8');
    });

    async function replayed(text: string): Promise<Report['result']> {
        const there = folder({ 'mail.guardrail': MAIL, 'events.jsonl': text });
        const { stdout } = await guardrail(
            ['replay', 'mail.guardrail', '--trace', 'events.jsonl', '--format', 'json'],
            { cwd: there }
        );
        return (JSON.parse(stdout) as Report).result ?? (JSON.parse(stdout) as Report['result']);
    }

    test('is decided in the same way again', async () => {
        expect(await replayed(log)).toMatchObject({
            calls: 12,
            stopped: { count: 0 },
            loosened: { count: 0 },
            unreadable: { count: 0 },
            unfit: { count: 0 }
        });
    });

    test('shows each line that was altered, dropped, added or moved', async () => {
        const lines = log.trimEnd().split('\n');
        // No line follows the last one, so nothing could reveal a change of it.
        const places = Array.from({ length: lines.length - 1 }, (_, index) => index);
        for (const at of places) {
            const altered = lines.map((line, index) => (index === at ? line.replace('"time":"2', '"time":"3') : line));
            expect(brokenLines(altered), `altered ${at}`).toEqual([at + 2]);
            const dropped = lines.filter((_, index) => index !== at);
            expect(brokenLines(dropped), `dropped ${at}`).toEqual([at + 1]);
            const moved = [...lines.slice(0, at), lines[at + 1]!, lines[at]!, ...lines.slice(at + 2)];
            expect(brokenLines(moved), `moved ${at}`).toEqual(
                [at + 1, at + 2, at + 3].filter((line) => line <= lines.length)
            );
        }
        const report = await replayed(`${lines.filter((_, index) => index !== 3).join('\n')}\n`);
        expect(report.unreadable.first).toMatchObject([{ line: 4, code: 'GR991' }]);
    });
});

/** The lines that do not follow from the previous one, counted from one. */
function brokenLines(lines: readonly string[]): number[] {
    const chain = new Chain();
    return lines.flatMap((line, index) => (chain.problemOf(line) === undefined ? [] : [index + 1]));
}
