/** Finds every place in a text that names a declaration, and its meaning there. */
import type { AstNode, CstNode, DocumentSegment, LangiumDocument, Reference } from 'langium';
import { AstUtils, CstUtils, GrammarUtils, isReference } from 'langium';
import * as ast from '../../../../language/generated/ast.js';
import type { Inventory } from '../../../../language/names/inventory.js';
import { paramsInScope } from '../../../../language/names/name-owner.js';
import { membersOf, valueLists } from '../../../../language/types/terms.js';
import { unquoteName } from '../../../../language/parser/values.js';
import { dataFields, sourceFields } from '../../../../language/types/written-fields.js';
import { nameParts, qualifierOf } from '../../text/qualified-name.js';

export interface NamePlace {
    /** The document that contains the name. */
    readonly node: AstNode;
    /** The name itself: for `server.tool` the part that names the target. */
    readonly segment: DocumentSegment;
    /** The name without backquotes. */
    readonly text: string;
    /** True for the name after `as`. */
    readonly isAlias?: true;
    /**
     * The elements that the name refers to: several declarations if a rule covers several tools with such a parameter.
     * @param inventory the inventory of the name's document
     */
    readonly means: (inventory: Inventory) => readonly AstNode[];
    /**
     * `(id)` after an event names its parameter, and the parameter of the decided call that it is compared with; the
     * name refers to both.
     */
    readonly shorthand?: (inventory: Inventory) => Shorthand;
}

export interface Shorthand {
    readonly ofEvent: readonly AstNode[];
    readonly ofCall: readonly AstNode[];
}

/** The names of the document with this text. */
export function placesNamed(text: string, { parseResult: { value: root } }: LangiumDocument): readonly NamePlace[] {
    let names = byText.get(root);
    if (!names) {
        names = collect(root);
        byText.set(root, names);
    }
    return names.get(text) ?? [];
}

function collect(root: AstNode): ReadonlyMap<string, readonly NamePlace[]> {
    const names = new Map<string, NamePlace[]>();
    for (const place of AstUtils.streamAst(root).flatMap(namesIn)) {
        const same = names.get(place.text);
        if (same) {
            same.push(place);
        } else {
            names.set(place.text, [place]);
        }
    }
    return names;
}

/** The names by text, collected once for each text of a document, whose tree is replaced when the text changes. */
const byText = new WeakMap<AstNode, ReadonlyMap<string, readonly NamePlace[]>>();

/** The names that are written in the node itself, and not in its children. */
export function namesIn(node: AstNode): NamePlace[] {
    const places: NamePlace[] = [];
    for (const { reference } of AstUtils.streamReferences(node)) {
        if (isReference(reference) && reference.$refNode) {
            places.push(...namesOf(reference, reference.$refNode, node));
        }
    }
    if (ast.isImportedName(node) && node.alias !== undefined) {
        const cst = GrammarUtils.findNodeForProperty(node.$cstNode, 'alias');
        if (cst) {
            const means = (): AstNode[] => (node.target?.ref ? [node.target.ref] : []);
            places.push({ node, segment: CstUtils.toDocumentSegment(cst), text: node.alias, isAlias: true, means });
        }
    }
    if (ast.isFieldData(node)) {
        const cst = GrammarUtils.findNodeForProperty(node.$cstNode, 'name');
        if (cst) {
            const means = (inventory: Inventory): Named[] => called(node.name, dataFields(node, inventory));
            places.push({ node, segment: CstUtils.toDocumentSegment(cst), text: node.name, means });
        }
    }
    if (ast.isProvenanceSource(node)) {
        GrammarUtils.findNodesForProperty(node.$cstNode, 'fields').forEach((cst, index) => {
            const text = node.fields[index] ?? '';
            const means = (inventory: Inventory): Named[] => called(text, sourceFields(node, index, inventory));
            places.push({ node, segment: CstUtils.toDocumentSegment(cst), text, means });
        });
    }
    if (ast.isGlobSelector(node)) {
        places.push(...serverOfGlob(node));
    }
    return places;
}

