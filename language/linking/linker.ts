import type { AstNode, AstNodeDescription, LangiumDocument, LinkingError, Reference, ReferenceInfo } from 'langium';
import { AstUtils, Cancellation, DefaultLinker, interruptAndCheck, isReference } from 'langium';
import { nodesIn } from '../text/contents.js';
import * as ast from '../generated/ast.js';
import type { FollowedFact } from '../files/gathered.js';
import { dropGathered, factsOf } from '../files/gathered.js';
import type { GuardrailServices } from '../names/inventory.js';
import { expectedBy } from '../packs/values.js';
import { isCallPlace } from '../names/name-owner.js';
import { paramOfArgument } from './scopes.js';
import { BUILTIN_URI } from '../library/builtin.js';
import { resolveImport } from '../files/imports.js';
import { nearest } from '../text/spelling.js';
import { declaredTypes, termText } from '../types/terms.js';
import { isImportable, isPrivate, namedElements } from '../names/visible.js';

/** Reports unknown names in the language's own words, with a suggestion. */
export class GuardrailLinker extends DefaultLinker {
    constructor(private readonly services: GuardrailServices) {
        super(services);
    }

    /** Links the statements that are not linked yet. */
    override async link(document: LangiumDocument, cancelToken = Cancellation.CancellationToken.None): Promise<void> {
        const file = document.parseResult.value;
        if (!ast.isPolicyFile(file)) {
            await super.link(document, cancelToken);
            return;
        }
        const links = linksOf(file);
        for (const statement of links.open) {
            const unresolved: Reference[] = [];
            for (const node of nodesIn(statement)) {
                await interruptAndCheck(cancelToken);
                for (const info of AstUtils.streamReferences(node)) {
                    this.doLink(info, document);
                    if (info.reference.error && isReference(info.reference)) {
                        unresolved.push(info.reference);
                    }
                }
            }
            links.close(statement, unresolved);
        }
    }

    override unlink(document: LangiumDocument): void {
        super.unlink(document);
        dropGathered(document.parseResult.value);
    }

    /** These statements no longer exist, and no name in another statement has ever referred to a part of them. */
    forget(document: LangiumDocument, statements: readonly AstNode[]): void {
        const gone = statements
            .flatMap((statement) => nodesIn(statement))
            .flatMap((node) => AstUtils.streamReferences(node).toArray())
            .map(({ reference }) => reference);
        if (gone.length > MANY_REFERENCES) {
            const all = new Set(gone);
            document.references = document.references.filter((reference) => !all.has(reference));
            return;
        }
        document.references = [...document.references];
        // An author often changes the statement that was linked last, and the references of a statement are adjacent.
        for (const reference of gone.reverse()) {
            const index = document.references.lastIndexOf(reference);
            if (index >= 0) {
                document.references.splice(index, 1);
            }
        }
    }

    protected override createLinkingError(
        refInfo: ReferenceInfo,
        targetDescription?: AstNodeDescription
    ): LinkingError {
        const name = refInfo.reference.$refText;
        const type = this.reflection.getReferenceType(refInfo);
        return {
            info: refInfo,
            message: this.message(refInfo, type, name),
            ...(targetDescription && { targetDescription })
        };
    }

    private isServer({ container, reference }: ReferenceInfo): boolean {
        const { elements } = this.services.inventory.of(AstUtils.getDocument(container));
        return elements.some((element) => ast.isServer(element) && element.name === reference.$refText);
    }

    private fieldMessage(refInfo: ReferenceInfo, name: string): string {
        const known = this.services.references.ScopeProvider.getScope(refInfo)
            .getAllElements()
            .map((description) => description.name)
            .toArray();
        if (known.length === 0) {
            return this.entryOf(refInfo.container, name) ?? noMembers(refInfo.container, name);
        }
        const suggestion = nearest(name, known);
        const owner = ownerOf(refInfo.container);
        const word = MEMBERS[owner] ?? 'field';
        const declare = owner === 'The result' ? ` Declare it with its tool: \`returns (${name}: …)\`.` : '';
        return `${owner} has no ${word} "${name}". ${suggestion ? `Did you mean "${suggestion}"?` : `It has: ${known.slice(0, 6).join(', ')}.${declare}`}`;
    }

