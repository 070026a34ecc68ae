/** GR420: an event that is not a call where only a call is possible. */
import { type Fix, obvious } from '../edits/edit.js';
import { keywordOf, partOf, removeLeading, removeParts } from '../edits/edits.js';
import * as ast from '../generated/ast.js';
import { isCallPlace } from '../names/name-owner.js';
import { termText } from '../types/terms.js';
import type { Reporter, ValidationRule } from './rule.js';

export const outsideEvents: ValidationRule = {
    codes: ['GR420'],
    checks: {
        Event: (event: ast.Event, report) => {
            const { selector } = event;
            const fail = (message: string): void =>
                report.error('GR420', [event, 'selector'], message, () => [alone(event)]);
            // GR453 reports such an event in a transition.
            if (ast.isSessionStart(selector) && !isOnceStart(event) && !ast.isTransition(event.$container)) {
                fail(
                    '`start` is the beginning of the session. Write `once start within 60m`, or `since start` after another event.'
                );
                return;
            }
            if ((ast.isSameCall(selector) || ast.isSameTool(selector)) && !isCompared(event)) {
                fail(
                    `\`${termText(selector)}\` compares earlier calls with the decided one, and here is none. Name the tools, or use it in a condition: \`count(${termText(selector)}) >= 3\`.`
                );
                return;
            }
            const outside = outsideEvent(selector);
            const name = outside?.name ?? eventText(selector);
            if (name === undefined) {
                return;
            }
            if (isCallPlace(event)) {
                fail(
                    outside
                        ? `\`${name}\` comes from outside: no rule can decide it, and no claim can forbid it. Name a tool, or use it in a condition: \`once ${name}\`.`
                        : `\`${name}\` is not a call: no rule can decide it and no claim can forbid it. Name a tool, or use it in a condition: \`once ${name}\`.`
                );
            } else if (ast.isLastIs(event.$container)) {
                fail(
                    `\`last is\` asks for the latest call of an agent, and \`${name}\` is not a call, so this is never true. Write \`once ${name}\`.`
                );
            } else if (outside && (event.status || event.by)) {
                fail(
                    `\`${name}\` comes from outside, so it has no status and no caller. Leave out \`${event.status ?? 'by …'}\`.`
                );
            } else if (outside && (event.where || event.listed) && outside.params.length === 0) {
                const declared = ast.isOutsideEvent(outside.node)
                    ? `, or declare its parameters: \`event ${name}(id: string)\``
                    : '';
                fail(`\`${name}\` has no parameters, so it takes no arguments. Name it alone${declared}.`);
            } else if (!outside && (event.status || event.where || event.listed)) {
                fail(`\`${name}\` is not a call: it has no status and no arguments. Name it alone, or with \`by\`.`);
            }
        },
        ToolsExcept: (node, report) => {
            for (const selector of [node.of, ...node.except]) {
                const name = outsideEvent(selector)?.name;
                if (name !== undefined) {
                    report.error(
                        'GR420',
                        selector,
                        `\`except\` removes tools from tools, and \`${name}\` comes from outside. Name only tools here.`
                    );
                }
            }
        },
        Group: (group, report) => checkMembers(group.members, 'group', 'Name it where the group is used.', report),
        ToolList: (list, report) =>
            checkMembers(
                list.members.filter((member) => !ast.isDelegationSelector(member) || member.end),
                'list',
                'Combine conditions on it with `or`.',
                report
            )
    }
};

/** Removes what only the event of a call can have. */
function alone(event: ast.Event): Fix | undefined {
    const status = partOf(event, 'status');
    const parts = [event.by ? keywordOf(event, 'by') : undefined, partOf(event, 'listed'), keywordOf(event, 'where')];
    const first = parts.filter((part) => part !== undefined).sort((a, b) => a.offset - b.offset)[0];
    if (ast.isSubjectRule(event.$container)) {
        return undefined;
    }
    return status
        ? obvious(`Remove \`${status.text}\``, removeLeading(status))
        : first && obvious('Name the event alone', removeParts(first, event.$cstNode));
}

function checkMembers(
    members: readonly ast.Selector[],
    kind: 'group' | 'list',
    instead: string,
    report: Reporter
): void {
    for (const member of members) {
        const outside = outsideEvent(member)?.name;
        if (outside !== undefined) {
            const message = `A ${kind} contains tools; \`${outside}\` comes from outside. ${instead}`;
            report.error('GR420', member, message);
        } else if (isNoTool(member)) {
            const message = `A ${kind} contains tools, and \`${termText(member)}\` is not a tool. ${instead}`;
            report.error('GR420', member, message);
        }
    }
}

function isOnceStart(event: ast.Event): boolean {
    const { $container: once } = event;
    const isBare = !event.status && !event.by && !event.where && !event.listed;
    return ast.isOnce(once) && !once.then && isBare;
}

/** True if the events are earlier ones that a condition or bound compares with a call; an argument is judged in its place. */
function isCompared({ $container: at }: ast.Event): boolean {
    return (
        ast.isCondition(at) ||
        ast.isTerm(at) ||
        ast.isLimit(at) ||
        ast.isAtMostClaim(at) ||
        ast.isEventValue(at) ||
        // GR453 reports such an event in a transition.
        ast.isTransition(at)
    );
}

interface Outside {
    readonly name: string;
    readonly node: ast.Selector | ast.OutsideEvent;
    readonly params: readonly ast.Param[];
}

function outsideEvent(selector: ast.Selector | undefined): Outside | undefined {
    if (ast.isUserSays(selector)) {
        return { name: 'user says', node: selector, params: [] };
    }
    const target = ast.isToolSelector(selector) ? selector.target?.ref : undefined;
    return ast.isOutsideEvent(target) ? { name: target.name, node: target, params: target.params } : undefined;
}

/** The end of a delegation and entering a mode cannot be refused. */
function eventText(selector: ast.Selector | undefined): string | undefined {
    return (ast.isDelegationSelector(selector) && selector.end) || ast.isModeEntered(selector)
        ? termText(selector)
        : undefined;
}

function isNoTool(selector: ast.Selector): boolean {
    return (
        ast.isDelegationSelector(selector) ||
        ast.isModeEntered(selector) ||
        ast.isSameCall(selector) ||
        ast.isSameTool(selector) ||
        ast.isUserSays(selector) ||
        ast.isSessionStart(selector)
    );
}
