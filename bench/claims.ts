/**
 * Measures how the claims of all policies in the repository are decided: their own, and for some policies each rule restated as
 * a claim. The verdicts can be written to a file and compared with those of another version.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { checkClaims } from '../server/checker/check.js';
import { DEFAULT_LIMITS } from '../server/checker/results/default-limits.js';
import type { VerdictWord } from '../server/checker/results/result.js';
import type { Claim, Policy } from '../server/model/policy/policy.js';
import { diagnosticsOf } from '../server/workspace/diagnostics.js';
import { PolicyWorkspace } from '../server/workspace/policy-workspace.js';
import { restated } from './restated-rules.js';
import { milliseconds, number, table } from './table.js';

/** The time of one claim. */
const TIMEOUT = 20_000;

interface Group {
    readonly name: string;
    readonly files: readonly string[];
    readonly isRestated?: true;
}

const EXAMPLES = ['examples/{*,packages/guardrails/examples}/*.guardrail', '!examples/guardrails/*'];

const GROUPS: readonly Group[] = [
    { name: 'the 131 guardrails', files: ['examples/guardrails/*.guardrail'] },
    { name: 'the other examples', files: EXAMPLES },
    { name: 'policies of the benchmarks', files: ['bench/evidence/{second,tuned}/*.guardrail'] },
    { name: 'whole policies', files: ['test/checker/whole/*.guardrail'] },
    { name: 'policies that test the checker', files: ['test/checker/{cases,mixed}/*.guardrail'] },
    { name: 'policies that test concrete sessions', files: ['test/checker/bounded/*.guardrail'] },
    { name: 'the 131 guardrails, restated', files: ['examples/guardrails/*.guardrail'], isRestated: true },
    { name: 'the other examples, restated', files: EXAMPLES, isRestated: true },
    { name: 'every pack, restated', files: ['test/checker/cases/std.guardrail'], isRestated: true },
    { name: 'whole policies, restated', files: ['test/checker/whole/*.guardrail'], isRestated: true }
];

/** The outcome for one claim. */
interface Said {
    readonly group: string;
    readonly claim: string;
    readonly verdict: VerdictWord;
    /** The verdict across sessions, where it has its own. */
    readonly second?: VerdictWord;
    readonly isProved: boolean;
    readonly milliseconds: number;
}

/**
 * A row for each group, and below it what is open or has no proof.
 *
 * @param only a part of the names of the groups that are checked
 * @param file keeps what was said; if it exists, what is said now is compared with it, and a weaker verdict is an error
 */
export async function claimsTable(say: (text: string) => void, file?: string, only = ''): Promise<string> {
    const all: Said[] = [];
    const groups = GROUPS.filter(({ name }) => name.includes(only));
    for (const group of groups) {
        for (const path of globSync([...group.files]).sort()) {
            const said = await saidIn(path, group);
            say(`${group.name}: ${path}, ${said.length} claims`);
            all.push(...said);
        }
    }
    const head = ['', 'claims', 'exact', 'no session', 'proved', 'in scope', 'open', 'all, s', 'longest, s'];
    const rows = [...groups.map(({ name }) => all.filter(({ group }) => group === name)), all].map((said, index) => {
        const count = (test: (one: Said) => boolean): string => number(said.filter(test).length);
        const seconds = (times: readonly number[]): string =>
            milliseconds(times.reduce((sum, time) => sum + time, 0) / 1_000);
        return [
            groups[index]?.name ?? 'all',
            number(said.length),
            count(({ verdict }) => EXACT.has(verdict)),
            count(isOfAll),
            count((one) => isOfAll(one) && one.isProved),
            count(({ verdict }) => verdict.endsWith('in scope')),
            count(({ verdict }) => verdict === 'undecided'),
            seconds(said.map((one) => one.milliseconds)),
            seconds([Math.max(0, ...said.map((one) => one.milliseconds))])
        ];
    });
    const listed = (title: string, some: readonly Said[]): string[] =>
        some.length > 0 ? [[title, ...some.map((one) => `- ${one.verdict}: ${one.claim}`)].join('\n')] : [];
    const report = [
        table(head, rows),
        ...listed(
            'Open:',
            all.filter(({ verdict }) => !EXACT.has(verdict))
        ),
        ...listed(
            'Without a proof:',
            all.filter((one) => isOfAll(one) && !one.isProved)
        ),
        ...compared(all, file)
    ];
    return report.join('\n\n');
}

