/**
 * Makes policies in which one rule is weaker than it should be: each lets something through that its rule was written
 * to stop. A mutant differs from its policy in one place of one rule.
 */
import type { Condition, Monitor, Policy, Rule, Term } from '../../server/model/policy/policy.js';
import { FALSE, mayBe, TRUE } from '../../server/model/policy/truth.js';

export interface Mutant {
    /** The change in words, such as `line 12: the rule is dropped`. */
    readonly text: string;
    readonly policy: Policy;
    /** The rule as it is in the policy itself. */
    readonly rule: Rule;
}

/** Every mutant of a policy, in the order of its rules. */
export function mutantsOf(policy: Policy): Mutant[] {
    return policy.rules.flatMap((rule, index) =>
        rule.audit === true
            ? []
            : weakened(policy, rule).map(({ text, rule: weaker, monitors }) => ({
                  text: `line ${(rule.usedAt ?? rule.source).start.line + 1}, \`${rule.text.replace(/\s+/g, ' ')}\`: ${text}`,
                  rule,
                  policy: {
                      ...policy,
                      rules: weaker
                          ? policy.rules.map((other, at) => (at === index ? weaker : other))
                          : policy.rules.filter((_, at) => at !== index),
                      ...(monitors && { monitors })
                  }
              }))
    );
}

interface Change {
    readonly text: string;
    /** The changed rule; undefined if the rule is dropped. */
    readonly rule?: Rule;
    readonly monitors?: readonly Monitor[];
}

function weakened(policy: Policy, rule: Rule): Change[] {
    switch (rule.kind) {
        case 'allow':
            return [
                ...moreAgents(policy, rule),
                ...conditionChanges(policy, rule.when, true, (when) => ({ ...rule, when }))
            ];
        // Dropping it adds labels to calls, which weakens no decision.
        case 'withhold':
            return [];
        case 'deny':
            return [
                { text: 'the rule is dropped' },
                ...fewerTools(policy, rule),
                ...conditionChanges(policy, rule.when, false, (when) => ({ ...rule, when }))
            ];
        case 'require':
            return [
                { text: 'the rule is dropped' },
                ...fewerTools(policy, rule),
                ...conditionChanges(policy, rule.when, false, (when) => ({ ...rule, when })),
                ...conditionChanges(policy, rule.requires, true, (requires) => ({ ...rule, requires }))
            ];
        case 'approval':
            return [
                { text: 'the rule is dropped' },
                ...fewerTools(policy, rule),
                ...moreHumans(policy, rule),
                ...(rule.quorum > 1
                    ? [{ text: 'a person fewer is enough', rule: { ...rule, quorum: rule.quorum - 1 } }]
                    : []),
                ...conditionChanges(policy, rule.when, false, (when) => ({ ...rule, when }))
            ];
    }
}

/** Makes a rule that restricts several tools omit one of them. */
function fewerTools(policy: Policy, rule: Rule): Change[] {
    const meant = rule.subject.tools.flatMap((value, tool) => (mayBe(value) ? [tool] : []));
    return meant.length < 2
        ? []
        : meant.map((forgotten) => ({
              text: `it forgets ${policy.tools[forgotten]!.name}`,
              rule: {
                  ...rule,
                  subject: {
                      ...rule.subject,
                      tools: rule.subject.tools.map((value, tool) => (tool === forgotten ? FALSE : value))
                  }
              }
          }));
}

/** Makes a rule that grants something to some agents grant it to one more. */
function moreAgents(policy: Policy, rule: Rule): Change[] {
    const { agents } = rule.subject;
    return !Array.isArray(agents)
        ? []
        : policy.agents.flatMap(({ name }, agent) =>
              agents.includes(agent)
                  ? []
                  : [
                        {
                            text: `it grants to ${name} too`,
                            rule: { ...rule, subject: { ...rule.subject, agents: [...(agents as number[]), agent] } }
                        }
                    ]
          );
}

/** Lets another human approve too. */
function moreHumans(policy: Policy, rule: Rule & { readonly kind: 'approval' }): Change[] {
    return policy.humans.flatMap(({ name }, human) =>
        rule.humans.includes(human)
            ? []
            : [{ text: `${name} may approve too`, rule: { ...rule, humans: [...rule.humans, human] } }]
    );
}

/** Moves the root to the parent folder, or to a subfolder. */
function movedRoot(part: Condition, larger: boolean): Condition | undefined {
    if (part.op !== 'path within') {
        return undefined;
    }
    const root = larger ? part.root.replace(/\/[^/]*$/, '') || '/' : `${part.root}/below`;
    return { ...part, root };
}

