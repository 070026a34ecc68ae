/** Proposes what the grammar expects at the cursor. */
import type { AstNode, LangiumDocument } from 'langium';
import { AstUtils, GrammarAST } from 'langium';
import type { NodeKindProvider } from 'langium/lsp';
import { CompletionItemKind } from 'vscode-languageserver';
import * as ast from '../../../../language/generated/ast.js';
import type { Inventory } from '../../../../language/names/inventory.js';
import { importsOf, resolveImport } from '../../../../language/files/imports.js';
import { BUILTIN_URI } from '../../../../language/library/builtin.js';
import { paramOfArgument } from '../../../../language/linking/scopes.js';
import type { NamedElement } from '../../../../language/names/visible.js';
import { exportedNames, namedElements } from '../../../../language/names/visible.js';
import { nameRange } from '../../text/anchors.js';
import { ruleOf } from '../../text/grammar.js';
import { textOf } from '../../text/source-text.js';
import type { LanguageServices } from '../../services.js';
import { AutoImports } from './auto-imports.js';
import { DraftParser } from './draft.js';
import { annotationNames, annotationValues } from './annotations.js';
import type { ExpectedElement } from './expected.js';
import {
    canEqual,
    DAYS,
    definedName,
    distinct,
    fitsArgument,
    givenNames,
    isNew,
    QUALIFIED_TYPES,
    values
} from './fits.js';
import type { Proposal } from './items.js';
import type { PackageExports } from '../../../../language/packs/package-exports.js';
import {
    argumentSnippet,
    durationProposals,
    keywordProposal,
    nameProposal,
    toolDetail,
    typeText,
    wantedFirst
} from './items.js';
import { claimTemplates, keywordProposals } from './keywords.js';
import { fitsPlace, placeOf } from './places.js';
import { namesIn, namesOf, type TemplateNames } from './template-names.js';
import type { StatementContext } from './statement.js';
import type { NameRule } from '../../../model/text/typed-text.js';
import { nameText, toolText } from '../../../model/text/typed-text.js';
import { typeOf } from '../../../../language/types/types.js';
import { mayBe } from '../../../model/policy/truth.js';
import { traitOf } from '../../../../language/names/selectors.js';
/** The length up to which text after the cursor is considered. */
const MAX_FOLLOWING = 200;
/** Elsewhere a duration is one of many values that a comparison may have. */
const BEFORE_DURATION: ReadonlySet<string> = new Set(['within', 'valid', 'timeout', 'for', 'wait']);
/** The number of tools that are named beside a trait. */
const MAX_TOOLS = 3;

export class ProposalBuilder {
    private readonly drafts: DraftParser;
    private readonly imports: AutoImports;
    private readonly kinds: NodeKindProvider;

    constructor(private readonly services: LanguageServices) {
        this.drafts = new DraftParser(services);
        this.imports = new AutoImports(services);
        this.kinds = services.shared.lsp.NodeKindProvider;
    }

