/** The proposals for what the grammar expects at the cursor. */
import type { AstNode, LangiumDocument } from 'langium';
import { AstUtils, GrammarAST } from 'langium';
import type { NodeKindProvider } from 'langium/lsp';
import { CompletionItemKind } from 'vscode-languageserver';
import * as ast from '../../../language/generated/ast.js';
import type { Inventory } from '../../../language/inventory.js';
import { paramOfArgument } from '../../../language/scopes.js';
import { unquoteName } from '../../../language/values.js';
import { nameRange } from '../anchors.js';
import { ruleOf } from '../grammar.js';
import { textOf } from '../source-text.js';
import type { Type } from '../../model/policy.js';
import type { GuardrailLspServices } from '../module.js';
import type { NameRule } from '../names.js';
import { NameWriter } from '../names.js';
import { DraftParser } from './draft.js';
import { annotationNames, annotationValues } from './annotations.js';
import type { ExpectedElement } from './expected.js';
import type { Proposal } from './items.js';
import { argumentSnippet, nameProposal, toolDetail, typeText, valueProposal } from './items.js';
import { keywordProposals } from './keywords.js';
import type { StatementContext } from './statement.js';

export class ProposalBuilder {
    private readonly names: NameWriter;
    private readonly drafts: DraftParser;
    private readonly kinds: NodeKindProvider;

    constructor(private readonly services: GuardrailLspServices) {
        this.names = new NameWriter(services.Grammar);
        this.drafts = new DraftParser(services);
        this.kinds = services.shared.lsp.NodeKindProvider;
    }

    /** All proposals where `expected` may stand; after `server.`, the `qualifier`, only the names that start so. */
    build(
        document: LangiumDocument,
        statement: StatementContext,
        expected: readonly ExpectedElement[],
        qualifier: string | undefined
    ): Proposal[] {
        const qualified = qualifier !== undefined;
        const inventory = this.services.inventory.of(document);
        const references = new Map<string, Proposal[]>();
        const proposals: Proposal[] = [];
        const param = this.argumentParam(document, statement, expected);
        for (const element of expected.filter((each) => !param || fitsArgument(param, each))) {
            if (GrammarAST.isKeyword(element)) {
                if (!qualified && fitsStep(element, statement, inventory)) {
                    proposals.push(...keywordProposals(element, statement));
                }
            } else if (GrammarAST.isCrossReference(element)) {
                const type = element.type.$refText;
                const inSelector = ruleOf(element)?.name;
                if (!qualified || QUALIFIED_TYPES.has(type)) {
                    const key = `${type} ${inSelector}`;
                    if (!references.has(key)) {
                        references.set(key, this.reference(element, document, statement, inventory));
                    }
                }
            } else if (!qualified) {
                proposals.push(...this.terminals(element, document, statement));
            }
        }
        for (const element of statement.pack === undefined ? [] : expected.filter(GrammarAST.isCrossReference)) {
            proposals.push(...this.local(element.type.$refText, document, statement.pack!));
        }
        const all = [...references.values()].flat().concat(proposals);
        return distinct(qualified ? all.filter(({ text }) => text.startsWith(qualifier)) : all);
    }

    /** The parameter of a pack or definition whose argument stands at the cursor. */
    private argumentParam(
        document: LangiumDocument,
        { text, pack }: StatementContext,
        expected: readonly ExpectedElement[]
    ): ast.DefinitionParam | undefined {
        const isArgument = expected.some(
            (element) => GrammarAST.isCrossReference(element) && element.type.$refText === ast.Nameable.$type
        );
        const draft = isArgument ? this.drafts.names(document, text, pack) : undefined;
        return draft && paramOfArgument(draft.container);
    }

    /** For a name or a value that refers to nothing. */
    private terminals(call: GrammarAST.RuleCall, document: LangiumDocument, statement: StatementContext): Proposal[] {
        switch (ruleOf(call)?.name) {
            case 'StringLiteral':
                return values(this.drafts.valueType(document, statement.text));
            case 'Annotation':
                return annotationNames();
            case 'AnnotationValue':
                return call.rule.$refText === 'Name' ? annotationValues(statement.tokens) : [];
            default:
                return [];
        }
    }

    /** The texts that fit into the quotes that open at the end of `statement`. */
    texts(document: LangiumDocument, statement: string): string[] {
        const type = this.drafts.valueType(document, statement);
        return type?.kind === 'literals' ? type.values.filter((value) => typeof value === 'string') : [];
    }

