import type { Arguments, ExpectedBy, Reading, Scenario, ScenarioStep } from '../../server/model/policy/policy.js';
import type * as tree from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { toolName } from '../names/inventory.js';
import { signalsSaidIn } from '../names/said-signals.js';
import { dataValue } from '../types/types.js';
import { durationSeconds } from '../parser/values.js';
import { type LoweringContext, sourceOf, textOf } from './context.js';
import { lowerSubject } from './patterns.js';
import { lowerChoice } from './rules.js';

const OUTCOMES = { fails: 'error', lost: 'lost', returns: 'success' } as const;
const ENDINGS = { ...OUTCOMES, ends: 'success' } as const;

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
        return {
            kind: 'event',
            event: context.indexOf(context.outsideEvents, step.event.ref),
            ...(step.args.length > 0 && { args: argumentsOf(step) }),
            ...readingsOf(step, context),
            ...base
        };
    }
    if (ast.isSaysStep(step)) {
        context.userSays();
        const said = signalsSaidIn(step, context.inventory);
        const fields = step.fields.filter((field) => !said.has(field));
        const readings = [...said].map(([field, signal]): Reading => ({
            signal: context.indexOf(context.signals, signal),
            value: dataValue(field.value)
        }));
        return {
            kind: 'says',
            request: { ...dataOf(fields), text: step.text },
            ...(readings.length > 0 && { readings }),
            ...base
        };
    }
    if (ast.isSessionStep(step)) {
        return { kind: 'session', constants: constantsOf(step), ...base };
    }
    if (ast.isAtStep(step)) {
        return {
            kind: 'at',
            ...(step.day && { day: step.day }),
            ...(step.date !== undefined && { date: step.date }),
            time: step.time,
            ...base
        };
    }
    if (ast.isHumanStep(step)) {
        return {
            kind: step.verb === 'approves' ? 'approve' : 'refuse',
            human: context.indexOf(context.humans, step.human.ref),
            subject: lowerSubject([step.subject], undefined, context),
            ...(step.lasting && { lasts: lowerChoice(step.lasting) }),
            ...base
        };
    }
    if (ast.isCallStep(step)) {
        return {
            kind: 'call',
            agent: context.indexOf(context.agents, step.agent.ref),
            tool: toolName(step.tool.ref!),
            args: argumentsOf(step),
            ...readingsOf(step, context),
            ...(step.rest && { rest: true }),
            ...lowerExpectation(step.expected),
            ...(step.outcome !== 'runs' && { outcome: OUTCOMES[step.outcome ?? 'returns'] }),
            ...(step.outcome === 'returns' && { result: dataOf(step.result) }),
            ...base
        };
    }
    if (ast.isDelegateStep(step) || ast.isReturnStep(step)) {
        const agent = context.indexOf(context.agents, step.agent.ref);
        const to = context.indexOf(context.agents, step.to.ref);
        return ast.isReturnStep(step)
            ? { kind: 'return', agent, to, ...base }
            : { kind: 'delegate', agent, to, ...lowerExpectation(step.expected), ...base };
    }
    if (ast.isEndStep(step)) {
        return {
            kind: 'end',
            tool: toolName(step.tool.ref!),
            outcome: ENDINGS[step.outcome],
            ...(step.outcome === 'returns' && { result: dataOf(step.result) }),
            ...readingsOf(step, context),
            ...base
        };
    }
    throw new Error(`a step of type ${step.$type} cannot be lowered`);
}

/** The constants of a step: `user: "u1" { role: "clerk" }` gives two values, `user` and `user.role`. */
function constantsOf({ values }: tree.SessionStep): Arguments {
    return Object.fromEntries(
        values.flatMap(({ constant, value, attributes }) => [
            [constant.$refText, dataValue(value)] as const,
            ...(attributes?.fields ?? []).map(
                (field) => [`${constant.$refText}.${field.name}`, dataValue(field.value)] as const
            )
        ])
    );
}

function readingsOf(
    { signals }: { readonly signals: readonly tree.SignalValue[] },
    context: LoweringContext
): { readonly readings?: readonly Reading[] } {
    return signals.length > 0 ? { readings: signals.map((reading) => lowerReading(reading, context)) } : {};
}

function lowerReading(reading: tree.SignalValue, context: LoweringContext): Reading {
    return {
        signal: context.indexOf(context.signals, reading.signal.ref),
        ...(reading.called && { args: reading.args.map(dataValue) }),
        value: dataValue(reading.value)
    };
}

function lowerExpectation({
    decision,
    because,
    rule,
    by
}: tree.Expectation): Pick<ScenarioStep & { kind: 'call' }, 'expected' | 'expectedBy'> {
    const expectedBy: ExpectedBy | undefined =
        because !== undefined ? { because } : rule !== undefined ? { rule } : by && { by };
    return { expected: decision, ...(expectedBy && { expectedBy }) };
}

function dataOf(fields: readonly tree.FieldData[]): Arguments {
    return Object.fromEntries(fields.map((field) => [field.name, dataValue(field.value)]));
}

function argumentsOf(step: tree.CallStep | tree.EventStep): Arguments {
    return Object.fromEntries(step.args.map((argument) => [argument.param.$refText, dataValue(argument.value)]));
}
