/** Delegation: GR460: a declaration without effect, GR461: an undeclared delegation, GR462: one that no rule allows. */
import type { AstNode } from 'langium';
import { MOST_OFFERED, type Fix, obvious } from '../edits/edit.js';
import { insertAfter, removeItem, removeParts, addStatement } from '../edits/edits.js';
import type { Problem } from '../edits/place.js';
import * as ast from '../generated/ast.js';
import { nameText } from '../../server/model/text/typed-text.js';
import type { Reporter, ValidationRule } from './rule.js';
import { Gathered } from '../files/gathered.js';
import { type FileView, ofWholePolicy, statementsOfFile } from './file-checks.js';
import { nodesOfTypes } from '../text/contents.js';
import { ALLOWS } from '../packs/grants.js';

export const delegations: ValidationRule = {
    codes: ['GR460', 'GR461', 'GR462'],
    checks: {
        Agent: checkDeclaration,
        PolicyFile: ofWholePolicy(checkNamed, checkGranted)
    }
};

function checkDeclaration(agent: ast.Agent, report: Reporter): void {
    const seen = new Set<ast.Agent>();
    for (const delegation of agent.delegations) {
        delegation.to.forEach(({ ref }, index) => {
            const problem =
                ref === agent
                    ? `"${agent.name}" cannot delegate to itself. Remove it.`
                    : ref && seen.has(ref)
                      ? `"${agent.name}" delegates to "${ref.name}" twice. Remove one of the two.`
                      : undefined;
            if (problem !== undefined) {
                report.error('GR460', [delegation, 'to', index], problem, ({ part }) => [
                    obvious(
                        'Remove this delegation',
                        delegation.to.length > 1 ? removeItem(part!) : removeParts(delegation.$cstNode!)
                    )
                ]);
            }
            if (ref) {
                seen.add(ref);
            }
        });
    }
}

const PASSES = new Gathered((statement) => {
    const passes = (node: AstNode): node is ast.DelegationSelector | ast.ReturnStep =>
        ast.isDelegationSelector(node) || ast.isReturnStep(node);
    return nodesOfTypes(statement, [ast.DelegationSelector.$type, ast.ReturnStep.$type], passes);
});

function checkNamed(view: FileView): void {
    const agents = view.inventory.elements.filter(ast.isAgent);
    const warn = (node: ast.DelegationSelector | ast.ReturnStep, property: string, message: string): void =>
        view.warning('GR461', [node as ast.ReturnStep, property as 'to'], message, (problem) =>
            declaring(node, problem)
        );
    for (const node of view.of(PASSES)) {
        // The use determines the agent of a pack.
        if (ast.isDelegationSelector(node) && !ast.isAgentParam(node.agent?.ref)) {
            const delegate = node.agent?.ref;
            const delegators = delegate ? agents.filter((agent) => reaches(agent, delegate)) : agents;
            const named = namedBy(node);
            if (delegators.length === 0) {
                warn(
                    node,
                    'agent',
                    `No agent delegates to "${delegate!.name}". Write \`agent NAME delegates to ${delegate!.name}\`.`
                );
            } else if (named && !named.some((agent) => delegators.includes(agent))) {
                const { name } = named[0]!;
                warn(
                    node,
                    'agent',
                    `"${name}" does not delegate to "${delegate!.name}", so this is denied whatever the rules are. Write \`agent ${name} delegates to ${delegate!.name}\`.`
                );
            }
        } else if (ast.isReturnStep(node) && node.to?.ref && !declares(node.to?.ref, node.agent?.ref)) {
            const [from, to] = [node.to?.$refText, node.agent?.$refText];
            warn(
                node,
                'to',
                `"${from}" does not delegate to "${to}", so there is nothing to return. Write \`agent ${from} delegates to ${to}\`.`
            );
        }
    }
}

