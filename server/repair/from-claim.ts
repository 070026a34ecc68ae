/**
 * Finds rules that restate the claim: the most direct repairs. The claim's condition on a release becomes a condition
 * of the rule.
 */
import * as ast from '../../language/generated/ast.js';
import type { ForEachClaim } from '../../language/lower/claim-types.js';
import { forClaim } from '../../language/lower/claim-types.js';
import { textOf } from '../../language/lower/context.js';
import { windowText } from '../../language/parser/values.js';
import { grouped, guards, partsOf, subjectOf } from './texts.js';

/**
 * Lists of rules that are added together.
 * @param agent the caller of the judged call
 */
export function rulesFromClaim({ body }: ast.Claim, approvers: readonly string[], agent: string | undefined): Rules {
    return forClaim(RULES, body, approvers, agent);
}

type Rules = (readonly string[])[];

/** For claims such as `possible`, which say nothing about releases, no rule restates the claim. */
const RULES: ForEachClaim<readonly [readonly string[], string | undefined], Rules> = {
    NeverClaim: (body) => neverRules(body),
    RequiresClaim: (body) => requiresRules(body),
    AtMostClaim: (body) => {
        if (body.bound === undefined) {
            return [];
        }
        const per = body.per.length > 0 ? ` per ${body.per.map((term) => textOf(term)).join(', ')}` : '';
        const window = windowText(body);
        const within = window === undefined ? '' : ` within ${window}`;
        const limit = `limit ${textOf(body.subject.selector)} to ${body.bound}${per}${within}`;
        return [...(body.across ? [] : [[limit]]), [`${limit} across sessions`]];
    },
    NoFlowClaim: (body) => {
        const { text, conditions } = subjectOf(body.sink);
        const label = body.label.$refText;
        return [`carries ${label}`, `once tools that read ${label}`].flatMap((read) =>
            unlessRules(text, [...conditions, read], body.unless)
        );
    },
    DecidedClaim: (body, approvers, agent) => decidedRules(body, approvers, agent),
    AlwaysClaim: (body) => partsOf(body.condition, 'and').flatMap(limitRules),
    PossibleClaim: () => [],
    StaysPossibleClaim: () => []
};

function neverRules({ subject, when, after, until, unless }: ast.NeverClaim): Rules {
    const { text, conditions } = subjectOf(subject);
    const past = after && (until ? `no ${textOf(until)} since ${textOf(after)}` : `once ${textOf(after)}`);
    const all = [...conditions, ...(when ? [grouped(when)] : []), ...(past === undefined ? [] : [past])];
    return unlessRules(text, all, unless);
}

/** A `deny`, or a `require approval` if an approval makes the release legitimate. */
function unlessRules(text: string, when: readonly string[], unless: ast.Condition | undefined): Rules {
    if (!unless) {
        return [[`deny ${text}${guards(when, [])}`]];
    }
    const alternatives = partsOf(unless, 'or');
    const asked = alternatives.filter(ast.isApprovedBy);
    const others = alternatives.filter((part) => !ast.isApprovedBy(part)).map((part) => textOf(part));
    return asked.length > 0
        ? asked.map((part) => [`require approval by ${approverText(part)} for ${text}${guards(when, others)}`])
        : [[`deny ${text}${guards(when, [textOf(unless)])}`]];
}

/** Each part of a condition with `and` becomes a separate rule if one of the parts is an approval. */
function requiresRules({ subject, condition }: ast.RequiresClaim): Rules {
    const { text, conditions } = subjectOf(subject);
    const parts = partsOf(condition, 'and').map((part): string[] => {
        const asked = partsOf(part, 'or').filter(ast.isApprovedBy);
        return asked.length > 0
            ? unlessRules(text, conditions, part).map(([rule]) => rule!)
            : [`require ${textOf(part)} for ${text}${guards(conditions, [])}`];
    });
    const needsOne = parts.some((rules) => rules.some((rule) => rule.startsWith('require approval')));
    return needsOne
        ? parts[0]!.map((first) => [first, ...parts.slice(1).map(([rule]) => rule!)])
        : [[`require ${textOf(condition)} for ${text}${guards(conditions, [])}`]];
}

function decidedRules(
    { subject, decision, when }: ast.DecidedClaim,
    approvers: readonly string[],
    agent: string | undefined
): Rules {
    const { text, conditions } = subjectOf(subject);
    const asked = guards([...conditions, ...(when ? [grouped(when)] : [])], []);
    switch (decision) {
        case 'denied':
            return [[`deny ${text}${asked}`]];
        case 'held':
            return approvers.map((human) => [`require approval by ${human} for ${text}${asked}`]);
        case 'withheld':
            return [[`withhold result of ${text}${asked}`]];
        case 'allowed':
            return agent === undefined ? [] : [[`allow ${agent}: ${text}${asked}`]];
    }
}

/** The claim `always total(E.x) <= n` is a limit of E. */
function limitRules(condition: ast.Condition): Rules {
    if (!ast.isComparison(condition) || condition.operator !== '<=' || !ast.isNumberLiteral(condition.right)) {
        return [];
    }
    const { left, right } = condition;
    if (ast.isTotal(left)) {
        return [[`limit ${textOf(left)} to ${right.value}`]];
    }
    return ast.isCount(left) && !left.distinct ? [[`limit ${textOf(left.event.selector)} to ${right.value}`]] : [];
}

function approverText({ quorum, approver }: ast.ApprovedBy): string {
    return quorum === undefined ? approver.$refText : `${quorum} of ${approver.$refText}`;
}
