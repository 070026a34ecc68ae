/** Finds the results of a call that the conditions of a policy can distinguish, to suggest them. */
import { allAllowed } from '../questions/own.js';
import type { Arguments, Condition, Policy, Reading, ScenarioStep } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { judgedCondition, stepsOf, triggerIn } from '../questions/parts.js';
import { questionOf } from '../questions/question.js';
import type { SessionState } from '../../model/session/session.js';
import { TRUE } from '../../model/policy/truth.js';
import { Choices, patternsIn } from '../concrete/choices.js';
import { Keys } from '../concrete/key.js';
import { windowsOf } from '../concrete/scope.js';
import { Values } from '../concrete/values.js';
import { Variables } from '../concrete/variables.js';
import { reachOf } from '../reductions/cone.js';
import { runStep } from './scenarios.js';

/** A possible end of a call; without a result, no part of its answer can be read. */
export interface OfferedEnd {
    readonly result?: Arguments;
    /** The values of signals at that step, for all arguments. */
    readonly readings: readonly Reading[];
}

export interface ToolEnds {
    readonly all: readonly OfferedEnd[];
    /** A text that is equal for states that the policy cannot distinguish. */
    readonly keyOf: (state: SessionState) => string;
}

/** The maximum number of results suggested for one call. */
const MOST_ENDS = 4;

/**
 * The values are those that a search over concrete sessions would try. Throws `Undecidable` if there is no procedure
 * for them.
 */
export function endsOf(policy: Policy, tool: number): ToolEnds {
    const { name, source } = policy.tools[tool]!;
    const subject = { tools: policy.tools.map(() => TRUE), text: name };
    const everything = allAllowed({ name: '', text: name, source }, subject, {
        op: 'or',
        args: policy.claims.map(questionOf).flatMap(conditionsOf)
    });
    const reach = reachOf(policy, everything);
    const variables = new Variables(policy, [everything], reach);
    const values = new Values(variables);
    const ofTool = { ...reach, tools: new Set([tool]), outside: new Set<number>() };
    const { calls } = new Choices(policy, ofTool, patternsIn(policy, reach), variables, values);
    const called = calls.filter(({ call, ends }) => call.agent === 0 && ends.length > 0);
    const readings = new Map(called.map((choice) => [JSON.stringify(choice.readings), choice.readings]));
    const results = (called[0]?.ends ?? [])
        .filter(({ outcome }) => outcome === 'success')
        .flatMap(({ result }) => (result ? [result] : []));
    const heard = ({ readings: said }: OfferedEnd): number => said.filter(({ value }) => value !== undefined).length;
    // Readings with values come first, because an absent one is the least interesting.
    const all = [...results, undefined].flatMap((result) =>
        [...readings.values()]
            .map((said): OfferedEnd => ({ readings: said, ...(result && { result }) }))
            .sort((a, b) => heard(b) - heard(a))
    );
    const keys = new Keys(policy, windowsOf(policy, [everything], reach, false), values.symmetric, true);
    return { all, keyOf: (state) => keys.of(state, null).text };
}

/** The facts that the claim reads, about its calls and the events that lead to them. */
function conditionsOf(question: Question): Condition[] {
    const asked = [...stepsOf(question).map(({ where }) => where), judgedCondition(question), triggerIn(question)];
    return asked.filter((condition) => condition !== undefined);
}

type EndingStep = ScenarioStep & { readonly kind: 'call' | 'end' };

/**
 * One result for each state that can follow; none if every result leads to the same state as the plain step.
 *
 * @param plain the step without a known result
 */
export function endsThatMatter(
    policy: Policy,
    state: SessionState,
    plain: EndingStep,
    { all, keyOf }: ToolEnds
): OfferedEnd[] {
    const scenario = { name: '', steps: [], source: plain.source };
    const keyOfStep = (step: EndingStep): string => {
        const { result, after, replayed } = runStep(policy, state, step, scenario);
        const withheld = replayed && 'withheldBy' in replayed ? replayed.withheldBy : undefined;
        return JSON.stringify([result.actual, result.rules, withheld, keyOf(after)]);
    };
    const kinds = new Map<string, OfferedEnd>();
    for (const end of all) {
        const key = keyOfStep({ ...plain, ...end });
        kinds.set(key, kinds.get(key) ?? end);
    }
    const own = keyOfStep(plain);
    return kinds.size === 0 || (kinds.size === 1 && kinds.has(own)) ? [] : [...kinds.values()].slice(0, MOST_ENDS);
}
