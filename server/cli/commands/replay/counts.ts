/** The counts of a whole log, computed from those of the shares of its sessions. */
import type { Policy } from '../../../model/policy/policy.js';
import { whyNotJudged } from '../../../model/judge.js';
import { counted } from './first-places.js';
import { replayLimit } from './limits.js';
import type { ClaimCount, ReplayResult, RuleCount } from './result.js';
import { type UndeclaredNames, ruleNamed, type LogCounts } from './tally.js';

type Counts = Pick<
    ReplayResult,
    | 'events'
    | 'sessions'
    | 'calls'
    | 'decisions'
    | 'rules'
    | 'claims'
    | 'stopped'
    | 'loosened'
    | 'unknownTools'
    | 'unknownAgents'
    | 'outsideSchema'
    | 'unreadable'
    | 'unfit'
>;

export function countsOf(policy: Policy, shares: readonly LogCounts[]): Counts {
    const sum = (of: (told: LogCounts) => number): number => sumOf(shares.map(of));
    return {
        events: sum(({ events }) => events),
        sessions: sum(({ sessions }) => sessions),
        calls: sum(({ calls }) => calls),
        decisions: {
            allowed: sum(({ allowed }) => allowed),
            ...(policy.leavesOthers && { left: sum(({ left }) => left) }),
            held: sum(({ held }) => held),
            denied: {
                rule: sum(({ denied }) => denied.rule),
                default: sum(({ denied }) => denied.default),
                unknown: sum(({ denied }) => denied.unknown),
                inventory: sum(({ denied }) => denied.inventory)
            },
            waited: sum(({ waited }) => waited)
        },
        rules: policy.rules.map((rule, index): RuleCount => ({
            ...ruleNamed(rule),
            allowed: sum(({ rules }) => rules[index]!.allowed),
            denied: sum(({ rules }) => rules[index]!.denied),
            held: sum(({ rules }) => rules[index]!.held),
            ...(rule.audit && { audited: sum(({ rules }) => rules[index]!.audited) })
        })),
        claims: policy.claims.map((claim, index): ClaimCount => {
            const of = shares.map(({ claims }) => claims[index]!);
            const judged = sumOf(of.map((one) => one.judged));
            const broken = counted(of.map((one) => one.broken));
            const why = whyNotJudged(claim);
            return {
                name: claim.name,
                source: claim.usedAt ?? claim.source,
                verdict: broken.count > 0 ? 'broken' : judged > 0 ? 'kept' : 'not judged',
                ...(why !== undefined && { why }),
                judged,
                broken,
                sessions: sumOf(of.map((one) => one.sessions))
            };
        }),
        stopped: counted(shares.map(({ stopped }) => stopped)),
        loosened: counted(shares.map(({ loosened }) => loosened)),
        unknownTools: namesOf(shares.map(({ tools }) => tools)),
        unknownAgents: namesOf(shares.map(({ agents }) => agents)),
        outsideSchema: counted(shares.map(({ outsideSchema }) => outsideSchema)),
        unreadable: counted(shares.map(({ unreadable }) => unreadable)),
        unfit: counted(shares.map(({ unfit }) => unfit))
    };
}

/** The count covers all calls; the most frequent names are listed. */
function namesOf(shares: readonly UndeclaredNames[]): ReplayResult['unknownTools'] {
    const names = new Map<string, UndeclaredNames['names'][number]>();
    for (const one of shares.flatMap((share) => share.names)) {
        const known = names.get(one.name);
        const first = known && known.at < one.at ? known : one;
        names.set(one.name, { ...first, calls: one.calls + (known?.calls ?? 0) });
    }
    const all = [...names.values()];
    return {
        count: sumOf([...all.map(({ calls }) => calls), ...shares.map(({ others }) => others)]),
        first: all
            .sort((a, b) => b.calls - a.calls || a.at - b.at)
            .slice(0, replayLimit('listedNames'))
            .map(({ name, calls, place }) => ({ name, calls, ...place }))
    };
}

function sumOf(numbers: readonly number[]): number {
    return numbers.reduce((sum, number) => sum + number, 0);
}