    /** The condition to write in place of a field of a map; undefined if the value is none. */
    private entryOf(container: AstNode, name: string): string | undefined {
        const of = ast.isFieldAccess(container) ? container.of : undefined;
        const types = declaredTypes(of, this.services.inventory.of(AstUtils.getDocument(container)));
        return of && types.some(ast.isMapType)
            ? `\`${termText(of)}\` is a map, which has entries instead of fields. Write \`some k, v in ${termText(of)}: k == "${name}" and …\`.`
            : undefined;
    }

    private message(refInfo: ReferenceInfo, type: string, name: string): string {
        const isTool = type === ast.Tool.$type || type === ast.ToolOrGroup.$type;
        if (isTool) {
            const servers = this.services.inventory.of(AstUtils.getDocument(refInfo.container)).ambiguous.get(name);
            if (servers) {
                return `Several servers have a tool "${name}": write ${servers.join(' or ')}.`;
            }
        }
        if (type === ast.Importable.$type && this.isPrivateThere(refInfo, name)) {
            return `"${name}" is private to the imported file: \`@private\` is written before its declaration. Import what that file provides instead.`;
        }
        if (type === ast.Nameable.$type) {
            const problem = this.otherKind(refInfo, name);
            if (problem) {
                return problem;
            }
        }
        if (type === ast.Referable.$type && ast.isFieldAccess(refInfo.container.$container) && this.isServer(refInfo)) {
            return 'A tool is not a condition by itself: write `once` before it, or `since` and another tool after it.';
        }
        if (isMember(refInfo)) {
            return this.fieldMessage(refInfo, name);
        }
        // The built-in traits need no import.
        const known = this.services.references.ScopeProvider.getScope(refInfo)
            .getAllElements()
            .filter(({ documentUri }) => type !== ast.Importable.$type || documentUri?.toString() !== BUILTIN_URI)
            .map((description) => description.name)
            .toArray();
        const suggestion = nearest(name, known);
        const missing = type === ast.PackParam.$type ? missingParams(refInfo.container) : [];
        if (missing.length > 0 && suggestion === undefined) {
            return `The pack has no parameter "${name}". It needs ${missing.join(' and ')}.`;
        }
        if (isWindow(refInfo.container, name)) {
            return `"${name}" is a duration, and \`within\` after a value takes a folder. For a window, put the condition before it in parentheses: \`where (…) within ${name}\`.`;
        }
        const start =
            unknownInPack(type, refInfo, name) ?? unknown(wordFor(type, refInfo.container), name, known.length > 0);
        return `${start} ${suggestion ? `Did you mean "${suggestion}"?` : advice(type, known)}`.trim();
    }

    /** True if only `@private` keeps the import from bringing the name. */
    private isPrivateThere({ container: { $container: node } }: ReferenceInfo, name: string): boolean {
        const uri = ast.isImport(node) ? resolveImport(node) : undefined;
        const imported = uri && this.services.shared.workspace.LangiumDocuments.getDocument(uri);
        return (
            imported !== undefined &&
            this.services.inventory
                .of(imported)
                .elements.some((element) => isImportable(element) && element.name === name && isPrivate(element))
        );
    }

    /** The name has a meaning, but not one of a kind that the parameter accepts. */
    private otherKind({ container }: ReferenceInfo, name: string): string | undefined {
        const param = paramOfArgument(container);
        const inventory = this.services.inventory.of(AstUtils.getDocument(container));
        const pack = AstUtils.getContainerOfType(container, ast.isPack);
        const other =
            inventory.toolsByName.get(name) ??
            pack?.params.find((node) => node.name === name) ??
            namedElements(inventory).find((named) => named.name === name)?.element;
        const word = other && KINDS[other.$type];
        return param && word ? `"${param.name}" takes ${expectedBy(param)}, and "${name}" is ${word}.` : undefined;
    }
}

/** The parameters that a use has to give but does not, each with the values that it accepts. */
function missingParams(argument: AstNode): string[] {
    const use = AstUtils.getContainerOfType(argument, ast.isUse);
    const given = new Set(use?.args.map(({ param }) => param?.$refText));
    return (use?.pack?.ref?.params ?? [])
        .filter((param) => !param.initial && !given.has(param.name))
        .map((param) => `"${param.name}" (${expectedBy(param)})`);
}

/** For more references, one pass through those of the document is faster than a search for each. */
const MANY_REFERENCES = 30;

