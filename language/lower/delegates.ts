/** The possible delegations, by the declarations of agents. */
import { AstUtils } from 'langium';
import * as ast from '../generated/ast.js';

/** The agents that someone delegates to, or that the file treats as delegates, in declaration order. */
export function delegatesOf(agents: readonly ast.Agent[], file: ast.PolicyFile): ast.Agent[] {
    const named = new Set(agents.flatMap((agent) => agent.delegations.flatMap(({ to }) => to.map(({ ref }) => ref))));
    for (const node of AstUtils.streamAllContents(file)) {
        if (ast.isDelegationSelector(node)) {
            named.add(node.agent?.ref);
        } else if (ast.isDelegateStep(node)) {
            named.add(node.to?.ref);
        }
    }
    return agents.filter((agent) => named.has(agent));
}