/** The verdicts that no further search can change. */
const EXACT: ReadonlySet<VerdictWord> = new Set(['holds', 'vacuous', 'impossible', 'violated', 'witnessed']);

const isOfAll = ({ verdict }: Said): boolean => ['holds', 'vacuous', 'impossible'].includes(verdict);

async function saidIn(path: string, { name: group, isRestated }: Group): Promise<Said[]> {
    const policy = await policyIn(path);
    const rules = policy?.rules.filter(({ audit, mode }) => audit !== true && mode === undefined) ?? [];
    const claims: readonly Claim[] = isRestated ? rules.flatMap(restatedStops) : (policy?.claims ?? []);
    if (!policy || claims.length === 0) {
        return [];
    }
    const of: Policy = { ...policy, claims };
    const began = performance.now();
    const limits = { ...DEFAULT_LIMITS, timeoutMs: TIMEOUT };
    const results = checkClaims(
        claims.map((claim) => ({ policy: of, claim })),
        { limits },
        () => undefined
    );
    const took = performance.now() - began;
    const own = results.reduce((sum, { basis }) => sum + basis.milliseconds, 0);
    return results.map(({ name, text, verdict, acrossSessions, basis }, index): Said => ({
        group,
        claim: `${path}, ${index} ${name}: ${text}`.replace(/\s+/g, ' '),
        verdict,
        ...(acrossSessions && { second: acrossSessions.verdict }),
        isProved: basis.by === 'proof',
        // With its part of the second lines, and of what claims share.
        milliseconds: basis.milliseconds + (took - own) / results.length
    }));
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

/** The verdicts that differ from those in the file, which is written if it does not exist. */
function compared(all: readonly Said[], file: string | undefined): string[] {
    if (file === undefined) {
        return [];
    }
    if (!existsSync(file)) {
        writeFileSync(file, JSON.stringify(all));
        return [];
    }
    const before = JSON.parse(readFileSync(file, 'utf8')) as readonly Said[];
    const known = new Map(before.map((one) => [keyOf(one), one]));
    const changes = all.flatMap((one) => {
        const old = known.get(keyOf(one));
        const lines = [
            [old?.verdict, one.verdict],
            [old?.second, one.second]
        ] as const;
        const changed = lines.filter(([was, is]) => old && was !== is);
        return changed.map(([was, is]) => ({ isWeaker: isWeaker(was, is), text: `- ${was} → ${is}: ${one.claim}` }));
    });
    const sum = (said: readonly Said[]): string =>
        milliseconds(said.reduce((total, one) => total + one.milliseconds, 0) / 1_000);
    const weaker = changes.filter((change) => change.isWeaker);
    process.exitCode = weaker.length > 0 ? 1 : process.exitCode;
    return [
        `Before ${sum(before)} s, now ${sum(all)} s. ${changes.length} verdicts differ, of which weaker or contrary: ${weaker.length}.`,
        [...weaker, ...changes.filter((change) => !change.isWeaker)].map(({ text }) => text).join('\n')
    ];
}

const keyOf = ({ group, claim }: Said): string => `${group} ${claim}`;

/** True unless the verdict says more than before. */
function isWeaker(was: VerdictWord | undefined, is: VerdictWord | undefined): boolean {
    return was !== undefined && (is === undefined || EXACT.has(was) || (was !== 'undecided' && is === 'undecided'));
}