    private reference(
        element: GrammarAST.CrossReference,
        document: LangiumDocument,
        statement: StatementContext,
        inventory: Inventory
    ): Proposal[] {
        const rule = ruleOf(element)?.name;
        switch (element.type.$refText) {
            case ast.Tool.$type:
                return this.tools(inventory);
            case ast.ToolOrGroup.$type:
                return [
                    ...this.tools(inventory),
                    ...this.declared(inventory, ast.isGroup, 'Name').filter(
                        ({ text }) => text !== definedName(statement)
                    ),
                    ...(isPast(statement) ? this.events(inventory) : []),
                    ...this.globs(inventory)
                ];
            case ast.Label.$type:
                return this.declared(inventory, ast.isLabel, 'Name');
            case ast.Trait.$type:
                return this.declared(inventory, ast.isTrait, 'StrictName', rule === 'TraitSelector' ? ' tools' : '');
            case ast.Agent.$type:
                return this.declared(inventory, ast.isAgent, 'StrictName');
            case ast.Human.$type:
                return this.declared(inventory, ast.isHuman, 'StrictName').filter(({ text }) => isNew(text, statement));
            case ast.Approver.$type:
                return [
                    ...(statement.tokens.at(-1)?.image === 'of'
                        ? []
                        : this.declared(inventory, ast.isHuman, 'StrictName')),
                    ...this.declared(inventory, ast.isRole, 'StrictName')
                ];
            case ast.OutsideEvent.$type:
                return this.events(inventory);
            case ast.Pack.$type:
                return this.declared(inventory, ast.isPack, 'Name');
            case ast.Param.$type:
            case ast.Referable.$type:
            case ast.PackParam.$type:
            case ast.Nameable.$type:
            case ast.Importable.$type:
                return this.params(document, statement);
            default:
                return [];
        }
    }

    private tools(inventory: Inventory): Proposal[] {
        return inventory.tools
            .filter(({ tool }) => tool.name && !inventory.hidden.has(tool.$container))
            .map(({ tool, name }) =>
                nameProposal(this.names.writeQualified(name), CompletionItemKind.Method, {
                    detail: toolDetail(tool),
                    documentation: this.doc(tool)
                })
            );
    }

    /** As they are written where they are declared: only there is it known what is a part of the name. */
    private events(inventory: Inventory): Proposal[] {
        return inventory.elements.filter(ast.isOutsideEvent).flatMap((event) => {
            const range = nameRange(event);
            return event.name && range
                ? [
                      nameProposal(
                          AstUtils.getDocument(event).textDocument.getText(range),
                          this.kinds.getCompletionItemKind(event),
                          { detail: textOf(event), documentation: this.doc(event) }
                      )
                  ]
                : [];
        });
    }

    /** `mail.*`, for servers with several tools. */
    private globs(inventory: Inventory): Proposal[] {
        const servers = inventory.elements
            .filter(ast.isServer)
            .filter((server) => server.name && server.tools.length > 1 && !inventory.hidden.has(server));
        return servers.map((server) =>
            nameProposal(`${this.names.write(server.name, 'Name')}.*`, CompletionItemKind.Module, {
                detail: `all ${server.tools.length} tools of ${server.name}`,
                documentation: this.doc(server)
            })
        );
    }

    private declared<T extends ast.Element & { name: string }>(
        inventory: Inventory,
        is: (node: unknown) => node is T,
        rule: NameRule,
        suffix = ''
    ): Proposal[] {
        const nameable = inventory.elements.filter((element) => !inventory.hidden.has(element));
        return nameable.filter(is).flatMap((node) => {
            const options = { detail: textOf(node), documentation: this.doc(node) };
            return node.name
                ? [
                      nameProposal(
                          this.names.write(node.name, rule) + suffix,
                          this.kinds.getCompletionItemKind(node),
                          options
                      )
                  ]
                : [];
        });
    }

    /** The parameters, groups and definitions of the pack around, by what they can stand for. */
    private local(type: string, document: LangiumDocument, head: string): Proposal[] {
        const names = this.drafts.packWith(document, head)?.params ?? [];
        const { AstReflection } = this.services.shared;
        return names
            .filter((param) => param.name && AstReflection.isSubtype(param.$type, type))
            .map((param) =>
                nameProposal(this.names.write(param.name, 'Name'), this.kinds.getCompletionItemKind(param), {
                    detail: textOf(param),
                    documentation: undefined
                })
            );
    }

    private params(document: LangiumDocument, { text: statement, pack }: StatementContext): Proposal[] {
        const draft = this.drafts.names(document, statement, pack);
        if (!draft) {
            return [];
        }
        const isArgument = ast.isCallArgument(draft.container) || ast.isUseArgument(draft.container);
        const isQualified = ast.isNameValue(draft.container) || ast.isImportedName(draft.container);
        const given = givenNames(draft.container);
        return draft.candidates.flatMap(({ name, node }) => {
            if (given.has(name)) {
                return [];
            }
            const text = isQualified ? this.names.writeQualified(name) : this.names.write(name, 'Name');
            const detail = ast.isParam(node) ? name + typeText(node) : textOf(node);
            const options = { detail, documentation: node && this.doc(node) };
            return [
                nameProposal(
                    isArgument ? `${text}: ` : text,
                    node ? this.kinds.getCompletionItemKind(node) : CompletionItemKind.Variable,
                    isArgument ? { ...options, snippet: argumentSnippet(text, node) } : options
                )
            ];
        });
    }

