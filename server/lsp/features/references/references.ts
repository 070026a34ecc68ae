import type {
    AstNode,
    CstNode,
    DocumentSegment,
    FindReferencesOptions,
    LangiumDocument,
    ReferenceDescription,
    Stream
} from 'langium';
import { AstUtils, CstUtils, DefaultReferences, interruptAndCheck, stream, UriUtils } from 'langium';
import type { CancellationToken, Position, Range } from 'vscode-languageserver';
import * as ast from '../../../../language/generated/ast.js';
import { resolveImport } from '../../../../language/files/imports.js';
import type { InventoryProvider } from '../../../../language/names/inventory.js';
import type { Alias } from '../../../../language/names/visible.js';
import type { LanguageServices } from '../../services.js';
import type { NamePlace } from './names.js';
import { namesIn, placesNamed } from './names.js';

export interface NameAt {
    readonly range: Range;
    readonly declarations: readonly AstNode[];
}

/** The services for features that search for names. */
export interface ReferenceServices {
    references: { References: GuardrailReferences };
}

/**
 * Finds references beyond the index: all parameters that a name refers to if a rule covers several tools, fields
 * written as plain names, the server in `mail.*`, and each part of a dotted name with the element that it names.
 */
export class GuardrailReferences extends DefaultReferences {
    private readonly inventories: InventoryProvider;

    constructor(services: LanguageServices) {
        super(services);
        this.inventories = services.inventory;
    }

    override findDeclarations(leaf: CstNode): AstNode[] {
        const place = this.meantIn(leaf, ({ offset, end }) => offset <= leaf.offset && leaf.end <= end);
        return place
            ? [...place.declarations]
            : NO_DECLARATIONS.some((is) => is(leaf.astNode))
              ? []
              : super.findDeclarations(leaf);
    }

    /** The name at the position, with everything that it refers to; undefined if there is no name. */
    nameAt(document: LangiumDocument, position: Position): NameAt | undefined {
        const root = document.parseResult.value.$cstNode;
        const at = document.textDocument.offsetAt(position);
        const leaf = root && CstUtils.findDeclarationNodeAtOffset(root, at);
        if (!leaf) {
            return undefined;
        }
        const named = this.meantIn(leaf, ({ offset, end }) => offset <= at && at <= end);
        if (named) {
            return named;
        }
        const declarations = this.findDeclarations(leaf);
        const [own] = declarations;
        const name = own === leaf.astNode ? this.nameProvider.getNameNode(own) : leaf;
        return own && name && { range: name.range, declarations };
    }

    private meantIn(leaf: CstNode, covers: (segment: DocumentSegment) => boolean): NameAt | undefined {
        const places = namesIn(leaf.astNode).filter(({ segment }) => segment.length > 0 && covers(segment));
        const inventory = places.length > 0 ? this.inventories.of(AstUtils.getDocument(leaf.astNode)) : undefined;
        for (const place of inventory ? places : []) {
            const declarations = place.means(inventory!);
            if (declarations.length > 0) {
                return { range: place.segment.range, declarations };
            }
        }
        return undefined;
    }

    override findReferences(target: AstNode, options: FindReferencesOptions): Stream<ReferenceDescription> {
        const { documentUri, includeDeclaration } = options;
        const own = includeDeclaration
            ? this.getSelfReferences(target).filter(
                  ({ sourceUri }) => !documentUri || UriUtils.equals(sourceUri, documentUri)
              )
            : [];
        const targetUri = AstUtils.getDocument(target).uri;
        const targetPath = this.nodeLocator.getAstNodePath(target);
        const found = this.placesOf(target)
            .filter(({ node }) => !documentUri || UriUtils.equals(AstUtils.getDocument(node).uri, documentUri))
            .map(({ node, segment }) => {
                const sourceUri = AstUtils.getDocument(node).uri;
                const sourcePath = this.nodeLocator.getAstNodePath(node);
                const local = UriUtils.equals(sourceUri, targetUri);
                return { sourceUri, sourcePath, targetUri, targetPath, segment, local };
            });
        return stream([...own, ...found]);
    }

    /** The places in all files that name the declaration, except the declaration itself. */
    placesOf(target: AstNode): NamePlace[] {
        return this.documents.all.flatMap((document) => this.placesIn(document, target)).toArray();
    }

    /** The places in one file, under each of the names that the declaration has there. */
    placesIn(document: LangiumDocument, target: AstNode): NamePlace[] {
        const inventory = this.inventories.of(document);
        const names = new Set([
            this.nameProvider.getName(target),
            ...inventory.aliases.filter(({ element }) => element === target).map(({ name }) => name)
        ]);
        return [...names]
            .filter((name) => name !== undefined)
            .flatMap((name) => placesNamed(name, document))
            .filter((place) => place.means(inventory).includes(target));
    }

    /** The places in all files that use the name that `as` gives, including the name itself. */
    placesOfAlias({ name, element, declaredBy }: Alias): NamePlace[] {
        const has = (document: LangiumDocument | undefined): boolean =>
            document !== undefined &&
            this.inventories.of(document).aliases.some((one) => one.name === name && one.declaredBy === declaredBy);
        // A name in braces is one of the imported file, unless it follows `as`.
        const isMeant = ({ node, isAlias }: NamePlace): boolean => {
            const uri = ast.isImportedName(node) && !isAlias ? resolveImport(node.$container) : undefined;
            return has(uri ? this.documents.getDocument(uri) : AstUtils.getDocument(node));
        };
        return this.documents.all
            .flatMap((document) => placesNamed(name, document))
            .filter((place) => place.means(this.inventories.of(AstUtils.getDocument(place.node))).includes(element))
            .filter(isMeant)
            .toArray();
    }

    /**
     * Reads the names of all files, once for each text, and yields to other work in between, so that later searches are
     * fast. Ends early when `token` is cancelled.
     */
    async readNames(token: CancellationToken): Promise<void> {
        for (const document of this.documents.all) {
            placesNamed('', document);
            await interruptAndCheck(token).catch(() => undefined);
            if (token.isCancellationRequested) {
                return;
            }
        }
    }
}

/** Elements with a name that is not a declaration: nothing refers to it, or it belongs to another declaration. */
const NO_DECLARATIONS = [ast.isPrimitiveType, ast.isAnnotation, ast.isFieldData];
