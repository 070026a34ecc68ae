/**
 * GR438: a regular expression in quotes, which is read as a glob, or a pattern that only one text fits; GR439: an `and`
 * after `where` that could belong to it; GR443: a `not E since F` that is true although F never happened; GR444: tools
 * of which one is enough, although the list reads as all of them; GR494: `by` or `held` of one of several tools, although
 * the list reads as if it concerned all of them.
 */
import type { AstNode } from 'langium';
import { AstUtils, GrammarUtils } from 'langium';
import type { BinaryCondition, Condition, Event, Matches, Negation } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../names/inventory.js';
import { type Fix, obvious } from '../edits/edit.js';
import { insertAfter, insertBefore, keywordOf, replaceNode, replacePart, replaceRange } from '../edits/edits.js';
import { nameOwner } from '../names/name-owner.js';
import { eventTools, isOpenList } from '../names/selectors.js';
import { deniesHeld } from '../types/held-subjects.js';
import { onlyText, quotedRegex } from '../text/text-patterns.js';
import { termText } from '../types/terms.js';
import { type Reporter, type ValidationRule, list } from './rule.js';

export const misread: ValidationRule = {
    codes: ['GR438', 'GR439', 'GR443', 'GR444', 'GR494'],
    checks: {
        Matches: checkPattern,
        AnyArgument: checkPattern,
        BinaryCondition: checkWhere,
        Negation: checkSince,
        SubjectRule: checkShared,
        PossibleClaim: (claim, report) => claim.steps.forEach((step) => checkList(step, report)),
        StaysPossibleClaim: (claim, report) => checkList(claim.subject, report)
    }
};

function checkPattern(node: Matches | ast.AnyArgument, report: Reporter): void {
    const { pattern } = node as { readonly pattern?: ast.Pattern };
    const regex = pattern?.glob === undefined ? undefined : quotedRegex(pattern.glob);
    const only = pattern?.regex === undefined ? undefined : onlyText(pattern.regex);
    if (pattern && regex !== undefined) {
        report.warning(
            'GR438',
            pattern,
            `In quotes this is a glob, in which only \`*\` has a meaning. The regular expression is \`${regex}\`, which the whole text must match.`,
            () => [obvious(`Write \`${regex}\``, replaceNode(pattern, regex))]
        );
    } else if (pattern && only !== undefined) {
        report.warning(
            'GR438',
            pattern,
            `Only the text "${only}" matches this, because a pattern must match the whole text. Write \`/.*${only}.*/${pattern.regex!.endsWith('i') ? 'i' : ''}\` for a text that contains it.`,
            () => withOnlyText(pattern, only)
        );
    }
}

/** A pattern that only one text fits was meant as a part of the text, or as the text itself. */
function withOnlyText(pattern: ast.Pattern, text: string): Fix[] {
    const flag = pattern.regex!.endsWith('i') ? 'i' : '';
    const test = pattern.$container;
    const contained = `/.*${text}.*/${flag}`;
    const equal = ast.isMatches(test) && flag === '' ? `${test.left.$cstNode!.text} == "${text}"` : undefined;
    return [
        obvious(`Write \`${contained}\``, replaceNode(pattern, contained)),
        ...(equal === undefined ? [] : [{ title: `Write \`${equal}\``, changes: [replaceNode(test, equal)] }])
    ];
}

