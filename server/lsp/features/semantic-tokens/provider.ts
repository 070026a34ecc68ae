import type { AstNode, CstNode, LangiumDocument } from 'langium';
import { AstUtils, CstUtils, GrammarUtils } from 'langium';
import type { SemanticTokenProvider } from 'langium/lsp';
import { AllSemanticTokenModifiers, AllSemanticTokenTypes, SemanticTokensBuilder } from 'langium/lsp';
import type {
    Range,
    SemanticTokens,
    SemanticTokensDelta,
    SemanticTokensDeltaParams,
    SemanticTokensOptions,
    SemanticTokensParams,
    SemanticTokensRangeParams
} from 'vscode-languageserver';
import { SemanticTokenModifiers, SemanticTokenTypes } from 'vscode-languageserver';
import * as ast from '../../../../language/generated/ast.js';
import { isBuiltin } from '../../../../language/library/builtin.js';
import type { LanguageServices } from '../../services.js';
import { nameParts } from '../../text/qualified-name.js';

/**
 * Colours names by the element that they refer to. Pattern-based highlighting cannot: a name may be a keyword, as in
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
        full: { delta: true },
        range: true
    };

    /** The tokens of the latest answer for each open document, from which the next one may differ. */
    private readonly latest = new Map<string, SemanticTokensBuilder>();

    constructor(services: LanguageServices) {
        services.shared.workspace.TextDocuments.onDidClose(({ document }) => this.latest.delete(document.uri));
    }

    semanticHighlight(document: LangiumDocument, _params: SemanticTokensParams): SemanticTokens {
        const builder = tokensOf(document);
        this.latest.set(document.uri.toString(), builder);
        return builder.build();
    }

    semanticHighlightRange(document: LangiumDocument, params: SemanticTokensRangeParams): SemanticTokens {
        return { data: tokensOf(document, { range: params.range }).build().data };
    }

    semanticHighlightDelta(
        document: LangiumDocument,
        { previousResultId }: SemanticTokensDeltaParams
    ): SemanticTokens | SemanticTokensDelta {
        const builder = this.latest.get(document.uri.toString()) ?? new SemanticTokensBuilder();
        this.latest.set(document.uri.toString(), builder);
        builder.previousResult(previousResultId);
        return tokensOf(document, { builder }).buildEdits();
    }
}

interface NameToken {
    readonly cst: CstNode | undefined;
    readonly type: SemanticTokenTypes;
    readonly modifier?: SemanticTokenModifiers;
}

function tokensOf(
    document: LangiumDocument,
    { builder = new SemanticTokensBuilder(), range }: { builder?: SemanticTokensBuilder; range?: Range } = {}
): SemanticTokensBuilder {
    // `streamAst` accepts a range too, but langium 4.4 then skips what follows a child outside of it.
    for (const node of AstUtils.streamAst(document.parseResult.value)) {
        for (const { cst, type, modifier } of namesIn(node)) {
            if (cst && (!range || CstUtils.inRange(cst.range, range))) {
                const { start } = cst.range;
                const modifiers = modifier ? AllSemanticTokenModifiers[modifier]! : 0;
                builder.push(start.line, start.character, cst.length, AllSemanticTokenTypes[type]!, modifiers);
            }
        }
    }
    return builder;
}

const DECLARATIONS: { readonly [type: string]: SemanticTokenTypes } = {
    [ast.PolicyHeader.$type]: SemanticTokenTypes.namespace,
    [ast.Server.$type]: SemanticTokenTypes.namespace,
    [ast.Tool.$type]: SemanticTokenTypes.method,
    [ast.Param.$type]: SemanticTokenTypes.parameter,
    [ast.Item.$type]: SemanticTokenTypes.variable,
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
    [ast.ValueParam.$type]: SemanticTokenTypes.typeParameter,
    [ast.EventParam.$type]: SemanticTokenTypes.typeParameter,
    [ast.Entity.$type]: SemanticTokenTypes.type,
    [ast.SessionConstant.$type]: SemanticTokenTypes.property,
    [ast.Signal.$type]: SemanticTokenTypes.function,
    [ast.Modes.$type]: SemanticTokenTypes.enum,
    [ast.Mode.$type]: SemanticTokenTypes.enumMember
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
            const type = DECLARATIONS[target.$type] ?? SemanticTokenTypes.parameter;
            return [...nameTokens(node.target?.$refNode, type), ...aliasTokens(node, type)];
        }
        const type = ast.isGroup(target)
            ? SemanticTokenTypes.enum
            : ast.isOutsideEvent(target)
              ? SemanticTokenTypes.event
              : undefined;
        return type
            ? [...nameTokens(node.target?.$refNode, type), ...aliasTokens(node, type)]
            : qualified(node.target?.$refNode);
    }
    if (ast.isCallStep(node)) {
        return [
            ...every(node, 'agent', SemanticTokenTypes.class),
            ...qualified(node.tool?.$refNode),
            ...every(node, 'expected', SemanticTokenTypes.enumMember)
        ];
    }
    if (ast.isEndStep(node)) {
        return qualified(node.tool?.$refNode);
    }
    if (ast.isInMode(node) || ast.isModeEntered(node)) {
        return machineAndMode(node.mode?.$refNode);
    }
    if (ast.isReference(node)) {
        const target = node.target?.ref;
        const type = ast.isItem(target)
            ? SemanticTokenTypes.variable
            : (DECLARATIONS[target?.$type ?? ''] ?? SemanticTokenTypes.parameter);
        return every(node, 'target', type);
    }
    if (ast.isTraitUse(node) || ast.isTraitSelector(node)) {
        const modifier = isBuiltin(node.trait?.$nodeDescription?.documentUri)
            ? { modifier: SemanticTokenModifiers.defaultLibrary }
            : {};
        return [{ cst: node.trait?.$refNode, type: SemanticTokenTypes.interface, ...modifier }];
    }
    return usesIn(node);
}

