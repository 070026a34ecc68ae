/**
 * Finds changes of the rules that apply to the judged call: a key, a window, a boundary, `and` for `or`, the opposite
 * guard.
 */
import * as ast from '../../language/generated/ast.js';
import { textOf } from '../../language/lower/context.js';
import type { Change, EditedText, Replacement } from './change.js';
import { after, changing, inside, instead, without } from './change.js';
import { repairLimit } from './limits.js';
import { durationsIn, grouped, numbersIn } from './texts.js';

/** @param rules the rules, starting with those that decided */
export function changesOfRules(
    edited: EditedText,
    rules: readonly ast.Rule[],
    claim: ast.Claim
): { readonly changes: readonly Change[]; readonly isAll: boolean } {
    const guarded = rules.filter(ast.isSubjectRule);
    const named = numbersIn(claim.body);
    const most = repairLimit('repairNumbers');
    const changes = [
        ...joins(edited, guarded),
        ...guarded.flatMap((rule) => flips(edited, rule)),
        ...rules.flatMap((rule) => keys(edited, rule)),
        ...rules.flatMap((rule) => windows(edited, rule, claim)),
        ...rules.flatMap((rule) => numbers(edited, rule, named.slice(0, most))),
        ...guarded.flatMap((rule) => boundaries(edited, rule)),
        ...guarded.filter(ast.isAllow).flatMap((rule) => conjuncts(edited, rule, claim))
    ];
    return { changes, isAll: rules.every((rule) => numbers(edited, rule, named.slice(most)).length === 0) };
}

/** Several conditional `allow`s of one call are alternatives, but were often meant as joint requirements. */
function joins(edited: EditedText, rules: readonly ast.SubjectRule[]): Change[] {
    const groups = new Map<string, (ast.Allow & { readonly when: ast.Condition })[]>();
    for (const rule of rules) {
        if (ast.isAllow(rule) && rule.when && !rule.unless && rule.subjects.length === 1) {
            const key = `${rule.by ? textOf(rule.by) : ''}: ${textOf(rule.subjects[0]!)}`;
            groups.set(key, [...(groups.get(key) ?? []), rule as ast.Allow & { readonly when: ast.Condition }]);
        }
    }
    return [...groups.values()]
        .filter((group) => group.length > 1)
        .map((group) => {
            const all = [...group].sort((a, b) => a.$cstNode!.offset - b.$cstNode!.offset);
            const [first, ...others] = all;
            const condition = all.map(({ when }) => grouped(when)).join(' and ');
            const lines = all.map((rule) => rule.$cstNode!.range.start.line + 1).join(' and ');
            const joined = changing(edited, first!, [instead(first!.when, condition)]);
            return {
                text: joined.text.replace(/^change line \d+ to/, `join lines ${lines} to`),
                replacements: [...joined.replacements, ...others.map((rule) => without(edited, rule))],
                rules: all.length,
                isNew: false
            };
        });
}

/** Changes `unless` where `when` was meant, or vice versa. */
function flips(edited: EditedText, rule: ast.SubjectRule): Change[] {
    const condition = rule.when ?? rule.unless;
    if (!condition || (rule.when && rule.unless)) {
        return [];
    }
    const word = rule.when ? 'when' : 'unless';
    const before = edited.text.slice(rule.$cstNode!.offset, condition.$cstNode!.offset);
    const at = rule.$cstNode!.offset + before.lastIndexOf(word);
    return [changing(edited, rule, [{ from: at, to: at + word.length, text: word === 'when' ? 'unless' : 'when' }])];
}

/** Adds to a pattern a key that the call has: `once verify(account)` for `once verify`. */
function keys(edited: EditedText, rule: ast.Rule): Change[] {
    const subjects = toolsOf(rule);
    return historyOf(rule).flatMap((event) => {
        const tool = toolOf(event);
        if (event.listed || !tool || subjects.length === 0) {
            return [];
        }
        const shared = tool.params
            .map(({ name }) => name)
            .filter((name) => subjects.every(({ params }) => params.some((param) => param.name === name)));
        const lists = shared.length > 1 ? [shared, ...shared.map((name) => [name])] : shared.map((name) => [name]);
        return lists.map((names) => changing(edited, rule, [after(event.selector, `(${names.join(', ')})`)]));
    });
}

