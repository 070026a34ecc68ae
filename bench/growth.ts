/**
 * Measures how the time to a verdict grows with one quantity at a time: what must stay flat, and what must not explode.
 */
import { range } from './family/model.js';
import { memberOf } from './family/model.js';
import { policyText } from './family/policy.js';

export interface Series {
    readonly name: string;
    readonly sizes: readonly number[];
    /** A policy with claims. */
    readonly policy: (size: number) => string;
}

export const SERIES: readonly Series[] = [
    { name: 'tools', sizes: [10, 30, 100, 300, 1000], policy: toolsPolicy },
    { name: 'rules', sizes: [10, 30, 100, 300, 1000], policy: rulesPolicy },
    {
        name: 'agents',
        sizes: [1, 2, 3, 4],
        policy: (agents) => policyText(memberOf({ agents, tools: 6, labels: 2, calls: 2, seed: 1 }))
    },
    {
        name: 'labels',
        sizes: [1, 2, 3, 4, 5, 6, 7, 8],
        policy: (labels) =>
            policyText(memberOf({ agents: 1, tools: 12, labels, calls: 6, seed: 1 }, { encoding: 'held' }))
    },
    { name: 'windows (s)', sizes: [1, 30, 300, 3_600, 86_400, 2_592_000], policy: windowsPolicy },
    { name: 'counters', sizes: [1, 3, 10, 30, 100, 300], policy: countersPolicy }
];

/** A policy in which half of the tools read a label and the others send; no rule distinguishes tools within a half. */
function toolsPolicy(tools: number): string {
    const half = range(tools >> 1);
    return `policy Tools
label private
agent bot
agent helper
human reviewer
server in { ${half.map((index) => `tool read${index}(of: string) reads private`).join(' ')} }
server out { ${half.map((index) => `tool send${index}(body: string) external`).join(' ')} }
allow any agent: any tool
require approval by reviewer for external tools when carries private
claim "nothing private leaves alone": never external tools when carries private unless approved by reviewer
claim "what was read is needed": never out.send0 after in.read0 unless approved by reviewer
claim "it can work": possible in.read0 then out.send0
`;
}

/** A policy in which each rule names one destination of one of ten tools. */
function rulesPolicy(rules: number): string {
    return `policy Rules
label private
agent bot
server in { tool read() reads private }
server out { ${range(10)
        .map((index) => `tool send${index}(to: string) external`)
        .join(' ')} }
allow bot: any tool
${range(rules)
    .map((index) => `deny out.send${index % 10} when to == "host${index}" and carries private`)
    .join('\n')}
claim "not to the first": never out.send0 when to == "host0" and carries private
claim "not to the last": never out.send${(rules - 1) % 10} when to == "host${rules - 1}" and carries private
claim "it can send": possible in.read then out.send0
`;
}

/** A policy with three windows in one claim; two of them are two and three times as long as the first. */
function windowsPolicy(seconds: number): string {
    return `policy Windows
agent bot
server s { tool load() readonly  tool price() readonly  tool advise()  tool trade() }
allow bot: any tool
require once s.load within ${seconds}s for s.trade
require once s.price within ${2 * seconds}s for s.trade
require no s.trade since s.advise within ${3 * seconds}s for s.trade
claim "a trade has its load": s.trade requires once s.load within ${seconds}s
claim "a trade has its advice": s.trade requires no s.trade since s.advise within ${3 * seconds}s
claim "a load may be older": never s.trade unless once s.load within ${seconds >> 1}s
`;
}

function countersPolicy(most: number): string {
    return `policy Counters
agent bot
server s { tool login()  tool pay()  tool reset() }
allow bot: any tool
limit s.login to ${most}
deny s.pay when count(s.login) >= ${most}
claim "at most so many": at most ${most} s.login
claim "none after the last": never s.pay when count(s.login) >= ${most}
`;
}
