/**
 * GR512: a call passes after an earlier call for another account, customer or file, because the pattern does not
 * constrain the key.
 */
import { noRelease } from '../questions/own.js';
import { commonKeys } from './identities.js';
import type { Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import type { Finding } from '../results/result.js';
import type { FindingContext, FindingRule } from './finding.js';
import type { Gate } from './gates.js';
import { gatesOf } from './gates.js';
import { toolsOf } from './patterns.js';
import { nameText, toolText } from '../../model/text/typed-text.js';

export const droppedKeys: FindingRule = {
    codes: ['GR512'],
    find: (context) => gatesOf(context.policy).flatMap((gate) => check(context, gate))
};

function check({ policy, session }: FindingContext, gate: Gate): Finding[] {
    const { monitor, rule, statement } = gate;
    const { event } = monitor;
    const { kind, subject, text } = policy.rules[rule]!;
    // Conditions with the same meaning share a monitor, which has the text of the first, with or without `()`.
    const name = event.text.replace(/\(\s*\)$/, '');
    const isAsked = kind === 'allow' || kind === 'require' || monitor.kind === 'since or start';
    const isUnkeyed = monitor.keys === undefined && event.where.op === 'constant' && event.outside === undefined;
    if (!isAsked || !isUnkeyed || !['once', 'since or start'].includes(monitor.kind) || meansAny(text, name)) {
        return [];
    }
    const paramsOf = (index: number): Policy['tools'][number]['params'] => policy.tools[index]!.params;
    const keys = commonKeys(toolsOf(event).map(paramsOf), toolsOf(subject).map(paramsOf));
    const [key] = keys;
    if (!key || keys.length > 1) {
        return [];
    }
    const found = session(...sameKey(policy, gate, key));
    const last = found?.trace.steps.at(-1);
    if (!last) {
        return [];
    }
    const argument = argumentText(key.past, key.call);
    return [
        {
            code: 'GR512',
            severity: 'warning',
            message: `${nameText(last.actor, 'StrictName')} can call ${toolText(last.tool)} for one \`${key.call}\` after \`${name}\` for another: the condition forgets which. Write \`${name}(${argument})\`, or \`${name}()\` if any is meant.`,
            source: statement.source,
            about: [name],
            replaces: ['GR428'],
            ...found
        }
    ];
}

/** An author who writes `verify()` means any arguments, which only the rule's text shows. */
function meansAny(rule: string, event: string): boolean {
    const name = event.slice(event.lastIndexOf('.') + 1);
    return rule.replace(/\s/g, '').includes(`${name.replace(/\s/g, '')}()`);
}

/** Writes `account`, or `account: to` if the names differ. */
function argumentText(past: string, call: string): string {
    return past === call ? past : `${past}: ${call}`;
}

/** The claim that no call passes except after a call with the same key, and the monitor that the claim reads. */
function sameKey(
    policy: Policy,
    { monitor, rule }: Gate,
    { past, call }: { readonly past: string; readonly call: string }
): [Question, Policy] {
    const { subject, source, when } = policy.rules[rule]!;
    const keyed = {
        ...monitor,
        event: { ...monitor.event, keys: [past] },
        keys: [{ term: 'param', name: call } as const],
        text: monitor.text.replace(monitor.event.text, `${monitor.event.text}(${argumentText(past, call)})`)
    };
    const text = `never ${subject.text} unless ${keyed.text}`;
    return [
        noRelease({ name: text, text, source }, subject, {
            op: 'and',
            args: [when, { op: 'not', arg: { op: 'monitor', monitor: policy.monitors.length } }]
        }),
        { ...policy, monitors: [...policy.monitors, keyed] }
    ];
}
