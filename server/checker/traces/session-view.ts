/** The whole state of a session for inspection by a person, in groups; `facts.ts` has the part that a trace shows. */
import { memoryAt } from '../../model/events/effects.js';
import { cellsOf, countOfCells, decidingTimes, NONE, valueOfCells } from '../../model/conditions/within.js';
import { evaluate } from '../../model/conditions/evaluate.js';
import { situationIn } from '../../model/conditions/inputs.js';
import { placesAt } from '../../model/memory/modes.js';
import type { Condition, Monitor, Policy } from '../../model/policy/policy.js';
import type { Call, MonitorState, SessionState } from '../../model/session/session.js';
import type { Truth } from '../../model/policy/truth.js';
import { FALSE, UNKNOWN } from '../../model/policy/truth.js';
import { durationText } from '../conditions/durations.js';
import { agentName, humanName, labelName, toolName } from '../conditions/names.js';
import { callText, lineOf } from './trace.js';
import { argumentsText, nameText, valueText } from '../../model/text/typed-text.js';

export interface SessionView {
    /** The number of seconds since the start. */
    readonly time: number;
    /** The groups that the policy has; a group may be empty at this point. */
    readonly groups: readonly StateGroup[];
}

export interface StateGroup {
    readonly name: StateGroupName;
    readonly entries: readonly StateEntry[];
}

type StateGroupName = GroupOfMemory | 'Held calls' | 'Approvals' | 'Running calls' | 'Session';
type GroupOfMemory = 'Labels' | 'Modes' | 'History' | 'Counters' | 'Ages';

export interface StateEntry {
    readonly name: string;
    readonly value: string;
}

export function viewOf(policy: Policy, state: SessionState): SessionView {
    const counters = policy.monitors.filter(({ kind }) => kind === 'count');
    const groups: StateGroup[] = [
        group('Labels', policy.labels.length > 0, () => labelsOf(policy, state)),
        group('Modes', (policy.machines ?? []).length > 0, () => modesOf(policy, state)),
        group('History', counters.length < policy.monitors.length, () => historyOf(policy, state)),
        group('Counters', counters.length > 0, () => countersOf(policy, state)),
        group(
            'Ages',
            policy.monitors.some(({ window }) => window !== undefined),
            () => agesOf(policy, state)
        ),
        group(
            'Held calls',
            policy.rules.some(({ kind }) => kind === 'approval'),
            () => heldOf(policy, state)
        ),
        group(
            'Approvals',
            policy.rules.some(({ kind }) => kind === 'approval'),
            () => approvalsOf(policy, state)
        ),
        group('Running calls', true, () => runningOf(policy, state)),
        group('Session', true, () => sessionOf(policy, state))
    ].flat();
    return { time: state.time, groups };
}

/** True if the condition, which does not read a call, is true in the session at this point. */
export function truthAt(policy: Policy, state: SessionState, condition: Condition): Truth {
    const memory = memoryAt(policy, state.settled, state.time);
    return evaluate(policy, condition, situationIn(state, { call: { agent: 0, tool: 0, args: {} }, memory }));
}

function group(name: StateGroupName, isThere: boolean, entries: () => StateEntry[]): StateGroup[] {
    return isThere ? [{ name, entries: entries() }] : [];
}

function labelsOf(policy: Policy, { settled }: SessionState): StateEntry[] {
    return policy.agents.map((_, agent) => {
        const carried = policy.labels.flatMap((_label, bit) =>
            (settled.labels[agent]! & (1 << bit)) === 0 ? [] : [labelName(policy, bit)]
        );
        return { name: agentName(policy, agent), value: carried.join(', ') || 'none' };
    });
}

function modesOf(policy: Policy, { settled, time }: SessionState): StateEntry[] {
    return (policy.machines ?? []).flatMap((machine, index) => {
        const owners = machine.perAgent ? policy.agents.map((_, agent) => agentName(policy, agent)) : [undefined];
        const name = nameText(machine.name);
        return owners.map((owner, group) => {
            const places = placesAt(machine, settled.machines![index]![group]!, time);
            return {
                name: owner === undefined ? name : `${name} of ${owner}`,
                value: places
                    .map(
                        ({ mode, since }) => `${nameText(machine.modes[mode]!.name)} for ${durationText(time - since)}`
                    )
                    .join(' or ')
            };
        });
    });
}

interface Cells {
    readonly monitor: Monitor;
    /** The name of the agent and the key of a history. */
    readonly name: string;
    readonly cells: readonly number[];
}

