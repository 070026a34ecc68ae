/**
 * An action whose conditions have values is again an action, with constants in their place. The result of a call is
 * therefore a function of these constants, which the system itself computes. The diagrams describe how the constants
 * depend on the state. Only the rules that can make a difference, given the constants, are kept.
 */
import type { NumberedRule } from '../../model/decide.js';
import { situationFor } from '../../model/decide.js';
import { matchesCall } from '../../model/conditions/evaluate.js';
import type { Condition } from '../../model/policy/policy.js';
import type { Truth } from '../../model/policy/truth.js';
import { and, FALSE, TRUE } from '../../model/policy/truth.js';
import type { Action } from '../system/actions.js';
import { NOW } from '../system/timing.js';
import type { Diagram, Diagrams } from './diagrams.js';
import type { Truths } from './truths.js';

/** The rules of an action for one agent, as constants, reduced to a canonical form of what they decide. */
interface SettledRules {
    readonly rules: readonly (readonly NumberedRule[])[];
    readonly condition: Condition;
}

export interface FoldedAction {
    /** The diagram of the index of the constant action in a state. */
    readonly diagram: Diagram;
    readonly actions: readonly Action[];
    /** The fields that its conditions read, even if they make no difference in the end. */
    readonly reads: ReadonlySet<number>;
}

export function fold(action: Action, diagrams: Diagrams, truths: Truths): FoldedAction {
    const { call, principals } = action;
    const situation = { call, time: NOW };
    const settled: SettledRules[] = [];
    const numbers = new Map<string, number>();
    const numberOf = (one: SettledRules): number => {
        const key = JSON.stringify([
            one.condition,
            one.rules.map((rules) =>
                rules.map(({ index, rule }) => [index, rule.when, rule.kind === 'require' && rule.requires])
            )
        ]);
        let number = numbers.get(key);
        if (number === undefined) {
            number = settled.push(one) - 1;
            numbers.set(key, number);
        }
        return number;
    };
    const asked = [{ agent: call.agent, rules: action.rules }, ...principals];
    const condition = truths.of(action.condition, situation);
    const reads = new Set(diagrams.fieldsIn(condition));
    const read = (asks: Condition, one: Parameters<Truths['of']>[1]): Diagram => {
        const truth = truths.of(asks, one);
        diagrams.fieldsIn(truth).forEach((field) => reads.add(field));
        return truth;
    };
    let diagram = diagrams.map(condition, (value) =>
        numberOf({ rules: asked.map(() => []), condition: truths.residue(value) })
    );
    asked.forEach(({ agent, rules }, who) => {
        // Only the carrier in this situation is used, since the diagrams leave the memory open.
        const one = situationFor({ ...situation, memory: NO_MEMORY, approvals: [] }, agent);
        for (const numbered of rules) {
            const { rule } = numbered;
            const add = (before: number, settledRule: NumberedRule): number => {
                const { condition: asks, rules: all } = settled[before]!;
                const own = withRule(all[who]!, settledRule, { ...call, agent });
                return own === all[who]
                    ? before
                    : numberOf({ condition: asks, rules: all.map((some, index) => (index === who ? own : some)) });
            };
            const when = read(rule.when, one);
            if (rule.kind === 'require') {
                const requirements = pairs(diagrams, when, read(rule.requires, one));
                const join = diagrams.combiner((before, value) => {
                    const [asks, requires] = requirements.of(value).map((number) => truths.residue(number));
                    return add(before, { index: numbered.index, rule: { ...rule, when: asks!, requires: requires! } });
                });
                diagram = join(diagram, requirements.diagram);
            } else {
                const join = diagrams.combiner((before, value) =>
                    add(before, { index: numbered.index, rule: { ...rule, when: truths.residue(value) } })
                );
                diagram = join(diagram, when);
            }
        }
    });
    return {
        diagram,
        reads,
        actions: settled.map(({ rules: [own, ...others], condition: value }): Action => ({
            ...action,
            rules: own!,
            principals: principals.map(({ agent }, index) => ({ agent, rules: others[index]! })),
            condition: value
        }))
    };
}

const NO_MEMORY = { monitors: [], keyed: [], labels: [] };

/** The pairs of values of two functions, encoded as one number. */
function pairs(
    diagrams: Diagrams,
    left: Diagram,
    right: Diagram
): { readonly diagram: Diagram; readonly of: (pair: number) => readonly [number, number] } {
    const width = Math.max(...diagrams.valuesIn(right)) + 1;
    return {
        diagram: diagrams.combiner((one, other) => one * width + other)(left, right),
        of: (pair) => [Math.floor(pair / width), pair % width]
    };
}

/**
 * Adds a rule. It does not matter to the decision which rules deny or allow (`decideBy`): one rule that denies has the
 * same effect as many, whatever else applies; one that certainly allows has the same effect as many that may.
 */
function withRule(rules: readonly NumberedRule[], added: NumberedRule, call: Action['call']): readonly NumberedRule[] {
    const { rule } = added;
    const applies = appliesTo(added, call);
    const governs = rule.kind === 'allow' && rule.mode !== undefined;
    if (rules.some((other) => denies(other, call)) || (applies === FALSE && !governs)) {
        return rules;
    }
    if (denies(added, call)) {
        return [added];
    }
    if (rule.kind === 'withhold' || (rule.kind === 'require' && isConstant(rule.requires, TRUE))) {
        return rules;
    }
    if (rule.kind !== 'allow' || governs || applies === undefined) {
        return [...rules, added];
    }
    const plain = rules.filter(
        (other) => other.rule.kind === 'allow' && other.rule.mode === undefined && appliesTo(other, call) !== undefined
    );
    const isSure = plain.some((other) => appliesTo(other, call) === TRUE);
    return isSure || (plain.length > 0 && applies !== TRUE)
        ? rules
        : [...rules.filter((other) => !plain.includes(other)), added];
}

/** True if the rule certainly or possibly denies the call, regardless of who approves. */
function denies(numbered: NumberedRule, call: Action['call']): boolean {
    const { rule } = numbered;
    const applies = appliesTo(numbered, call) ?? FALSE;
    const isUnmet = rule.kind === 'require' && rule.requires.op === 'constant' && rule.requires.value !== TRUE;
    return applies !== FALSE && (rule.kind === 'deny' || isUnmet);
}

/** True if the rule applies to the call; undefined if that depends on who approves. */
function appliesTo({ rule }: NumberedRule, call: Action['call']): Truth | undefined {
    const isMeant = matchesCall(rule.subject, call);
    return isMeant === FALSE ? FALSE : rule.when.op === 'constant' ? and(isMeant, rule.when.value) : undefined;
}

function isConstant(condition: Condition, value: Truth): boolean {
    return condition.op === 'constant' && condition.value === value;
}