/** Changes a list by one more element, or by one fewer, each in turn. */
function changedLists(part: Condition, larger: boolean): { readonly text: string; readonly changed: Condition }[] {
    if (part.op === 'host in') {
        return larger
            ? [{ text: 'the list has a host too many', changed: { ...part, hosts: [...part.hosts, 'other.example'] } }]
            : part.hosts.map((host) => ({
                  text: `the list forgets ${host}`,
                  changed: { ...part, hosts: part.hosts.filter((other) => other !== host) }
              }));
    }
    if (part.op !== 'in' || !part.values.every((value) => typeof value === 'string')) {
        return [];
    }
    return larger
        ? [{ text: 'the list has a text too many', changed: { ...part, values: [...part.values, 'other'] } }]
        : part.values.map((value) => ({
              text: `the list forgets ${String(value)}`,
              changed: { ...part, values: part.values.filter((other) => other !== value) }
          }));
}

/** @param larger true if the rule is weaker when the condition is true more often */
function conditionChanges(
    policy: Policy,
    condition: Condition,
    larger: boolean,
    ruleWith: (condition: Condition) => Rule
): Change[] {
    return partsOf(condition, larger, (part) => part).flatMap(({ part, larger: here, within }) => {
        const changes: Change[] = [];
        const change = (text: string, changed: Condition, monitors?: readonly Monitor[]): void => {
            changes.push({ text, rule: ruleWith(within(changed)), ...(monitors && { monitors }) });
        };
        if (part.op === 'constant') {
            return [];
        }
        change(`${nameOf(policy, part)} counts as ${here}`, { op: 'constant', value: here ? TRUE : FALSE });
        const bound = movedBound(part, here);
        if (bound) {
            change(`the bound of ${nameOf(policy, part)} is off by one`, bound);
        }
        const root = movedRoot(part, here);
        if (root) {
            change(`the folder is ${here ? 'the one above' : 'one below'}`, root);
        }
        const far = part.op === 'compare' ? movedBound(part, here, 1000) : undefined;
        if (far) {
            change(`the bound of ${nameOf(policy, part)} is far off`, far);
        }
        changedLists(part, here).forEach(({ text, changed }) => change(text, changed));
        if (part.op === 'monitor') {
            const monitor = policy.monitors[part.monitor]!;
            if (monitor.window !== undefined) {
                // A longer window makes a `no … since` true less often, and all others more often.
                const window = monitor.window + (here ? 1 : -1);
                const monitors = [...policy.monitors, { ...monitor, window }];
                change(
                    `${nameOf(policy, part)} is off by a second`,
                    { ...part, monitor: monitors.length - 1 },
                    monitors
                );
            }
        }
        return changes;
    });
}

interface Part {
    readonly part: Condition;
    readonly larger: boolean;
    readonly within: (changed: Condition) => Condition;
}

/** The atoms of a condition, each with the direction in which it weakens the rule. */
function partsOf(condition: Condition, larger: boolean, within: Part['within']): Part[] {
    switch (condition.op) {
        case 'not':
            return partsOf(condition.arg, !larger, (arg) => within({ op: 'not', arg }));
        case 'and':
        case 'or':
            return condition.args.flatMap((arg, index) =>
                partsOf(arg, larger, (changed) =>
                    within({ ...condition, args: condition.args.map((other, at) => (at === index ? changed : other)) })
                )
            );
        default:
            return [{ part: condition, larger, within }];
    }
}

/** The same comparison with a looser bound. */
function movedBound(part: Condition, larger: boolean, by = 1): Condition | undefined {
    if (part.op === 'count') {
        const step = stepOf(part.cmp, larger);
        return step === 0 || part.bound + step < 0 ? undefined : { ...part, bound: part.bound + step };
    }
    if (part.op !== 'compare' || part.right.term !== 'constant' || typeof part.right.value !== 'number') {
        return undefined;
    }
    const step = stepOf(part.cmp, larger);
    const right: Term = { term: 'constant', value: part.right.value + step * by };
    return step === 0 ? undefined : { ...part, right };
}

function stepOf(cmp: '==' | '!=' | '<' | '<=' | '>' | '>=', larger: boolean): number {
    switch (cmp) {
        case '<':
        case '<=':
            return larger ? 1 : -1;
        case '>':
        case '>=':
            return larger ? -1 : 1;
        default:
            return 0;
    }
}

function nameOf(policy: Policy, part: Condition): string {
    switch (part.op) {
        case 'monitor':
        case 'count':
            return `\`${policy.monitors[part.monitor]!.text}\``;
        case 'carries':
            return `\`carries ${policy.labels[part.label]!.name}\``;
        case 'recorded':
            return `\`${policy.recorders![part.recorder]!.text}\``;
        default:
            return `the part \`${part.op}\``;
    }
}
