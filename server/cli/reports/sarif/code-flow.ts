/** Writes a session as the code flow of a result: each step at the rule that decided it. */
import type { CodeFlow, ThreadFlowLocation } from 'sarif';
import type { Trace, TraceStep } from '../../../checker/results/result.js';
import type { Source } from '../../../model/policy/policy.js';
import type { CheckContext } from '../context.js';
import { marksOf, reasonsOf } from '../step-text.js';
import { location, plainText } from './locations.js';

/** @param source the place of a step without a deciding rule, which is the place of the result */
export function codeFlow(trace: Trace, source: Source, context: CheckContext): CodeFlow {
    const { start, steps, facts, summary } = trace;
    return {
        ...(summary !== '' && { message: { text: plainText(summary) } }),
        threadFlows: [
            {
                ...(start && { message: { text: plainText(`The session starts ${start.text}.`) } }),
                ...(facts[0] && facts[0].length > 0 && { initialState: stateOf(facts[0]) }),
                locations: steps.map((step, index) => flowLocation(step, index, trace, source, context))
            }
        ]
    };
}

function flowLocation(
    step: TraceStep,
    index: number,
    { steps, facts }: Trace,
    source: Source,
    context: CheckContext
): ThreadFlowLocation {
    const rule = step.rules[0];
    const state = facts[index + 1] ?? [];
    const said = [step.text, ...reasonsOf(step, steps[index - 1]), ...marksOf(step)].join('; ');
    return {
        executionOrder: index + 1,
        location: location(rule ? (rule.usedAt ?? rule.source) : source, context, said),
        importance: step.judged || step.breaks || step.letsThrough ? 'essential' : 'important',
        ...(state.length > 0 && { state: stateOf(state) })
    };
}

/** The facts that are true, by number; each is a sentence. */
function stateOf(facts: readonly string[]): { [key: string]: { text: string } } {
    return Object.fromEntries(facts.map((fact, index) => [String(index + 1), { text: plainText(fact) }]));
}
