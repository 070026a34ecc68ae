import type { AstNode, CstNode, LangiumDocument } from 'langium';
import { AstUtils, CstUtils, GrammarUtils } from 'langium';
import type { SemanticTokenProvider } from 'langium/lsp';
import { AllSemanticTokenModifiers, AllSemanticTokenTypes, SemanticTokensBuilder } from 'langium/lsp';
import type {
    Range,
    SemanticTokens,
    SemanticTokensOptions,
    SemanticTokensParams,
    SemanticTokensRangeParams
} from 'vscode-languageserver';
import { SemanticTokenModifiers, SemanticTokenTypes } from 'vscode-languageserver';
import * as ast from '../../language/generated/ast.js';
import { isBuiltin } from './documents.js';
import { nameParts } from './qualified-name.js';

/**
 * Colours names by what they name. Highlighting by patterns cannot: a name may be a word of the language, as in
 * `tool read(limit: int)`.
 */
export class GuardrailSemanticTokenProvider implements SemanticTokenProvider {
    readonly tokenTypes = AllSemanticTokenTypes;
    readonly tokenModifiers = AllSemanticTokenModifiers;
    readonly semanticTokensOptions: SemanticTokensOptions = {
        legend: {
            tokenTypes: Object.keys(AllSemanticTokenTypes),
            tokenModifiers: Object.keys(AllSemanticTokenModifiers)
        },
        full: { delta: false },
        range: true
    };

    semanticHighlight(document: LangiumDocument, _params: SemanticTokensParams): SemanticTokens {
        return tokensOf(document);
    }

    semanticHighlightRange(document: LangiumDocument, params: SemanticTokensRangeParams): SemanticTokens {
        return tokensOf(document, params.range);
    }

    /** Not announced in the options: every answer is complete. */
    semanticHighlightDelta(document: LangiumDocument): SemanticTokens {
        return tokensOf(document);
    }
}

interface NameToken {
    readonly cst: CstNode | undefined;
    readonly type: SemanticTokenTypes;
    readonly modifier?: SemanticTokenModifiers;
}

function tokensOf(document: LangiumDocument, range?: Range): SemanticTokens {
    const builder = new SemanticTokensBuilder();
    // `streamAst` takes a range too, but langium 4.4 then leaves out what follows a child outside of it.
    for (const node of AstUtils.streamAst(document.parseResult.value)) {
        for (const { cst, type, modifier } of namesIn(node)) {
            if (cst && (!range || CstUtils.inRange(cst.range, range))) {
                const { start } = cst.range;
                const modifiers = modifier ? AllSemanticTokenModifiers[modifier]! : 0;
                builder.push(start.line, start.character, cst.length, AllSemanticTokenTypes[type]!, modifiers);
            }
        }
    }
    return builder.build();
}

const DECLARATIONS: { readonly [type: string]: SemanticTokenTypes } = {
    [ast.PolicyHeader.$type]: SemanticTokenTypes.namespace,
    [ast.Server.$type]: SemanticTokenTypes.namespace,
    [ast.Tool.$type]: SemanticTokenTypes.method,
    [ast.Param.$type]: SemanticTokenTypes.parameter,
    [ast.Label.$type]: SemanticTokenTypes.enumMember,
    [ast.Trait.$type]: SemanticTokenTypes.interface,
    [ast.Agent.$type]: SemanticTokenTypes.class,
    [ast.Human.$type]: SemanticTokenTypes.class,
    [ast.Role.$type]: SemanticTokenTypes.class,
    [ast.OutsideEvent.$type]: SemanticTokenTypes.event,
    [ast.Group.$type]: SemanticTokenTypes.enum,
    [ast.Definition.$type]: SemanticTokenTypes.function,
    [ast.Pack.$type]: SemanticTokenTypes.macro,
    [ast.ToolsParam.$type]: SemanticTokenTypes.typeParameter,
    [ast.HumanParam.$type]: SemanticTokenTypes.typeParameter,
    [ast.AgentParam.$type]: SemanticTokenTypes.typeParameter,
    [ast.LabelParam.$type]: SemanticTokenTypes.typeParameter,
    [ast.DurationParam.$type]: SemanticTokenTypes.typeParameter,
    [ast.ConditionParam.$type]: SemanticTokenTypes.typeParameter,
    [ast.ValueParam.$type]: SemanticTokenTypes.typeParameter
};

