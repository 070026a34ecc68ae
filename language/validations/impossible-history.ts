/** GR433: a rule that needs a call which no `allow` grants, so that it lets nothing through. */
import * as ast from '../generated/ast.js';
import { type Inventory, toolName } from '../names/inventory.js';
import { ruleWrittenOut } from '../packs/written-out.js';
import { eventTools, selectedTools } from '../names/selectors.js';
import { conjunctsOf } from '../types/value-sets.js';
import { grantsOf } from './other-rules.js';
import { list, type Reporter, type ValidationRule } from './rule.js';
import { Gathered } from '../files/gathered.js';
import { gatherReports, ofWholePolicy } from './file-checks.js';
import { allowedTools, toolSet } from '../packs/grants.js';
import { broughtBy } from '../packs/instances.js';

export const impossibleHistory: ValidationRule = {
    codes: ['GR433'],
    checks: {
        PolicyFile: ofWholePolicy((view) => view.each(IMPOSSIBLE, toolSet(view.of(RELEASABLE, view.inventory))))
    }
};

const RELEASABLE = new Gathered((statement, inventory: Inventory) =>
    broughtBy(statement, inventory)
        .filter(ast.isAllow)
        .flatMap((allow) => allowedTools(allow, inventory))
        .flatMap((tool) => [tool, ...doneBy(tool, inventory)])
);

const IMPOSSIBLE = gatherReports(check);

function check(rule: ast.Element, report: Reporter, releasable: ReadonlySet<ast.Tool>): void {
    const { inventory } = report;
    if (ast.isRule(rule)) {
        const written = ruleWrittenOut(rule, inventory);
        for (const event of neededBy(written.copy)) {
            const tools = eventTools([event], inventory);
            if (isReleased(event) && tools.length > 0 && !tools.some((tool) => releasable.has(tool))) {
                const reference = written.reachedBy(event);
                report.warning(
                    'GR433',
                    reference ?? event.selector,
                    `No \`allow\` grants ${list(tools.map(toolName))}, so this never happens, and the rule lets nothing through. Add an \`allow\`, or require an event that can happen.`,
                    (problem) => (reference ? [] : grantsOf(event, problem))
                );
            }
        }
    }
}

/** The events that must have happened. Those in a `deny` are left out, because it guards against a later `allow`. */
function neededBy(rule: ast.Rule): ast.Event[] {
    if (rule.audit) {
        return [];
    }
    if (ast.isOrder(rule)) {
        return rule.events.slice(0, 1);
    }
    const condition = ast.isRequire(rule) ? rule.condition : ast.isAllow(rule) ? rule.when : undefined;
    return conjunctsOf(condition, true)
        .filter(({ holds }) => holds)
        .flatMap(({ condition: asked }) => eventsOf(asked))
        .filter((event) => event?.selector !== undefined);
}

function eventsOf(asked: ast.Condition): ast.Event[] {
    if (ast.isOnce(asked)) {
        return asked.then ? [asked.event, asked.then] : [asked.event];
    }
    if (ast.isSince(asked)) {
        return [...(asked.negated ? [] : [asked.event]), ...(asked.from ? [asked.from] : [])];
    }
    return ast.isLastIs(asked) || ast.isLatestIs(asked) ? [asked.event] : [];
}

function isReleased({ status }: ast.Event): boolean {
    return status === undefined || ['succeeded', 'released', 'running', 'failed', 'approved'].includes(status);
}

/** A possible inner call of a general tool counts as done where the history is read (M20). */
function doneBy(tool: ast.Tool, inventory: Inventory): ast.Tool[] {
    return tool.mayDo.flatMap((selector) => [...selectedTools(selector, inventory).keys()]);
}
