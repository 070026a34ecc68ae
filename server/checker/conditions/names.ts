/** The declarations of a policy, by name as a user types it. */
import type { Policy } from '../../model/policy/policy.js';
import { nameText, toolText } from '../../model/text/typed-text.js';

export function agentName({ agents }: Policy, index: number): string {
    return nameText(agents[index]!.name, 'StrictName');
}

export function humanName({ humans }: Policy, index: number): string {
    return nameText(humans[index]!.name, 'StrictName');
}

export function labelName({ labels }: Policy, index: number): string {
    return nameText(labels[index]!.name);
}

/** The name `server.tool`, or `delegate to agent`. */
export function toolName(policy: Policy, index: number): string {
    const { name, delegatesTo } = policy.tools[index]!;
    return delegatesTo === undefined ? toolText(name) : `delegate to ${agentName(policy, delegatesTo)}`;
}

/** The name of an event; for an undeclared one, such as the end of a delegation, a phrase that describes it. */
export function eventName(policy: Policy, index: number): string {
    const { name, special, delegate } = policy.outsideEvents[index]!;
    return delegate !== undefined
        ? `end of delegation to ${agentName(policy, delegate)}`
        : special === undefined
          ? nameText(name, 'EventName')
          : name;
}

export function signalName({ signals }: Policy, index: number): string {
    return nameText(signals![index]!.name);
}
