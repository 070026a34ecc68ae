/**
 * Rules that look at all sessions instead of one: an agent that drops its session and opens another no longer leaves
 * their history behind.
 */
import type { AstNode } from 'langium';
import { GrammarUtils } from 'langium';
import * as ast from '../../language/generated/ast.js';
import type { Replacement } from './change.js';
import { applied, inside, instead } from './change.js';
import type { PolicyEditor } from './editor.js';

/** The replacements with which a rule looks at all sessions; none if it looks at no history, or does so already. */
export function keptHistory(rule: ast.Rule): Replacement[] {
    // The total of a limit has the window of the limit.
    const isOfLimit = (node: ast.Windowed): boolean => ast.isTotal(node) && ast.isLimit(node.$container);
    const windows = inside(rule, ast.isWindowed).filter((node) => !node.across && !isOfLimit(node));
    return [
        ...windows.map((node) => inserted(node, ' across sessions')),
        // The label ends with the session, but what put it there is in the history.
        ...inside(rule, ast.isCarries).map((node) => {
            const label = node.label.$refText;
            return instead(node, `(carries ${label} or once tools that read ${label} across sessions)`);
        })
    ];
}

/** The text of a new rule with kept history. */
export function rememberingAll(rule: string, editor: PolicyEditor): string {
    const parsed = editor.parsedRule(rule);
    return parsed ? applied(rule, keptHistory(parsed)) : rule;
}

/** What stands before `across sessions` in a statement. */
const BEFORE = [
    ...['event', 'then', 'field', 'where', 'start', 'from', 'total', 'bound', 'boundParam', 'value', 'per'],
    ...['within', 'period', 'withinParam']
];

function inserted(node: AstNode, text: string): Replacement {
    const parts = BEFORE.flatMap((property) => GrammarUtils.findNodesForProperty(node.$cstNode, property));
    const at = Math.max(...parts.map(({ end }) => end));
    return { from: at, to: at, text };
}
