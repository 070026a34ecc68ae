/**
 * How many claims are decided exactly: each rule of the examples and packs restated word for word as claims, and the claims of
 * whole policies about where values come from.
 */
import { globSync } from 'tinyglobby';
import { checkClaim } from '../server/checker/portfolio/claims.js';
import { DEFAULT_LIMITS } from '../server/checker/results/default-limits.js';
import type { Claim, Policy } from '../server/model/policy/policy.js';
import { diagnosticsOf } from '../server/workspace/diagnostics.js';
import { PolicyWorkspace } from '../server/workspace/policy-workspace.js';
import { restated } from './restated-rules.js';
import { milliseconds, number, table } from './table.js';

/** The time of one claim. */
const TIMEOUT = 20_000;

interface Group {
    readonly name: string;
    readonly files: string;
    readonly isRestated: boolean;
}

const GROUPS: readonly Group[] = [
    { name: 'the 131 guardrails, restated', files: 'examples/guardrails/*.guardrail', isRestated: true },
    {
        name: 'the other examples, restated',
        files: 'examples/{*,packages/guardrails/examples}/*.guardrail',
        isRestated: true
    },
    { name: 'every pack of `guardrail/std`, restated', files: 'test/checker/cases/std.guardrail', isRestated: true },
    { name: 'whole policies, restated', files: 'test/checker/whole/*.guardrail', isRestated: true },
    { name: 'whole policies, their own claims', files: 'test/checker/whole/*.guardrail', isRestated: false }
];

interface Said {
    readonly file: string;
    readonly claim: string;
    readonly verdict: string;
    readonly milliseconds: number;
}

/** A row for each group, and what is open below. */
export async function restatedTable(say: (text: string) => void): Promise<string> {
    const rows: string[][] = [];
    const open: Said[] = [];
    for (const { name, files, isRestated } of GROUPS) {
        const found = globSync(files).sort();
        const others = name.includes('other')
            ? found.filter((file) => !file.startsWith('examples/guardrails/'))
            : found;
        const said: Said[] = [];
        for (const file of others) {
            say(`${name}: ${file}`);
            said.push(...(await saidIn(file, isRestated)));
        }
        const count = (...verdicts: string[]): number =>
            said.filter(({ verdict }) => verdicts.includes(verdict)).length;
        const times = said.map((one) => one.milliseconds);
        rows.push([
            name,
            number(said.length),
            number(count('holds', 'impossible', 'witnessed', 'vacuous')),
            number(count('violated')),
            number(count('holds in scope', 'not witnessed in scope')),
            number(count('undecided')),
            milliseconds(times.reduce((sum, time) => sum + time, 0)),
            milliseconds(Math.max(0, ...times))
        ]);
        open.push(...said.filter(({ verdict }) => verdict === 'undecided' || verdict.endsWith('in scope')));
    }
    const head = ['', 'claims', 'exact', 'violated', 'in scope', 'undecided', 'all, ms', 'longest, ms'];
    const list = open.map(({ file, claim, verdict }) => `- ${verdict}: ${file}, ${claim}`);
    return [table(head, rows), ...(list.length > 0 ? [list.join('\n')] : [])].join('\n\n');
}

async function saidIn(file: string, isRestated: boolean): Promise<Said[]> {
    const policy = await policyIn(file);
    const rules = policy?.rules.filter(({ audit, mode }) => audit !== true && mode === undefined) ?? [];
    const claims: readonly Claim[] = isRestated ? rules.flatMap(restatedStops) : (policy?.claims ?? []);
    const of = policy && { ...policy, claims };
    return claims.map((claim) => {
        const limits = { ...DEFAULT_LIMITS, timeoutMs: TIMEOUT };
        const { verdict, basis } = checkClaim(of!, claim, { limits });
        return {
            file,
            claim: `${claim.name}: ${claim.text}`.replace(/\s+/g, ' '),
            verdict,
            milliseconds: basis.milliseconds
        };
    });
}

/** An `allow` says what may happen, and other rules may still stop it. */
function restatedStops(rule: Policy['rules'][number], index: number): Claim[] {
    return rule.kind === 'allow' ? [] : restated(rule, index);
}

async function policyIn(file: string): Promise<Policy | undefined> {
    const workspace = new PolicyWorkspace();
    const document = await workspace.load(file);
    const isValid = !diagnosticsOf(document).some(({ severity }) => severity === 'error');
    return isValid && document.parseResult.value.policy !== undefined ? workspace.policyOf(document) : undefined;
}
