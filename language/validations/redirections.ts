/** GR445: an `allow` or `unless` that asks for commands and lets their redirections through. */
import { AstUtils, type AstNode } from 'langium';
import { obvious } from '../edits/edit.js';
import { insertAfter } from '../edits/edits.js';
import { Gathered } from '../files/gathered.js';
import * as ast from '../generated/ast.js';
import type { Inventory } from '../names/inventory.js';
import { broughtBy } from '../packs/instances.js';
import { termText } from '../types/terms.js';
import { ofWholePolicy } from './file-checks.js';
import type { ValidationRule } from './rule.js';

export const redirections: ValidationRule = {
    codes: ['GR445'],
    checks: {
        PolicyFile: ofWholePolicy((view) => {
            const asked = new Set(view.of(REDIRECTS, view.inventory));
            const unguarded = view.of(LINES_OF_COMMANDS).filter(({ line }) => !asked.has(line));
            unguarded.forEach(({ node, line }) =>
                view.hint(
                    'GR445',
                    node,
                    `Redirections are not part of a command, so a line that writes to a file passes, too: \`… > ~/.bashrc\`. Add \`and not (${line} redirects)\`.`,
                    () => [
                        obvious(
                            `Add \`and not (${line} redirects)\``,
                            insertAfter(node, ` and not (${line} redirects)`)
                        )
                    ]
                )
            );
        })
    }
};

/** The lines about whose redirections some rule asks. */
const REDIRECTS = new Gathered((statement, inventory: Inventory) =>
    broughtBy(statement, inventory).flatMap((element) =>
        AstUtils.streamAst(element)
            .filter(ast.isRedirects)
            .map(({ left }) => termText(left))
            .toArray()
    )
);

interface LineOfCommands {
    readonly node: AstNode;
    readonly line: string;
}

/** The lines that a rule lets through because of each of their commands. */
const LINES_OF_COMMANDS = new Gathered((statement): LineOfCommands[] => {
    const condition = ast.isAllow(statement) ? statement.when : ast.isDeny(statement) ? statement.unless : undefined;
    return condition ? partsOf(condition).flatMap((part) => lineOf(part)) : [];
});

/** The conditions that are true where the whole condition is. */
function partsOf(condition: ast.Condition): ast.Condition[] {
    return ast.isBinaryCondition(condition) && condition.operator === 'and'
        ? [condition.left, condition.right].flatMap(partsOf)
        : [condition];
}

function lineOf(condition: ast.Condition): LineOfCommands[] {
    const line = ast.isCommandTest(condition)
        ? condition.of
        : ast.isQuantified(condition) && ast.isPartOf(condition.list) && condition.list.part === 'commands'
          ? condition.list.of
          : undefined;
    const isEvery = (ast.isCommandTest(condition) || ast.isQuantified(condition)) && condition.all;
    return isEvery && line ? [{ node: condition, line: termText(line) }] : [];
}