    private doc(node: AstNode): string | undefined {
        return this.services.documentation.DocumentationProvider.getDocumentation(node);
    }
}

/** Of all that an argument can start with, what the kind of its parameter takes. */
function fitsArgument(param: ast.DefinitionParam, element: ExpectedElement): boolean {
    const rule = ruleOf(element)?.name ?? '';
    if (ast.isConditionParam(param)) {
        return true;
    }
    if (GrammarAST.isCrossReference(element) && element.type.$refText === ast.Nameable.$type) {
        return true;
    }
    if (ast.isToolsParam(param)) {
        return /Selector$|^AnyTool$/.test(rule);
    }
    return ast.isValueParam(param) && /^(String|Boolean)Literal$/.test(rule) && ast.isPrimitiveType(param.type)
        ? (param.type.name === 'bool') === (rule === 'BooleanLiteral')
        : false;
}

const QUALIFIED_TYPES: ReadonlySet<string> = new Set([
    ast.Tool.$type,
    ast.ToolOrGroup.$type,
    ast.OutsideEvent.$type,
    ast.Nameable.$type
]);

function values(type: Type | undefined): Proposal[] {
    if (type?.kind === 'literals') {
        return type.values.map(valueProposal);
    }
    return type?.kind === 'bool' ? [true, false].map(valueProposal) : [];
}

/** A group is not offered in itself. */
function definedName({ tokens }: StatementContext): string | undefined {
    return tokens[0]?.tokenType.name === 'group' ? tokens[1]?.image : undefined;
}

/** Of the steps of a scenario those that the name before the word can do. */
function fitsStep(keyword: GrammarAST.Keyword, { tokens }: StatementContext, inventory: Inventory): boolean {
    const is = STEP_ACTORS[`${ruleOf(keyword)?.name} ${keyword.value}`];
    const name = unquoteName(tokens.at(-1)?.image ?? '');
    const actors = inventory.elements.filter(isActor).filter((actor) => actor.name === name);
    return !is || actors.length === 0 || actors.some(is);
}

const STEP_ACTORS: { readonly [words: string]: (node: unknown) => boolean } = {
    'CallStep calls': ast.isAgent,
    'HumanStep approves': ast.isHuman,
    'HumanStep refuses': ast.isHuman,
    'EventStep happens': ast.isOutsideEvent
};

function isActor(node: ast.Element): node is ast.Agent | ast.Human | ast.OutsideEvent {
    return ast.isAgent(node) || ast.isHuman(node) || ast.isOutsideEvent(node);
}

/** Whether a pattern at the cursor is of the past: only there it can be an event from outside (GR420). */
function isPast({ tokens }: StatementContext): boolean {
    const last = tokens.at(-1)?.image ?? '';
    switch (last) {
        case '=':
            return tokens[0]?.image === 'define';
        case '(':
            return tokens.at(-2)?.image !== 'except';
        default:
            return BEFORE_THE_PAST.has(last);
    }
}

const BEFORE_THE_PAST: ReadonlySet<string> = new Set([
    ...['once', 'since', 'no', 'when', 'unless', 'and', 'or', 'not', 'implies'],
    ...['require', 'requires', 'order', 'always', 'after', 'until', 'possible', 'then']
]);

/** A human is listed once in a role. */
function isNew(text: string, { tokens }: StatementContext): boolean {
    return tokens[0]?.image !== 'role' || !tokens.slice(2).some(({ image }) => image === text);
}

/** The arguments that are written already beside the one at the cursor. */
function givenNames(node: AstNode): Set<string> {
    const parent: AstNode | undefined = node.$container;
    const siblings: readonly (ast.EventArgument | ast.CallArgument | ast.UseArgument)[] =
        (ast.isUseArgument(node) && ast.isUse(parent)) ||
        (ast.isEventArgument(node) && ast.isEvent(parent)) ||
        (ast.isCallArgument(node) && ast.isCallStep(parent))
            ? parent.args
            : [];
    return new Set(siblings.filter((sibling) => sibling !== node).map((sibling) => sibling.param?.$refText));
}

/** The same word may be expected by several rules of the grammar. */
function distinct(proposals: readonly Proposal[]): Proposal[] {
    return [
        ...new Map(proposals.map((proposal) => [`${proposal.item.kind} ${proposal.item.label}`, proposal])).values()
    ];
}
