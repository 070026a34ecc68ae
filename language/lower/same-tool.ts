/**
 * Lowers `same tool`, the tool of the decided call, to what the model has: a rule about it becomes a rule for each of its
 * tools, and a condition in a claim is asked separately for each tool.
 */
import { AstUtils, type AstNode } from 'langium';
import type { Condition, Rule, Term } from '../../server/model/policy/policy.js';
import type { Truth } from '../../server/model/policy/truth.js';
import { definitionOf } from '../names/conditions.js';
import * as ast from '../generated/ast.js';
import { toolName } from '../names/inventory.js';
import type { Bindings, LoweringContext } from './context.js';
import { lowerTerm } from './terms.js';
import { toolsOf } from './tools.js';

/** True if the node contains `same tool`, or names a definition that does. */
export function asksSameTool(node: AstNode, seen: Set<ast.Definition> = new Set()): boolean {
    return AstUtils.streamAst(node).some((inner) => {
        if (ast.isSameTool(inner)) {
            return isOfDecidedTool(inner);
        }
        const definition = definitionOf(inner);
        if (!definition || seen.has(definition)) {
            return false;
        }
        seen.add(definition);
        return asksSameTool(definition.condition, seen);
    });
}

/** True for `same tool`, except in `approved by H per same tool`: an approval is of one tool anyway (M5). */
export function isOfDecidedTool(node: AstNode): boolean {
    return ast.isSameTool(node) && !ast.isApprovedBy(node.$container);
}

/** The values of the keys after `per`; `same tool` has none, because the patterns of the tool say it. */
export function lowerKeys(keys: readonly ast.Term[], context: LoweringContext, bindings: Bindings = new Map()): Term[] {
    return keys.filter((key) => !ast.isSameTool(key)).map((key) => lowerTerm(key, context, bindings));
}

/** The rules for each tool of the rule: those that `lowered` returns, for calls of that tool. */
export function rulesOfEachTool(rule: ast.Rule, context: LoweringContext, lowered: () => readonly Rule[]): Rule[] {
    const subjects = ast.isSubjectRule(rule)
        ? rule.subjects
        : ast.isLimit(rule)
          ? [rule.event ?? rule.total!.event]
          : [];
    const decided = toolsOf(
        subjects.map(({ selector }) => selector),
        context
    );
    return [...decided.keys()].flatMap((tool) =>
        decided[tool] === 0
            ? []
            : withTool(context, tool, lowered).flatMap((one): Rule[] => {
                  const value = one.subject.tools[tool] ?? 0;
                  return value === 0
                      ? []
                      : [{ ...one, subject: { ...one.subject, tools: only(context, tool, value) } }];
              })
    );
}

/** The condition of the tool of the decided call; without such a tool, it is false. */
export function conditionOfEachTool(context: LoweringContext, lowered: () => Condition): Condition {
    const { judged } = context;
    const tools = [...allTools(context).keys()].filter((tool) => !judged || judged.subject.tools[tool] !== 0);
    const args = tools.map((tool): Condition => {
        const condition = withTool(context, tool, lowered);
        return tools.length === 1
            ? condition
            : { op: 'and', args: [{ op: 'tool is', tools: callsOf(context, tool) }, condition] };
    });
    return args.length === 1 ? args[0]! : { op: 'or', args };
}

/** The calls of the tool, and where a claim is about inner calls too, those that may do it. */
function callsOf(context: LoweringContext, tool: number): Truth[] {
    return allTools(context).map((declared, other) => {
        const mayDo = context.judged?.ofInnerCalls && ast.isTool(declared) && toolsOf(declared.mayDo, context)[tool];
        return other === tool ? 2 : mayDo ? 1 : 0;
    });
}

function only(context: LoweringContext, tool: number, value: Truth): Truth[] {
    return allTools(context).map((_, other) => (other === tool ? value : 0));
}

function allTools({ tools, delegates }: LoweringContext): (ast.Tool | ast.Agent)[] {
    return [...tools, ...delegates];
}

function withTool<T>(context: LoweringContext, tool: number, lowered: () => T): T {
    const declared = allTools(context)[tool]!;
    context.sameTool = { tool, name: ast.isTool(declared) ? toolName(declared) : `delegate to ${declared.name}` };
    const result = lowered();
    context.sameTool = undefined;
    return result;
}
