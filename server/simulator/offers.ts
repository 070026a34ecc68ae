/** Finds the possible next steps of a session, each as a line of a scenario. */
import { simplest } from '../checker/arguments/candidates.js';
import { clockConditionsOf, periodsOf } from '../checker/reductions/environment/closed.js';
import { waitUntil } from '../checker/scenarios/clock.js';
import type { OfferedEnd, ToolEnds } from '../checker/scenarios/offered-ends.js';
import { endsThatMatter } from '../checker/scenarios/offered-ends.js';
import type { Choices, OfferedCall } from '../checker/scenarios/offers.js';
import { choicesFor, endsFor, offersOf } from '../checker/scenarios/offers.js';
import { givenIn } from '../checker/scenarios/any-arguments.js';
import { happenedText } from '../checker/scenarios/expectations.js';
import { returnsText } from '../checker/traces/step-text.js';
import { agentName, signalName, toolName } from '../checker/conditions/names.js';
import { rulesBehind } from '../checker/traces/trace.js';
import { approvalTimes, choicesOf, lastingText } from '../model/policy/lasting.js';
import type { Policy, Scenario, ScenarioStep } from '../model/policy/policy.js';
import type { Call, SessionState } from '../model/session/session.js';
import { durationText } from './session-scenario.js';
import type { ActOffer, CallOffer, SessionOffers } from './session.js';
import { argumentsText, nameText, toolText, valueText } from '../model/text/typed-text.js';
/** The waits that are offered for a policy that reads the clock and has no durations. */
const USUAL_WAITS = [60, 3600, 86_400];
/** The number of policies whose choices are cached, because only one is played at a time. */
const MOST_KEPT = 4;

export class OfferWriter {
    private readonly choices = new Map<string, Choices>();
    private readonly ends = new Map<string, ToolEnds | undefined>();

    offersAt(policy: Policy, session: Scenario, state: SessionState): SessionOffers {
        const calls: CallOffer[] = [];
        const rules = JSON.stringify({ ...policy, scenarios: [] });
        const given = JSON.stringify(session.steps.flatMap(givenIn));
        const kept = MOST_KEPT * policy.tools.length;
        const endsOf = (tool: number): ToolEnds | undefined =>
            keptIn(this.ends, `${tool} ${rules}`, kept, () => endsFor(policy, tool));
        for (const [tool, { delegatesTo }] of policy.tools.entries()) {
            const choices = keptIn(this.choices, `${tool} ${rules} ${given}`, kept, () =>
                choicesFor(policy, tool, session)
            );
            const ends = delegatesTo === undefined ? endsOf(tool) : undefined;
            for (const agent of policy.agents.keys()) {
                const mayDelegate = policy.delegations?.some(({ from, to }) => from === agent && to === delegatesTo);
                if (delegatesTo === undefined || mayDelegate) {
                    calls.push(callOffer(policy, state, { agent, tool }, choices, ends));
                }
            }
        }
        return { calls, acts: actsAt(policy, state, endsOf), waits: waitsOf(policy) };
    }
}

/** Caches the value for a key; only the latest entries are kept. */
function keptIn<T>(known: Map<string, T>, key: string, most: number, make: () => T): T {
    const value = known.has(key) ? known.get(key)! : make();
    known.delete(key);
    known.set(key, value);
    const [oldest] = known.keys();
    if (known.size > most && oldest !== undefined) {
        known.delete(oldest);
    }
    return value;
}

function callOffer(
    policy: Policy,
    state: SessionState,
    { agent, tool }: Pick<Call, 'agent' | 'tool'>,
    choices: Choices,
    ends: ToolEnds | undefined
): CallOffer {
    const { delegatesTo } = policy.tools[tool]!;
    const [actor, called] = [agentName(policy, agent), toolName(policy, tool)];
    const line = (args: string): string =>
        delegatesTo === undefined
            ? `${actor} calls ${called}(${args})`
            : `${actor} delegates to ${agentName(policy, delegatesTo)}`;
    return {
        agent: actor,
        tool: called,
        choices: offersOf(policy, state, agent, tool, choices, ends).map((offer: OfferedCall) => {
            const { args, decision } = offer;
            const written = argumentsText(args);
            const behind = behindText(policy, offer);
            return {
                line: `${line(written)}${behind}`,
                args: `${written}${behind}`,
                ...(behind !== '' && { behind }),
                decision: decision.kind,
                text: happenedText(policy, decision).replace(/^is /, ''),
                rules: decision.kind === 'waits' ? [] : rulesBehind(policy, decision)
            };
        }),
        ...(choices.incomplete !== undefined && { incomplete: choices.incomplete })
    };
}

