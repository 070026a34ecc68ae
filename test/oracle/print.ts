/** Prints policies and calls in words close to the language, for readable counterexamples. */
import type { Claim, Machine, Monitor, Policy, Rule, Tool, Type } from '../../server/model/policy/policy.js';
import type { Call, Decision, Waiting } from '../../server/model/session/session.js';
import {
    isAlways,
    printCalls,
    printCondition,
    printEvent,
    printHumans,
    printMode,
    printRecorder,
    printTerm,
    printValue
} from './print-conditions.js';

export function printPolicy(policy: Policy): string {
    return [
        `agents ${policy.agents.map((a) => `${a.name}${a.principal === undefined ? '' : ` (principal ${a.principal})`}`).join(', ')}`,
        `humans ${policy.humans.map((h) => h.name).join(', ') || '-'}`,
        ...policy.tools.map((tool, i) => `tool ${i} ${printTool(policy, tool)}`),
        ...(policy.delegations ?? []).map(
            ({ from, to, ownRights }) =>
                `${policy.agents[from]?.name} delegates to ${policy.agents[to]?.name}${ownRights ? ' on its own rights' : ''}`
        ),
        ...(policy.machines ?? []).flatMap((machine) => printMachine(policy, machine)),
        ...policy.monitors.map((monitor, i) => `monitor ${i}: ${printMonitor(policy, monitor)}`),
        ...(policy.recorders ?? []).map((recorder, i) => `recorder ${i}: ${printRecorder(policy, recorder)}`),
        ...policy.rules.map((rule, i) => `rule ${i}: ${printRule(policy, rule)}`),
        ...policy.claims.map((claim) => `${claim.name}: ${printClaim(policy, claim)}`)
    ].join('\n');
}

export function printCall(policy: Policy, call: Call): string {
    const args = Object.entries(call.args).map(([name, value]) => `${name}: ${printValue(value)}`);
    return `${policy.agents[call.agent]?.name} calls ${policy.tools[call.tool]?.name}(${args.join(', ')})`;
}

export function printDecision(decision: Decision | Waiting): string {
    return decision.kind === 'waits'
        ? `waits on ${decision.on.join(', ')}`
        : `${decision.kind} by ${decision.by} [${[...decision.rules].sort((a, b) => a - b).join(', ')}]`;
}

function printTool(policy: Policy, tool: Tool): string {
    const params = tool.params.map((p) => {
        const value = p.default === undefined ? '' : ` = ${printValue(p.default)}`;
        return `${p.name}${p.optional ? '?' : ''}: ${printType(p.type)}${value}`;
    });
    const traits = Object.entries(tool.traits).map(([trait, truth]) => (truth === 1 ? ` hint ${trait}` : ` ${trait}`));
    const reads = tool.reads.length === 0 ? '' : ` reads ${tool.reads.map((l) => policy.labels[l]?.name).join(', ')}`;
    const clears =
        tool.clears.length === 0 ? '' : ` clears ${tool.clears.map((l) => policy.labels[l]?.name).join(', ')}`;
    const when = (tool.conditionalReads ?? []).map(
        (read) =>
            ` reads ${read.labels.map((l) => policy.labels[l]?.name).join(', ')} when ${printCondition(policy, read.when)}`
    );
    const succeeds = tool.succeeds === undefined ? '' : ` succeeds when ${printCondition(policy, tool.succeeds)}`;
    const may = (tool.mayDo ?? []).flatMap((truth, other) => (truth === 0 ? [] : [policy.tools[other]?.name]));
    const mayDo = may.length === 0 ? '' : ` may do ${may.join(', ')}`;
    const stores = tool.stores === undefined ? '' : ` stores in ${tool.stores}`;
    return `${tool.name}(${params.join(', ')})${traits.join('')}${reads}${when.join('')}${clears}${succeeds}${mayDo}${stores}`;
}

function printMachine(policy: Policy, machine: Machine): string[] {
    const modes = machine.modes.map(
        (mode, i) =>
            `${mode.name}${i === machine.initial ? ' initial' : ''}${mode.lasts ? ` for ${mode.lasts.seconds}s return ${machine.modes[mode.lasts.returnTo]?.name}` : ''}`
    );
    const moves = machine.transitions.map((move) => {
        const from = move.from === undefined ? 'any' : machine.modes[move.from]?.name;
        const when = isAlways(move.when) ? '' : ` when ${printCondition(policy, move.when)}`;
        return `  from ${from} on ${printEvent(policy, move.event)}${when} enter ${machine.modes[move.to]?.name}`;
    });
    return [`modes ${machine.name}${machine.perAgent ? ' per agent' : ''}: ${modes.join(', ')}`, ...moves];
}