function namesIn(node: AstNode): NameToken[] {
    const declared = DECLARATIONS[node.$type];
    if (declared) {
        const modifier = SemanticTokenModifiers.declaration;
        const name = nameTokens(property(node, 'name'), declared).map((token) => ({ ...token, modifier }));
        return ast.isTool(node)
            ? [
                  ...name,
                  ...every(node, 'reads', SemanticTokenTypes.enumMember),
                  ...every(node, 'clears', SemanticTokenTypes.enumMember)
              ]
            : [...name, ...usesIn(node)];
    }
    if (ast.isToolSelector(node) || ast.isNameValue(node) || ast.isImportedName(node)) {
        const target: AstNode | undefined = node.target?.ref;
        if (target && !ast.isTool(target) && !ast.isGroup(target)) {
            return nameTokens(node.target.$refNode, DECLARATIONS[target.$type] ?? SemanticTokenTypes.parameter);
        }
        const type = ast.isGroup(target)
            ? SemanticTokenTypes.enum
            : ast.isOutsideEvent(target)
              ? SemanticTokenTypes.event
              : undefined;
        return type ? nameTokens(node.target.$refNode, type) : qualified(node.target.$refNode);
    }
    if (ast.isCallStep(node)) {
        return [
            ...every(node, 'agent', SemanticTokenTypes.class),
            ...qualified(node.tool?.$refNode),
            ...every(node, 'expected', SemanticTokenTypes.enumMember)
        ];
    }
    if (ast.isReference(node)) {
        const type = DECLARATIONS[node.target.ref?.$type ?? ''] ?? SemanticTokenTypes.parameter;
        return every(node, 'target', type);
    }
    if (ast.isTraitUse(node) || ast.isTraitSelector(node)) {
        const modifier = isBuiltin(node.trait.$nodeDescription?.documentUri)
            ? { modifier: SemanticTokenModifiers.defaultLibrary }
            : {};
        return [{ cst: node.trait.$refNode, type: SemanticTokenTypes.interface, ...modifier }];
    }
    return usesIn(node);
}

function usesIn(node: AstNode): NameToken[] {
    const use = USES[node.$type];
    return use ? every(node, use[0], use[1]) : [];
}

/** Nodes with one property that is a name, declarations beside their own. */
const USES: { readonly [type: string]: readonly [string, SemanticTokenTypes] } = {
    [ast.Role.$type]: ['members', SemanticTokenTypes.class],
    [ast.GlobSelector.$type]: ['glob', SemanticTokenTypes.method],
    [ast.ReadsSelector.$type]: ['label', SemanticTokenTypes.enumMember],
    [ast.Carries.$type]: ['label', SemanticTokenTypes.enumMember],
    [ast.EventArgument.$type]: ['param', SemanticTokenTypes.parameter],
    [ast.CallArgument.$type]: ['param', SemanticTokenTypes.parameter],
    [ast.Given.$type]: ['param', SemanticTokenTypes.parameter],
    [ast.FieldData.$type]: ['name', SemanticTokenTypes.property],
    [ast.Caller.$type]: ['agents', SemanticTokenTypes.class],
    [ast.CallerIs.$type]: ['agent', SemanticTokenTypes.class],
    [ast.ApprovedBy.$type]: ['approver', SemanticTokenTypes.class],
    [ast.RequireApproval.$type]: ['approver', SemanticTokenTypes.class],
    [ast.HumanStep.$type]: ['human', SemanticTokenTypes.class],
    [ast.EventStep.$type]: ['event', SemanticTokenTypes.event],
    [ast.NoFlowClaim.$type]: ['label', SemanticTokenTypes.enumMember],
    [ast.DecidedClaim.$type]: ['decision', SemanticTokenTypes.enumMember],
    [ast.Use.$type]: ['pack', SemanticTokenTypes.macro],
    [ast.UseArgument.$type]: ['param', SemanticTokenTypes.parameter],
    [ast.Annotation.$type]: ['name', SemanticTokenTypes.decorator]
};

function property(node: AstNode, name: string): CstNode | undefined {
    return GrammarUtils.findNodeForProperty(node.$cstNode, name);
}

function every(node: AstNode, name: string, type: SemanticTokenTypes): NameToken[] {
    return GrammarUtils.findNodesForProperty(node.$cstNode, name).flatMap((cst) => nameTokens(cst, type));
}

/** A token for each part of a name: a name with parts may stand on several lines. */
function nameTokens(name: CstNode | undefined, type: SemanticTokenTypes): NameToken[] {
    return name ? nameParts(name).map((cst) => ({ cst, type })) : [];
}

/** `server.tool`: each part by what it names. */
function qualified(reference: CstNode | undefined): NameToken[] {
    const parts = reference ? nameParts(reference) : [];
    return parts.map((cst, index) => ({
        cst,
        type: index < parts.length - 1 ? SemanticTokenTypes.namespace : SemanticTokenTypes.method
    }));
}
