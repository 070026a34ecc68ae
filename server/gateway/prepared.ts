/** Prepares policies for decisions, with the state that all sessions of a policy share. */
import { createHash } from 'node:crypto';
import { version } from '../../package.json';
import { lastingText } from '../model/policy/lasting.js';
import type { Policy } from '../model/policy/policy.js';
import { canonicalText } from '../model/values/canonical-text.js';
import { GuardrailError } from './errors.js';
import type { DecidingRule, JsonObject, JsonValue, LoadedPolicy } from './events.js';
import { Names } from './names.js';

/** The state that all sessions of a policy share. */
export interface PreparedPolicy {
    readonly model: Policy;
    readonly names: Names;
    readonly rules: readonly DecidingRule[];
}

const prepared = new WeakMap<LoadedPolicy, PreparedPolicy>();

/** Throws a `GuardrailError` GR938 for a value that none of the loading functions returned. */
export function preparedOf(policy: LoadedPolicy): PreparedPolicy {
    const one = typeof policy === 'object' && policy !== null ? prepared.get(policy) : undefined;
    if (!one) {
        throw new GuardrailError(
            'GR938',
            'this is not a policy from `loadPolicy` or `parsePolicy` (await them) or from `policyFromLowered`'
        );
    }
    return one;
}

/** The policy as programs receive it. */
export function loaded(policy: Policy): LoadedPolicy {
    const rules = policy.rules.map(({ text, because, source, ...rule }): DecidingRule => ({
        text,
        ...(because !== undefined && { because }),
        ...(rule.kind === 'approval' && rule.choices && { choices: rule.choices.map(lastingText) }),
        file: source.uri,
        line: source.start.line + 1
    }));
    const one: LoadedPolicy = Object.freeze({
        name: policy.name,
        tools: policy.tools.filter(({ delegatesTo }) => delegatesTo === undefined).map(({ name }) => name),
        agents: policy.agents.map(({ name }) => name),
        get lowered() {
            const json = JSON.parse(JSON.stringify(policy)) as JsonObject;
            return { format: LOWERED, version, digest: digestOf(json), policy: json };
        }
    });
    prepared.set(one, { model: policy, names: new Names(policy), rules });
    return one;
}

/** The format of `lowered`. */
export const LOWERED = 'guardrail-lowered';

/** The order of keys does not matter, because a database may store them in another order. */
export function digestOf(policy: JsonValue): string {
    return createHash('sha256').update(canonicalText(policy)).digest('hex');
}