/** The statements of a file whose names are not all linked yet, and the names without a meaning in the others. */
class Links implements FollowedFact {
    readonly open: Set<AstNode>;
    private readonly unresolved = new Map<AstNode, readonly Reference[]>();

    constructor(file: ast.PolicyFile) {
        this.open = new Set(file.elements);
    }

    close(statement: AstNode, unresolved: readonly Reference[]): void {
        this.open.delete(statement);
        if (unresolved.length > 0) {
            this.unresolved.set(statement, unresolved);
        }
    }

    change(removed: readonly ast.Element[], added: readonly ast.Element[]): void {
        for (const statement of removed) {
            this.open.delete(statement);
            this.unresolved.delete(statement);
        }
        added.forEach((statement) => this.open.add(statement));
    }

    all(): Reference[] {
        return [...this.unresolved.values()]
            .flat()
            .sort((one, other) => (one.$refNode?.offset ?? 0) - (other.$refNode?.offset ?? 0));
    }
}

function linksOf(file: ast.PolicyFile): Links {
    const kept = factsOf(file);
    const links = (kept.get(Links) as Links | undefined) ?? new Links(file);
    kept.set(Links, links);
    return links;
}

/** The names of a linked document that have no meaning, in text order. */
export function unresolvedIn({ parseResult }: LangiumDocument): readonly Reference[] {
    const file = parseResult.value;
    return ast.isPolicyFile(file) ? linksOf(file).all() : [];
}

function isMember({ container, property }: ReferenceInfo): boolean {
    return property === 'field' && (ast.isFieldAccess(container) || ast.isLatest(container) || ast.isTotal(container));
}

/** The words for members that are not fields. */
const MEMBERS: { readonly [owner: string]: string } = {
    'The session': 'constant',
    'The call': 'parameter',
    'The event': 'parameter'
};

/** The owner before the dot, as the subject of a sentence about its fields. */
function ownerOf(container: AstNode): string {
    const before = ast.isFieldAccess(container) ? container.of : container;
    if (ast.isResultRoot(before) || ((ast.isLatest(before) || ast.isTotal(before)) && before.result)) {
        return 'The result';
    }
    if (ast.isLatest(before) || ast.isTotal(before)) {
        return 'The event';
    }
    return ast.isSessionRoot(before)
        ? 'The session'
        : ast.isRequestRoot(before)
          ? 'The request'
          : ast.isCallRoot(before)
            ? 'The call'
            : 'The record';
}

function noMembers(container: AstNode, name: string): string {
    const before = ast.isFieldAccess(container) ? container.of : container;
    if (ast.isSessionRoot(before)) {
        return `The policy declares no constant of the session. Declare one: \`session ${name}: string\`.`;
    }
    if (ast.isCallRoot(before)) {
        return 'No call with parameters is decided here, so `call` has none.';
    }
    return ownerOf(container) === 'The event'
        ? `The tool has no parameters, so the event has no "${name}".`
        : `The value before ".${name}" is not a record, so it has no fields.`;
}

/** The kind of a declaration, in words. */
const KINDS: { readonly [type: string]: string } = {
    [ast.Tool.$type]: 'a tool',
    [ast.Group.$type]: 'a group of tools',
    [ast.Human.$type]: 'a human',
    [ast.Role.$type]: 'a role',
    [ast.Agent.$type]: 'an agent',
    [ast.Label.$type]: 'a label',
    [ast.Definition.$type]: 'a condition',
    [ast.OutsideEvent.$type]: 'an event',
    [ast.Trait.$type]: 'a trait',
    [ast.Server.$type]: 'a server',
    [ast.Pack.$type]: 'a pack',
    [ast.ToolsParam.$type]: 'a parameter for tools',
    [ast.HumanParam.$type]: 'a parameter for a human',
    [ast.AgentParam.$type]: 'a parameter for an agent',
    [ast.LabelParam.$type]: 'a parameter for a label',
    [ast.DurationParam.$type]: 'a parameter for a duration',
    [ast.ConditionParam.$type]: 'a parameter for a condition',
    [ast.EventParam.$type]: 'a parameter for an event',
    [ast.ValueParam.$type]: 'a parameter for a value'
};

