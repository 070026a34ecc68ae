/** Tests the library for gateways, and the package as a program sees it that has installed it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { createSession, GuardrailError, parsePolicy, policyFromLowered } from '../../server/gateway/library.js';
import { folder } from '../cli/guardrail.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (page: string): string => readFileSync(join(root, 'docs', page), 'utf8');
const block = (page: string, language: string): string =>
    new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(read(page))![1]!;

describe('docs/library.md', () => {
    const program = block('library.md', 'js');

    test('its program prints the documented output, with the installed package', () => {
        const there = installed({ 'mail.guardrail': block('replay.md', 'guardrail'), 'gateway.mjs': program });
        const printed = execFileSync(process.execPath, ['gateway.mjs'], { cwd: there, encoding: 'utf8' });
        expect(printed).toBe(block('library.md', 'text'));
    });

    test('its types work in TypeScript', () => {
        const wrong = `session.decide({ tol: 'mail.read' }).kind satisfies 'allowed' | 'denied';`;
        const there = installed({
            'gateway.mts': `declare const console: { log(value: unknown): void };\n${program}\n${wrong}\n`
        });
        const problems = ts
            .getPreEmitDiagnostics(
                ts.createProgram([join(there, 'gateway.mts')], {
                    module: ts.ModuleKind.NodeNext,
                    moduleResolution: ts.ModuleResolutionKind.NodeNext,
                    target: ts.ScriptTarget.ES2022,
                    lib: ['lib.es2022.d.ts'],
                    noEmit: true,
                    types: []
                })
            )
            .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
        expect(problems).toEqual([
            expect.stringContaining("'tol' does not exist"),
            expect.stringContaining('does not satisfy the expected type \'"allowed" | "denied"\'')
        ]);
    });

    /** A folder in which the package is installed. */
    function installed(files: Readonly<Record<string, string>>): string {
        const there = folder(files);
        mkdirSync(join(there, 'node_modules'));
        symlinkSync(root, join(there, 'node_modules/guardrail'), 'junction');
        return there;
    }
});

const POLICY = `policy P
    agent a
    agent b
    human h
    signal risk: 0..100
    server s { tool read(id: int) readonly tool write(id: int, text: string = "") }
    allow a: s.*
    deny s.write when risk > 50 because "too risky"
    require once s.read(id) within 5m for s.write`;

const write = { agent: 'a', tool: 's.write', args: { id: 1 }, signals: { risk: 0 } };
const readOne = { agent: 'a', tool: 's.read', args: { id: 1 } };

