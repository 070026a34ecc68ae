/** The tools that selectors select. */
import type { Truth } from '../../server/model/policy/truth.js';
import * as ast from '../generated/ast.js';
import { partsOf, selectedTools } from '../names/selectors.js';
import type { LoweringContext } from './context.js';

/** For each tool, the truth value of being selected. */
export function toolsOf(selectors: readonly ast.Selector[], context: LoweringContext): Truth[] {
    const selected = selectors.map((selector) => selectedTools(selector, context.inventory));
    const delegated = new Set(selectors.flatMap(partsOf).flatMap((one) => (isDelegation(one) ? [one.agent.ref] : [])));
    if (selectors.some(ast.isSameCall)) {
        return [...context.tools, ...context.delegates].map(() => 2);
    }
    const { sameTool } = context;
    if (sameTool && selectors.some(ast.isSameTool)) {
        return [...context.tools, ...context.delegates].map((_, tool) => (tool === sameTool.tool ? 2 : 0));
    }
    const all = [
        ...context.tools.map((tool) => {
            const values = selected.map((tools) => tools.get(tool) ?? 0);
            return Math.max(0, ...values) as Truth;
        }),
        ...context.delegates.map((delegate): Truth => (delegated.has(delegate) ? 2 : 0))
    ];
    const isSplit = sameTool && selectors.some(isCountedForEachTool);
    return isSplit ? all.map((value, tool) => (tool === sameTool.tool ? value : 0)) : all;
}

/** True for the E of `limit E to n per same tool` and of `at most n E per same tool`. */
export function isCountedForEachTool({ $container: event }: ast.Selector): boolean {
    const counted = ast.isEvent(event) ? event.$container : undefined;
    const statement = ast.isTotal(counted) ? counted.$container : counted;
    return (ast.isLimit(statement) || ast.isAtMostClaim(statement)) && statement.per.some(ast.isSameTool);
}

function isDelegation(selector: ast.Selector): selector is ast.DelegationSelector {
    return ast.isDelegationSelector(selector) && !selector.end;
}