/** The cells of each monitor, separately for each agent and key. */
function cellsIn(policy: Policy, { settled }: SessionState): Cells[] {
    return policy.monitors.flatMap((monitor, index) => {
        const size = cellsOf(monitor);
        const ofAgents = (state: MonitorState, key: string): Cells[] =>
            Array.from({ length: state.length / size }, (_, at) => ({
                monitor,
                name: `${monitor.perAgent ? `${agentName(policy, at)}: ` : ''}${monitor.text}${key}`,
                cells: state.slice(at * size, (at + 1) * size)
            }));
        const keyed = [...settled.keyed[index]!].flatMap(([key, state]) => ofAgents(state, ` [${key}]`));
        return monitor.keys ? keyed : ofAgents(settled.monitors[index]!, '');
    });
}

function historyOf(policy: Policy, state: SessionState): StateEntry[] {
    return cellsIn(policy, state)
        .filter(({ monitor }) => monitor.kind !== 'count')
        .map(({ monitor, name, cells }) => ({ name, value: truthText(valueOfCells(monitor, cells, state.time)) }));
}

function countersOf(policy: Policy, state: SessionState): StateEntry[] {
    return cellsIn(policy, state)
        .filter(({ monitor }) => monitor.kind === 'count')
        .map(({ monitor, name, cells }) => {
            const [least, most] = countOfCells(monitor, cells, state.time);
            const isFull = least === monitor.cap;
            return { name, value: `${least === most ? least : `${least} to ${most}`}${isFull ? ' or more' : ''}` };
        });
}

/** The age of the event that a window reads, and the length of the window. */
function agesOf(policy: Policy, state: SessionState): StateEntry[] {
    return cellsIn(policy, state)
        .filter(({ monitor }) => monitor.window !== undefined)
        .map(({ monitor, name, cells }) => {
            const times = decidingTimes(monitor).map((cell) => cells[cell]!);
            const latest = Math.max(...times);
            const value = latest === NONE ? 'never' : `${durationText(state.time - latest)} ago`;
            return { name, value: `${value}, counts for ${durationText(monitor.window!)}` };
        });
}

function heldOf(policy: Policy, state: SessionState): StateEntry[] {
    return state.held.items.map(({ call, until, requirements, since, approvals }) => {
        const asked = requirements.map((rule) => {
            const { humans, quorum } = approvalRule(policy, rule);
            const names = humans.map((human) => humanName(policy, human)).join(' or ');
            return `${quorum > 1 ? `${quorum} of ` : ''}${names} (line ${lineOf(policy.rules[rule]!)})`;
        });
        const given = approvals.map(
            ({ human, until: valid }) =>
                `${humanName(policy, human)} approved it, valid for ${durationText(Math.max(0, valid - state.time))}`
        );
        const parts = [
            `held for ${durationText(state.time - since)}`,
            `asks ${asked.join(' and ')}`,
            ...given,
            ...(Number.isFinite(until) ? [`lapses in ${durationText(Math.max(0, until - state.time))}`] : [])
        ];
        return { name: nameOf(policy, call), value: parts.join('; ') };
    });
}

/** The approvals that authorize more than one call. */
function approvalsOf(policy: Policy, state: SessionState): StateEntry[] {
    return (state.approvals ?? []).map(({ human, call, keys, until, rule }) => ({
        name: `${toolName(policy, call.tool)} of ${agentName(policy, call.agent)} [${keys}]`,
        value: `approved by ${humanName(policy, human)} (line ${lineOf(policy.rules[rule]!)}), ${Number.isFinite(until) ? `valid for ${durationText(Math.max(0, until - state.time))}` : 'valid for this session'}`
    }));
}

function runningOf(policy: Policy, state: SessionState): StateEntry[] {
    return state.running.items.map(({ call, released }) => ({
        name: nameOf(policy, call),
        value: `for ${durationText(state.time - released)}`
    }));
}

function sessionOf(policy: Policy, state: SessionState): StateEntry[] {
    const open = (policy.delegations ?? []).filter((_, index) => state.settled.delegated?.[index] === true);
    return [
        { name: 'time', value: durationText(state.time) },
        ...(state.epoch === undefined
            ? []
            : [{ name: 'clock', value: new Date((state.epoch + state.time) * 1000).toISOString() }]),
        ...Object.entries(state.constants ?? {}).map(([name, value]) => ({
            name: nameText(name, 'EventName'),
            value: valueText(value)
        })),
        ...(state.request ? [{ name: 'request', value: argumentsText(state.request) }] : []),
        ...open.map(({ from, to }) => ({
            name: 'delegation',
            value: `${agentName(policy, from)} to ${agentName(policy, to)}`
        }))
    ];
}

function nameOf(policy: Policy, call: Call): string {
    return `${agentName(policy, call.agent)}: ${callText(policy, { call })}`;
}

function approvalRule(policy: Policy, rule: number): Policy['rules'][number] & { readonly kind: 'approval' } {
    return policy.rules[rule] as Policy['rules'][number] & { readonly kind: 'approval' };
}

export function truthText(value: Truth): 'true' | 'false' | 'unknown' {
    return value === FALSE ? 'false' : value === UNKNOWN ? 'unknown' : 'true';
}