/** Declares the delegation at the agents that the rule or step names, or at any agent. */
function declaring(node: ast.DelegationSelector | ast.ReturnStep, { file }: Problem): Fix[] {
    const to = node.agent.$refText;
    const named = ast.isReturnStep(node) ? [node.to.$refText] : namedBy(node)?.map(({ name }) => name);
    const agents = file.elements
        .filter(ast.isAgent)
        .filter(({ name }) => name !== to && (named === undefined || named.includes(name)));
    const text = `delegates to ${nameText(to, 'StrictName')}`;
    return agents.slice(0, MOST_OFFERED).map((agent) => ({
        title: `Declare \`agent ${agent.name} ${text}\``,
        changes: [insertAfter(agent, ` ${text}`)],
        isPreferred: agents.length === 1
    }));
}

/** The agents of the `allow` that contains a selector; undefined if it allows any. */
function namedBy({ $container: event }: ast.DelegationSelector): ast.Agent[] | undefined {
    const rule = event?.$container;
    if (!event || !ast.isAllow(rule) || event.$containerProperty !== 'subjects' || !rule.by || rule.by.any) {
        return undefined;
    }
    const agents = rule.by.agents.flatMap(({ ref }) => (ref ? [ref] : []));
    return agents.length > 0 ? agents : undefined;
}

function declares(agent: ast.Agent, delegate: ast.Agent | undefined): boolean {
    return agent.delegations.some(({ to }) => to.some(({ ref }) => ref === delegate));
}

/** True if the agent delegates to the other directly, or through its delegates, whose actions need its grants too. */
function reaches(agent: ast.Agent, delegate: ast.Agent): boolean {
    const reached = new Set<ast.Agent>([agent]);
    for (const one of reached) {
        one.delegations.forEach(({ to }) => to.forEach(({ ref }) => ref && reached.add(ref)));
        if (declares(one, delegate)) {
            return true;
        }
    }
    return false;
}

const DELEGATING = statementsOfFile(
    (statement): statement is ast.Agent => ast.isAgent(statement) && statement.delegations.length > 0
);

function checkGranted(view: FileView): void {
    const delegating = view.of(DELEGATING);
    if (delegating.length === 0) {
        return;
    }
    const allows = view.of(ALLOWS, view.inventory);
    const denied = view.of(DENIED);
    for (const agent of delegating) {
        for (const delegation of agent.delegations) {
            delegation.to.forEach(({ ref }, index) => {
                if (
                    ref &&
                    ref !== agent &&
                    !denied.includes(ref) &&
                    !allows.some((allow) => grants(allow, agent, ref))
                ) {
                    view.warning(
                        'GR462',
                        [delegation, 'to', index],
                        `No \`allow\` lets "${agent.name}" delegate to "${ref.name}", and delegations that are not allowed are denied. Write \`allow ${agent.name}: delegate to ${ref.name}\`.`,
                        (problem) => {
                            const text = `allow ${nameText(agent.name, 'StrictName')}: delegate to ${problem.marked}`;
                            return [{ title: `Add \`${text}\``, changes: [addStatement(problem, 'Allow', text)] }];
                        }
                    );
                }
            });
        }
    }
}

/** The agents to whom a rule denies all delegation: its author wants none. */
const DENIED = new Gathered((statement) =>
    ast.isDeny(statement) && !statement.when && !statement.unless
        ? statement.subjects.flatMap(({ selector, by, status }) =>
              ast.isDelegationSelector(selector) && !selector.end && !by && !status && selector.agent?.ref
                  ? [selector.agent.ref]
                  : []
          )
        : []
);

function grants({ by, subjects }: ast.Allow, agent: ast.Agent, delegate: ast.Agent): boolean {
    return (
        (!by || by.any || by.agents.some(({ ref }) => ref === agent)) &&
        subjects.some(
            ({ selector }) => ast.isDelegationSelector(selector) && !selector.end && selector.agent?.ref === delegate
        )
    );
}
