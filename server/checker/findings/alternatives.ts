/**
 * GR510: two conditional `allow`s of one tool that read like joint requirements but are alternatives. The finding shows
 * a session in which one condition is met and the other is not. It is not reported if the alternatives are plainly
 * intended: conditions only on arguments, and conditions that no call meets at the same time.
 */
import { noRelease } from '../questions/own.js';
import type { Condition, Policy } from '../../model/policy/policy.js';
import type { Question } from '../questions/question.js';
import { isStatic } from '../../model/conditions/reads.js';
import type { Truth } from '../../model/policy/truth.js';
import { and, FALSE, mayBe } from '../../model/policy/truth.js';
import { poll } from '../limits/budget.js';
import { allowingAll } from '../portfolio/answers.js';
import { visitConditions } from '../conditions/walk.js';
import type { Finding } from '../results/result.js';
import type { FindingContext, FindingRule, ShownSession } from './finding.js';
import { conjunctsOf } from './gates.js';
import type { Statement } from './statements.js';
import { statementsOf } from './statements.js';
import { nameText, toolText } from '../../model/text/typed-text.js';

export const alternatives: FindingRule = {
    codes: ['GR510'],
    find: (context) => {
        const conditional = statementsOf(context.policy)
            .filter(
                ({ kind, rules }) => kind === 'allow' && rules.every((index) => isConditional(context.policy, index))
            )
            .map((statement): Conditional => {
                const { when } = context.policy.rules[statement.rules[0]!]!;
                return { statement, asks: asksForHistory(when), key: JSON.stringify(when) };
            });
        const asking = conditional.filter(({ asks }) => asks);
        return conditional.flatMap((second) => {
            // At least one of the two must read the history, and few policies have such a rule.
            for (const first of second.asks ? conditional : asking) {
                poll();
                if (first.statement.rules[0]! >= second.statement.rules[0]!) {
                    break;
                }
                const found = first.key === second.key ? undefined : check(context, first.statement, second.statement);
                if (found) {
                    return [found];
                }
            }
            return [];
        });
    }
};

interface Conditional {
    readonly statement: Statement;
    /** True if its condition reads the history. */
    readonly asks: boolean;
    /** A text for the source location of its condition. */
    readonly key: string;
}

/** An `allow` inside a mode does not count, because it already depends on the mode. */
function isConditional({ rules }: Policy, index: number): boolean {
    const { when, mode } = rules[index]!;
    return when.op !== 'constant' && mode === undefined;
}

function check({ policy, session }: FindingContext, first: Statement, second: Statement): Finding | undefined {
    const [one, other] = [policy.rules[first.rules[0]!]!, policy.rules[second.rules[0]!]!];
    if (!agentsMeet(one.subject.agents, other.subject.agents)) {
        return undefined;
    }
    const tools = one.subject.tools.map((value, tool) => and(value, other.subject.tools[tool]!));
    if (!tools.some(mayBe)) {
        return undefined;
    }
    const without = (met: Condition, unmet: Condition): ShownSession | undefined =>
        session(release(policy, second, tools, [met, { op: 'not', arg: unmet }]));
    const onlySecond = without(other.when, one.when);
    const onlyFirst = onlySecond && without(one.when, other.when);
    const last = onlySecond?.trace.steps.at(-1);
    // Cases that no call meets at the same time are intended alternatives, so their arguments are compared.
    const cases = [one.when, other.when].flatMap(conjunctsOf).filter(isStatic);
    const both = onlyFirst && session(release(policy, second, tools, cases), allowingAll(policy));
    if (!both || !last) {
        return undefined;
    }
    return {
        code: 'GR510',
        severity: 'warning',
        message: `This \`allow\` and the one in line ${first.line} are alternatives: ${nameText(last.actor, 'StrictName')} can call ${toolText(last.tool)} when only one of the two conditions is met, whichever it is. If both must be met, write \`require … for ${one.subject.text}\` for each, and allow it without a condition.`,
        source: second.source,
        replaces: ['GR413'],
        ...onlySecond
    };
}

function agentsMeet(a: Policy['rules'][number]['subject']['agents'], b: typeof a): boolean {
    return (
        !Array.isArray(a) || !Array.isArray(b) || a.some((agent) => (b as readonly number[]).includes(agent as number))
    );
}

/** A condition on an earlier event reads like a requirement; a condition on arguments reads like a case. */
function asksForHistory(condition: Condition): boolean {
    return conjunctsOf(condition).some((part) => {
        let reads = false;
        if (part.op !== 'not') {
            visitConditions(part, (inner) => {
                reads ||= inner.op === 'monitor' || inner.op === 'count' || inner.op === 'recorded';
            });
        }
        return reads;
    });
}

/** The claim that no call is released while all of the conditions are met. */
function release(policy: Policy, { source }: Statement, tools: readonly Truth[], met: readonly Condition[]): Question {
    const text = policy.tools.flatMap(({ name }, tool) => (tools[tool] === FALSE ? [] : [name])).join(', ');
    return noRelease(
        { name: `never ${text}`, text: `never ${text}`, source },
        { tools, text },
        { op: 'and', args: met }
    );
}
