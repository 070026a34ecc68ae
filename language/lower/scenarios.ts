import type { Arguments, Scenario, ScenarioStep } from '../../server/model/policy.js';
import type * as tree from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { toolName } from '../inventory.js';
import { dataValue } from '../types.js';
import { durationSeconds } from '../values.js';
import type { LoweringContext } from './context.js';
import { sourceOf, textOf } from './context.js';
import { lowerSubject } from './patterns.js';

const OUTCOMES = { fails: 'error', lost: 'lost', returns: 'success' } as const;

export function lowerScenario(scenario: tree.Scenario, context: LoweringContext): Scenario {
    return {
        name: scenario.name,
        ...context.doc(scenario),
        steps: scenario.steps.map((step) => lowerStep(step, context)),
        source: sourceOf(scenario)
    };
}

function lowerStep(step: tree.Step, context: LoweringContext): ScenarioStep {
    const base = { source: sourceOf(step), text: textOf(step) };
    if (ast.isWaitStep(step)) {
        return { kind: 'wait', seconds: durationSeconds(step.duration), ...base };
    }
    if (ast.isEventStep(step)) {
        return { kind: 'event', event: context.indexOf(context.outsideEvents, step.event.ref), ...base };
    }
    if (ast.isHumanStep(step)) {
        return {
            kind: step.verb === 'approves' ? 'approve' : 'refuse',
            human: context.indexOf(context.humans, step.human.ref),
            subject: lowerSubject([step.subject], undefined, context),
            ...base
        };
    }
    if (ast.isCallStep(step)) {
        return {
            kind: 'call',
            agent: context.indexOf(context.agents, step.agent.ref),
            tool: toolName(step.tool.ref!),
            args: argumentsOf(step),
            expected: step.expected.decision,
            ...(step.outcome !== 'runs' && { outcome: OUTCOMES[step.outcome ?? 'returns'] }),
            ...base
        };
    }
    if (ast.isDelegateStep(step) || ast.isReturnStep(step)) {
        const agent = context.indexOf(context.agents, step.agent.ref);
        const to = context.indexOf(context.agents, step.to.ref);
        return ast.isReturnStep(step)
            ? { kind: 'return', agent, to, ...base }
            : { kind: 'delegate', agent, to, expected: step.expected.decision, ...base };
    }
    throw new Error(`a step of type ${step.$type} cannot be lowered`);
}

function argumentsOf(step: tree.CallStep): Arguments {
    return Object.fromEntries(step.args.map((argument) => [argument.param.$refText, dataValue(argument.value)]));
}
