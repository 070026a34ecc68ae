/** A condition without `and` and `or`, in a form that its author may have written, for naming it in a reason. */
import type { Condition, Policy, Term } from '../../model/policy/policy.js';
import { agentName, humanName, labelName, signalName } from './names.js';
import { nameText, valueText } from '../../model/text/typed-text.js';

export function conditionText(policy: Policy, condition: Condition): string {
    const of = (term: Term): string => termText(policy, term);
    switch (condition.op) {
        case 'constant':
            return String(condition.value);
        case 'not':
            return `not (${conditionText(policy, condition.arg)})`;
        case 'and':
        case 'or':
            return condition.args.map((arg) => conditionText(policy, arg)).join(` ${condition.op} `);
        case 'compare':
            return `${of(condition.left)} ${condition.cmp} ${of(condition.right)}`;
        case 'in':
            return `${of(condition.term)} in [${condition.values.map(valueText).join(', ')}]`;
        case 'host in':
            return `${of(condition.term)} in [${condition.hosts.map(valueText).join(', ')}]`;
        case 'host within':
            return `${of(condition.term)} within ${valueText(condition.network)}`;
        case 'path within':
            return `${of(condition.term)} within ${valueText(condition.root)}`;
        case 'matches':
            return `${of(condition.term)} matches /${condition.pattern.regex}/`;
        case 'starts with':
        case 'command starts with':
            return `${of(condition.term)} starts with ${valueText(condition.prefix)}`;
        case 'contains':
            return `${of(condition.term)} contains ${valueText(condition.value)}`;
        case 'text test':
            return `${of(condition.term)} ${condition.test.replace(/^\w+ (?=within)/, '')} ${of(condition.other)}`;
        case 'every':
        case 'some':
            return `${condition.op} of ${of(condition.list)}: ${conditionText(policy, condition.arg)}`;
        case 'any text':
            return `any argument matches /${condition.pattern.regex}/`;
        case 'given':
            return `${nameText(condition.param)} is given`;
        case 'monitor':
            return policy.monitors[condition.monitor]!.text;
        case 'count':
            return `${policy.monitors[condition.monitor]!.text} ${condition.cmp} ${condition.bound}`;
        case 'recorded':
            return policy.recorders![condition.recorder]!.text;
        case 'carries':
        case 'received':
            return `carries ${labelName(policy, condition.label)}`;
        case 'approved by':
            return `approved by ${condition.humans.map((human) => humanName(policy, human)).join(', ')}`;
        case 'in mode':
            return `in mode ${nameText(policy.machines![condition.machine]!.modes[condition.mode]!.name)}`;
        case 'from':
            return `${of(condition.term)} from ${policy.sources![condition.source]!.text}`;
        case 'time in':
            return `time in ${condition.from}..${condition.to}`;
        case 'day in':
            return `day in ${condition.from}..${condition.to}`;
        case 'date in':
            return `date in ${condition.from}..${condition.to}`;
        case 'redirects':
            return `${of(condition.term)} redirects`;
        case 'caller is':
            return `the caller is ${agentName(policy, condition.agent)}`;
        case 'tool is':
            return 'the tool is one of these';
    }
}

export function termText(policy: Policy, term: Term): string {
    const of = (inner: Term): string => termText(policy, inner);
    switch (term.term) {
        case 'constant':
            return valueText(term.value);
        case 'param':
            return nameText(term.name);
        case 'host':
            return `host of ${of(term.of)}`;
        case 'length':
            return `size of ${of(term.of)}`;
        case 'bytes':
            return `bytes of ${of(term.of)}`;
        case 'field':
            return `${of(term.of)}.${nameText(term.field)}`;
        case 'part':
            return term.part === 'address' || (term.part === 'command' && term.of.term === 'element')
                ? of(term.of)
                : `${term.part} of ${of(term.of)}`;
        case 'entries':
            return of(term.of);
        case 'commands':
            return `commands of ${of(term.of)}`;
        case 'result':
        case 'request':
            return term.term;
        case 'session':
            return `session.${nameText(term.constant, 'EventName')}`;
        case 'signal':
            return `${signalName(policy, term.signal)}(${term.args.map(of).join(', ')})`;
        case 'call':
            return `call.${of(term.of)}`;
        case 'sum':
            return `${of(term.left)} ${term.minus ? '-' : '+'} ${of(term.right)}`;
        case 'joined':
            return `${of(term.left)} + ${of(term.right)}`;
        case 'aggregate':
            return policy.recorders![term.recorder]!.text;
        case 'latest':
            return `${policy.recorders![term.recorder]!.text}.${of(term.of)}`;
        case 'instant':
            return `time of ${of(term.of)}`;
        case 'now':
            return 'now';
        case 'period':
            return `the ${term.unit}`;
        case 'element':
            return 'the element';
    }
}
