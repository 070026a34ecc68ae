import { describe, expect, test, vi } from 'vitest';
import { type CheckOptions, runCheck } from '../../../../server/cli/commands/check/run.js';
import type { FileReport } from '../../../../server/cli/reports/check-report.js';
import { checkPolicy } from '../../../../server/checker/check.js';
import { DEFAULT_LIMITS } from '../../../../server/checker/results/default-limits.js';
import { folder, GOOD } from '../../guardrail.js';

// No input is known that makes the checker fail, so the failure is injected here.
vi.mock(import('../../../../server/checker/check.js'), async (original) => {
    const actual = await original();
    return { ...actual, checkPolicy: vi.fn(actual.checkPolicy) };
});

describe('a fault of the checker', () => {
    test('on one policy leaves the results of the others', async () => {
        const cwd = folder({ 'a.guardrail': GOOD, 'b.guardrail': GOOD, 'c.guardrail': GOOD });
        const options: CheckOptions = {
            select: { names: [], base: cwd },
            cwd,
            version: '0',
            limits: DEFAULT_LIMITS,
            failOn: 'error',
            strict: false
        };
        const actual = vi.mocked(checkPolicy).getMockImplementation()!;
        vi.mocked(checkPolicy).mockImplementation((policy, checkOptions) => {
            if (policy.source.uri.endsWith('/b.guardrail')) {
                throw new TypeError('undefined is not a function\nsecond line');
            }
            return actual(policy, checkOptions);
        });

        const seen: FileReport[] = [];
        const faults: unknown[] = [];
        const report = await runCheck(options, {
            onFile: (file) => seen.push(file),
            onText: () => undefined,
            onBegin: () => undefined,
            onProgress: () => undefined,
            onFault: (error) => faults.push(error)
        });

        expect(report.files.map((file) => [file.path, file.problem?.code, file.result?.claims.length])).toEqual([
            ['a.guardrail', undefined, 2],
            ['b.guardrail', 'GR901', undefined],
            ['c.guardrail', undefined, 2]
        ]);
        expect(report.files[1]!.problem!.message).toBe('the checker itself failed: undefined is not a function');
        expect(report.exitCode).toBe(4);
        expect(seen).toEqual(report.files);
        expect(faults).toHaveLength(1);
    });
});

describe('a suspicion from the text', () => {
    const TEXT = `policy P
server s { tool a() tool b() }
agent x
allow x: s.b when once s.a
claim: never s.a
`;

    test('is reported once, by the finding that proves it', async () => {
        const cwd = folder({ 'a.guardrail': TEXT });
        const { files } = await runCheck(
            {
                select: { names: [], base: cwd },
                cwd,
                version: '0',
                limits: DEFAULT_LIMITS,
                failOn: 'error',
                strict: false
            },
            {
                onFile: () => undefined,
                onText: () => undefined,
                onBegin: () => undefined,
                onProgress: () => undefined,
                onFault: () => undefined
            }
        );
        const codes = files[0]!.diagnostics.map(({ code }) => code);
        expect(codes).not.toContain('GR433');
        expect(files[0]!.result!.findings.map(({ code }) => code)).toContain('GR505');
    });
});