describe('a session', () => {
    test('names the rules that withhold a result, whichever way earlier calls end', async () => {
        const withhold = `withhold result of s.write when once s.read(id)`;
        const session = createSession(
            await parsePolicy(`${POLICY.replace('require once s.read(id) within 5m for s.write', '')}\n${withhold}`)
        );
        const result = { type: 'result', id: '2', result: { text: 'done' } } as const;
        session.record({ ...readOne, type: 'call', id: '1', decision: 'allowed' });
        session.record({ ...write, type: 'call', id: '2', decision: 'allowed' });
        expect(session.withheldBy(result)).toMatchObject([{ line: 10 }]);
        session.record({ type: 'error', id: '1' });
        expect(session.withheldBy(result)).toEqual([]);
        session.record(result);
        expect(() => session.withheldBy(result)).toThrow(expect.objectContaining({ code: 'GR933' }));
    });

    test('decides only over what was recorded', async () => {
        const session = createSession(await parsePolicy(POLICY));
        expect(session.decide(write)).toMatchObject({ kind: 'denied', by: 'rule', rules: [{ line: 9 }] });
        expect(session.decide(readOne)).toMatchObject({ kind: 'allowed', by: 'rule' });
        expect(session.decide(write).kind).toBe('denied');
        session.record({ ...readOne, type: 'call', id: '1', decision: 'allowed' });
        expect(session.decide(write)).toEqual({ kind: 'waits', by: 'unknown', rules: [] });
        session.record({ type: 'result', id: '1' });
        expect(session.decide(write).kind).toBe('allowed');
        expect(session.decide({ ...write, args: { id: 2 } }).kind).toBe('denied');
        expect(session.decide({ ...write, signals: { risk: 51 } }).rules).toMatchObject([{ because: 'too risky' }]);
        expect(session.decide({ ...write, signals: {} })).toMatchObject({ kind: 'denied', by: 'unknown' });
    });

    test('uses the given times', async () => {
        const session = createSession(await parsePolicy(POLICY));
        session.record({ ...readOne, type: 'call', outcome: 'success', time: '2026-01-01T00:00:00Z' });
        expect(session.decide({ ...write, time: '2026-01-01T00:05:00Z' }).kind).toBe('allowed');
        expect(session.decide({ ...write, time: Date.parse('2026-01-01T00:05:01Z') }).kind).toBe('denied');
    });

    test.each([
        ['a tool that is none', { ...readOne, tool: 's.raed' }, 'the tool is not in the inventory'],
        ['an agent that is none', { ...readOne, agent: 'c' }, 'the policy has no agent "c"'],
        [
            'nobody',
            { tool: 's.read', args: { id: 1 } },
            'it does not say which agent calls, and the policy has several'
        ],
        ['an argument outside the schema', { ...readOne, args: { id: 'x' } }, 'parameter "id" is "x", not a number'],
        [
            'arguments that are not a JSON object',
            { ...readOne, args: '{"id":1}' as never },
            '`args` is "{\\"id\\":1}", not a JSON object'
        ],
        ['a signal that is none', { ...readOne, signals: { risc: 1 } }, 'the policy has no signal "risc"'],
        ['a signal out of its range', { ...readOne, signals: { risk: 101 } }, 'the signal "risk" is 101, more than 100']
    ])('denies %s by the inventory', async (_what, call, problem) => {
        const session = createSession(await parsePolicy(POLICY));
        expect(session.decide(call)).toEqual({ kind: 'denied', by: 'inventory', rules: [], problem });
    });

    test.each(['s__read', 'mcp__s__read', 's_read', 's-read', 's/read', 's:read', 'read'])(
        'recognizes %s as s.read',
        async (tool) => {
            const session = createSession(await parsePolicy(POLICY));
            expect(session.decide({ ...readOne, tool }).kind).toBe('allowed');
            session.record({ ...readOne, tool, type: 'call', outcome: 'success' });
            expect(session.decide({ ...write, tool: 'mcp__s__write' }).kind).toBe('allowed');
        }
    );

    test('keeps its own copy of what is recorded', async () => {
        const session = createSession(await parsePolicy(POLICY));
        const args = { id: 1 };
        session.record({ ...readOne, args, type: 'call', outcome: 'success' });
        args.id = 2;
        expect(session.decide({ ...write, args: { id: 1 } }).kind).toBe('allowed');
        expect(session.decide({ ...write, args: { id: 2 } }).kind).toBe('denied');
    });
});

