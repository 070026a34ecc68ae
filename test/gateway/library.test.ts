/** The library for gateways, and the package as a program that has installed it sees it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import {
    createSession,
    parsePolicy,
    policyFromLowered,
    type Session,
    SessionError
} from '../../server/gateway/library.js';
import { folder } from '../cli/guardrail.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (page: string): string => readFileSync(join(root, 'docs', page), 'utf8');
const block = (page: string, language: string): string =>
    new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(read(page))![1]!;

describe('docs/library.md', () => {
    const program = block('library.md', 'js');

    test('its program prints what it says, with the package as it is installed', () => {
        const there = installed({ 'mail.guardrail': block('replay.md', 'guardrail'), 'gateway.mjs': program });
        const printed = execFileSync(process.execPath, ['gateway.mjs'], { cwd: there, encoding: 'utf8' });
        expect(printed).toBe(block('library.md', 'text'));
    });

    test('TypeScript knows its types', () => {
        const wrong = `createSession(policy).decide({ tol: 'mail.read' }).kind satisfies 'allowed' | 'denied';`;
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
    test('decides over what was recorded, and only that', async () => {
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

    test('goes by the times that it is told', async () => {
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
        ['a time that is none', { ...readOne, time: 'noon' }, 'the time "noon" cannot be read']
    ])('denies %s by the inventory', async (_what, call, problem) => {
        const session = createSession(await parsePolicy(POLICY));
        expect(session.decide(call)).toEqual({ kind: 'denied', by: 'inventory', rules: [], problem });
    });

    test.each([
        ['the answer to no call', { type: 'result', id: '7' }, 'the call "7" does not run, so that it cannot end'],
        ['an approval of no call', { type: 'approve', id: '7', human: 'h' }, 'the call "7" is not held'],
        ['an event that is none', { type: 'event', name: 'e' }, 'the policy has no event "e"'],
        ['a call of no tool', { type: 'call', agent: 'a', tool: 's.x' }, 'the tool is not in the inventory']
    ] as const)('does not record %s', async (_what, event, problem) => {
        const session: Session = createSession(await parsePolicy(POLICY));
        const thrown = (): void => session.record(event);
        expect(thrown).toThrow(SessionError);
        expect(thrown).toThrow(problem);
    });
});

test('a policy comes back from what it was lowered to', async () => {
    const policy = await parsePolicy(POLICY);
    const back = policyFromLowered(JSON.parse(JSON.stringify(policy.lowered)) as object);
    expect(back).toMatchObject({ name: 'P', tools: ['s.read', 's.write'], agents: ['a', 'b'] });
    expect(createSession(back).decide(readOne)).toEqual(createSession(policy).decide(readOne));
});

test('what is wrong with a policy is said', async () => {
    await expect(parsePolicy('policy P\nallow a: x.y')).rejects.toThrow(/policy\.guardrail is no valid policy/);
});
