/** Runs steps in which an agent submits a call. */
import { auditedBy, decide } from '../../model/decide.js';
import type { Arguments, Policy, Scenario, ScenarioStep } from '../../model/policy/policy.js';
import type { Answer, SessionState } from '../../model/session/session.js';
import { situationIn } from '../../model/conditions/inputs.js';
import { readableReadings } from '../../model/conditions/signals.js';
import { submitCall } from '../traces/replay.js';
import { lineOf, ruleReference, rulesBehind } from '../traces/trace.js';
import { argumentsToTry } from './any-arguments.js';
import { happenedText, notWithheld, unexpected } from './expectations.js';
import type { Run } from './run.js';
import { capital, failed, passed } from './run.js';
import { argumentsText } from '../../model/text/typed-text.js';

type CallStep = ScenarioStep & { readonly kind: 'call' };

/**
 * Submits the call. With `..`, every possible call must get the expected decision, and the first of them is executed.
 */
export function submitStep(policy: Policy, state: SessionState, step: CallStep, scenario: Scenario): Run {
    if (!step.rest) {
        return submit(policy, state, step, step.args);
    }
    const tried = argumentsToTry(policy, step, scenario);
    if (typeof tried === 'string') {
        return failed(step, state, `It is not known whether all these calls are decided alike: ${tried}.`);
    }
    const runs = tried.map((args) => ({ args, run: submit(policy, state, step, args) }));
    const other = runs.find(({ run }) => !run.result.passed);
    if (other) {
        const { result } = other.run;
        return {
            ...other.run,
            result: { ...result, message: `With (${argumentsText(other.args)}): ${result.message}` }
        };
    }
    return runs[0]!.run;
}

function submit(policy: Policy, state: SessionState, step: CallStep, args: Arguments): Run {
    const tool = policy.tools.findIndex((candidate) => candidate.name === step.tool);
    const call = { agent: step.agent, tool, args };
    const decision = decide(policy, state, call, step.readings);
    const problem = unexpected(policy, step.expected === 'withheld' ? { expected: 'allowed' } : step, decision);
    if (decision.kind === 'waits') {
        const message = problem ?? `It ${happenedText(policy, decision)}.`;
        return { result: { ...passed(step, message), passed: problem === undefined, actual: 'waits' }, after: state };
    }
    const replayed = submitCall(policy, state, call, decision, answerOf(step), step.readings);
    const wrong =
        problem ?? (step.expected === 'withheld' ? notWithheld(policy, step, replayed.withheldBy) : undefined);
    const readings = step.readings && readableReadings(policy, step.readings);
    const audited = auditedBy(policy, situationIn(state, { call: replayed.call, readings }));
    const audit = audited.map((rule) => ` Line ${lineOf(policy.rules[rule]!)} is audited: it would deny.`);
    const withheld = (replayed.withheldBy ?? []).map(
        (rule) => ` Its result is withheld by line ${lineOf(policy.rules[rule]!)}.`
    );
    return {
        result: {
            ...passed(
                step,
                wrong ??
                    `${capital(happenedText(policy, decision).slice('is '.length))}.${[...audit, ...withheld].join('')}`
            ),
            passed: wrong === undefined,
            actual: decision.kind,
            rules: rulesBehind(policy, decision),
            ...(audited.length > 0 && { audited: audited.map((rule) => ruleReference(policy.rules[rule]!)) })
        },
        replayed,
        after: replayed.after
    };
}

/** If the scenario does not specify how a call ends, it succeeds at once (M26). */
function answerOf({ outcome, result }: CallStep): Answer | undefined {
    return outcome && (result ? { outcome, result } : { outcome, confirmed: outcome === 'success' });
}
