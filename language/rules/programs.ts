/** GR444: a rule that stops programs by name, and lets the same program through by its path or inside another one. */
import type { ValidationAcceptor } from 'langium';
import type { Element } from '../generated/ast.js';
import * as ast from '../generated/ast.js';
import { allowedTools, toolSet } from '../grants.js';
import { Gathered } from '../incremental/gathered.js';
import type { Inventory } from '../inventory.js';
import { nodesIn } from '../contents.js';
import { broughtBy } from '../packs/instances.js';
import { eventTools } from '../selectors.js';
import { isWholeLiteral, termText } from '../terms.js';
import { literalValue } from '../types.js';
import { gatherReports, ofWholePolicy, replay } from './file-checks.js';
import { quantifierFor } from './text-patterns.js';
import type { ValidationRule } from './rule.js';

export const programs: ValidationRule = {
    codes: ['GR444'],
    checks: (services) => ({
        PolicyFile: ofWholePolicy(services, (view, accept) => {
            const free = toolSet(view.of(FREE, view.inventory));
            replay(view.of(NAMED, view.inventory, free), accept);
        })
    })
};

/** Programs that run the program that their arguments name. */
const RUNNERS = ['env', 'sudo', 'doas', 'sh', 'bash', 'dash', 'zsh', 'xargs', 'timeout', 'nohup', 'nice', 'busybox'];

/** The pattern of the programs by name or path, and of those that run others. */
export function patternOfPrograms(names: readonly string[]): string {
    const all = [...new Set([...names, ...RUNNERS])].map((name) => name.replace(/[.+]/g, '\\$&'));
    return `/(.*\\/)?(${all.join('|')})/`;
}

/** The names of the programs that a condition compares with; undefined if it compares in another way. */
export function namedPrograms(condition: ast.Comparison | ast.Membership): string[] | undefined {
    const values = ast.isMembership(condition)
        ? condition.negated
            ? []
            : condition.values
        : condition.operator === '=='
          ? [condition.right]
          : [];
    const names = values.filter(isWholeLiteral).map((value) => String(literalValue(value)));
    const isProgram = ast.isPartOf(condition.left) && condition.left.part === 'program';
    return isProgram && names.length > 0 && names.every((name) => /^[\w.+-]+$/.test(name)) ? names : undefined;
}

/** The tools that a rule grants whatever their command is. If an `allow` names programs, no others can run. */
const FREE = new Gathered<ast.Tool, [Inventory]>((statement, inventory) =>
    broughtBy(statement, inventory)
        .filter(ast.isAllow)
        .filter(({ when, unless }) => !when && !unless)
        .flatMap((allow) => allowedTools(allow, inventory))
);

const NAMED = gatherReports(
    (statement: Element, accept: ValidationAcceptor, inventory: Inventory, free: ReadonlySet<ast.Tool>) => {
        if (!ast.isSubjectRule(statement) || ast.isAllow(statement)) {
            return;
        }
        if (!eventTools(statement.subjects, inventory).some((tool) => free.has(tool))) {
            return;
        }
        for (const node of nodesIn(statement)) {
            if ((ast.isComparison(node) || ast.isMembership(node)) && quantifierFor(node) === 'some') {
                report(node, accept);
            }
        }
    }
);

function report(node: ast.Comparison | ast.Membership, accept: ValidationAcceptor): void {
    const [name] = namedPrograms(node) ?? [];
    if (name !== undefined) {
        accept(
            'hint',
            `\`${termText(node.left)}\` is the first word as written, so \`/usr/bin/${name}\`, \`env ${name}\`, \`sudo ${name}\` and \`sh -c "${name} …"\` pass. Stop programs by path too, and those that run others, or name the programs that may run.`,
            { node, code: 'GR444' }
        );
    }
}
