/** GR513: a cap whose total leaves out the decided call, so that the call that crosses the cap passes. */
import { noRelease } from '../questions/own.js';
import { isStatic } from '../../model/conditions/reads.js';
import type { Comparator, Condition, Policy, Term } from '../../model/policy/policy.js';
import type { Finding } from '../results/result.js';
import type { FindingContext, FindingRule } from './finding.js';
import { conjunctsOf } from './gates.js';
import { toolsOf } from './patterns.js';
import type { Statement } from './statements.js';
import { statementsOf } from './statements.js';
import { nameText, toolText } from '../../model/text/typed-text.js';

export const crossedCaps: FindingRule = {
    codes: ['GR513'],
    find: (context) =>
        statementsOf(context.policy).flatMap((statement) =>
            statement.rules.flatMap((rule) =>
                capsOf(context.policy, rule).flatMap((cap) => check(context, statement, cap))
            )
        )
};

interface Cap {
    readonly rule: number;
    readonly total: Term & { readonly term: 'aggregate' };
    readonly bound: number;
    /** The name of the parameter that is summed. */
    readonly amount: string;
    /** The additional conditions under which the rule caps. */
    readonly others: readonly Condition[];
}

/** The caps of a rule: `deny E when total(E.x) > n`, `require total(E.x) <= n for E`. */
function capsOf(policy: Policy, index: number): Cap[] {
    const rule = policy.rules[index]!;
    const [asked, comparators, when]: [Condition[], readonly Comparator[], Condition[]] =
        rule.kind === 'deny'
            ? [conjunctsOf(rule.when), ['>', '>='], []]
            : rule.kind === 'require'
              ? [conjunctsOf(rule.requires), ['<', '<='], [rule.when]]
              : rule.kind === 'allow'
                ? [conjunctsOf(rule.when), ['<', '<='], []]
                : [[], [], []];
    return asked.flatMap((part): Cap[] => {
        if (
            part.op !== 'compare' ||
            part.left.term !== 'aggregate' ||
            part.right.term !== 'constant' ||
            typeof part.right.value !== 'number'
        ) {
            return [];
        }
        const recorder = policy.recorders![part.left.recorder]!;
        const value = recorder.value;
        const counted = new Set(toolsOf(recorder.event));
        const isOwn =
            toolsOf(rule.subject).every((tool) => counted.has(tool)) && recorder.event.where.op === 'constant';
        const others = rule.kind === 'deny' ? asked.filter((other) => other !== part) : when;
        return recorder.kind === 'total' &&
            value?.term === 'param' &&
            isOwn &&
            comparators.includes(part.cmp) &&
            others.every(isPlain)
            ? [{ rule: index, total: part.left, bound: part.right.value, amount: value.name, others }]
            : [];
    });
}

function isPlain(condition: Condition): boolean {
    return condition.op === 'constant' || isStatic(condition);
}

function check({ policy, session }: FindingContext, { source }: Statement, cap: Cap): Finding[] {
    const { subject } = policy.rules[cap.rule]!;
    const text = policy.recorders![cap.total.recorder]!.text;
    const crossed: Condition = {
        op: 'compare',
        cmp: '>',
        left: { term: 'sum', left: cap.total, right: { term: 'param', name: cap.amount }, minus: false },
        right: { term: 'constant', value: cap.bound }
    };
    const name = `never ${subject.text} when ${text} + ${cap.amount} > ${cap.bound}`;
    const found = session(
        noRelease({ name, text: name, source }, subject, { op: 'and', args: [...cap.others, crossed] })
    );
    const last = found?.trace.steps.at(-1);
    return last
        ? [
              {
                  code: 'GR513',
                  severity: 'warning',
                  message: `${nameText(last.actor, 'StrictName')} can get past the cap of ${cap.bound} with one call of ${toolText(last.tool)}: the total covers only earlier calls. Include the call: \`${text} + ${cap.amount}\`.`,
                  source,
                  about: [text],
                  replaces: ['GR427'],
                  ...found!
              }
          ]
        : [];
}
