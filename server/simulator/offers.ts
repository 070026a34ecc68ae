/** What may come next in a session, each as a line of a scenario. */
import { simplest } from '../checker/candidates.js';
import { clockConditionsOf } from '../checker/environment/closed.js';
import { waitUntil } from '../checker/scenarios/clock.js';
import type { Choices, OfferedCall } from '../checker/offers.js';
import { choicesFor, offersOf } from '../checker/offers.js';
import { happenedText } from '../checker/scenarios/expectations.js';
import { agentName, signalName, toolName } from '../checker/names.js';
import { rulesBehind } from '../checker/trace.js';
import type { Policy, Scenario, ScenarioStep } from '../model/policy.js';
import type { SessionState } from '../model/session.js';
import { durationText } from './session-scenario.js';
import type { ActOffer, CallOffer, SessionOffers } from './session.js';
import { argumentsText, nameText, toolText, valueText } from '../model/typed-text.js';
/** What is offered where a policy speaks of no time. */
const USUAL_WAITS = [60, 3600, 86_400];
/** Policies whose choices are kept: one is played at a time. */
const MOST_KEPT = 4;

export class OfferWriter {
    private readonly choices = new Map<string, Choices>();

    offersAt(policy: Policy, session: Scenario, state: SessionState): SessionOffers {
        const calls: CallOffer[] = [];
        const own = JSON.stringify([
            { ...policy, scenarios: [] },
            session.steps.map((step) => ('args' in step ? step.args : 0))
        ]);
        for (const [tool, { delegatesTo }] of policy.tools.entries()) {
            const choices = this.choicesOf(own, policy, tool, session);
            for (const agent of policy.agents.keys()) {
                const mayDelegate = policy.delegations?.some(({ from, to }) => from === agent && to === delegatesTo);
                if (delegatesTo === undefined || mayDelegate) {
                    calls.push(callOffer(policy, state, agent, tool, choices));
                }
            }
        }
        return { calls, acts: actsAt(policy, state), waits: waitsOf(policy) };
    }

    private choicesOf(own: string, policy: Policy, tool: number, session: Scenario): Choices {
        const key = `${tool} ${own}`;
        const choices = this.choices.get(key) ?? choicesFor(policy, tool, session);
        this.choices.delete(key);
        this.choices.set(key, choices);
        const [oldest] = this.choices.keys();
        if (this.choices.size > MOST_KEPT * policy.tools.length && oldest !== undefined) {
            this.choices.delete(oldest);
        }
        return choices;
    }
}

function callOffer(policy: Policy, state: SessionState, agent: number, tool: number, choices: Choices): CallOffer {
    const { delegatesTo } = policy.tools[tool]!;
    const [actor, called] = [agentName(policy, agent), toolName(policy, tool)];
    const line = (args: string): string =>
        delegatesTo === undefined
            ? `${actor} calls ${called}(${args})`
            : `${actor} delegates to ${agentName(policy, delegatesTo)}`;
    return {
        agent: actor,
        tool: called,
        choices: offersOf(policy, state, agent, tool, choices).map(({ args, readings, decision }: OfferedCall) => {
            const written = argumentsText(args);
            const said = readings.flatMap(({ signal, value }) =>
                value === undefined ? [] : [`${signalName(policy, signal)}: ${valueText(value)}`]
            );
            const read = said.length > 0 ? ` with ${said.join(', ')}` : '';
            return {
                line: `${line(written)}${read}`,
                args: `${written}${read}`,
                decision: decision.kind,
                text: happenedText(policy, decision).replace(/^is /, ''),
                rules: decision.kind === 'waits' ? [] : rulesBehind(policy, decision)
            };
        }),
        ...(choices.incomplete !== undefined && { incomplete: choices.incomplete })
    };
}

function actsAt(policy: Policy, state: SessionState): ActOffer[] {
    const strict = (name: string): string => nameText(name, 'StrictName');
    const acts: ActOffer[] = [];
    for (const held of state.held) {
        const asked = new Set(
            held.requirements.flatMap((rule) => {
                const requirement = policy.rules[rule]!;
                return requirement.kind === 'approval' ? requirement.humans : [];
            })
        );
        for (const human of asked) {
            const who = strict(policy.humans[human]!.name);
            const tool = toolText(policy.tools[held.call.tool]!.name);
            acts.push({ kind: 'approve', line: `${who} approves ${tool}` });
            acts.push({ kind: 'refuse', line: `${who} refuses ${tool}` });
        }
    }
    for (const { call } of state.running) {
        const tool = nameText(policy.tools[call.tool]!.name, 'EventName');
        acts.push(...['ends', 'fails', 'lost'].map((how): ActOffer => ({ kind: 'end', line: `${tool} ${how}` })));
    }
    policy.delegations?.forEach(({ from, to }, index) => {
        if (state.settled.delegated?.[index]) {
            const [delegate, delegator] = [policy.agents[to]!.name, policy.agents[from]!.name];
            acts.push({ kind: 'return', line: `${strict(delegate)} returns to ${strict(delegator)}` });
        }
    });
    for (const { name, params = [], special } of policy.outsideEvents) {
        if (special === undefined) {
            const args = Object.fromEntries(params.map((param) => [param.name, simplest(param.type)]));
            const given = params.length > 0 ? `(${argumentsText(args)})` : '';
            acts.push({ kind: 'event', line: `${nameText(name, 'EventName')}${given} happens` });
        }
    }
    acts.push(...timesOf(policy, state));
    acts.push({ kind: 'session', line: 'new session' });
    return acts.filter(({ line }, index) => acts.findIndex((other) => other.line === line) === index);
}

/** The moments at which conditions on the clock turn, as far as the session can come to them. */
function timesOf(policy: Policy, state: SessionState): ActOffer[] {
    const NOON = '12:00';
    const moments = clockConditionsOf(policy).flatMap((condition): Moment[] => {
        switch (condition.op) {
            case 'time in':
                return [{ time: condition.from }, { time: condition.to }];
            case 'day in':
                return [condition.from, condition.to].map((day) => ({ day, time: NOON }));
            case 'date in':
                return [condition.from, condition.to].map((date) => ({ date, time: NOON }));
        }
    });
    return moments.flatMap((moment) => {
        const line = ['at', moment.day, moment.date, moment.time].filter((part) => part !== undefined).join(' ');
        const step = { kind: 'at', ...moment, text: line, source: policy.source } as const;
        return /:[0-5]\d$/.test(line) && !line.endsWith('24:00') && waitUntil(policy, state, step).result.passed
            ? [{ kind: 'at', line }]
            : [];
    });
}

type Moment = Pick<ScenarioStep & { readonly kind: 'at' }, 'day' | 'date' | 'time'>;

/** A moment after what the policy counts ends, since the bounds are included. */
function waitsOf(policy: Policy): string[] {
    const spoken = [
        ...policy.rules.flatMap((rule) => (rule.kind === 'approval' ? [rule.valid, rule.timeout] : [])),
        ...policy.monitors.map(({ window }) => window),
        ...(policy.recorders ?? []).map(({ window }) => window)
    ].filter((seconds): seconds is number => seconds !== undefined && Number.isFinite(seconds) && seconds > 0);
    const all = new Set(spoken.length > 0 ? spoken.flatMap((seconds) => [seconds, seconds + 1]) : USUAL_WAITS);
    return [...all].sort((a, b) => a - b).map(durationText);
}
