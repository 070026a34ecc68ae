/**
 * A member of the family as a policy. With `ahead`, an approval that the next call of the sink uses up is an outside
 * event (`no released sink since granted`), and labels that were read are history that all agents share. With `held`,
 * the policy uses the language's own features: `require approval`, and labels that the caller carries.
 */
import type { FamilyTool, Member } from './model.js';
import { MODES, range } from './model.js';

/** The claim that is searched: the sink that the variants change never sends out what it must not. */
export const CLAIM = 'nothing forbidden leaves';

export function policyText(member: Member): string {
    const { encoding, inventory, sinks, calls } = member;
    const last = sinks - 1;
    return `policy Family

${encoding === 'ahead' ? lines(range(sinks), (sink) => `event granted.t${sink}`) : 'human reviewer'}
${encoding === 'ahead' ? '' : lines(range(member.labels), (label) => `label l${label}`)}
server s {
${lines(inventory, (tool, index) => `  tool t${index}()${encoding === 'ahead' ? '' : readsText(tool)}`)}
}

${lines(range(member.agents), (agent) => `agent a${agent}`)}

${encoding === 'ahead' ? lines(range(member.labels), (label) => groupText(member, label)) : ''}
group advancing = ${names(inventory, ({ advances }) => advances)}

modes phase per agent {
${lines(range(MODES), (mode) => modeText(inventory, mode))}
}

deny any tool when count(released any tool by caller) >= ${calls}
${lines(unforbidden(member), (label) => `deny any tool when count(released any tool by caller) >= ${calls} and ${wasRead(member, label)}`)}

${lines(range(sinks), (sink) => ruleText(member, sink))}

claim "${CLAIM}":
  ${encoding === 'ahead' ? `s.t${last} requires ${isSafe(member, last)}` : `never s.t${last} when ${isTainted(member, last)} unless approved by reviewer`}
`;
}

function readsText({ reads }: FamilyTool): string {
    return reads.length === 0 ? '' : ` reads ${reads.map((label) => `l${label}`).join(', ')}`;
}

function groupText({ inventory }: Member, label: number): string {
    return `group reading${label} = ${names(inventory, ({ reads }) => reads.includes(label))}`;
}

/** Labels that no sink forbids. A rule without effect reads them, because the search would otherwise leave them out. */
function unforbidden({ labels, inventory }: Member): number[] {
    return range(labels).filter((label) => !inventory.some(({ forbidden = [] }) => forbidden.includes(label)));
}

function wasRead({ encoding }: Member, label: number): string {
    return encoding === 'ahead' ? `once released reading${label}` : `carries l${label}`;
}

function isTainted(member: Member, sink: number): string {
    const { forbidden = [] } = member.inventory[sink]!;
    return `(${forbidden.map((label) => wasRead(member, label)).join(' or ')})`;
}

function isSafe(member: Member, sink: number): string {
    return `not ${isTainted(member, sink)} or no released s.t${sink} since granted.t${sink}`;
}

function ruleText(member: Member, sink: number): string {
    const { encoding, variant, sinks, agents, calls } = member;
    const tool = `s.t${sink}`;
    const forgets = sink === sinks - 1 ? variant : 'hold';
    if (forgets === 'shallow') {
        return `// ${tool} forgets its check`;
    }
    const nearEnd = range(agents)
        .map((agent) => `count(released any tool by a${agent}) >= ${calls - 1}`)
        .join(' and ');
    return encoding === 'ahead'
        ? `require ${isSafe(member, sink)}${forgets === 'deep' ? ` or ${nearEnd}` : ''} for ${tool}`
        : `require approval by reviewer for ${tool} when ${isTainted(member, sink)}${forgets === 'deep' ? ` and not (${nearEnd})` : ''}`;
}

function modeText(inventory: readonly FamilyTool[], mode: number): string {
    const next = `on released advancing enter p${(mode + 1) % MODES}`;
    return `  p${mode} ${mode === 0 ? 'initial ' : ''}{ allow ${names(inventory, ({ modes }) => modes.includes(mode))}   ${next} }`;
}

function names(inventory: readonly FamilyTool[], isMeant: (tool: FamilyTool) => boolean): string {
    return inventory.flatMap((tool, index) => (isMeant(tool) ? [`s.t${index}`] : [])).join(', ');
}

function lines<T>(items: readonly T[], text: (item: T, index: number) => string): string {
    return items.map(text).join('\n');
}