function usesIn(node: AstNode): NameToken[] {
    return (USES[node.$type] ?? []).flatMap(([name, type]) => every(node, name, type));
}

type NameUse = readonly [property: string, type: SemanticTokenTypes];
const CLASS = SemanticTokenTypes.class;
const LABEL = SemanticTokenTypes.enumMember;
const PARAMETER = SemanticTokenTypes.parameter;
const PROPERTY = SemanticTokenTypes.property;

/** The properties of nodes that are names, in addition to the names of declarations. */
const USES: { readonly [type: string]: readonly NameUse[] } = {
    [ast.Role.$type]: [['members', CLASS]],
    [ast.Delegation.$type]: [['to', CLASS]],
    [ast.ConditionalReads.$type]: [['labels', LABEL]],
    [ast.EntityType.$type]: [['entity', SemanticTokenTypes.type]],
    [ast.Mode.$type]: [['returnTo', LABEL]],
    [ast.Transition.$type]: [['target', LABEL]],
    [ast.GlobSelector.$type]: [['glob', SemanticTokenTypes.method]],
    [ast.ReadsSelector.$type]: [['label', LABEL]],
    [ast.DelegationSelector.$type]: [['agent', CLASS]],
    [ast.Carries.$type]: [['label', LABEL]],
    [ast.Event.$type]: [['approver', CLASS]],
    [ast.EventArgument.$type]: [['param', PARAMETER]],
    [ast.CallArgument.$type]: [['param', PARAMETER]],
    [ast.NamedArgument.$type]: [['param', PARAMETER]],
    [ast.Given.$type]: [['param', PARAMETER]],
    [ast.FieldAccess.$type]: [['field', PROPERTY]],
    [ast.ProvenanceSource.$type]: [['fields', PROPERTY]],
    [ast.Total.$type]: [['field', PROPERTY]],
    [ast.Latest.$type]: [['field', PROPERTY]],
    [ast.FieldData.$type]: [['name', PROPERTY]],
    [ast.Caller.$type]: [['agents', CLASS]],
    [ast.CallerIs.$type]: [['agent', CLASS]],
    [ast.ApprovedBy.$type]: [['approver', CLASS]],
    [ast.RequireApproval.$type]: [['approver', CLASS]],
    [ast.HumanStep.$type]: [['human', CLASS]],
    [ast.EventStep.$type]: [['event', SemanticTokenTypes.event]],
    [ast.SignalValue.$type]: [['signal', SemanticTokenTypes.function]],
    [ast.SessionValue.$type]: [['constant', PROPERTY]],
    [ast.DelegateStep.$type]: [
        ['agent', CLASS],
        ['to', CLASS],
        ['expected', LABEL]
    ],
    [ast.ReturnStep.$type]: [
        ['agent', CLASS],
        ['to', CLASS]
    ],
    [ast.NoFlowClaim.$type]: [['label', LABEL]],
    [ast.DecidedClaim.$type]: [['decision', LABEL]],
    [ast.StaysPossibleClaim.$type]: [['keys', PARAMETER]],
    [ast.ApprovalAssumption.$type]: [['approver', CLASS]],
    [ast.SignalAssumption.$type]: [['signal', SemanticTokenTypes.function]],
    [ast.EventAssumption.$type]: [['event', SemanticTokenTypes.event]],
    [ast.AgentAssumption.$type]: [['agent', CLASS]],
    [ast.Use.$type]: [['pack', SemanticTokenTypes.macro]],
    [ast.UseArgument.$type]: [['param', PARAMETER]],
    [ast.Annotation.$type]: [['name', SemanticTokenTypes.decorator]]
};

function property(node: AstNode, name: string): CstNode | undefined {
    return GrammarUtils.findNodeForProperty(node.$cstNode, name);
}

function every(node: AstNode, name: string, type: SemanticTokenTypes): NameToken[] {
    return GrammarUtils.findNodesForProperty(node.$cstNode, name).flatMap((cst) => nameTokens(cst, type));
}

/** A token for each part of a name: a dotted name may span several lines. */
function nameTokens(name: CstNode | undefined, type: SemanticTokenTypes): NameToken[] {
    return name ? nameParts(name).map((cst) => ({ cst, type })) : [];
}

/** The tokens of `server.tool`, each part by what it refers to. */
function qualified(reference: CstNode | undefined): NameToken[] {
    const parts = reference ? nameParts(reference) : [];
    return parts.map((cst, index) => ({
        cst,
        type: index < parts.length - 1 ? SemanticTokenTypes.namespace : SemanticTokenTypes.method
    }));
}

/** The tokens of `machine.mode`, or of a mode alone. */
function machineAndMode(reference: CstNode | undefined): NameToken[] {
    const parts = reference ? nameParts(reference) : [];
    return parts.map((cst, index) => ({
        cst,
        type: index < parts.length - 1 ? SemanticTokenTypes.enum : SemanticTokenTypes.enumMember
    }));
}

/** The name after `as`. */
function aliasTokens(node: AstNode, type: SemanticTokenTypes): NameToken[] {
    return ast.isImportedName(node) && node.alias !== undefined ? nameTokens(property(node, 'alias'), type) : [];
}