/**
 * The parts of a dotted name: the whole belongs to an event, the last part is the event's own name, and the first
 * belongs to the owner.
 */
function namesOf(reference: Reference, cst: CstNode, node: AstNode): NamePlace[] {
    const place = (part: CstNode, text: string, means: NamePlace['means']): NamePlace => ({
        node,
        segment: CstUtils.toDocumentSegment(part),
        text,
        means
    });
    const parts = nameParts(cst);
    const [first, last] = [parts[0], parts.at(-1)];
    if (!first || !last || first === last) {
        return ast.isEventArgument(node) && !node.value
            ? [comparison(reference, node, CstUtils.toDocumentSegment(cst))]
            : [place(cst, reference.$refText, (inventory) => meanings(reference, node, inventory))];
    }
    const target = (is: (node: AstNode) => boolean) => (): AstNode[] =>
        reference.ref && is(reference.ref) ? [reference.ref] : [];
    const owner = (): AstNode[] => [qualifierOf(reference.ref)].filter((each) => each !== undefined);
    return [
        place(cst, reference.$refText, target(ast.isOutsideEvent)),
        place(
            last,
            unquoteName(last.text),
            target((each) => !ast.isOutsideEvent(each))
        ),
        ...(parts.length === 2 ? [place(first, unquoteName(first.text), owner)] : [])
    ];
}

function comparison(reference: Reference, node: ast.EventArgument, segment: DocumentSegment): NamePlace {
    const text = reference.$refText;
    const shorthand = (inventory: Inventory): Shorthand => ({
        ofEvent: meanings(reference, node, inventory),
        ofCall: called(text, paramsInScope(node.$container, inventory))
    });
    const means = (inventory: Inventory): AstNode[] => {
        const { ofEvent, ofCall } = shorthand(inventory);
        return [...new Set([...ofEvent, ...ofCall])];
    };
    return { node, segment, text, means, shorthand };
}

type Named = AstNode & { readonly name: string };

function called<T extends Named>(name: string, declared: readonly T[]): T[] {
    return [...new Set(declared.filter((each) => each.name === name))];
}

/** A name of a parameter refers to the parameters with this name of all tools of the place. */
function meanings(reference: Reference, node: AstNode, inventory: Inventory): readonly AstNode[] {
    const target = reference.ref;
    if (!target) {
        return [];
    }
    const all = ast.isParam(target) && !ast.isPackParam(target) ? called(target.name, alike(node, inventory)) : [];
    return all.includes(target as ast.Param) ? all : [target];
}

function alike(node: AstNode, inventory: Inventory): readonly Named[] {
    if (ast.isFieldAccess(node)) {
        return membersOf(node.of, inventory);
    }
    if (ast.isLatest(node) || ast.isTotal(node)) {
        return node.event ? valueLists(node.event, node.result, inventory).flat() : [];
    }
    return ast.isNamedArgument(node) ? [] : paramsInScope(node, inventory);
}

/** `mail.*` names the server; a pattern for server names refers to none. */
function serverOfGlob(node: ast.GlobSelector): NamePlace[] {
    const cst = GrammarUtils.findNodeForProperty(node.$cstNode, 'glob');
    const written = /^(?:`[^`*]+`|[A-Za-z_]\w*)(?=\.)/.exec(node.glob ?? '')?.[0];
    if (!cst || written === undefined) {
        return [];
    }
    const text = unquoteName(written);
    const { offset, range } = cst;
    const length = written.length;
    const end = { line: range.start.line, character: range.start.character + length };
    return [
        {
            node,
            segment: { offset, length, end: offset + length, range: { start: range.start, end } },
            text,
            means: ({ elements }) => elements.filter((element) => ast.isServer(element) && element.name === text)
        }
    ];
}
