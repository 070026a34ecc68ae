/** GR411: the two events of a `since`, or two consecutive ones in an `order`, that can be the same call. */
import { MOST_OFFERED, type Fix } from '../edits/edit.js';
import { replaceNode } from '../edits/edits.js';
import { confirmedTools } from '../names/conditions.js';
import type { Event, Tool } from '../generated/ast.js';
import { overlap } from '../packs/grants.js';
import { type Inventory, toolName } from '../names/inventory.js';
import { eventTools } from '../names/selectors.js';
import { toolText } from '../../server/model/text/typed-text.js';
import { list, type Reporter, type ValidationRule } from './rule.js';

export const overlaps: ValidationRule = {
    codes: ['GR411'],
    checks: {
        Since: (node, report) => {
            const common = inBoth(node.event, node.from, report.inventory);
            if (common.length > 0 && node.from) {
                const tools = list(common.map(toolName));
                report.warning(
                    'GR411',
                    node,
                    node.negated
                        ? `A call of ${tools} is on both sides, so each such call starts a new span, in which none may follow. Exclude it on the left.`
                        : `A call of ${tools} is on both sides, and counts as the start, not as the event after it. Exclude it on one side.`,
                    ({ inventory }) => excluding(node.event, node.from!, inventory)
                );
            }
        },
        Order: (node, report) => {
            node.events.forEach((event, index) => {
                const common = inBoth(node.events[index - 1], event, report.inventory);
                if (common.length > 0) {
                    reportOrder(event, node.events[index - 1]!, common, report);
                }
            });
        }
    }
};

function reportOrder(event: Event, before: Event, common: readonly Tool[], report: Reporter): void {
    report.warning(
        'GR411',
        event,
        `${list(common.map(toolName))} is on both sides of \`before\`, so it would have to come before itself. Exclude it on one side.`,
        ({ inventory }) => {
            const fixes = excluding(before, event, inventory);
            return fixes.length === 1 ? fixes : [];
        }
    );
}

/** Names only the tools of the first event that the second does not select. */
function excluding(wide: Event, narrow: Event, inventory: Inventory): Fix[] {
    const some = eventTools([narrow], inventory);
    const names = eventTools([wide], inventory)
        .filter((tool) => !some.includes(tool))
        .map((tool) => toolText(toolName(tool)));
    return (names.length > MOST_OFFERED ? [] : names).map((name) => ({
        title: `Change \`${wide.selector.$cstNode!.text}\` to \`${name}\``,
        changes: [replaceNode(wide.selector, name)],
        isPreferred: names.length === 1
    }));
}

/** The tools whose calls certainly match both events; empty if arguments, agents or outcomes may distinguish them. */
function inBoth(a: Event | undefined, b: Event | undefined, inventory: Inventory): Tool[] {
    if (!a || !b || isNarrowed(a) || isNarrowed(b) || statusOf(a) !== statusOf(b)) {
        return [];
    }
    if ((a.by?.caller ?? false) !== (b.by?.caller ?? false) || !overlap(a.by, b.by)) {
        return [];
    }
    const right = new Set(confirmedTools(b, inventory));
    return confirmedTools(a, inventory).filter((tool) => right.has(tool));
}

function isNarrowed(event: Event): boolean {
    return event.listed || event.where !== undefined;
}

function statusOf(event: Event): string {
    return event.status ?? 'succeeded';
}