    /** All proposals for `expected`; after `server.`, the `qualifier`, only the names with that prefix. */
    build(
        document: LangiumDocument,
        statement: StatementContext,
        expected: readonly ExpectedElement[],
        qualifier: string | undefined,
        typed: string,
        packages: readonly PackageExports[]
    ): { readonly proposals: Proposal[]; readonly isIncomplete: boolean } {
        const qualified = qualifier !== undefined;
        const inventory = this.services.inventory.of(document);
        const references = new Map<string, Proposal[]>();
        const proposals: Proposal[] = [];
        let known: TemplateNames | undefined;
        const names = (): TemplateNames => (known ??= this.templateNames(document, statement, inventory));
        const param = this.argumentParam(document, statement, expected);
        for (const element of expected.filter((each) => !param || fitsArgument(param, each))) {
            if (GrammarAST.isKeyword(element)) {
                const fits = !qualified && fitsPlace(element, statement, inventory, param);
                if (fits && this.fitsType(element, document, statement)) {
                    proposals.push(...keywordProposals(element, statement, names));
                }
            } else if (GrammarAST.isCrossReference(element)) {
                const type = element.type.$refText;
                const inSelector = ruleOf(element)?.name;
                if (!qualified || QUALIFIED_TYPES.has(type)) {
                    const key = `${type} ${inSelector}`;
                    if (!references.has(key)) {
                        references.set(key, this.reference(element, document, statement, inventory, qualified));
                    }
                }
            } else if (!qualified) {
                proposals.push(...this.terminals(element, document, statement, names));
            }
        }
        for (const element of statement.around === undefined ? [] : expected.filter(GrammarAST.isCrossReference)) {
            proposals.push(...this.local(element.type.$refText, document, statement.around!));
        }
        if (qualified) {
            proposals.push(...this.members(document, statement, qualifier));
        }
        const types = new Set(expected.filter(GrammarAST.isCrossReference).map((each) => each.type.$refText));
        const imported = this.imports.proposals(types, typed, document, packages);
        const all = [...references.values()].flat().concat(proposals, imported.proposals);
        const rules = new Set(expected.flatMap((each) => (GrammarAST.isKeyword(each) && ruleOf(each)?.name) || []));
        const inPlace = all.map((proposal) => wantedFirst(proposal, rules));
        return {
            proposals: distinct(qualified ? inPlace.filter(({ text }) => text.startsWith(qualifier)) : inPlace),
            isIncomplete: imported.isIncomplete
        };
    }

    /** `true` and `false` are useless if something else is expected. */
    private fitsType(keyword: GrammarAST.Keyword, document: LangiumDocument, statement: StatementContext): boolean {
        if (ruleOf(keyword)?.name !== 'BooleanLiteral') {
            return true;
        }
        const types = this.drafts.valueTypes(document, statement.text, statement.around);
        return types.length === 0 || types.some(({ kind }) => kind === 'bool' || kind === 'any');
    }

    private templateNames(
        document: LangiumDocument,
        { around }: StatementContext,
        inventory: Inventory
    ): TemplateNames {
        const pack = around === undefined ? undefined : this.drafts.packWith(document, around);
        return pack ? namesIn(pack) : namesOf(inventory);
    }