function checkWhere(node: BinaryCondition, report: Reporter): void {
    if (node.operator !== 'and') {
        return;
    }
    const event = openWhere(node.left);
    // Nothing may stand after `and` yet.
    const right = node.right as Condition | undefined;
    const names = event && right ? ambiguousNames(event, right, report.inventory) : [];
    if (names.length > 0) {
        report.hint(
            'GR439',
            node.right,
            `\`where\` takes one condition, so here ${list(names.map((name) => `\`${name}\``))} ${names.length === 1 ? 'is a parameter' : 'are parameters'} of the decided call. For the earlier one, put parentheses around both conditions.`,
            () => {
                const where = event!.where!;
                const both = replaceNode(
                    where,
                    `(${node.$cstNode!.text.slice(where.$cstNode!.offset - node.$cstNode!.offset)})`
                );
                return [
                    {
                        title: 'Put parentheses around both conditions: of the earlier call',
                        changes: [{ ...both, range: { start: both.range.start, end: node.$cstNode!.range.end } }]
                    },
                    {
                        title: 'Put parentheses around the first condition: the other is of the decided call',
                        changes: [replaceNode(where, `(${where.$cstNode!.text})`)]
                    }
                ];
            }
        );
    }
}

/** The event whose `where` ends a condition, without parentheses around it. */
function openWhere(condition: Condition | undefined): Event | undefined {
    const last = ast.isBinaryCondition(condition) && condition.operator === 'and' ? condition.right : condition;
    const event = ast.isOnce(last) ? (last.then ?? last.event) : undefined;
    const { where } = event ?? {};
    const keyword = event && GrammarUtils.findNodeForKeyword(event.$cstNode, 'where');
    const isLast = where?.$cstNode !== undefined && where.$cstNode.end === condition?.$cstNode?.end;
    return keyword && isLast && where.$cstNode?.text[0] !== '(' ? event : undefined;
}

/** The parameters of the decided call in a condition that the earlier event has too. */
function ambiguousNames(event: Event, condition: Condition, inventory: Inventory): string[] {
    const owner = nameOwner(event);
    const earlier = new Set(eventTools([event], inventory).flatMap(({ params }) => params.map(({ name }) => name)));
    const names = AstUtils.streamAst(condition)
        .filter((node): node is ast.Reference => ast.isReference(node))
        .filter((node) => ast.isParam(node.target?.ref) && nameOwner(node) === owner)
        .map(({ target }) => target.$refText)
        .filter((name) => earlier.has(name))
        .toArray();
    return owner?.kind === 'call' ? [...new Set(names)] : [];
}

function checkList(event: Event | undefined, report: Reporter): void {
    if (event && isOpenList(event.selector)) {
        report.warning(
            'GR444',
            event,
            `One of these tools is enough for the claim. Write \`[${termText(event)}]\` if you mean any of them, and a claim for each if you mean all.`,
            () => [
                obvious('Put the tools in brackets', replaceNode(event.selector, `[${event.selector.$cstNode!.text}]`))
            ]
        );
    }
}

/** `by` reads as if it concerned the plain tools before it, and a status word those after it. */
function checkShared(rule: ast.SubjectRule, report: Reporter): void {
    // The agents of an `allow` stand before its tools, so GR401 reports a `by` there.
    const subjects = ast.isAllow(rule) ? [] : rule.subjects;
    const isPlain = (event: Event | undefined): boolean =>
        event?.selector !== undefined && event.by === undefined && event.status === undefined;
    /** Those at the beginning of the list. */
    const plainAt = (events: readonly Event[]): Event[] => {
        const end = events.findIndex((event) => !isPlain(event));
        return events.slice(0, end < 0 ? undefined : end);
    };
    subjects.forEach((event, index) => {
        if (event.by && isPlain(subjects[index - 1])) {
            const before = subjects.slice(0, index).reverse();
            reportUnshared(event, 'by', plainAt(before).reverse(), report);
        }
        if (deniesHeld(rule, event) && isPlain(subjects[index + 1])) {
            reportUnshared(event, 'status', plainAt(subjects.slice(index + 1)), report);
        }
    });
}

function reportUnshared(event: Event, property: 'by' | 'status', others: readonly Event[], report: Reporter): void {
    const isBefore = property === 'status';
    const [first, last] = isBefore ? [event, others.at(-1)!] : [others[0]!, event];
    const { offset, text } = event.$container.$cstNode!;
    const between = text.slice(others[0]!.$cstNode!.offset - offset, others.at(-1)!.$cstNode!.end - offset);
    const own = event.$cstNode!.text;
    const apart = isBefore ? `${between}, ${own}` : `${own}, ${between}`;
    report.warning(
        'GR494',
        [event, property],
        `\`${isBefore ? event.status! : `by ${event.by!.$cstNode!.text}`}\` concerns only \`${event.selector.$cstNode!.text}\`, and not ${list(others.map((other) => `\`${termText(other)}\``))}. Put the tools in brackets if it concerns all of them, and otherwise list \`${own}\` ${isBefore ? 'last' : 'first'}.`,
        (problem) => [
            {
                title: 'Put the tools in brackets',
                changes: [insertBefore(first.selector, '['), insertAfter(last.selector, ']')]
            },
            {
                title: `List \`${own}\` ${isBefore ? 'last' : 'first'}`,
                changes: [replaceRange(problem, first.$cstNode!.offset, last.$cstNode!.end, apart)]
            }
        ]
    );
}

function checkSince(node: Negation, report: Reporter): void {
    const since = node.arg;
    if (ast.isSince(since) && !since.negated && since.from && isGrant(node)) {
        const from = termText(since.from);
        report.hint(
            'GR443',
            node,
            `This is also true if \`${from}\` never happened. Write \`no\` instead of \`not\` if it must have happened.`,
            () => [obvious('Change `not` to `no`', replacePart(keywordOf(node, 'not')!, 'no'))]
        );
    }
}

/** True if the condition, when true, lets an `allow` match. */
function isGrant(node: AstNode): boolean {
    const { $container: around, $containerProperty: property } = node;
    return (
        (ast.isAllow(around) && property === 'when') ||
        (ast.isBinaryCondition(around) && around.operator !== 'implies' && isGrant(around))
    );
}
