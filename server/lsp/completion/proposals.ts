/** The proposals for what the grammar expects at the cursor. */
import type { AstNode, LangiumDocument } from 'langium';
import { AstUtils, GrammarAST } from 'langium';
import type { NodeKindProvider } from 'langium/lsp';
import { CompletionItemKind } from 'vscode-languageserver';
import * as ast from '../../../language/generated/ast.js';
import type { Inventory } from '../../../language/inventory.js';
import { paramOfArgument } from '../../../language/scopes.js';
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
import { argumentSnippet, keywordProposal, nameProposal, toolDetail, typeText, valueProposal } from './items.js';
import { keywordProposals } from './keywords.js';
import { fitsPlace, placeOf } from './places.js';
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
                if (!qualified && fitsPlace(element, statement, inventory, param)) {
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
        for (const element of statement.around === undefined ? [] : expected.filter(GrammarAST.isCrossReference)) {
            proposals.push(...this.local(element.type.$refText, document, statement.around!));
        }
        if (qualified) {
            proposals.push(...this.members(document, statement, qualifier));
        }
        const all = [...references.values()].flat().concat(proposals);
        return distinct(qualified ? all.filter(({ text }) => text.startsWith(qualifier)) : all);
    }

    /** The parameter of a pack or definition whose argument stands at the cursor. */
    private argumentParam(
        document: LangiumDocument,
        { text, around }: StatementContext,
        expected: readonly ExpectedElement[]
    ): ast.DefinitionParam | undefined {
        const isArgument = expected.some(
            (element) => GrammarAST.isCrossReference(element) && element.type.$refText === ast.Nameable.$type
        );
        const draft = isArgument ? this.drafts.names(document, text, around) : undefined;
        return draft && paramOfArgument(draft.container);
    }

    /** The fields after `result.`, `session.` or an event. */
    private members(document: LangiumDocument, statement: StatementContext, qualifier: string): Proposal[] {
        return this.params(document, { ...statement, text: statement.text + qualifier }).map((proposal) => ({
            ...proposal,
            text: qualifier + proposal.text
        }));
    }

    /** For a name or a value that refers to nothing. */
    private terminals(call: GrammarAST.RuleCall, document: LangiumDocument, statement: StatementContext): Proposal[] {
        if (call.rule.$refText === 'DayName') {
            return DAYS.map((day) => keywordProposal(day, day));
        }
        switch (ruleOf(call)?.name) {
            case 'FieldData':
                return call.rule.$refText === 'Name' ? this.dataFields(document, statement) : [];
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

    private dataFields(document: LangiumDocument, { text }: StatementContext): Proposal[] {
        return this.drafts.fields(document, text).map((field) => {
            const name = this.names.write(field.name, 'Name');
            return nameProposal(`${name}: `, CompletionItemKind.Field, {
                detail: field.name + typeText(field),
                snippet: argumentSnippet(name, field)
            });
        });
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
                return rule === 'EndStep' && !statement.tokens.some(({ image }) => image === 'runs')
                    ? []
                    : this.tools(inventory);
            case ast.Entity.$type:
                return this.declared(inventory, ast.isEntity, 'StrictName');
            case ast.Signal.$type:
                return this.declared(inventory, ast.isSignal, 'Name', rule === 'SignalValue' ? ': ' : '');
            case ast.SessionConstant.$type:
                return this.declared(inventory, ast.isSessionConstant, 'Name', ': ');
            case ast.Mode.$type:
                return this.modes(rule, statement, inventory);
            case ast.DefinitionParam.$type:
                return this.params(document, statement, ': 1m');
            case ast.ToolOrGroup.$type:
                return [
                    ...this.tools(inventory),
                    ...this.declared(inventory, ast.isGroup, 'Name').filter(
                        ({ text }) => text !== definedName(statement)
                    ),
                    ...(placeOf(statement) === 'call' ? [] : this.events(inventory)),
                    ...this.globs(inventory)
                ];
            case ast.Label.$type:
                return this.declared(inventory, ast.isLabel, 'Name');
            case ast.Trait.$type:
                return this.declared(inventory, ast.isTrait, 'StrictName', rule === 'TraitSelector' ? ' tools' : '');
            case ast.Agent.$type:
                return this.declared(inventory, ast.isAgent, 'StrictName').filter(
                    ({ text }) => rule !== 'Delegation' || text !== statement.tokens[1]?.image
                );
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

    /** Of a transition the modes of its machine; of a condition those of all, with the machine where one name is of several. */
    private modes(rule: string | undefined, { offset }: StatementContext, inventory: Inventory): Proposal[] {
        const machines = inventory.elements.filter(ast.isModes).filter((machine) => !inventory.hidden.has(machine));
        const isInMachine = rule === 'Transition' || rule === 'Mode';
        const around = machines.filter(({ $cstNode: cst }) => cst && cst.offset < offset && offset <= cst.end);
        const modes = (isInMachine && around.length > 0 ? around : machines).flatMap((machine) => machine.modes);
        return modes
            .filter((mode) => mode.name)
            .map((mode) => {
                const isShared = !isInMachine && modes.filter(({ name }) => name === mode.name).length > 1;
                const name = this.names.write(mode.name, isInMachine ? 'StrictName' : 'Name');
                return nameProposal(
                    isShared ? `${this.names.write(mode.$container.name, 'Name')}.${name}` : name,
                    this.kinds.getCompletionItemKind(mode),
                    { detail: `mode of ${mode.$container.name}`, documentation: this.doc(mode) }
                );
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

    private params(document: LangiumDocument, { text: statement, around }: StatementContext, after = ''): Proposal[] {
        const draft = this.drafts.names(document, statement, around, after);
        if (!draft) {
            return [];
        }
        const isArgument = [ast.isCallArgument, ast.isUseArgument, ast.isNamedArgument].some((is) =>
            is(draft.container)
        );
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
    if (ast.isEventParam(param)) {
        return /Selector$|^(AnyTool|Event|SameCall|UserSays|ModeEntered)$/.test(rule);
    }
    return ast.isValueParam(param) && /^(String|Boolean)Literal$/.test(rule) && ast.isPrimitiveType(param.type)
        ? (param.type.name === 'bool') === (rule === 'BooleanLiteral')
        : false;
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

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
