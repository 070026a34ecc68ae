/**
 * Lowers the tree of a valid policy file to the policy model: plain data, with names resolved and shorthand expanded.
 */
import type { Declared, Policy, Tool } from '../../server/model/policy/policy.js';
import type { Truth } from '../../server/model/policy/truth.js';
import * as ast from '../generated/ast.js';
import { deniesHeld } from '../types/held-subjects.js';
import { type GuardrailServices, toolName } from '../names/inventory.js';
import { type Instance, instanceOf, instancesOf, statementsWithPacks } from '../packs/instances.js';
import { traitOf } from '../names/selectors.js';
import { paramOf } from '../types/types.js';
import { lowerAssumption } from './assumptions.js';
import { lowerClaim } from './claims.js';
import { HISTORY } from './conditions.js';
import { LoweringContext, sourceOf, textOf } from './context.js';
import { addEndsOfDelegation, delegationTool, lowerDelegations, principalsOf } from './delegations.js';
import { lowerModes } from './modes.js';
import { environmentOf, lowerOutsideEvent } from './environment.js';
import { lowerLogic } from './logic.js';
import { lowerRule } from './rules.js';
import { lowerScenario } from './scenarios.js';
import { toolsOf } from './tools.js';

/**
 * Lowers a file that has a `policy` header and no errors, including its imports. Throws for any other file: check the
 * diagnostics first.
 */
export function lower(file: ast.PolicyFile, services: GuardrailServices): Policy {
    const steps = lowerInSteps(file, services);
    for (;;) {
        const step = steps.next();
        if (step.done) {
            return step.value;
        }
    }
}

/**
 * The same in short steps, for a program that has other work to do. The file, its imports and their links must stay the
 * same until the end.
 */
export function* lowerInSteps(file: ast.PolicyFile, services: GuardrailServices): Generator<void, Policy> {
    if (!file.policy) {
        throw new Error('a file without a policy header cannot be lowered');
    }
    const context = new LoweringContext(file, services, HISTORY);
    addEndsOfDelegation(context);
    const statements = statementsWithPacks(file, context.inventory);
    const requirements = statements.filter(ast.isRequireApproval);
    if (statements.some((rule) => ast.isDeny(rule) && rule.subjects.some((event) => deniesHeld(rule, event)))) {
        context.requirements = yield* eachInSteps(requirements, (rule) => lowerRule(rule, context));
    }
    const rules = yield* eachInSteps(statements.filter(ast.isRule), (rule) => lowerRule(rule, context));
    const machines = context.machines.map((machine) => lowerModes(machine, context));
    const delegations = lowerDelegations(context);
    context.labelsTravel =
        context.agents.some((agent) => agent.delegations.length > 0) ||
        context.tools.some((tool) => tool.$container.stores) ||
        rules.some(({ kind }) => kind === 'withhold');
    const within = qualifiers(instancesOf(file, context.inventory));
    const claims = yield* eachInSteps(statements.filter(ast.isClaim), (claim) => [
        lowerClaim(claim, context, within.get(instanceOf(claim)))
    ]);
    const assumptions = statements.filter(ast.isAssumption).map((assumption) => lowerAssumption(assumption, context));
    const scenarios = yield* eachInSteps(file.elements.filter(ast.isScenario), (scenario) => [
        lowerScenario(scenario, context)
    ]);
    return {
        name: file.policy.name,
        ...context.doc(file.policy),
        source: sourceOf(file.policy),
        agents: principalsOf(
            context.agents.map((agent) => declared(agent, context)),
            delegations
        ),
        humans: context.humans.map((human) => declared(human, context)),
        labels: context.labels.map((label) => declared(label, context)),
        outsideEvents: [
            ...context.outsideEvents.map((event) => lowerOutsideEvent(event, context)),
            ...context.specialEvents
        ],
        tools: [
            ...context.tools.map((tool) => lowerTool(tool, context)),
            ...context.delegates.map((delegate) => delegationTool(delegate, context))
        ],
        monitors: context.monitors,
        ...(machines.length > 0 && { machines }),
        ...(delegations.length > 0 && { delegations }),
        ...(assumptions.length > 0 && { assumptions }),
        ...(context.sources.length > 0 && { sources: context.sources }),
        ...environmentOf(file, context),
        ...(context.recorders.length > 0 && { recorders: context.recorders }),
        rules,
        claims,
        scenarios
    };
}

function* eachInSteps<T, U>(nodes: readonly T[], lowered: (node: T) => readonly U[]): Generator<void, U[]> {
    const all: U[] = [];
    for (const node of nodes) {
        all.push(...lowered(node));
        yield;
    }
    return all;
}

/** The prefix that distinguishes the claims of an instance: the pack, and its arguments if it is used twice. */
function qualifiers(instances: readonly Instance[]): Map<Instance | undefined, string> {
    const uses = new Map<string, number>();
    for (const { name } of instances) {
        uses.set(name, (uses.get(name) ?? 0) + 1);
    }
    return new Map(
        instances.map((instance) => {
            const { name, bindings } = instance;
            const values = [...bindings].map(([param, value]) => `${param.name}: ${textOf(value)}`);
            return [instance, uses.get(name)! > 1 ? `${name}(${values.join(', ')})` : name];
        })
    );
}

function declared(node: ast.Agent | ast.Human | ast.Label, context: LoweringContext): Declared {
    return { name: node.name, ...context.doc(node), source: sourceOf(node) };
}

function lowerTool(tool: ast.Tool, context: LoweringContext): Tool {
    const traits: { [trait: string]: Truth } = {};
    for (const trait of new Set([...tool.traits.map((use) => use.trait.$refText), 'atomic'])) {
        const value = traitOf(tool, trait);
        if (value !== 0) {
            traits[trait] = value;
        }
    }
    return {
        name: toolName(tool),
        params: tool.params.map((param) => ({ ...paramOf(param), ...context.doc(param) })),
        traits,
        reads: tool.reads.map((label) => context.indexOf(context.labels, label.ref)),
        clears: tool.clears.map((label) => context.indexOf(context.labels, label.ref)),
        ...(tool.conditionalReads.length > 0 && {
            conditionalReads: tool.conditionalReads.map(({ labels, condition }) => ({
                labels: labels.map((label) => context.indexOf(context.labels, label.ref)),
                when: lowerLogic(condition, context)
            }))
        }),
        ...(tool.returns.length > 0 && {
            returns: tool.returns.map((field) => ({ ...paramOf(field), ...context.doc(field) }))
        }),
        ...(tool.succeeds && { succeeds: lowerLogic(tool.succeeds, context) }),
        ...(tool.mayDo.length > 0 && { mayDo: toolsOf(tool.mayDo, context) }),
        ...(tool.$container.stores && { stores: tool.$container.name }),
        ...context.doc(tool),
        source: sourceOf(tool)
    };
}