    /** The parameter of a pack or definition whose argument is at the cursor. */
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
        const text = statement.text + qualifier;
        return [...this.params(document, { ...statement, text }), ...this.sourceFields(document, text, statement)].map(
            (proposal) => ({ ...proposal, text: qualifier + proposal.text })
        );
    }

    /** The possible sources of a value (`from`): after a tool its result, and after that the fields. */
    private sourceFields(document: LangiumDocument, text: string, { tokens, around }: StatementContext): Proposal[] {
        const isSource = tokens.at(-1)?.image === 'from' || tokens.some(({ image }) => image === 'from');
        if (!isSource) {
            return [];
        }
        if (/\bfrom\s+[^\s]+\.$/.test(text) && !/\.result\./.test(text.slice(text.lastIndexOf('from')))) {
            return [keywordProposal('result', 'result', 'Root')];
        }
        return this.drafts.sourceFields(document, text, around).map((field) =>
            nameProposal(nameText(field.name, 'Name'), CompletionItemKind.Field, {
                detail: field.name + typeText(field),
                documentation: this.doc(field)
            })
        );
    }

    /** Proposals for a name or a value without a reference. */
    private terminals(
        call: GrammarAST.RuleCall,
        document: LangiumDocument,
        statement: StatementContext,
        names: () => TemplateNames
    ): Proposal[] {
        if (call.rule.$refText === 'DayName') {
            return DAYS.map((day) => keywordProposal(day, day));
        }
        if (call.rule.$refText === 'DURATION') {
            return BEFORE_DURATION.has(statement.tokens.at(-1)?.image ?? '') ? durationProposals() : [];
        }
        switch (ruleOf(call)?.name) {
            case 'FieldData':
                return call.rule.$refText === 'Name' ? this.dataFields(document, statement) : [];
            case 'StringLiteral':
                return values(this.drafts.valueTypes(document, statement.text, statement.around));
            case 'Claim':
                return claimTemplates(names());
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
            const name = nameText(field.name, 'Name');
            return nameProposal(`${name}: `, CompletionItemKind.Field, {
                detail: field.name + typeText(field),
                snippet: argumentSnippet(name, field)
            });
        });
    }

    /** The possible texts for the quotes that open at the end of `statement`. */
    texts(document: LangiumDocument, statement: string): string[] {
        const types = this.drafts.valueTypes(document, statement);
        const texts = types.flatMap((type) => (type.kind === 'literals' ? type.values : []));
        return [...new Set(texts)].filter((value) => typeof value === 'string');
    }

    private reference(
        element: GrammarAST.CrossReference,
        document: LangiumDocument,
        statement: StatementContext,
        inventory: Inventory,
        qualified: boolean
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
                return this.modes(rule, statement, inventory, qualified);
            case ast.DefinitionParam.$type:
                return this.params(document, statement, ': 1m');
            case ast.DurationParam.$type:
                return this.params(document, statement);
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
                return rule === 'TraitSelector'
                    ? this.traits(inventory)
                    : this.declared(inventory, ast.isTrait, 'StrictName');
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
                return this.params(document, statement);
            case ast.Importable.$type:
                return this.importable(document, statement);
            default:
                return [];
        }
    }

    private tools(inventory: Inventory): Proposal[] {
        return inventory.tools
            .filter(({ tool }) => tool.name && !inventory.hidden.has(tool.$container))
            .map(({ tool, name }) =>
                nameProposal(toolText(name), CompletionItemKind.Method, {
                    detail: toolDetail(tool),
                    documentation: this.doc(tool)
                })
            );
    }

    /** Events are proposed in declaration syntax: only there are the parts of a name known. */
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

    /** For a transition, the modes of its machine; for a condition, those of all machines, qualified if ambiguous. */
    private modes(
        rule: string | undefined,
        { offset }: StatementContext,
        inventory: Inventory,
        qualified: boolean
    ): Proposal[] {
        const machines = inventory.elements.filter(ast.isModes).filter((machine) => !inventory.hidden.has(machine));
        const isInMachine = rule === 'Transition' || rule === 'Mode';
        const around = machines.filter(({ $cstNode: cst }) => cst && cst.offset < offset && offset <= cst.end);
        const modes = (isInMachine && around.length > 0 ? around : machines).flatMap((machine) => machine.modes);
        return modes
            .filter((mode) => mode.name)
            .map((mode) => {
                const isShared = !isInMachine && modes.filter(({ name }) => name === mode.name).length > 1;
                const name = nameText(mode.name, isInMachine ? 'StrictName' : 'Name');
                return nameProposal(
                    isShared || qualified ? `${nameText(mode.$container.name, 'Name')}.${name}` : name,
                    this.kinds.getCompletionItemKind(mode),
                    { detail: `mode of ${mode.$container.name}`, documentation: this.doc(mode) }
                );
            });
    }

    /** Proposes `mail.*` for servers with several tools. */
    private globs(inventory: Inventory): Proposal[] {
        const servers = inventory.elements
            .filter(ast.isServer)
            .filter((server) => server.name && server.tools.length > 1 && !inventory.hidden.has(server));
        return servers.map((server) =>
            nameProposal(`${nameText(server.name, 'Name')}.*`, CompletionItemKind.Module, {
                detail: `all ${server.tools.length} tools of ${server.name}`,
                documentation: this.doc(server)
            })
        );
    }

    /** Proposes `external tools` with the tools that have the trait; traits that no tool has come last. */
    private traits(inventory: Inventory): Proposal[] {
        return namedElements(inventory)
            .filter(({ element }) => ast.isTrait(element))
            .map(({ name, element }) => {
                const tools = inventory.tools.filter(({ tool }) => mayBe(traitOf(tool, name)));
                const some = tools.slice(0, MAX_TOOLS).map((each) => each.name);
                const detail = [...some, ...(tools.length > MAX_TOOLS ? ['…'] : [])].join(', ') || 'no tool';
                const kind = this.kinds.getCompletionItemKind(element);
                const order = tools.length > 0 ? 'm' : 'z';
                return nameProposal(`${nameText(name, 'StrictName')} tools`, kind, {
                    detail,
                    documentation: this.doc(element),
                    order
                });
            });
    }

    private declared<T extends ast.Element & { name: string }>(
        inventory: Inventory,
        is: (node: unknown) => node is T,
        rule: NameRule,
        suffix = ''
    ): Proposal[] {
        return namedElements(inventory)
            .filter(({ element }) => is(element))
            .map((named) => this.declaration(named, rule, suffix));
    }

    private declaration({ name, element: node }: NamedElement, rule: NameRule, suffix = ''): Proposal {
        return nameProposal(nameText(name, rule) + suffix, this.kinds.getCompletionItemKind(node), {
            detail: textOf(node),
            documentation: this.doc(node)
        });
    }

    /** The parameters, groups and definitions of the enclosing pack, by what they can represent. */
    private local(type: string, document: LangiumDocument, head: string): Proposal[] {
        const names = this.drafts.packWith(document, head)?.params ?? [];
        const { AstReflection } = this.services.shared;
        return names
            .filter((param) => param.name && AstReflection.isSubtype(param.$type, type))
            .map((param) =>
                nameProposal(nameText(param.name, 'Name'), this.kinds.getCompletionItemKind(param), {
                    detail: textOf(param),
                    documentation: undefined
                })
            );
    }

    /** The names of the file in the enclosing import, except those already listed. */
    private importable(document: LangiumDocument, { offset }: StatementContext): Proposal[] {
        const node = importsOf(document).find(({ $cstNode: cst }) => cst && cst.offset < offset && offset <= cst.end);
        const uri = node && resolveImport(node);
        const imported = uri && this.services.shared.workspace.LangiumDocuments.getDocument(uri);
        const inventory = imported && this.services.inventory.of(imported);
        const given = new Set(node?.names.map(({ target }) => target?.$refText));
        return (inventory ? exportedNames(inventory) : [])
            .filter(({ element }) => AstUtils.getDocument(element).uri.toString() !== BUILTIN_URI)
            .filter(({ name }) => !given.has(name))
            .map((named) => this.declaration(named, 'Name'));
    }

    private params(document: LangiumDocument, statement: StatementContext, ending = ''): Proposal[] {
        const { text, around } = statement;
        // The event whose values are distinguished follows them.
        const isDistinct = statement.tokens.at(-1)?.image === 'distinct';
        const following = document.textDocument.getText().slice(statement.offset, statement.offset + MAX_FOLLOWING);
        const event = isDistinct && (/^[\w`]*(\s+of\s[^)\n]*)/.exec(following)?.[1] ?? ' of any tool');
        const after = event ? `${event})` : ending;
        const draft = this.drafts.names(document, text, around, after);
        if (!draft) {
            return [];
        }
        const isArgument = [ast.isCallArgument, ast.isUseArgument, ast.isNamedArgument].some((is) =>
            is(draft.container)
        );
        const isQualified = ast.isNameValue(draft.container) || ast.isImportedName(draft.container);
        const given = givenNames(draft.container);
        const parent: AstNode | undefined = draft.container.$container;
        const isRightSide = ast.isComparison(parent) && parent.right === draft.container;
        const wanted = isRightSide ? this.drafts.valueTypes(document, text, around) : [];
        return draft.candidates.flatMap(({ name, node }, index) => {
            // The values of a definition are identified by position.
            const isValue = ast.isNamedArgument(draft.container) && !ast.isPackParam(node);
            if (given.has(name) || isValue) {
                return [];
            }
            const written = isQualified ? toolText(name) : nameText(name, 'Name');
            const detail = ast.isParam(node) ? name + typeText(node) : textOf(node);
            // The names of the place itself come first; arguments come in declaration order.
            const isUsual = ast.isParam(node) && (wanted.length === 0 || canEqual(typeOf(node.type), wanted));
            const order = isArgument ? `a${String(index).padStart(3, '0')}` : isUsual ? 'a' : 'm';
            const options = { detail, documentation: node && this.doc(node), order };
            return [
                nameProposal(
                    isArgument ? `${written}: ` : written,
                    node ? this.kinds.getCompletionItemKind(node) : CompletionItemKind.Variable,
                    isArgument ? { ...options, snippet: argumentSnippet(written, node) } : options
                )
            ];
        });
    }

    private doc(node: AstNode): string | undefined {
        return this.services.documentation.DocumentationProvider.getDocumentation(node);
    }
}
