/** Policies and calls in words close to the language, for a counterexample that a person must read. */
import type {
    CallPattern,
    Claim,
    Condition,
    EventPattern,
    Monitor,
    Policy,
    Rule,
    Term,
    Tool,
    Type,
    Value
} from '../../server/model/policy.js';
import type { Call, Decision, Waiting } from '../../server/model/session.js';

export function printPolicy(policy: Policy): string {
    return [
        `agents ${policy.agents.map((a) => a.name).join(', ')}`,
        `humans ${policy.humans.map((h) => h.name).join(', ') || '-'}`,
        ...policy.tools.map((tool, i) => `tool ${i} ${printTool(policy, tool)}`),
        ...policy.monitors.map((monitor, i) => `monitor ${i}: ${printMonitor(policy, monitor)}`),
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
        : `${decision.kind} by ${decision.by} [${decision.rules.join(', ')}]`;
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
    return `${tool.name}(${params.join(', ')})${traits.join('')}${reads}${clears}`;
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
            return `${monitor.kind} ${event}${within(monitor)}`;
        case 'once then':
            return `once ${from} then ${event}${within(monitor)}`;
        case 'count':
            return `count of ${event} since ${from} up to ${monitor.cap}${within(monitor)}`;
        case 'since':
            return `${event} since ${from}${within(monitor)}`;
        case 'no since':
            return `no ${event} since ${from}${within(monitor)}`;
        case 'since or start':
            return `${event} since ${from} or start${within(monitor)}`;
    }
}

function within(monitor: Monitor): string {
    const window = monitor.window === undefined ? '' : ` within ${monitor.window}s`;
    const keys = monitor.keys === undefined ? '' : ` for (${monitor.keys.map(printTerm).join(', ')})`;
    return `${keys}${window}${monitor.perAgent ? ' per agent' : ''}`;
}

function printRule(policy: Policy, rule: Rule): string {
    const subject = printPattern(policy, rule.subject);
    const when = ` when ${printCondition(policy, rule.when)}`;
    const audit = rule.audit ? 'audit ' : '';
    switch (rule.kind) {
        case 'allow':
        case 'deny':
        case 'withhold':
            return `${audit}${rule.kind} ${subject}${when}`;
        case 'require':
            return `${audit}require ${printCondition(policy, rule.requires)} for ${subject}${when}`;
        case 'approval':
            return `require approval by ${rule.quorum} of ${printHumans(policy, rule.humans)} for ${subject}${when} valid ${rule.valid}s timeout ${rule.timeout}s`;
    }
}

function printClaim(policy: Policy, claim: Claim): string {
    if (claim.kind === 'possible') {
        const steps = claim.steps.map((step) => printEvent(policy, step)).join(' then ');
        return `possible ${steps}${claim.withoutApproval ? ' without approval' : ''}`;
    }
    if (claim.kind === 'always') {
        return `always ${printCondition(policy, claim.condition)}`;
    }
    if (claim.kind === 'decided') {
        return `${printPattern(policy, claim.subject)} is ${claim.decision} when ${printCondition(policy, claim.when)}`;
    }
    if (claim.kind === 'stays possible') {
        return `${printPattern(policy, claim.subject)} stays possible`;
    }
    const trigger = claim.trigger === undefined ? '' : ` (trigger ${printCondition(policy, claim.trigger)})`;
    return `${claim.kind}: no release of ${printPattern(policy, claim.subject)} while ${printCondition(policy, claim.bad)}${trigger}`;
}

function printEvent(policy: Policy, event: EventPattern): string {
    const where = isAlways(event.where) ? '' : ` where ${printCondition(policy, event.where)}`;
    const keys = event.keys === undefined ? '' : `(${event.keys.join(', ')})`;
    const outside = (event.outside ?? []).map((i) => ` or ${policy.outsideEvents[i]?.name}`).join('');
    return `${event.status} ${printPattern(policy, event)}${outside}${keys}${where}`;
}

function printHumans(policy: Policy, humans: readonly number[]): string {
    return humans.map((human) => policy.humans[human]?.name).join(', ');
}

function printPattern(policy: Policy, pattern: CallPattern): string {
    const tools = policy.tools.flatMap((tool, i) => {
        const truth = pattern.tools[i];
        return truth === 0 ? [] : [`${tool.name}${truth === 1 ? '?' : ''}`];
    });
    const by =
        pattern.agents === undefined
            ? ''
            : ` by ${typeof pattern.agents === 'string' ? pattern.agents : pattern.agents.map((a) => policy.agents[a]?.name).join(' or ')}`;
    return `{${tools.join(', ')}}${by}`;
}

function printCondition(policy: Policy, condition: Condition): string {
    const inside = (c: Condition): string => printCondition(policy, c);
    switch (condition.op) {
        case 'constant':
            return ['false', 'unknown', 'true'][condition.value] ?? '';
        case 'not':
            return `not ${inside(condition.arg)}`;
        case 'and':
        case 'or':
            return `(${condition.args.map(inside).join(` ${condition.op} `)})`;
        case 'compare':
            return `${printTerm(condition.left)} ${condition.cmp} ${printTerm(condition.right)}`;
        case 'in':
            return `${printTerm(condition.term)} in [${condition.values.map(printValue).join(', ')}]`;
        case 'host in':
            return `${printTerm(condition.term)} in hosts [${condition.hosts.join(', ')}]`;
        case 'given':
            return `${condition.param} given`;
        case 'monitor':
            return `monitor ${condition.monitor}`;
        case 'count':
            return `count ${condition.monitor} ${condition.cmp} ${condition.bound}`;
        case 'carries':
            return `carries ${policy.labels[condition.label]?.name}`;
        case 'approved by':
            return `approved by ${printHumans(policy, condition.humans)}`;
        case 'caller is':
            return `caller is ${policy.agents[condition.agent]?.name}`;
        default:
            return JSON.stringify(condition);
    }
}

function printTerm(term: Term): string {
    switch (term.term) {
        case 'constant':
            return printValue(term.value);
        case 'param':
            return term.name;
        case 'host':
            return `host of ${printTerm(term.of)}`;
        default:
            return JSON.stringify(term);
    }
}

function isAlways(condition: Condition): boolean {
    return condition.op === 'constant' && condition.value === 2;
}

function printValue(value: Value): string {
    return JSON.stringify(value);
}