function printType(type: Type): string {
    switch (type.kind) {
        case 'literals':
            return type.values.map((value) => JSON.stringify(value)).join(' | ');
        case 'int':
        case 'number':
            return `${type.kind}${type.min === undefined ? '' : ` >= ${type.min}`}${type.max === undefined ? '' : ` <= ${type.max}`}`;
        default:
            return type.kind;
    }
}

function printMonitor(policy: Policy, monitor: Monitor): string {
    const event = printEvent(policy, monitor.event);
    const from = monitor.from === undefined ? 'start' : printEvent(policy, monitor.from);
    switch (monitor.kind) {
        case 'once':
        case 'last is':
            return `${monitor.kind} ${event}${within(policy, monitor)}`;
        case 'once then':
            return `once ${from} then ${event}${within(policy, monitor)}`;
        case 'count':
            return `count of ${event} since ${from} up to ${monitor.cap}${within(policy, monitor)}`;
        case 'since':
            return `${event} since ${from}${within(policy, monitor)}`;
        case 'no since':
            return `no ${event} since ${from}${within(policy, monitor)}`;
        case 'since or start':
            return `${event} since ${from} or start${within(policy, monitor)}`;
    }
}

function within(policy: Policy, monitor: Monitor): string {
    const window = monitor.window === undefined ? '' : ` within ${monitor.window}s`;
    const keys =
        monitor.keys === undefined ? '' : ` for (${monitor.keys.map((key) => printTerm(policy, key)).join(', ')})`;
    return `${keys}${window}${monitor.perAgent ? ' per agent' : ''}${monitor.across ? ' across sessions' : ''}`;
}

function printRule(policy: Policy, rule: Rule): string {
    const subject = printCalls(policy, rule.subject);
    const when = ` when ${printCondition(policy, rule.when)}`;
    const audit = `${rule.audit ? 'audit ' : ''}${rule.mode ? `in ${printMode(policy, rule.mode)} ` : ''}`;
    switch (rule.kind) {
        case 'allow':
        case 'deny':
        case 'withhold':
            return `${audit}${rule.kind} ${subject}${when}`;
        case 'require':
            return `${audit}require ${printCondition(policy, rule.requires)} for ${subject}${when}`;
        case 'approval':
            return `require approval by ${rule.quorum} of ${printHumans(policy, rule.humans)} for ${subject}${when} valid ${rule.valid}s timeout ${rule.timeout}s${printScope(policy, rule)}`;
    }
}

function printScope(policy: Policy, rule: Rule & { readonly kind: 'approval' }): string {
    const per = rule.per === undefined ? '' : ` per ${rule.per.map((term) => printTerm(policy, term)).join(', ')}`;
    const keys = (rule.changedBy?.keys ?? []).map(
        (key) => ` with ${printTerm(policy, key.event)} == the call's ${printTerm(policy, key.call)}`
    );
    return rule.changedBy === undefined
        ? per
        : `${per} until changed by ${printEvent(policy, rule.changedBy.event)}${keys.join('')}`;
}

function printClaim(policy: Policy, claim: Claim): string {
    if (claim.kind === 'possible') {
        const steps = claim.steps.map((step) => printEvent(policy, step)).join(' then ');
        return `possible ${steps}${claim.withoutApproval ? ' without approval' : ''}`;
    }
    if (claim.kind === 'always' || claim.kind === 'withheld') {
        return `always ${printCondition(policy, claim.condition)}`;
    }
    if (claim.kind === 'decided') {
        return `${printCalls(policy, claim.subject)} is ${claim.decision} when ${printCondition(policy, claim.when)}`;
    }
    if (claim.kind === 'stays possible') {
        return `${printCalls(policy, claim.subject)} stays possible`;
    }
    const trigger = claim.trigger === undefined ? '' : ` (trigger ${printCondition(policy, claim.trigger)})`;
    return `${claim.kind}: no release of ${printCalls(policy, claim.subject)} while ${printCondition(policy, claim.bad)}${trigger}`;
}