/** Adds the windows that the claim names. */
function windows(edited: EditedText, rule: ast.Rule, claim: ast.Claim): Change[] {
    const durations = durationsIn(claim.body);
    const asked = [...inside(rule, ast.isOnce), ...inside(rule, ast.isSince)];
    return asked.flatMap((condition) =>
        durations
            .filter((duration) => duration !== condition.within && !condition.withinParam && !condition.period)
            .map((duration) => {
                const { within } = condition;
                return changing(edited, rule, [
                    within === undefined
                        ? after(condition, ` within ${duration}`)
                        : lastWord(edited, condition, within, duration)
                ]);
            })
    );
}

/** Replaces a number in the rule by numbers that the claim names. */
function numbers(edited: EditedText, rule: ast.Rule, named: readonly string[]): Change[] {
    const literals = inside(rule, ast.isNumberLiteral).map((literal) => ({ node: literal, value: literal.value }));
    const replaced = literals.flatMap(({ node, value }) =>
        named
            .filter((number) => Number(number) !== value)
            .map((number) => changing(edited, rule, [instead(node, number)]))
    );
    const bounds =
        ast.isLimit(rule) && rule.bound !== undefined
            ? named
                  .filter((number) => Number(number) !== rule.bound)
                  .map((number) => changing(edited, rule, [lastWord(edited, rule, String(rule.bound), number)]))
            : [];
    return [...replaced, ...bounds];
}

/** Replaces `>=` by `>` and so on, for a boundary that is off by one. */
function boundaries(edited: EditedText, rule: ast.SubjectRule): Change[] {
    return inside(rule, ast.isComparison).flatMap((comparison) => {
        const other = OTHER_BOUNDARY[comparison.operator];
        if (other === undefined) {
            return [];
        }
        const [from, to] = [comparison.left.$cstNode!.end, comparison.right.$cstNode!.offset];
        return [changing(edited, rule, [{ from, to, text: ` ${other} ` }])];
    });
}

const OTHER_BOUNDARY: { readonly [operator: string]: string | undefined } = {
    '<': '<=',
    '<=': '<',
    '>': '>=',
    '>=': '>'
};

/** Adds the requirement of the claim as a part of an `allow`'s condition. */
function conjuncts(edited: EditedText, rule: ast.Allow, { body }: ast.Claim): Change[] {
    if (!ast.isRequiresClaim(body)) {
        return [];
    }
    const condition = grouped(body.condition);
    const last = rule.subjects[rule.subjects.length - 1]!;
    return [
        changing(edited, rule, [
            rule.when ? instead(rule.when, `${grouped(rule.when)} and ${condition}`) : after(last, ` when ${condition}`)
        ])
    ];
}

/** The last occurrence of a word in a part of a rule. */
function lastWord({ text }: EditedText, node: ast.Condition | ast.Rule, word: string, instead: string): Replacement {
    const { offset, end } = node.$cstNode!;
    const at = offset + text.slice(offset, end).lastIndexOf(word);
    return { from: at, to: at + word.length, text: instead };
}

/** The events that the conditions of a rule refer to. */
function historyOf(rule: ast.Rule): ast.Event[] {
    const subjects: readonly ast.Event[] = ast.isSubjectRule(rule) ? rule.subjects : [];
    return inside(rule, ast.isEvent).filter((event) => !subjects.includes(event) && event.$container !== rule);
}

function toolsOf(rule: ast.Rule): ast.Tool[] {
    const subjects = ast.isSubjectRule(rule) ? rule.subjects : [];
    const tools = subjects.map(toolOf);
    return tools.some((tool) => tool === undefined) ? [] : tools.filter((tool) => tool !== undefined);
}

function toolOf({ selector }: ast.Event): ast.Tool | undefined {
    const target = ast.isToolSelector(selector) ? selector.target.ref : undefined;
    return ast.isTool(target) ? target : undefined;
}
