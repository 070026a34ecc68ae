/**
 * What a change does to the statements of a policy: the claims and scenarios that tested it, what it assumes, and the rules,
 * labels and traits by their text. Sessions show what the rules decide; a claim that is gone shows in none.
 */
import type {
    Annotation,
    Assumption,
    Claim,
    Condition,
    Policy,
    Rule,
    Scenario,
    ScenarioStep,
    Tool
} from '../../model/policy/policy.js';
import { toolText } from '../../model/text/typed-text.js';
import type { StatementChange } from '../results/difference.js';
import { claimsAsMuch } from './implied.js';
import { mergeWithClaims } from './merge.js';
import { plainText } from '../conditions/plain.js';

export interface StatementChanges {
    readonly changes: readonly StatementChange[];
    /**
     * The new policy, and for a change of a claim that is gone or weaker, or of a rule that stopped calls, the claim whose verdict
     * in that policy shows what the change does; undefined if the two cannot be compared.
     */
    readonly asked?: { readonly policy: Policy; readonly claims: ReadonlyMap<StatementChange, Claim> };
}

export function statementChanges(old: Policy, young: Policy): StatementChanges {
    const merged = mergeWithClaims(old, young);
    // Without common names, only the texts can be compared.
    const [before, after] = 'incomparable' in merged ? [old, young] : [merged.old, merged.new];
    const key = 'incomparable' in merged ? textOf : plainText;
    const implies = (one: Claim, other: Claim): boolean =>
        'incomparable' in merged ? one.text === other.text : claimsAsMuch(merged.policy, one, other);
    const lost = before.claims
        .filter((claim) => !after.claims.some((other) => implies(other, claim)))
        .map((claim) => ({ change: lostClaim(claim, after.claims), claim }));
    const gone = without(before.rules, after.rules, key).map((rule) => ({
        change: ruleChange(rule, false),
        claim: claimOfRule(rule)
    }));
    return {
        changes: [
            ...lost.map(({ change }) => change),
            ...exceptionChanges(before.claims, after.claims, implies),
            ...scenarioChanges(old, young),
            ...assumptionChanges(before.assumptions ?? [], after.assumptions ?? [], key),
            ...gone.map(({ change }) => change),
            ...without(after.rules, before.rules, key).map((rule) => ruleChange(rule, true)),
            ...toolChanges(old, young),
            ...newClaims(before.claims, after.claims, implies)
        ],
        ...(!('incomparable' in merged) && {
            asked: {
                policy: merged.new,
                claims: new Map(
                    [...lost, ...gone].flatMap(({ change, claim }) => (claim ? [[change, claim] as const] : []))
                )
            }
        })
    };
}

/** The claim that nothing happens that the rule stops; undefined for a rule that asks people, allows or withholds. */
function claimOfRule(rule: Rule): Claim | undefined {
    const { subject, when, text, source } = rule;
    const bad: Condition | undefined =
        rule.kind === 'deny'
            ? when
            : rule.kind === 'require'
              ? { op: 'and', args: [when, { op: 'not', arg: rule.requires }] }
              : undefined;
    return bad && rule.audit !== true ? { kind: 'never', name: text, subject, bad, text, source } : undefined;
}

function textOf({ text }: { readonly text: string }): string {
    return text;
}

function lostClaim({ name, source }: Claim, claims: readonly Claim[]): StatementChange {
    const text = claims.some((claim) => claim.name === name)
        ? `The claim \`${name}\` is not shown to demand as much as before`
        : `The claim \`${name}\` is gone, and no other claim is shown to demand as much`;
    return { what: 'claim', name, effect: 'looser', text, source };
}

function newClaims(
    old: readonly Claim[],
    young: readonly Claim[],
    implies: (one: Claim, other: Claim) => boolean
): StatementChange[] {
    return young
        .filter((claim) => !old.some((other) => implies(other, claim)))
        .map(({ name, source }) => ({
            what: 'claim',
            name,
            effect: 'stricter',
            text: `The claim \`${name}\` demands something new`,
            source
        }));
}

/** `@expected` and `@accept` on claims: a verdict that fails a check without them does not fail it with them. */
function exceptionChanges(
    old: readonly Claim[],
    young: readonly Claim[],
    implies: (one: Claim, other: Claim) => boolean
): StatementChange[] {
    const changed: StatementChange[] = [];
    for (const claim of young) {
        const alike = old.filter((other) => other.name === claim.name || implies(claim, other));
        const before = new Set(alike.flatMap((other) => exceptionsOf(other.annotations)));
        const after = exceptionsOf(claim.annotations);
        if (alike.length > 0) {
            changed.push(
                ...after.filter((one) => !before.has(one)).map((one) => exception(claim, one, 'looser')),
                ...[...before].filter((one) => !after.includes(one)).map((one) => exception(claim, one, 'stricter'))
            );
        }
    }
    return changed;
}

