/** What a policy will do with the tools that a client has, before any hook is installed. */
import type { EnforcedPolicy } from '../../../enforcement/policy.js';
import { OWN } from '../../../gateway/tool-names.js';
import { rulesOf } from '../../../model/decide.js';
import type { Policy, Rule } from '../../../model/policy/policy.js';
import { mayBe, mustBe, type Truth, UNKNOWN } from '../../../model/policy/truth.js';
import { toolsOfClient } from '../../../settings/inventories/client-tools.js';
import { nameInPolicy } from './name-in-policy.js';

export interface ToolDecision {
    /** `server.tool`, or a kind of tools. */
    readonly tool: string;
    readonly decision: string;
}

/**
 * The decisions on each tool of the policy and on the client's own, as far as they follow from the rules without their
 * conditions. A decision that depends on the call or on the session lists everything that may become of it.
 *
 * @param agent the index of the agent that the client is
 */
export function decisionTable(enforced: EnforcedPolicy, client: string, agent: number): ToolDecision[] {
    const policy = enforced.model;
    const tools = policy.tools.flatMap(({ name, delegatesTo }, tool): ToolDecision[] =>
        delegatesTo === undefined ? [{ tool: name, decision: outcomeOf(policy, tool, agent) }] : []
    );
    const others = policy.leavesOthers ? 'left to the client' : 'denied: the policy does not name it';
    return [
        ...tools,
        ...(toolsOfClient(client) ?? [])
            .filter(({ name }) => nameInPolicy(client, name, enforced).startsWith(OWN))
            .map(({ name }) => ({ tool: name, decision: others })),
        ...(policy.leavesOthers
            ? [{ tool: 'a new tool of these servers', decision: 'denied: the policy does not name it' }]
            : []),
        { tool: 'any other tool', decision: others }
    ];
}

function outcomeOf(policy: Policy, tool: number, agent: number): string {
    const rules = rulesOf(policy, tool).filter(({ rule }) => isOf(rule, agent));
    const of = (...kinds: Rule['kind'][]): Rule[] =>
        rules.flatMap(({ rule }) => (kinds.includes(rule.kind) && mayBe(conditionOf(rule)) ? [rule] : []));
    // A hint of the server counts as true where a rule forbids, and grants nothing.
    const isSure = (rule: Rule): boolean =>
        rule.mode === undefined &&
        (rule.kind !== 'allow' || mustBe(rule.subject.tools[tool]!)) &&
        mustBe(conditionOf(rule));
    const [allows, denies, requires, approvals] = [of('allow'), of('deny'), of('require'), of('approval')];
    if (allows.length === 0 || denies.some(isSure)) {
        return 'denied';
    }
    const isDeniable = denies.length + requires.length > 0 || !allows.some(isSure);
    const most = approvals.some(isSure) ? ['held'] : approvals.length > 0 ? ['allowed', 'held'] : ['allowed'];
    const outcomes = isDeniable ? [...most, 'denied'] : most;
    return outcomes.length === 1
        ? outcomes[0]!
        : `${outcomes.slice(0, -1).join(', ')} or ${outcomes.at(-1)!}: it depends`;
}

function isOf({ subject: { agents } }: Rule, agent: number): boolean {
    return !Array.isArray(agents) || agents.includes(agent);
}

/** Unknown for a condition that is not constant. */
function conditionOf({ when }: Rule): Truth {
    return when.op === 'constant' ? when.value : UNKNOWN;
}
