/** Tests `guardrail check --attack`: the effect of its sessions on the verdicts, and on the report. */
import { expect, test } from 'vitest';
import { attackReport } from '../../../../server/cli/commands/check/attack.js';
import { exitCodeOf } from '../../../../server/cli/reports/check-report.js';
import { checkPolicy } from '../../../../server/checker/check.js';
import type { ClaimResult, PolicyResult, VerdictWord } from '../../../../server/checker/results/result.js';
import { policyOf } from '../../../support/policies.js';
import { guardrail, folder } from '../../guardrail.js';

const TEXT = `policy Mail
label private
server mail {
  tool read() reads private
  tool send(to: string)
}
agent bot
allow bot: mail.*
deny mail.send when carries private and to != "boss"
claim "nothing leaves": never mail.send after mail.read
claim "it can be sent": possible mail.read then mail.send
claim "not to others": never mail.send when to != "boss" after mail.read
`;
const FAILS = { failOn: 'error', strict: false } as const;

/** The verdicts on the three claims that a checker with a defect, or without time, might give. */
async function attacked(...verdicts: readonly VerdictWord[]): Promise<ReturnType<typeof attackReport>> {
    const policy = await policyOf(TEXT);
    const result = checkPolicy(policy);
    const claims = result.claims.map(({ trace: _, ...claim }, index): ClaimResult => ({
        ...claim,
        verdict: verdicts[index]!
    }));
    const said: PolicyResult = { ...result, claims };
    const report = { uri: '', path: 'mail.guardrail', kind: 'policy', diagnostics: [], result: said } as const;
    return attackReport(policy, report, {
        sessions: 300,
        seed: 1,
        timeoutMs: 60_000,
        isCancelled: undefined
    });
}

test('a verdict that a session excludes is a defect of the checker', async () => {
    const report = await attacked('holds', 'impossible', 'holds');
    expect(report.attack).toMatchObject({ sessions: 300, of: 300, seed: 1 });
    expect(report.attack!.defects.map(({ claim, verdict }) => [claim, verdict])).toEqual([
        ['nothing leaves', 'holds'],
        ['it can be sent', 'impossible']
    ]);
    expect(report.problem?.code).toBe('GR918');
    expect(exitCodeOf({ ...report, text: TEXT }, FAILS)).toBe(4);
    expect(report.result!.claims.map(({ verdict }) => verdict)).toEqual(['violated', 'witnessed', 'holds']);
    const scenarios = report.attack!.defects.map(({ scenario }) => scenario);
    const policy = await policyOf([TEXT, ...scenarios].join('\n'));
    expect(policy.scenarios.map(({ steps }) => steps.length)).toEqual([2, 2]);
    expect(checkPolicy(policy).scenarios.map(({ passed }) => passed)).toEqual([true, true]);
});

test('a session decides an undecided claim', async () => {
    const report = await attacked('undecided', 'not witnessed in scope', 'undecided');
    expect(report.attack!.defects).toEqual([]);
    expect(report.problem).toBeUndefined();
    expect(report.result!.claims.map(({ verdict, trace }) => [verdict, trace?.steps.length])).toEqual([
        ['violated', 2],
        ['witnessed', 2],
        ['undecided', undefined]
    ]);
    expect(exitCodeOf({ ...report, text: TEXT }, FAILS)).toBe(1);
});

test('the command reports how many sessions it played, and the same seed plays the same ones', async () => {
    const cwd = folder({ 'mail.guardrail': TEXT });
    const run = async (...args: string[]): Promise<unknown> => {
        const { stdout } = await guardrail(['check', '--attack', '40', '--format', 'json', ...args], { cwd });
        return (JSON.parse(stdout) as { files: { attack: unknown }[] }).files[0]!.attack;
    };
    expect(await run()).toEqual({ sessions: 40, of: 40, seed: 1, defects: [] });
    expect(await run('--seed', '9')).toEqual({ sessions: 40, of: 40, seed: 9, defects: [] });
});
