/** Tests `check --explain-search`: the methods tried for each claim, printed and as data. */
import { expect, test } from 'vitest';
import type { SearchAttempt } from '../../../../server/checker/results/result.js';
import { folder, guardrail } from '../../guardrail.js';

const POLICY = `policy P
agent a
server s { tool check(account: string) tool pay(account: string) }
allow a: s.check
allow a: s.pay when once s.check(account)
claim "checked first": s.pay requires once s.check(account)
claim "payable": possible s.pay
`;

interface Report {
    readonly files: readonly {
        readonly result: { readonly claims: readonly { readonly name: string; readonly search?: SearchAttempt[] }[] };
    }[];
}

async function claimsOf(cwd: string, ...more: readonly string[]): Promise<Report['files'][number]['result']['claims']> {
    const { stdout } = await guardrail(['check', 'p.guardrail', '--format', 'json', ...more], { cwd });
    return (JSON.parse(stdout) as Report).files[0]!.result.claims;
}

test('the JSON report has the attempts of each claim with their runs, but only if requested', async () => {
    const cwd = folder({ 'p.guardrail': POLICY });
    const claims = await claimsOf(cwd, '--explain-search');
    expect(claims.map(({ name, search }) => [name, search![0]!.method, search![0]!.outcome])).toEqual([
        ['checked first', 'a proof', 'decided'],
        ['payable', 'finite system', 'decided']
    ]);
    expect(claims[0]!.search![0]!.runs).toEqual([]);
    const [run] = claims[0]!.search!.flatMap(({ runs }) => runs).slice(-1);
    expect(run).toMatchObject({ engine: 'breadth-first', reductions: ['keys → 2 values'] });
    expect(run!.states).toBeGreaterThan(0);
    // Cached results would describe another run.
    expect((await claimsOf(cwd)).every(({ search }) => search === undefined)).toBe(true);
    expect((await claimsOf(cwd, '--explain-search')).every(({ search }) => search !== undefined)).toBe(true);
});

test('the report for people has each claim, each method and each run', async () => {
    const cwd = folder({ 'p.guardrail': POLICY });
    const { stdout, code } = await guardrail(['check', 'p.guardrail', '--explain-search'], { cwd });
    expect(code).toBe(0);
    const [, first, second] = stdout.split('How "');
    expect(first).toMatch(/^checked first"/);
    expect(first).toMatch(/ a proof: decided \(holds\), /);
    expect(first).toContain('breadth-first');
    expect(first).toContain('keys → 1 value and all others');
    expect(second).toMatch(/ finite system: decided \(witnessed\), /);
    expect((await guardrail(['check', 'p.guardrail'], { cwd })).stdout).not.toContain('a proof:');
});

test('it excludes --quiet', async () => {
    const cwd = folder({ 'p.guardrail': POLICY });
    const { code } = await guardrail(['check', 'p.guardrail', '--explain-search', '--quiet'], { cwd });
    expect(code).toBe(2);
});
