/**
 * What a client does with a call under its settings: the decision of the policy that these are lowered to, as far as the
 * client reads the call like the policy.
 */
import { evaluateStatic, matchesCall } from '../model/conditions/evaluate.js';
import type { StaticCondition } from '../model/conditions/reads.js';
import { rulesOf } from '../model/decide.js';
import type { Call } from '../model/memory/memory.js';
import type { Arguments, Condition, Policy, Rule } from '../model/policy/policy.js';
import { and, FALSE, not, or, TRUE, type Truth, UNKNOWN } from '../model/policy/truth.js';
import { commandsOf } from '../model/values/shell-commands.js';
import type { Client } from './settings.js';
import { isPlainLine } from './words.js';

export interface Answer {
    readonly decision: 'allowed' | 'held' | 'denied' | 'not known';
    /** The rules of the policy that decide, strictest first; of an unknown decision, those that it depends on. */
    readonly rules: readonly Rule[];
}

/**
 * @param policy what `lowerSettings` wrote for the client
 * @param tool the name of the tool as the client gives it
 */
export function answerOf(client: Client, policy: Policy, tool: string, args: Arguments): Answer {
    const found: Record<'deny' | 'approval' | 'allow', { truth: Truth; rules: Rule[] }> = {
        deny: { truth: FALSE, rules: [] },
        approval: { truth: FALSE, rules: [] },
        allow: { truth: FALSE, rules: [] }
    };
    for (const { rule, applies } of rulesAbout(client, policy, tool, args)) {
        if (Object.hasOwn(found, rule.kind)) {
            const kind = found[rule.kind as keyof typeof found];
            kind.truth = or(kind.truth, applies);
            kind.rules.push(rule);
        }
    }
    const { deny, approval, allow } = found;
    if (deny.truth === TRUE) {
        return { decision: 'denied', rules: deny.rules };
    }
    const isDecided = deny.truth === FALSE && approval.truth !== UNKNOWN && allow.truth === TRUE;
    if (!isDecided) {
        return { decision: 'not known', rules: [...deny.rules, ...approval.rules] };
    }
    return approval.truth === TRUE
        ? { decision: 'held', rules: approval.rules }
        : { decision: 'allowed', rules: allow.rules };
}

/** The rules of the policy that the call matches, or perhaps matches; none for a tool that the policy does not have. */
export function rulesAbout(
    client: Client,
    policy: Policy,
    tool: string,
    args: Arguments
): { readonly rule: Rule; readonly applies: Truth }[] {
    const index = policy.tools.findIndex(({ name }) => name === `${client.name}.${tool}`);
    const call: Call = { agent: 0, tool: index, args };
    const { command: line } = args;
    const isAsWritten = typeof line === 'string' && isReadAsWritten(client, line);
    return (index === -1 ? [] : rulesOf(policy, index)).flatMap(({ rule }) => {
        const applies = and(matchesCall(rule.subject, call), truthOf(rule.when, call, isAsWritten));
        return applies === FALSE ? [] : [{ rule, applies }];
    });
}

/**
 * True if the client compares the commands of the line as they stand, without looking for others inside of them. Of other
 * lines it depends on the client how they are read.
 */
function isReadAsWritten({ tools }: Client, line: string): boolean {
    return (
        isPlainLine(line) &&
        commandsOf(line).every(({ words, value }) => value !== undefined && !tools.unwraps.includes(words[0] as string))
    );
}

function truthOf(condition: Condition, call: Call, isAsWritten: boolean): Truth {
    switch (condition.op) {
        case 'constant':
            return condition.value;
        case 'not':
            return not(truthOf(condition.arg, call, isAsWritten));
        case 'and':
            return condition.args.map((arg) => truthOf(arg, call, isAsWritten)).reduce(and, TRUE);
        case 'or':
            return condition.args.map((arg) => truthOf(arg, call, isAsWritten)).reduce(or, FALSE);
        case 'some':
        case 'every': {
            const value = isAsWritten ? evaluateStatic(condition, call) : UNKNOWN;
            // With known words it is unknown only because of commands inside, at which no client looks.
            return value === UNKNOWN && isAsWritten && !hasNot(condition.arg) ? FALSE : value;
        }
        default:
            return evaluateStatic(condition as StaticCondition, call);
    }
}

/** True if a part of the condition is negated, so that what is unknown may make it true. */
function hasNot(condition: Condition): boolean {
    return condition.op === 'not' || ('args' in condition && condition.args.some((arg) => hasNot(arg)));
}