describe('time', () => {
    const HOUR = 3_600_000;
    const START = Date.parse('2026-03-02T12:00:00Z');

    test('comes from the clock if an event has none; the host clock by default', async () => {
        let now = START;
        const session = createSession(await parsePolicy(POLICY), { clock: () => now });
        session.record({ ...readOne, type: 'call', outcome: 'success' });
        now += 300_000;
        expect(session.decide(write).kind).toBe('allowed');
        now += 1000;
        expect(session.decide(write).kind).toBe('denied');
        const hosts = createSession(await parsePolicy(POLICY));
        hosts.record({ ...readOne, type: 'call', outcome: 'success', time: Date.now() - HOUR });
        expect(hosts.decide(write).kind).toBe('denied');
    });

    test.each([10 * HOUR, 61_000])('cannot be pushed ahead by %i ms, by a decision or an event', async (ahead) => {
        let now = START;
        const session = createSession(await parsePolicy(POLICY), { clock: () => now });
        session.record({ ...readOne, type: 'call', outcome: 'success' });
        expect(() => session.decide({ ...write, time: now + ahead })).toThrow(
            expect.objectContaining({ code: 'GR936' })
        );
        expect(() => session.record({ type: 'says', time: now + ahead })).toThrow(
            expect.objectContaining({ code: 'GR936' })
        );
        // Time has not stopped: the window closes when it should.
        now += 301_000;
        expect(session.decide(write).kind).toBe('denied');
    });

    test('does not stop when the clock steps back; beyond the tolerance that is an error', async () => {
        let now = START;
        const session = createSession(await parsePolicy(POLICY), { clock: () => now, tolerance: 30 });
        session.record({ ...readOne, type: 'call', outcome: 'success' });
        now -= 30_000;
        expect(session.decide(write).kind).toBe('allowed');
        now -= 1000;
        expect(() => session.decide(write)).toThrow(expect.objectContaining({ code: 'GR936' }));
        now = START + 301_000;
        expect(session.decide(write).kind).toBe('denied');
    });

    test.each([NaN, Infinity, 'now', {}, 1e300])('cannot be %s', async (time) => {
        const session = createSession(await parsePolicy(POLICY), { clock: () => time as number });
        expect(() => session.decide(write)).toThrow(expect.objectContaining({ code: 'GR936' }));
    });
});

test.each([NaN, -1, Infinity, '60'])('a tolerance cannot be %s', (tolerance) => {
    expect(() => createSession(policyOnce, { tolerance: tolerance as number })).toThrow(GuardrailError);
});

const policyOnce = await parsePolicy(POLICY);

describe('a policy', () => {
    test('is restored from its lowered form, for any order of keys in a database', async () => {
        const policy = await parsePolicy(POLICY);
        const back = policyFromLowered(sorted(JSON.parse(JSON.stringify(policy.lowered))) as object);
        expect(back).toMatchObject({ name: 'P', tools: ['s.read', 's.write'], agents: ['a', 'b'] });
        expect(createSession(back).decide(readOne)).toEqual(createSession(policy).decide(readOne));
    });

    const lowered = (changes: object): object => ({ ...policyOnce.lowered, ...changes });
    test.each([
        ['nothing', null],
        ['a text', 'policy P'],
        ['a list', [1]],
        ['an object of something else', {}],
        ['a loaded policy', policyOnce],
        ['one of another version', lowered({ version: '0.0.1' })],
        [
            'one that was changed',
            lowered({ policy: { ...(policyOnce.lowered as { policy: object }).policy, rules: [] } })
        ],
        ['one without its policy', lowered({ policy: undefined })],
        ['one that is not JSON', lowered({ policy: { a: 1n } })]
    ])('is not restored from %s', (_what, garbage) => {
        expect(() => policyFromLowered(garbage as object)).toThrow(
            expect.objectContaining({ name: 'GuardrailError', code: 'GR938' })
        );
    });

    test('must be a loaded policy, not a promise', () => {
        for (const other of [undefined, null, {}, parsePolicy(POLICY), { ...policyOnce }, policyOnce.lowered]) {
            expect(() => createSession(other as never)).toThrow(expect.objectContaining({ code: 'GR938' }));
        }
    });

    test('with errors is rejected', async () => {
        await expect(parsePolicy('policy P\nallow a: x.y')).rejects.toMatchObject({
            name: 'GuardrailError',
            code: 'GR923',
            message: expect.stringMatching(/policy\.guardrail is not a valid policy/)
        });
        await expect(parsePolicy(7 as never)).rejects.toMatchObject({ name: 'GuardrailError' });
    });
});

function sorted(value: unknown): unknown {
    return Array.isArray(value)
        ? value.map(sorted)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
                Object.entries(value)
                    .sort()
                    .map(([key, inner]) => [key, sorted(inner)])
            )
          : value;
}