/** Writes ` with injection: 80 returns (text: "hello")`. */
function behindText(policy: Policy, { readings = [], result }: Partial<OfferedEnd>): string {
    const said = readings.flatMap(({ signal, value }) =>
        value === undefined ? [] : [`${signalName(policy, signal)}: ${valueText(value)}`]
    );
    const read = said.length > 0 ? ` with ${said.join(', ')}` : '';
    return `${read}${returnsText(result ? { result } : {})}`;
}

function actsAt(policy: Policy, state: SessionState, endsOf: (tool: number) => ToolEnds | undefined): ActOffer[] {
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
            const choices = choicesOf(policy, held.requirements, human).map((lasts) => ` valid ${lastingText(lasts)}`);
            for (const valid of choices.length > 0 ? choices : ['']) {
                acts.push({ kind: 'approve', line: `${who} approves ${tool}${valid}` });
            }
            acts.push({ kind: 'refuse', line: `${who} refuses ${tool}` });
        }
    }
    for (const { call } of state.running) {
        acts.push(
            ...endLines(policy, state, call.tool, endsOf(call.tool)).map((line) => ({ kind: 'end' as const, line }))
        );
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

/** The ways in which the tool's longest-running call may end, with the results that make a difference. */
function endLines(policy: Policy, state: SessionState, tool: number, ends: ToolEnds | undefined): string[] {
    const { name, source } = policy.tools[tool]!;
    const of = { kind: 'end', tool: name, outcome: 'success', text: '', source } as const;
    const returns = ends ? endsThatMatter(policy, state, of, ends) : [];
    const behind = returns.map((end) => `${behindText(policy, end)}${end.result ? '' : ' ends'}`);
    return [...new Set([...behind, ' ends', ' fails', ' lost'])].map((end) => `${nameText(name, 'EventName')}${end}`);
}

/** The moments at which conditions on the clock change, as far as the session can reach them. */
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
    const midnight: Moment[] = periodsOf(policy).size > 0 ? [{ time: '00:00' }] : [];
    return [...moments, ...midnight].flatMap((moment) => {
        const line = ['at', moment.day, moment.date, moment.time].filter((part) => part !== undefined).join(' ');
        const step = { kind: 'at', ...moment, text: line, source: policy.source } as const;
        return /:[0-5]\d$/.test(line) && !line.endsWith('24:00') && waitUntil(policy, state, step).result.passed
            ? [{ kind: 'at', line }]
            : [];
    });
}

type Moment = Pick<ScenarioStep & { readonly kind: 'at' }, 'day' | 'date' | 'time'>;

/**
 * Moments after the end of what the policy counts, because bounds are inclusive; none if no decision depends on time.
 */
function waitsOf(policy: Policy): string[] {
    const spoken = [
        ...policy.rules.flatMap((rule) => (rule.kind === 'approval' ? approvalTimes(rule) : [])),
        ...policy.monitors.map(({ window }) => window),
        // Periods of the calendar end with a day, which the clock shows.
        ...(policy.recorders ?? []).filter((one) => periodsOf(one).size === 0).map(({ window }) => window)
    ].filter((seconds): seconds is number => seconds !== undefined && Number.isFinite(seconds) && seconds > 0);
    const usual = clockConditionsOf(policy).length > 0 ? USUAL_WAITS : [];
    const all = new Set(spoken.length > 0 ? spoken.flatMap((seconds) => [seconds, seconds + 1]) : usual);
    return [...all].sort((a, b) => a - b).map(durationText);
}
