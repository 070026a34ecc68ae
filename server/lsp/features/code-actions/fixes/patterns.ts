/** Fixes patterns and conditions that do not express what was meant: keys, totals, operators. */
import * as ast from '../../../../../language/generated/ast.js';
import { toolName } from '../../../../../language/names/inventory.js';
import { nameOwner, paramsInScope } from '../../../../../language/names/name-owner.js';
import { eventTools } from '../../../../../language/names/selectors.js';
import { areComparable, kindsOf, typeOf } from '../../../../../language/types/types.js';
import {
    insertAfter,
    keywordOf,
    partOf,
    replaceMarked,
    replaceNode,
    replacePart,
    replaceRange
} from '../../../../../language/edits/edits.js';
import type { Problem } from '../place.js';
import type { Proposal } from '../proposal.js';
import type { Fix } from './fix.js';
import { obvious } from '../../../../../language/edits/edit.js';
import { nameText, toolText } from '../../../../model/text/typed-text.js';
const MOST = 3;

/** Fixes `once verify(customer)` if the call has an `account`. */
const argument: Fix = {
    codes: ['GR404'],
    summary: 'Compare an argument of a pattern with a parameter that the call has',
    propose: (problem) => {
        const node = problem.at(ast.isEventArgument);
        const param = node?.param.ref;
        if (!node?.$cstNode || !param) {
            return [];
        }
        const owner = nameOwner(node.$container);
        const scope = owner ? paramsInScope(node.$container, problem.inventory) : [];
        const type = typeOf(param.type);
        const name = nameText(param.name, 'Name');
        const fits = scope.filter((each) => areComparable(typeOf(each.type), type) && each.name !== param.name);
        const texts = [...new Set(fits.map((each) => `${name}: ${nameText(each.name, 'Name')}`))];
        return texts.slice(0, MOST).map((text, index) => ({
            title: `Write \`${text}\``,
            changes: [replaceNode(node, text)],
            isPreferred: texts.length === 1 && index === 0
        }));
    }
};

/** Adds the identifier that the decided call and the earlier one share. */
const sameKey: Fix = {
    codes: ['GR428', 'GR512'],
    summary: 'Require an earlier call for the same account, customer or file, or state that any is meant',
    propose: (problem) => {
        const event = problem.at(ast.isEvent) ?? pastEvent(problem);
        if (!event?.selector?.$cstNode || event.listed) {
            return [];
        }
        const { selector } = event;
        const keys = keysOf(problem, event);
        return [
            ...keys.map((key, index) => ({
                title: `Write \`${selector.$cstNode!.text}(${key})\``,
                changes: [insertAfter(selector, `(${key})`)],
                isPreferred: keys.length === 1 && index === 0
            })),
            ...(problem.code === 'GR428'
                ? [
                      {
                          title: `Write \`${selector.$cstNode!.text}()\`: any is meant`,
                          changes: [insertAfter(selector, '()')]
                      }
                  ]
                : [])
        ];
    }
};

/** The only pattern of the rule that a finding can refer to. */
function pastEvent(problem: Problem): ast.Event | undefined {
    const rule = problem.at(ast.isRule);
    const asked = ast.isRequire(rule) ? rule.condition : ast.isAllow(rule) ? rule.when : undefined;
    return ast.isOnce(asked) && !asked.then ? asked.event : undefined;
}

/** The parameters of the earlier call that the decided one has too, by name or by entity. */
function keysOf(problem: Problem, event: ast.Event): string[] {
    const rule = problem.at(ast.isRule);
    const decided = ast.isSubjectRule(rule)
        ? rule.subjects
        : ast.isOrder(rule)
          ? rule.events.slice(rule.events.indexOf(event) + 1)
          : [];
    const [past, called] = [eventTools([event], problem.inventory), eventTools(decided.slice(0, 1), problem.inventory)];
    const found = (past[0]?.params ?? []).flatMap((param) => {
        const same = (called[0]?.params ?? []).find(
            (other) =>
                areComparable(typeOf(other.type), typeOf(param.type)) &&
                (other.name === param.name || (ast.isEntityType(other.type) && ast.isEntityType(param.type)))
        );
        const isKey = ast.isEntityType(param.type) || /(^|_)id$|[a-z]Id$/.test(param.name);
        const [own, other] = [param.name, same?.name ?? ''].map((each) => nameText(each, 'Name'));
        return same ? [{ isKey, text: own === other ? own! : `${own}: ${other}` }] : [];
    });
    const keys = found.filter(({ isKey }) => isKey);
    return (keys.length > 0 ? keys : found).map(({ text }) => text).slice(0, MOST);
}

/** Fixes a cap on earlier calls that the decided call crosses. */
const countIn: Fix = {
    codes: ['GR427', 'GR513'],
    summary: 'Add the amount of the decided call to the total that limits it',
    propose: (problem) => {
        const comparison = problem.at(ast.isComparison) ?? capOf(problem);
        const total = comparison?.left;
        const operator = comparison && partOf(comparison, 'operator');
        if (!comparison || !ast.isTotal(total) || !operator) {
            return [];
        }
        const name = nameText(total.field.$refText, 'Name');
        // The operator changes whether the bound itself is included.
        const changed = { '>=': '>', '<': '<=' }[comparison.operator as string];
        return [
            obvious(
                `Add \`+ ${name}\``,
                insertAfter(total, ` + ${name}`),
                ...(changed ? [replacePart(operator, changed)] : [])
            )
        ];
    }
};

