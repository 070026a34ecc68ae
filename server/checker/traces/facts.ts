/**
 * The state of a session in words, for traces: the labels that each agent carries, the contents of the history, and the
 * held calls.
 */
import { cellsOf, countOfCells, valueOfCells } from '../../model/conditions/within.js';
import { placesAt } from '../../model/memory/modes.js';
import type { Monitor, Policy } from '../../model/policy/policy.js';
import type { SessionState } from '../../model/session/session.js';
import { FALSE, UNKNOWN } from '../../model/policy/truth.js';
import type { StateChange } from '../results/result.js';
import { agentName, humanName, labelName, toolName } from '../conditions/names.js';
import { nameText } from '../../model/text/typed-text.js';

/** The facts by name. The value is `yes`, or `perhaps` if the fact is unknown, or the value of a count. */
export type Facts = ReadonlyMap<string, string>;

/** @param shown the monitors that are worth showing: those that the claim or the rules around it read */
export function factsOf(policy: Policy, state: SessionState, shown: ReadonlySet<Monitor>): Facts {
    const facts = new Map<string, string>();
    policy.agents.forEach((_, index) => {
        policy.labels.forEach((_label, bit) => {
            if ((state.settled.labels[index]! & (1 << bit)) !== 0) {
                facts.set(`${agentName(policy, index)} carries ${labelName(policy, bit)}`, 'yes');
            }
        });
    });
    addModes(policy, state, facts);
    policy.delegations?.forEach(({ from, to }, index) => {
        if (state.settled.delegated![index]) {
            facts.set(`${agentName(policy, from)} has delegated to ${agentName(policy, to)}`, 'yes');
        }
    });
    policy.monitors.forEach((monitor, index) => {
        if (!shown.has(monitor)) {
            return;
        }
        const cells = state.settled.monitors[index]!;
        for (let cell = 0; cell < cells.length; cell += cellsOf(monitor)) {
            const owner = monitor.perAgent ? `${agentName(policy, cell / cellsOf(monitor))}: ` : '';
            const value =
                monitor.kind === 'count'
                    ? countText(...countOfCells(monitor, cells.slice(cell, cell + cellsOf(monitor)), state.time))
                    : truthText(valueOfCells(monitor, cells.slice(cell, cell + cellsOf(monitor)), state.time));
            if (value !== undefined) {
                facts.set(owner + monitor.text, value);
            }
        }
    });
    for (const held of state.held) {
        const name = `${toolName(policy, held.call.tool)} of ${agentName(policy, held.call.agent)}`;
        facts.set(`${name} is held`, 'yes');
        for (const human of new Set(held.approvals.map((approval) => approval.human))) {
            facts.set(`${name} is approved by ${humanName(policy, human)}`, 'yes');
        }
    }
    return facts;
}

/** Adds `work of coder = fix`, or `= fix or triage` if either is possible. */
function addModes(policy: Policy, state: SessionState, facts: Map<string, string>): void {
    policy.machines?.forEach((machine, index) => {
        const owners = machine.perAgent ? policy.agents.map((_, agent) => agentName(policy, agent)) : [undefined];
        owners.forEach((owner, group) => {
            const places = placesAt(machine, state.settled.machines![index]![group]!, state.time);
            const names = new Set(places.map(({ mode }) => nameText(machine.modes[mode]!.name)));
            const name = nameText(machine.name);
            facts.set(owner === undefined ? name : `${name} of ${owner}`, [...names].join(' or '));
        });
    });
}

export function factTexts(facts: Facts): string[] {
    return [...facts].map(([what, value]) => factText(what, value));
}

export function changesBetween(before: Facts, after: Facts): StateChange[] {
    const changes: StateChange[] = [];
    for (const [what, value] of after) {
        const old = before.get(what);
        if (old === undefined) {
            changes.push({ kind: 'added', what: factText(what, value) });
        } else if (old !== value) {
            changes.push({ kind: 'changed', what, before: old, after: value });
        }
    }
    for (const [what, value] of before) {
        if (!after.has(what)) {
            changes.push({ kind: 'removed', what: factText(what, value) });
        }
    }
    return changes;
}

function factText(what: string, value: string): string {
    return value === 'yes' ? what : value === 'perhaps' ? `perhaps ${what}` : `${what} = ${value}`;
}

function truthText(value: number): string | undefined {
    return value === FALSE ? undefined : value === UNKNOWN ? 'perhaps' : 'yes';
}

/** Undefined while nothing was counted. */
function countText(least: number, most: number): string | undefined {
    return most === 0 ? undefined : least === most ? String(least) : `${least} to ${most}`;
}
