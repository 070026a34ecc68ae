import type { AstNode, CstNode, FindReferencesOptions, ReferenceDescription, Stream } from 'langium';
import { AstUtils, DefaultReferences, stream, UriUtils } from 'langium';
import * as ast from '../../../language/generated/ast.js';
import type { InventoryProvider } from '../../../language/inventory.js';
import type { GuardrailLspServices } from '../module.js';
import type { NamePlace } from './names.js';
import { namesIn, placesNamed } from './names.js';

/**
 * Beside what the index knows: all that a parameter means where a rule speaks of several tools, fields that are written
 * as plain names, the server of `mail.*`, and of a name with parts each part by what it names.
 */
export class GuardrailReferences extends DefaultReferences {
    private readonly inventories: InventoryProvider;

    constructor(services: GuardrailLspServices) {
        super(services);
        this.inventories = services.inventory;
    }

    override findDeclarations(leaf: CstNode): AstNode[] {
        const node = leaf.astNode;
        const places = namesIn(node).filter(
            ({ segment }) => segment.offset <= leaf.offset && leaf.end <= segment.end && segment.length > 0
        );
        const inventory = places.length > 0 ? this.inventories.of(AstUtils.getDocument(node)) : undefined;
        for (const place of places) {
            const meant = inventory ? place.means(inventory) : [];
            if (meant.length > 0) {
                return [...meant];
            }
        }
        return NO_DECLARATIONS.some((is) => is(node)) ? [] : super.findDeclarations(leaf);
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

    /** The places of all files that name the declaration, but itself. */
    placesOf(target: AstNode): NamePlace[] {
        const name = this.nameProvider.getName(target);
        if (name === undefined) {
            return [];
        }
        return this.documents.all
            .flatMap((document) =>
                placesNamed(name, document).filter((place) =>
                    place.means(this.inventories.of(document)).includes(target)
                )
            )
            .toArray();
    }
}

/** What has a name that nothing refers to, or that is one of a declaration elsewhere. */
const NO_DECLARATIONS = [ast.isPrimitiveType, ast.isAnnotation, ast.isFieldData];