/** The message for kinds that only packs and imports refer to by name. */
function unknownInPack(type: string, { container }: ReferenceInfo, name: string): string | undefined {
    switch (type) {
        case ast.Importable.$type:
            return `The imported file declares no "${name}".`;
        case ast.PackParam.$type:
            return `The pack has no parameter "${name}".`;
        case ast.DefinitionParam.$type:
            return `The definition has no parameter "${name}".`;
        case ast.ValueParam.$type:
            return `There is no number parameter "${name}": outside of a pack, write the number itself.`;
        case ast.DurationParam.$type:
            return `There is no duration parameter "${name}": outside of a pack or a definition, write the duration itself.`;
        case ast.Nameable.$type: {
            const param = paramOfArgument(container);
            return param
                ? `"${param.name}" takes ${expectedBy(param)}, and there is no such thing called "${name}" in this file or what it imports.`
                : `There is no name "${name}" in this file or what it imports.`;
        }
        default:
            return undefined;
    }
}

/** True if the name after a value and `within` is a duration, which limits the age of an event. */
function isWindow(reference: AstNode, name: string): boolean {
    if (!ast.isWithin(reference.$container) || reference.$containerProperty !== 'range') {
        return false;
    }
    const named = (node: AstNode): boolean =>
        (ast.isPack(node) || ast.isDefinition(node)) &&
        node.params.some((param) => ast.isDurationParam(param) && param.name === name);
    return AstUtils.getContainerOfType(reference, (node): node is AstNode => named(node)) !== undefined;
}

const WORDS: { readonly [type: string]: string } = {
    [ast.Tool.$type]: 'tool',
    [ast.ToolOrGroup.$type]: 'tool or group',
    [ast.Param.$type]: 'parameter',
    [ast.Referable.$type]: 'parameter or definition',
    [ast.SessionConstant.$type]: 'constant of the session',
    [ast.Label.$type]: 'label',
    [ast.Mode.$type]: 'mode',
    [ast.Trait.$type]: 'trait',
    [ast.Agent.$type]: 'agent',
    [ast.Human.$type]: 'human',
    [ast.Approver.$type]: 'human or role',
    [ast.OutsideEvent.$type]: 'event',
    [ast.Pack.$type]: 'pack',
    [ast.Entity.$type]: 'entity'
};

/** The word for what a name should refer to: a pattern over the history may also name an outside event. */
function wordFor(type: string, container: AstNode): string {
    const event = container.$container;
    return type === ast.ToolOrGroup.$type && ast.isEvent(event) && !isCallPlace(event)
        ? 'tool, group or event'
        : (WORDS[type] ?? 'name');
}

function unknown(word: string, name: string, othersExist: boolean): string {
    if (word === 'parameter' && othersExist) {
        return `The call has no parameter "${name}".`;
    }
    return `There is no ${word} "${name}" in this file or what it imports.`;
}

function advice(type: string, known: readonly string[]): string {
    switch (type) {
        case ast.Tool.$type:
        case ast.ToolOrGroup.$type:
            return 'Declare the tool in a server, or import the file that does.';
        case ast.Nameable.$type:
            return '';
        case ast.Mode.$type:
            return known.length > 0
                ? `Known here: ${known.slice(0, 6).join(', ')}.`
                : 'Declare it in a machine: `modes NAME { … }`.';
        case ast.Signal.$type:
            return 'Declare it: `signal name: 0..100`.';
        case ast.SessionConstant.$type:
            return 'Declare it: `session name: string`.';
        case ast.Entity.$type:
            return 'A type is `string`, `int`, `bool`, … or an entity that is declared: `entity Account`.';
        case ast.Importable.$type:
            return known.length > 0 ? `It has ${known.slice(0, 6).join(', ')}.` : 'It declares nothing.';
        case ast.PackParam.$type:
        case ast.DefinitionParam.$type:
            return known.length > 0 ? `It has ${known.slice(0, 6).join(', ')}.` : 'It has none.';
        case ast.ValueParam.$type:
            return 'Write a number, or declare it in the pack: `name: int`.';
        case ast.DurationParam.$type:
            return 'Write a duration such as 15m, or declare it in the pack: `name: duration`.';
        case ast.Pack.$type:
            return 'Declare it, or import the file or package that does.';
        case ast.Param.$type:
        case ast.Referable.$type:
            return known.length > 0 ? `Known here: ${known.slice(0, 6).join(', ')}.` : 'No tool here has parameters.';
        default:
            return `Declare it: \`${(WORDS[type] ?? 'name').replace(/ or .*/, '')} …\`.`;
    }
}