function capOf(problem: Problem): ast.Comparison | undefined {
    const rule = problem.at(ast.isSubjectRule);
    const asked = ast.isRequire(rule) ? rule.condition : rule?.when;
    return ast.isComparison(asked) ? asked : undefined;
}

/** Fixes `and` between conditions that exclude each other, and `or` between conditions of which one is always true. */
const otherOperator: Fix = {
    codes: ['GR424', 'GR425'],
    summary:
        'Write `or` instead of `and` in a condition that is never true, `and` instead of `or` in one that always is',
    propose: (problem) => {
        const condition = problem.at(ast.isBinaryCondition);
        const operator = condition && partOf(condition, 'operator');
        const [from, to] = problem.code === 'GR424' ? ['and', 'or'] : ['or', 'and'];
        const isWhole = condition?.$cstNode?.offset === problem.from && condition.$cstNode.end === problem.to;
        return isWhole && operator?.text === from && !ast.isBinaryCondition(condition.$container)
            ? [obvious(`Change \`${from}\` to \`${to}\``, replacePart(operator, to))]
            : [];
    }
};

const addedUp: Fix = {
    codes: ['GR490'],
    summary: 'Add up a parameter that is a number',
    propose: (problem) => {
        const total = problem.at(ast.isTotal);
        const params = total && !total.result ? eventTools([total.event], problem.inventory) : [];
        const names = params
            .flatMap((tool) => tool.params)
            .filter(({ type }) => kindsOf(typeOf(type)).has('number'))
            .map(({ name }) => nameText(name, 'Name'));
        return [...new Set(names)].slice(0, MOST).map((name, index) => ({
            title: `Change to \`${name}\``,
            changes: [replaceMarked(problem, name)],
            isPreferred: index === 0
        }));
    }
};

/** Makes the rule ignore refused calls of other agents. */
const ofCaller: Fix = {
    codes: ['GR514'],
    summary: 'Count the calls of the same agent only',
    propose: (problem) => {
        const rule = problem.at(ast.isSubjectRule);
        const count = rule && firstCount(rule.when);
        const event = count?.event;
        return event?.selector?.$cstNode && !event.by && !event.where
            ? [obvious('Insert `by caller`', insertAfter(event, ' by caller'))]
            : [];
    }
};

function firstCount(condition: ast.Condition | undefined): ast.Count | undefined {
    if (ast.isBinaryCondition(condition)) {
        return firstCount(condition.left) ?? firstCount(condition.right);
    }
    const sides = ast.isComparison(condition) ? [condition.left, condition.right] : [];
    return sides.find(ast.isCount);
}

/** Excludes the later event from the earlier one, because one call can be both. */
const excepted: Fix = {
    codes: ['GR411'],
    summary: 'Exclude a call that is on both sides of `since` or `before` from one of them',
    propose: (problem): Proposal[] => {
        const since = problem.at(ast.isSince);
        const order = problem.at(ast.isOrder);
        const event = problem.at(ast.isEvent);
        const [wide, narrow] = since
            ? [since.event, since.from]
            : order && event
              ? [order.events[order.events.indexOf(event) - 1], event]
              : [];
        const [all, some] = [wide, narrow].map((each) => (each ? eventTools([each], problem.inventory) : []));
        const left = (all ?? []).filter((tool) => !some!.includes(tool));
        if (!wide?.selector || left.length === 0 || left.length > MOST) {
            return [];
        }
        const names = left.map((tool) => toolText(toolName(tool)));
        return names.length === 1 || since
            ? names.map((name) => ({
                  title: `Change \`${wide.selector.$cstNode!.text}\` to \`${name}\``,
                  changes: [replaceNode(wide.selector, name)],
                  isPreferred: names.length === 1
              }))
            : [];
    }
};

/** Lets the author confirm a hint, which does not grant anything. */
const confirm: Fix = {
    codes: ['GR406'],
    summary: 'Confirm a trait that is only a hint',
    propose: (problem) => {
        const selector = problem.at(ast.isTraitSelector);
        const trait = selector?.trait.$refText;
        const hints = problem.file.elements
            .filter(ast.isServer)
            .flatMap(({ tools }) => tools)
            .flatMap((tool) => tool.traits.filter((use) => use.hint && use.trait.$refText === trait));
        const edits = hints.flatMap((use) => {
            const word = keywordOf(use, 'hint');
            const name = partOf(use, 'trait');
            return word && name ? [replaceRange(problem, word.offset, name.offset, '')] : [];
        });
        return edits.length > 0 ? [{ title: `Confirm \`${trait}\` where it is a hint`, changes: edits }] : [];
    }
};

/** A mistaken `limit … to 0` and similar problems are fixed in `words.ts`. */
const waitFor: Fix = {
    codes: ['GR420'],
    summary: 'Remove a status or `by` from an event from outside, and its parentheses if it has no parameters',
    propose: (problem) => {
        const event = problem.at(ast.isEvent);
        const status = event && partOf(event, 'status');
        const by = event?.by && keywordOf(event, 'by');
        if (!event?.$cstNode || ast.isSubjectRule(event.$container)) {
            return [];
        }
        if (status) {
            const next = event.selector.$cstNode!.offset;
            return [obvious(`Remove \`${status.text}\``, replaceRange(problem, status.offset, next, ''))];
        }
        const end = event.selector.$cstNode!.end;
        return by || event.listed || event.where
            ? [obvious('Name the event alone', replaceRange(problem, end, event.$cstNode.end, ''))]
            : [];
    }
};

export const patterns: readonly Fix[] = [
    argument,
    sameKey,
    countIn,
    otherOperator,
    addedUp,
    ofCaller,
    excepted,
    confirm,
    waitFor
];
