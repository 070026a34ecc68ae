/** The proposals for what the grammar expects at the cursor. */
import type { AstNode, LangiumDocument } from 'langium';
import { GrammarAST } from 'langium';
import type { NodeKindProvider } from 'langium/lsp';
import { CompletionItemKind } from 'vscode-languageserver';
import * as ast from '../../../language/generated/ast.js';
import type { Inventory } from '../../../language/inventory.js';
import { textOf } from '../source-text.js';
import type { Type } from '../../model/policy.js';
import type { GuardrailLspServices } from '../module.js';
import type { NameRule } from '../names.js';
import { NameWriter } from '../names.js';
import { DraftParser } from './draft.js';
import type { ExpectedElement } from './expected.js';
import { ruleOf } from './expected.js';
import type { Proposal } from './items.js';
import {
    argumentSnippet,
    keywordProposal,
    nameProposal,
    snippetProposal,
    toolDetail,
    typeText,
    valueProposal
} from './items.js';
import { snippetsFor, TOOL_SNIPPET } from './snippets.js';
import type { StatementContext } from './statement.js';
import { STATEMENTS } from './statement.js';

export class ProposalBuilder {
    private readonly names: NameWriter;
    private readonly drafts: DraftParser;
    private readonly kinds: NodeKindProvider;

    constructor(private readonly services: GuardrailLspServices) {
        this.names = new NameWriter(services.Grammar);
        this.drafts = new DraftParser(services);
        this.kinds = services.shared.lsp.NodeKindProvider;
    }

    /** All proposals where `expected` may stand; after `server.`, the `qualifier`, only its tools. */
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
        for (const element of expected) {
            if (GrammarAST.isKeyword(element)) {
                if (!qualified) {
                    proposals.push(...keywordProposals(element, statement));
                }
            } else if (GrammarAST.isCrossReference(element)) {
                const type = element.type.$refText;
                const inSelector = ruleOf(element)?.name;
                if (!qualified || TOOL_TYPES.has(type)) {
                    const key = `${type} ${inSelector}`;
                    if (!references.has(key)) {
                        references.set(key, this.reference(element, document, statement, inventory));
                    }
                }
            } else if (!qualified && element.rule.$refText === 'STRING' && ruleOf(element)?.name === 'StringLiteral') {
                proposals.push(...values(this.drafts.valueType(document, statement.text)));
            }
        }
        const all = [...references.values()].flat().concat(proposals);
        return distinct(qualified ? all.filter(({ text }) => text.startsWith(qualifier)) : all);
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
                    ...this.globs(inventory)
                ];
            case ast.Label.$type:
                return this.declared(inventory, ast.isLabel, 'Name');
            case ast.Trait.$type:
                return this.declared(inventory, ast.isTrait, 'StrictName', rule === 'TraitSelector' ? ' tools' : '');
            case ast.Agent.$type:
                return this.declared(inventory, ast.isAgent, 'StrictName');
            case ast.Human.$type:
                return this.declared(inventory, ast.isHuman, 'StrictName');
            case ast.Param.$type:
            case ast.Referable.$type:
                return this.params(document, statement.text);
            default:
                return [];
        }
    }

    private tools(inventory: Inventory): Proposal[] {
        return inventory.tools
            .filter(({ tool }) => tool.name)
            .map(({ tool, name }) =>
                nameProposal(this.names.writeQualified(name), CompletionItemKind.Method, {
                    detail: toolDetail(tool),
                    documentation: this.doc(tool)
                })
            );
    }

    /** `mail.*`, for servers with several tools. */
    private globs(inventory: Inventory): Proposal[] {
        const servers = inventory.elements
            .filter(ast.isServer)
            .filter((server) => server.name && server.tools.length > 1);
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
        return inventory.elements.filter(is).flatMap((node) => {
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

    private params(document: LangiumDocument, statement: string): Proposal[] {
        const draft = this.drafts.names(document, statement);
        if (!draft) {
            return [];
        }
        const isArgument = ast.isCallArgument(draft.container);
        const given = givenNames(draft.container);
        return draft.candidates.flatMap(({ name, node }) => {
            if (given.has(name)) {
                return [];
            }
            const text = this.names.write(name, 'Name');
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

const TOOL_TYPES: ReadonlySet<string> = new Set([ast.Tool.$type, ast.ToolOrGroup.$type]);

function keywordProposals(keyword: GrammarAST.Keyword, statement: StatementContext): Proposal[] {
    const word = keyword.value;
    if (!/^[a-z]/.test(word)) {
        return [];
    }
    if (word === 'tool' && ruleOf(keyword)?.name === 'Tool') {
        return statement.atLineStart || statement.tokens.at(-1)?.image === '{' ? [snippetProposal(TOOL_SNIPPET)] : [];
    }
    if (STATEMENTS.has(word) && isFirst(keyword)) {
        const isPlace = statement.atLineStart && (word !== 'policy' || statement.atFileStart);
        return isPlace ? snippetsFor(word).map(snippetProposal) : [];
    }
    return [keywordProposal(phrase(keyword), word)];
}

/** Whether the word starts its rule, unlike the `agent` of `any agent`. */
function isFirst(keyword: GrammarAST.Keyword): boolean {
    const rule = ruleOf(keyword);
    let first = GrammarAST.isParserRule(rule) ? rule.definition : undefined;
    while (GrammarAST.isGroup(first)) {
        first = first.elements[0];
    }
    return first === keyword;
}

/** A word with those that must follow it: `any tool`, `approved by`, `require approval by`. */
function phrase(keyword: GrammarAST.Keyword): string {
    const words = [keyword.value];
    let element: GrammarAST.AbstractElement = GrammarAST.isAssignment(keyword.$container)
        ? keyword.$container
        : keyword;
    for (;;) {
        const group: unknown = element.$container;
        const next = GrammarAST.isGroup(group) ? group.elements[group.elements.indexOf(element) + 1] : undefined;
        if (!GrammarAST.isKeyword(next) || next.cardinality || !/^[a-z]/.test(next.value)) {
            return words.join(' ');
        }
        words.push(next.value);
        element = next;
    }
}

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

/** The arguments that are written already beside the one at the cursor. */
function givenNames(node: AstNode): Set<string> {
    const parent: AstNode | undefined = node.$container;
    const siblings: readonly (ast.EventArgument | ast.CallArgument)[] =
        (ast.isEventArgument(node) && ast.isEvent(parent)) || (ast.isCallArgument(node) && ast.isCallStep(parent))
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
