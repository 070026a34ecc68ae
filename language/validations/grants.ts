/**
 * Rules and claims about the same tool: GR409: one about a tool that nothing grants, GR410: an `allow` that a `deny`
 * always overrides, GR414: an irreversible tool that is granted and never held.
 */
import * as ast from '../generated/ast.js';
import { confirmedTools } from '../names/conditions.js';
import { CLOSED, GRANTED, HOLDABLE, OWN_ALLOWS, allowedTools, covers, toolSet } from '../packs/grants.js';
import { deniesHeld } from '../types/held-subjects.js';
import { toolName } from '../names/inventory.js';
import { broughtBy, instanceOf } from '../packs/instances.js';
import { eventTools, traitOf } from '../names/selectors.js';
import { termText } from '../types/terms.js';
import { approvalsOf, grantsOf, withoutRule } from './other-rules.js';
import { toolText } from '../../server/model/text/typed-text.js';
import { lineOf, list, otherPlace, type Reporter, type ValidationRule } from './rule.js';
import { type FileView, gatherReports, ofWholePolicy } from './file-checks.js';

export const grants: ValidationRule = {
    codes: ['GR409', 'GR410', 'GR414'],
    checks: {
        PolicyFile: ofWholePolicy(
            (view) => view.each(UNGRANTED, toolSet(view.of(GRANTED, view.inventory))),
            (view) => view.each(UNASKED, toolSet(view.of(HOLDABLE, view.inventory))),
            checkOverridden,
            checkIrreversible
        )
    }
};

const UNGRANTED = gatherReports(checkUngranted);
const UNASKED = gatherReports(checkUnasked);

/** Reports a `deny held E` if no `require approval` holds an E. */
function checkUnasked(statement: ast.Element, report: Reporter, holdable: ReadonlySet<ast.Tool>): void {
    if (ast.isDeny(statement)) {
        for (const event of statement.subjects.filter((subject) => deniesHeld(statement, subject))) {
            const tools = eventTools([event], report.inventory);
            if (tools.length > 0 && !tools.some((tool) => holdable.has(tool))) {
                const message =
                    'No `require approval` holds such a call, so this denies nothing. Remove `held`, or add the requirement.';
                report.warning('GR409', [event, 'status'], message);
            }
        }
    }
}

/**
 * Reports requirements, and claims that need the tool to run, if no `allow` grants the tool. `never` is excluded: it
 * guards against a later `allow`.
 */
function checkUngranted(statement: ast.Element, report: Reporter, granted: ReadonlySet<ast.Tool>): void {
    const { inventory } = report;
    const check = (event: ast.Event, consequence: string, severity: 'warning' | 'hint' = 'warning'): void => {
        const tools = eventTools([event], inventory);
        if (tools.length > 0 && !tools.some((tool) => granted.has(tool))) {
            const instance = instanceOf(event);
            const message = `No \`allow\` grants ${list(tools.map(toolName))}, and calls that are not allowed are denied: ${consequence}. Add an \`allow\` if it should run.`;
            if (instance) {
                const text = `${message} (Line ${lineOf(event)} of the pack "${instance.pack.name}")`;
                report.add(severity, 'GR409', [instance.use, 'pack'], text);
            } else {
                report.add(severity, 'GR409', [event, 'selector'], message, (problem) => grantsOf(event, problem));
            }
        }
    };
    for (const element of broughtBy(statement, inventory)) {
        if (ast.isRequire(element) || ast.isRequireApproval(element)) {
            element.subjects.forEach((event) => check(event, 'this rule decides nothing'));
        } else if (ast.isDeny(element) && (element.when ?? element.unless) && isOfFile(element)) {
            // A rule with a condition reads as if the other calls were allowed. A wide selector guards against future
            // tools.
            element.subjects
                .filter(({ selector }) => isOneTool(selector))
                .forEach((event) => check(event, 'with or without this rule', 'hint'));
        } else if (ast.isLimit(element) && isOfFile(element)) {
            const event = element.total?.event ?? element.event;
            if (isOneTool(event?.selector)) {
                check(event!, 'nothing is left to limit', 'hint');
            }
        } else if (ast.isOrder(element) && isOfFile(element)) {
            element.events.slice(1).forEach((event) => check(event, 'this order has no effect on it', 'hint'));
        } else if (ast.isClaim(element) && (ast.isRequiresClaim(element.body) || ast.isDecidedClaim(element.body))) {
            check(element.body.subject, 'this claim has no effect');
        } else if (ast.isClaim(element) && ast.isStaysPossibleClaim(element.body)) {
            check(element.body.subject, 'it is never possible');
        } else if (ast.isClaim(element) && ast.isPossibleClaim(element.body)) {
            element.body.steps.forEach((event) => check(event, 'this step is impossible'));
        }
    }
}

function isOneTool(selector: ast.Selector | undefined): boolean {
    return ast.isToolSelector(selector) && ast.isTool(selector.target?.ref);
}

/** False inside a pack, which may state general rules for any policy. */
function isOfFile(element: ast.Rule): boolean {
    return ast.isPolicyFile(element.$container);
}

function checkOverridden(view: FileView): void {
    const { inventory } = view;
    const deniedTo = deniedTools(view);
    for (const allow of view.of(OWN_ALLOWS)) {
        const tools = allowedTools(allow, inventory);
        const denied = deniedTo(allow.by);
        if (tools.length > 0 && tools.every((tool) => denied.has(tool))) {
            const denials = view
                .of(CLOSED, inventory)
                .filter(
                    ({ event, tools: all }) => covers(event.by, allow.by) && all.some((tool) => tools.includes(tool))
                );
            view.warning(
                'GR410',
                allow,
                `This \`allow\` has no effect: a \`deny\` without a condition denies ${list(tools.map(toolName))} always, and a \`deny\` takes precedence. Remove one of the two, or give the \`deny\` a condition.`,
                () => [withoutRule(allow)],
                { related: denials.flatMap(({ event }) => otherPlace(event, 'It is denied here.')) }
            );
        }
    }
}

function checkIrreversible(view: FileView): void {
    const { inventory } = view;
    const isHeld = (tool: ast.Tool): boolean => toolSet(view.of(HOLDABLE, inventory)).has(tool);
    const reported = new Set<ast.Tool>();
    const deniedTo = deniedTools(view);
    for (const allow of view.of(OWN_ALLOWS)) {
        const denied = deniedTo(allow.by);
        for (const event of allow.subjects) {
            const tools = confirmedTools(event, inventory).filter(
                (tool) =>
                    traitOf(tool, 'irreversible') === 2 && !denied.has(tool) && !reported.has(tool) && !isHeld(tool)
            );
            tools.forEach((tool) => reported.add(tool));
            if (tools.length > 0) {
                const through = ast.isToolSelector(event.selector) ? '' : ` (through \`${termText(event.selector)}\`)`;
                view.warning(
                    'GR414',
                    event,
                    `Nothing can undo ${list(tools.map(toolName))}${through}, and no person is asked first. Write \`require approval by HUMAN for ${toolName(tools[0]!)}\`.`,
                    (problem) => approvalsOf(tools.map((tool) => toolText(toolName(tool))).join(', '), problem)
                );
            }
        }
    }
}

/** The tools that are always denied to all of the agents. */
function deniedTools(view: FileView): (agents: ast.Caller | undefined) => Set<ast.Tool> {
    const closed = view.of(CLOSED, view.inventory);
    return (agents) => new Set(closed.filter(({ event }) => covers(event.by, agents)).flatMap(({ tools }) => tools));
}
