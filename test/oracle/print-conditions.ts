/** Prints conditions, terms and patterns in words close to the language. */
import type {
    CallPattern,
    Condition,
    EventPattern,
    Policy,
    Recorder,
    Term,
    Value
} from '../../server/model/policy/policy.js';

export function printCondition(policy: Policy, condition: Condition): string {
    const inside = (c: Condition): string => printCondition(policy, c);
    const term = (t: Term): string => printTerm(policy, t);
    switch (condition.op) {
        case 'constant':
            return ['false', 'unknown', 'true'][condition.value] ?? '';
        case 'not':
            return `not ${inside(condition.arg)}`;
        case 'and':
        case 'or':
            return `(${condition.args.map(inside).join(` ${condition.op} `)})`;
        case 'compare':
            return `${term(condition.left)} ${condition.cmp} ${term(condition.right)}`;
        case 'in':
            return `${term(condition.term)} in [${condition.values.map(printValue).join(', ')}]`;
        case 'host in':
            return `${term(condition.term)} in hosts [${condition.hosts.join(', ')}]`;
        case 'host within':
            return `${term(condition.term)} within ${condition.network}`;
        case 'path within':
            return `${term(condition.term)} within ${condition.root}`;
        case 'matches':
            return `${term(condition.term)} matches ${printPattern(condition.pattern)}`;
        case 'starts with':
        case 'command starts with':
            return `${term(condition.term)} ${condition.op} ${printValue(condition.prefix)}`;
        case 'contains':
            return `${term(condition.term)} contains ${printValue(condition.value)}`;
        case 'text test':
            return `${term(condition.term)} ${condition.test} ${term(condition.other)}`;
        case 'every':
        case 'some':
            return `(${condition.op} e${condition.level} in ${term(condition.list)}: ${inside(condition.arg)})`;
        case 'any text':
            return `any text of ${condition.term ? term(condition.term) : 'the arguments'} matches ${printPattern(condition.pattern)}`;
        case 'given':
            return `${condition.param} given`;
        case 'monitor':
            return `monitor ${condition.monitor}`;
        case 'count':
            return `count ${condition.monitor} ${condition.cmp} ${condition.bound}`;
        case 'recorded':
            return `recorder ${condition.recorder}`;
        case 'carries':
        case 'received':
            return `${condition.op} ${policy.labels[condition.label]?.name}`;
        case 'approved by': {
            const per = condition.per === undefined ? '' : ` per ${condition.per.map(term).join(', ')}`;
            return `approved by ${printHumans(policy, condition.humans)}${per}`;
        }
        case 'caller is':
            return `caller is ${policy.agents[condition.agent]?.name}`;
        case 'in mode':
            return `in mode ${printMode(policy, condition)}`;
        case 'from':
            return `${term(condition.term)} from ${policy.sources?.[condition.source]?.text}`;
        case 'time in':
        case 'day in':
        case 'date in':
            return `${condition.op} ${condition.from}..${condition.to}`;
        case 'redirects':
            return `${term(condition.term)} redirects`;
        default:
            return JSON.stringify(condition);
    }
}

export function printTerm(policy: Policy, term: Term): string {
    const inside = (t: Term): string => printTerm(policy, t);
    switch (term.term) {
        case 'constant':
            return printValue(term.value);
        case 'param':
            return term.name;
        case 'field':
            return `${inside(term.of)}.${term.field}`;
        case 'part':
            return `${term.part} of ${inside(term.of)}`;
        case 'host':
        case 'length':
        case 'bytes':
        case 'commands':
        case 'entries':
            return `${term.term} of ${inside(term.of)}`;
        case 'result':
        case 'request':
            return term.term;
        case 'session':
            return `session.${term.constant}`;
        case 'signal':
            return `${policy.signals?.[term.signal]?.name}(${term.args.map(inside).join(', ')})`;
        case 'call':
            return `call.${inside(term.of)}`;
        case 'sum':
            return `(${inside(term.left)} ${term.minus ? '-' : '+'} ${inside(term.right)})`;
        case 'joined':
            return `(${inside(term.left)} joined with ${inside(term.right)})`;
        case 'aggregate':
            return `recorder ${term.recorder}`;
        case 'instant':
            return `time of ${inside(term.of)}`;
        case 'now':
            return term.term;
        case 'period':
            return `the ${term.unit}`;
        case 'latest':
            return `recorder ${term.recorder}.${inside(term.of)}`;
        case 'element':
            return `e${term.level}`;
    }
}

export function printRecorder(policy: Policy, recorder: Recorder): string {
    const keys = (recorder.keys ?? []).map(
        (key) => ` with ${printTerm(policy, key.event)} == the call's ${printTerm(policy, key.call)}`
    );
    const fromKeys = (recorder.fromKeys ?? []).map(
        (key) => ` with ${printTerm(policy, key.event)} == the call's ${printTerm(policy, key.call)}`
    );
    const value = recorder.value === undefined ? '' : ` of ${printTerm(policy, recorder.value)} of`;
    const asked = recorder.asked === undefined ? '' : ` asked ${printCondition(policy, recorder.asked)}`;
    const from =
        recorder.from === undefined ? '' : ` since or after ${printEvent(policy, recorder.from)}${fromKeys.join('')}`;
    const window = recorder.window === undefined ? '' : ` within ${recorder.window}s`;
    const more = `${recorder.sameCall ? ' same call' : ''}${recorder.across ? ' across sessions' : ''}`;
    return `${recorder.kind}${value} ${printEvent(policy, recorder.event)}${keys.join('')}${asked}${from}${window}${more}`;
}

export function printEvent(policy: Policy, event: EventPattern): string {
    const where = isAlways(event.where) ? '' : ` where ${printCondition(policy, event.where)}`;
    const keys = event.keys === undefined ? '' : `(${event.keys.join(', ')})`;
    const outside = (event.outside ?? []).map((i) => ` or ${policy.outsideEvents[i]?.name}`).join('');
    const humans = event.humans === undefined ? '' : ` by ${printHumans(policy, event.humans)}`;
    return `${event.status} ${printCalls(policy, event)}${humans}${outside}${keys}${where}`;
}

export function printHumans(policy: Policy, humans: readonly number[]): string {
    return humans.map((human) => policy.humans[human]?.name).join(', ');
}

export function printMode(policy: Policy, at: { readonly machine: number; readonly mode: number }): string {
    const machine = policy.machines?.[at.machine];
    return `${machine?.name}.${machine?.modes[at.mode]?.name}`;
}

export function printCalls(policy: Policy, pattern: CallPattern): string {
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

export function isAlways(condition: Condition): boolean {
    return condition.op === 'constant' && condition.value === 2;
}

export function printValue(value: Value): string {
    return JSON.stringify(value);
}

function printPattern(pattern: { readonly regex: string; readonly ignoreCase: boolean }): string {
    return `/${pattern.regex}/${pattern.ignoreCase ? 'i' : ''}`;
}
