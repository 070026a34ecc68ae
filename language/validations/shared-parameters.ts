/** GR305: a parameter that not all tools of a rule, claim or pattern declare in the same way (M3). */
import type { AstNode } from 'langium';
import { type Fix, obvious } from '../edits/edit.js';
import { replaceNode } from '../edits/edits.js';
import { toolsOfCall, parameterUses } from '../names/conditions.js';
import { allNamed } from '../names/by-name.js';
import * as ast from '../generated/ast.js';
import { toolName } from '../names/inventory.js';
import { areComparable, kindsOf, typeOf, whatIs } from '../types/types.js';
import { toolText } from '../../server/model/text/typed-text.js';
import { list, type Reporter, type ValidationRule } from './rule.js';

export const sharedParameters: ValidationRule = {
    codes: ['GR305'],
    checks: {
        SubjectRule: (node, report) => check(node, node.subjects, report),
        NeverClaim: (node, report) => check(node, [node.subject], report),
        RequiresClaim: (node, report) => check(node, [node.subject], report),
        Event: (node, report) => check(node, [node], report)
    }
};

function check(node: AstNode, events: readonly (ast.Event | undefined)[], report: Reporter): void {
    const owner = { kind: 'call', node, events: events.filter((event) => event !== undefined) } as const;
    const uses = parameterUses(owner);
    if (uses.length === 0) {
        return;
    }
    const tools = toolsOfCall(owner, report.inventory);
    const reported = new Set<string>();
    for (const use of uses) {
        const problem = reported.has(use.name) ? undefined : problemWith(use.name, tools);
        if (problem !== undefined) {
            reported.add(use.name);
            const at = ast.isGiven(use.node) ? ([use.node, 'param'] as const) : use.node;
            report.error('GR305', at, problem, () => [onlyWith(use.name, owner, tools)]);
        }
    }
}

/** Ranges and lists of values may differ, because a comparison has the same meaning for both. */
function problemWith(name: string, tools: readonly ast.Tool[]): string | undefined {
    const declared = tools.map((tool) => ({ tool, param: allNamed(tool.params, name)[0] }));
    const having = declared.filter((entry): entry is { tool: ast.Tool; param: ast.Param } => entry.param !== undefined);
    const lacking = declared.filter((entry) => entry.param === undefined).map((entry) => toolName(entry.tool));
    const first = having[0];
    if (!first) {
        return undefined;
    }
    if (lacking.length > 0) {
        return `${list(lacking)} ${lacking.length === 1 ? 'has' : 'have'} no parameter "${name}": every tool of the rule must have the parameter. Write a separate rule for ${list(having.map((entry) => toolName(entry.tool)))}.`;
    }
    const other = having.find(({ param }) => param !== first.param && !isAlike(param, first.param));
    return (
        other &&
        `"${name}" is ${whatIs(typeOf(first.param.type))} in ${toolName(first.tool)} and ${whatIs(typeOf(other.param.type))} in ${toolName(other.tool)}, so one comparison cannot cover both. Write two rules.`
    );
}

function isAlike(a: ast.Param, b: ast.Param): boolean {
    const [left, right] = [typeOf(a.type), typeOf(b.type)];
    return areComparable(left, right) && kindsOf(left).has('any') === kindsOf(right).has('any');
}

/** Restricts the selection to the tools that declare the parameter in the same way. */
function onlyWith(name: string, { node, events }: CallOwner, tools: readonly ast.Tool[]): Fix | undefined {
    const having = tools.flatMap((tool) =>
        tool.params.filter((param) => param.name === name).map((param) => ({ tool, type: typeOf(param.type) }))
    );
    const names = having
        .filter(({ type }) => areComparable(type, having[0]!.type))
        .map(({ tool }) => toolText(toolName(tool)));
    const [first] = events;
    const isList = ast.isSubjectRule(node);
    if (!first?.selector || (!isList && names.length !== 1)) {
        return undefined;
    }
    const edit = replaceNode(first.selector, names.join(', '));
    const { end } = (isList ? events.at(-1)! : first.selector).$cstNode!.range;
    return obvious(`Ask only ${names.join(', ')}`, { ...edit, range: { start: edit.range.start, end } });
}

interface CallOwner {
    readonly node: AstNode;
    readonly events: readonly ast.Event[];
}
