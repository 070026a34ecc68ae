import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../../../server/checker/results/default-limits.js';
import { Baseline } from '../../../../server/cli/commands/check/baseline.js';
import type { KnownProblem } from '../../../../server/cli/reports/check-report.js';
import type { CheckReport } from '../../../../server/cli/reports/check-report.js';
import { type CheckOptions, runCheck } from '../../../../server/cli/commands/check/run.js';
import { BAD, folder, GOOD, guardrail } from '../../guardrail.js';

/** A policy with a violated claim, a failed scenario and a warning. */
const KNOWN = `${BAD}label unused
scenario "as nobody wants it":
  assistant calls mail.send(to: "x") -> denied
`;

async function check(cwd: string, update = false, more: Partial<CheckOptions> = {}): Promise<CheckReport> {
    const texts = new Map<string, string>();
    const path = join(cwd, 'known.json');
    const baseline = new Baseline({ path, update, isWhole: !more.claim, textOf: (uri) => texts.get(uri) });
    const silent = (): void => undefined;
    const report = await runCheck(
        {
            select: { names: [], base: cwd },
            cwd,
            version: '0',
            limits: DEFAULT_LIMITS,
            failOn: 'error',
            strict: false,
            baseline,
            ...more
        },
        {
            onFile: silent,
            onText: (uri, text) => texts.set(uri, text),
            onBegin: silent,
            onProgress: silent,
            onFault: silent
        }
    );
    if (update) {
        baseline.write();
    }
    return report;
}

const write = (cwd: string, name: string, text: string): void => writeFileSync(join(cwd, name), text);
const known = (cwd: string): string[] =>
    (JSON.parse(readFileSync(join(cwd, 'known.json'), 'utf8')) as { problems: KnownProblem[] }).problems.map(
        ({ path, about }) => `${path}: ${about}`
    );

describe('a baseline', () => {
    test('contains the problems found, which then fail no run, even if they move', async () => {
        const cwd = folder({ 'p.guardrail': KNOWN });
        expect((await check(cwd, true)).exitCode).toBe(0);
        expect(known(cwd)).toEqual(
            expect.arrayContaining([
                'p.guardrail: claim "nothing is sent" is violated',
                'p.guardrail: scenario "as nobody wants it" fails'
            ])
        );
        write(cwd, 'p.guardrail', `// A line more.\n\n${KNOWN.replace('tool read(folder', 'tool  read(folder')}`);
        const report = await check(cwd);
        expect(report.exitCode).toBe(0);
        expect(report.baseline).toMatchObject({ known: known(cwd).length, fixed: [] });
        expect(report.files[0]!.result!.claims.map(({ name }) => name)).toEqual(['it can read']);
        expect(report.files[0]!.result!.scenarios).toEqual([]);
    });

    test('is not taken for a policy without claims', async () => {
        const cwd = folder({ 'p.guardrail': BAD.replace(/^claim "it can read".*\n/m, '') });
        await check(cwd, true);
        const { stdout, code } = await guardrail(
            ['check', '--baseline', 'known.json', '--output', 'html=report.html'],
            { cwd }
        );
        expect(stdout).toContain('no claims and no scenarios besides those in the baseline');
        expect(readFileSync(join(cwd, 'report.html'), 'utf8')).toContain('besides those in the baseline');
        expect(code).toBe(0);
    });

    test('hides nothing new', async () => {
        const cwd = folder({ 'p.guardrail': BAD });
        await check(cwd, true);
        write(cwd, 'p.guardrail', `${BAD}claim "not even this": never mail.send when once mail.read\n`);
        expect(await check(cwd)).toMatchObject({ exitCode: 1, baseline: { known: 1 } });
        // This is the same claim in another policy.
        write(cwd, 'p.guardrail', BAD);
        write(cwd, 'q.guardrail', BAD);
        expect(await check(cwd)).toMatchObject({ exitCode: 1, baseline: { known: 1 } });
    });

    test('hides no verdict that got worse', async () => {
        const cwd = folder({ 'p.guardrail': BAD.replace('never mail.send', 'never mail.send when once mail.read') });
        expect((await check(cwd, true, { limits: { ...DEFAULT_LIMITS, maxStates: 1 } })).exitCode).toBe(0);
        expect(known(cwd)).toContain('p.guardrail: claim "nothing is sent" is undecided');
        expect((await check(cwd)).exitCode).toBe(1);
    });

    test('never contains an error in the text', async () => {
        const cwd = folder({ 'p.guardrail': `${BAD}allow nobody: mail.read\n` });
        expect((await check(cwd, true)).exitCode).toBe(2);
        expect(known(cwd)).toEqual([]);
    });

    test('shrinks: fixed problems are reported and removed', async () => {
        const cwd = folder({ 'p.guardrail': BAD, 'q.guardrail': BAD, 'r.guardrail': BAD });
        await check(cwd, true);
        write(cwd, 'p.guardrail', GOOD);
        rmSync(join(cwd, 'q.guardrail'));
        const report = await check(cwd);
        expect(report.baseline!.fixed.map(({ path, code }) => `${path} ${code}`)).toEqual([
            'p.guardrail GR590',
            'q.guardrail GR590'
        ]);
        // Parts that were not checked are not reported.
        const some = { select: { names: ['r.guardrail'], base: cwd } };
        expect((await check(cwd, false, some)).baseline!.fixed.map(({ path }) => path)).toEqual(['q.guardrail']);
        expect((await check(cwd, false, { claim: 'it can read' })).baseline!.fixed).toEqual([]);
        write(cwd, 'p.guardrail', 'policy P\nbroken');
        expect((await check(cwd)).baseline!.fixed.map(({ path }) => path)).toEqual(['q.guardrail']);
        write(cwd, 'p.guardrail', GOOD);
        await check(cwd, true);
        expect(known(cwd)).toEqual(['r.guardrail: claim "nothing is sent" is violated']);
    });

    test.each([
        '',
        '{}',
        '{ "format": "guardrail-baseline/2", "problems": [] }',
        '{ "format": "guardrail-baseline/1", "problems": [1] }'
    ])('with the content %j is refused', (text) => {
        const path = join(folder({ 'known.json': text }), 'known.json');
        for (const update of [false, true]) {
            expect(() => new Baseline({ path, update, isWhole: true, textOf: () => undefined })).toThrow(
                expect.objectContaining({ code: 'GR916' })
            );
        }
    });
});

test('the command reports known and fixed problems', async () => {
    const cwd = folder({ 'p.guardrail': BAD });
    const missing = await guardrail(['check', '--baseline', 'known.json'], { cwd });
    expect(missing.stderr).toContain('error[GR916]');
    expect(missing.code).toBe(2);
    expect((await guardrail(['check', '--baseline', 'known.json', '--update-baseline'], { cwd })).code).toBe(0);
    write(cwd, 'p.guardrail', GOOD);
    const { stdout, code } = await guardrail(['check', '--baseline', 'known.json'], { cwd });
    expect(stdout).toContain('Fixed; --update-baseline removes these from the baseline:');
    expect(stdout).toContain('p.guardrail: claim "nothing is sent" is violated');
    expect(stdout).toMatch(/baseline +0 known · 1 fixed/);
    expect(code).toBe(0);
});
