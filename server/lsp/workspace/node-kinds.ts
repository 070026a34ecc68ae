import { type AstNode, type AstNodeDescription, isAstNodeDescription } from 'langium';
import type { NodeKindProvider } from 'langium/lsp';
import { CompletionItemKind, SymbolKind } from 'vscode-languageserver';
import * as ast from '../../../language/generated/ast.js';

const KINDS: { readonly [type: string]: readonly [SymbolKind, CompletionItemKind] } = {
    [ast.PolicyHeader.$type]: [SymbolKind.Package, CompletionItemKind.Module],
    [ast.Import.$type]: [SymbolKind.File, CompletionItemKind.File],
    [ast.Server.$type]: [SymbolKind.Namespace, CompletionItemKind.Module],
    [ast.Tool.$type]: [SymbolKind.Method, CompletionItemKind.Method],
    [ast.Param.$type]: [SymbolKind.Variable, CompletionItemKind.Variable],
    [ast.Label.$type]: [SymbolKind.EnumMember, CompletionItemKind.EnumMember],
    [ast.Trait.$type]: [SymbolKind.Interface, CompletionItemKind.Interface],
    [ast.Agent.$type]: [SymbolKind.Class, CompletionItemKind.Class],
    [ast.Human.$type]: [SymbolKind.Class, CompletionItemKind.Class],
    [ast.Role.$type]: [SymbolKind.Class, CompletionItemKind.Class],
    [ast.OutsideEvent.$type]: [SymbolKind.Event, CompletionItemKind.Event],
    [ast.Group.$type]: [SymbolKind.Enum, CompletionItemKind.Enum],
    [ast.Definition.$type]: [SymbolKind.Function, CompletionItemKind.Function],
    [ast.Pack.$type]: [SymbolKind.Module, CompletionItemKind.Module],
    [ast.Use.$type]: [SymbolKind.Package, CompletionItemKind.Module],
    [ast.ToolsParam.$type]: [SymbolKind.TypeParameter, CompletionItemKind.TypeParameter],
    [ast.HumanParam.$type]: [SymbolKind.TypeParameter, CompletionItemKind.TypeParameter],
    [ast.AgentParam.$type]: [SymbolKind.TypeParameter, CompletionItemKind.TypeParameter],
    [ast.LabelParam.$type]: [SymbolKind.TypeParameter, CompletionItemKind.TypeParameter],
    [ast.DurationParam.$type]: [SymbolKind.TypeParameter, CompletionItemKind.TypeParameter],
    [ast.ConditionParam.$type]: [SymbolKind.TypeParameter, CompletionItemKind.TypeParameter],
    [ast.ValueParam.$type]: [SymbolKind.TypeParameter, CompletionItemKind.TypeParameter],
    [ast.EventParam.$type]: [SymbolKind.TypeParameter, CompletionItemKind.TypeParameter],
    [ast.Item.$type]: [SymbolKind.Variable, CompletionItemKind.Variable],
    [ast.Entity.$type]: [SymbolKind.Struct, CompletionItemKind.Struct],
    [ast.SessionConstant.$type]: [SymbolKind.Constant, CompletionItemKind.Constant],
    [ast.Signal.$type]: [SymbolKind.Function, CompletionItemKind.Function],
    [ast.Request.$type]: [SymbolKind.Object, CompletionItemKind.Struct],
    [ast.Timezone.$type]: [SymbolKind.Constant, CompletionItemKind.Constant],
    [ast.Modes.$type]: [SymbolKind.Enum, CompletionItemKind.Enum],
    [ast.Mode.$type]: [SymbolKind.EnumMember, CompletionItemKind.EnumMember],
    [ast.Transition.$type]: [SymbolKind.Operator, CompletionItemKind.Event],
    [ast.Claim.$type]: [SymbolKind.Boolean, CompletionItemKind.Event],
    [ast.Scenario.$type]: [SymbolKind.Event, CompletionItemKind.Event]
};

const FALLBACK = [SymbolKind.Property, CompletionItemKind.Text] as const;

/** The icon of each kind of declaration, in outlines and completion lists. */
export class GuardrailNodeKindProvider implements NodeKindProvider {
    getSymbolKind(node: AstNode | AstNodeDescription): SymbolKind {
        return kindsOf(node)[0];
    }

    getCompletionItemKind(node: AstNode | AstNodeDescription): CompletionItemKind {
        return kindsOf(node)[1];
    }
}

function kindsOf(node: AstNode | AstNodeDescription): readonly [SymbolKind, CompletionItemKind] {
    return KINDS[isAstNodeDescription(node) ? node.type : node.$type] ?? FALLBACK;
}
