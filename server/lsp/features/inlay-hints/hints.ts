/**
 * Computes facts that a reader would otherwise have to look up: the tools that a pattern selects, the labels that a
 * call adds, and the names of parameters.
 */
import { type AstNode, AstUtils } from 'langium';
import type { Position } from 'vscode-languageserver';
import * as ast from '../../../../language/generated/ast.js';
import type { Inventory } from '../../../../language/names/inventory.js';
import { statementsWithPacks } from '../../../../language/packs/instances.js';
import { eventTools, partsOf, selectedTools } from '../../../../language/names/selectors.js';
import { mustBe } from '../../../model/policy/truth.js';
import type { HintSettings } from '../../connection/settings.js';
import { textOf } from '../../text/source-text.js';

export interface Hint {
    readonly kind: keyof HintSettings;
    readonly position: Position;
    readonly parts: readonly HintPart[];
    /** The full text, if the parts are abbreviated. */
    readonly tooltip?: string;
}

export interface HintPart {
    readonly text: string;
    /** The element that the part names. */
    readonly target?: AstNode;
}

/** The maximum number of names that are shown, so that a line stays readable. */
const MAX_NAMES = 3;

/** The hints at the node itself. */
export function hintsAt(node: AstNode, inventory: Inventory): Hint[] {
    if (ast.isSelector(node)) {
        return toolHints(node, inventory);
    }
    if (ast.isCallStep(node) || ast.isEndStep(node)) {
        return labelHints(node, inventory);
    }
    return ast.isReference(node) || ast.isSignalValue(node) ? parameterHints(node) : [];
}

function toolHints(selector: ast.Selector, inventory: Inventory): Hint[] {
    const position = selector.$cstNode?.range.end;
    if (!position || !leavesOpen(selector) || isPart(selector)) {
        return [];
    }
    const selected = selectedTools(selector, inventory);
    const tools = inventory.tools.filter(({ tool }) => selected.has(tool));
    const names = tools.map(({ tool, name }) => ({
        // A question mark shows that only a hint selects the tool.
        text: name + (mustBe(selected.get(tool)!) ? '' : '?'),
        target: tool
    }));
    return [{ kind: 'tools', position, ...listed(' = ', names, ' = no tool') }];
}

/**
 * True if a hint is useful. It is not useful for a tool by its name, for `any tool`, and for parts that depend on the
 * use of a pack.
 */
function leavesOpen(selector: ast.Selector): boolean {
    if (dependsOnUse(selector)) {
        return false;
    }
    return ast.isToolSelector(selector)
        ? ast.isGroup(selector.target?.ref)
        : [ast.isToolsExcept, ast.isReadsSelector, ast.isTraitSelector, ast.isGlobSelector].some((is) => is(selector));
}

function dependsOnUse(selector: ast.Selector): boolean {
    return partsOf(selector).some((part) => {
        const named = ast.isToolSelector(part)
            ? part.target?.ref
            : ast.isReadsSelector(part)
              ? part.label?.ref
              : undefined;
        return named !== undefined && AstUtils.getContainerOfType(named, ast.isPack) !== undefined;
    });
}

/** True before `except`, after which the remaining tools are shown, and for the source of a value. */
function isPart({ $container: container, $containerProperty: property }: ast.Selector): boolean {
    return (ast.isToolsExcept(container) && property === 'of') || ast.isProvenanceSource(container);
}

/** The hints for a call that is released and succeeds. */
function labelHints(step: ast.CallStep | ast.EndStep, inventory: Inventory): Hint[] {
    const tool = step.tool?.ref;
    const position = step.$cstNode?.range.end;
    const succeeds = step.outcome === 'ends' || step.outcome === 'returns' || step.outcome === undefined;
    if (!tool || !position || !succeeds || (ast.isCallStep(step) && step.expected?.decision !== 'allowed')) {
        return [];
    }
    const file = AstUtils.getContainerOfType(step, ast.isPolicyFile);
    const withholds = file ? statementsWithPacks(file, inventory).filter(ast.isWithhold) : [];
    const isWithheld = withholds.some(({ subjects }) => eventTools(subjects, inventory).includes(tool));
    const labels = (references: ast.Tool['reads'], unsure: boolean): HintPart[] =>
        references.flatMap(({ ref }) => (ref ? [{ text: ref.name + (unsure ? '?' : ''), target: ref }] : []));
    const adds = [
        ...labels(tool.reads, isWithheld),
        ...tool.conditionalReads.flatMap((read) => labels(read.labels, true))
    ];
    const clears = labels(tool.clears, false);
    return [
        ...(adds.length > 0 ? [{ kind: 'labels' as const, position, ...listed(' adds ', adds) }] : []),
        ...(clears.length > 0 ? [{ kind: 'labels' as const, position, ...listed(' clears ', clears) }] : [])
    ];
}

/** The hints for arguments that are assigned to a parameter by position. */
function parameterHints(call: ast.Reference | ast.SignalValue): Hint[] {
    const called = ast.isReference(call) ? call.target?.ref : call.signal?.ref;
    const params = ast.isDefinition(called) || ast.isSignal(called) ? called.params : [];
    const args: readonly AstNode[] = call.args;
    return args.flatMap((argument, index) => {
        const param = params[index];
        const position = argument.$cstNode?.range.start;
        return param?.name && position && textOf(argument) !== param.name
            ? [{ kind: 'parameterNames' as const, position, parts: [{ text: `${param.name}:`, target: param }] }]
            : [];
    });
}

function listed(lead: string, names: readonly HintPart[], none = ''): Pick<Hint, 'parts' | 'tooltip'> {
    if (names.length === 0) {
        return { parts: [{ text: none }] };
    }
    const shown = names.length > MAX_NAMES + 1 ? names.slice(0, MAX_NAMES) : names;
    const parts: HintPart[] = [{ text: lead }];
    shown.forEach((name, index) => parts.push(...(index > 0 ? [{ text: ', ' }] : []), name));
    return shown.length < names.length
        ? {
              parts: [...parts, { text: ` +${names.length - shown.length}` }],
              tooltip: names.map(({ text }) => `- ${text}`).join('\n')
          }
        : { parts };
}