function exceptionsOf(annotations: readonly Annotation[] = []): string[] {
    return annotations
        .filter(({ name }) => name === 'expected' || name === 'accept')
        .flatMap(({ name, values }) => values.map((value) => `@${name}(${value})`));
}

function exception({ name, source }: Claim, text: string, effect: 'looser' | 'stricter'): StatementChange {
    const how = effect === 'looser' ? 'now has' : 'no longer has';
    return { what: 'exception', name, effect, text: `The claim \`${name}\` ${how} \`${text}\``, source };
}

function scenarioChanges(old: Policy, young: Policy): StatementChange[] {
    const isIn = ({ scenarios }: Policy, name: string): boolean => scenarios.some((one) => one.name === name);
    return [
        ...old.scenarios
            .filter((scenario) => !young.scenarios.some((other) => beginsLike(other, scenario)))
            .map(({ name, source }): StatementChange => {
                const how = isIn(young, name) ? 'has other steps' : 'is gone';
                return { what: 'scenario', name, effect: 'looser', text: `The scenario \`${name}\` ${how}`, source };
            }),
        ...young.scenarios
            .filter(
                (scenario) => !old.scenarios.some((other) => beginsLike(other, scenario)) && !isIn(old, scenario.name)
            )
            .map(({ name, source }): StatementChange => {
                return { what: 'scenario', name, effect: 'stricter', text: `New scenario: \`${name}\``, source };
            })
    ];
}

/** True if the scenario has all steps of the other one, in the same order, before any further ones. */
function beginsLike({ steps }: Scenario, other: Scenario): boolean {
    return other.steps.every((step, index) => steps[index] && stepText(steps[index]) === stepText(step));
}

/** A step as written and with its values, but without numbers of declarations, which other declarations shift. */
function stepText(step: ScenarioStep): string {
    return JSON.stringify(step, (field, value: unknown) => (NUMBERS.has(field) ? undefined : value));
}

const NUMBERS: ReadonlySet<string> = new Set(['source', 'agent', 'human', 'event', 'to', 'tools', 'signal']);

function assumptionChanges(
    old: readonly Assumption[],
    young: readonly Assumption[],
    key: (one: Assumption) => string
): StatementChange[] {
    return [
        ...without(young, old, key).map(({ text, source }): StatementChange => {
            return { what: 'assumption', name: text, effect: 'looser', text: `It now assumes: \`${text}\``, source };
        }),
        ...without(old, young, key).map(({ text, source }): StatementChange => {
            const sentence = `It no longer assumes: \`${text}\``;
            return { what: 'assumption', name: text, effect: 'stricter', text: sentence, source };
        })
    ];
}

function ruleChange(rule: Rule, isNew: boolean): StatementChange {
    return {
        what: 'rule',
        name: rule.text,
        effect: rule.audit ? 'otherwise' : (rule.kind === 'allow') === isNew ? 'looser' : 'stricter',
        text: `${isNew ? 'New' : 'No longer'}: \`${rule.text}\``,
        source: rule.source
    };
}

/** The elements of `these` that are not among `others`, each as often as it is missing there. */
function without<T>(these: readonly T[], others: readonly T[], key: (one: T) => string): T[] {
    const left = others.map(key);
    return these.filter((one) => {
        const place = left.indexOf(key(one));
        if (place >= 0) {
            left.splice(place, 1);
        }
        return place < 0;
    });
}

function toolChanges(old: Policy, young: Policy): StatementChange[] {
    return old.tools.flatMap((tool) => {
        const other = young.tools.find(({ name }) => name === tool.name);
        return other ? [...labelChanges(old, tool, young, other), ...traitChanges(tool, other)] : [];
    });
}

function labelChanges(old: Policy, tool: Tool, young: Policy, other: Tool): StatementChange[] {
    return (['reads', 'clears'] as const).flatMap((verb) => {
        const [before, after] = [tool[verb].map((at) => old.labels[at]!), other[verb].map((at) => young.labels[at]!)];
        const missing = (these: typeof before, others: typeof before, isNew: boolean): StatementChange[] =>
            these
                .filter(({ name }) => !others.some((label) => label.name === name))
                .map(({ name }) => ({
                    what: 'label',
                    name,
                    effect: isNew === (verb === 'clears') ? 'looser' : 'stricter',
                    text: `\`${toolText(tool.name)}\` ${isNew ? 'now' : 'no longer'} ${verb} \`${name}\``,
                    source: other.source
                }));
        return [...missing(before, after, false), ...missing(after, before, true)];
    });
}

function traitChanges(tool: Tool, other: Tool): StatementChange[] {
    const words = ['does not have', 'may have', 'has'];
    const names = [...new Set([...Object.keys(tool.traits), ...Object.keys(other.traits)])];
    return names
        .filter((name) => (tool.traits[name] ?? 0) !== (other.traits[name] ?? 0))
        .map((name) => ({
            what: 'trait',
            name,
            effect: 'otherwise',
            text: `\`${toolText(tool.name)}\` now ${words[other.traits[name] ?? 0]} the trait \`${name}\``,
            source: other.source
        }));
}
