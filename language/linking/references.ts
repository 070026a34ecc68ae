import type {
    AstNode,
    AstNodeLocator,
    LangiumDocument,
    LangiumSharedCoreServices,
    Reference,
    ReferenceDescription,
    Stream,
    URI
} from 'langium';
import { AstUtils, CstUtils, DefaultIndexManager, isReference, stream } from 'langium';

/**
 * Finds the references of documents by target. Langium describes all of them after every edit; here they are computed
 * on demand.
 */
export class GuardrailIndexManager extends DefaultIndexManager {
    /** The documents in which all references are linked. */
    private readonly linked = new Map<string, LangiumDocument>();
    /** The list of a document is replaced when its names are linked again. */
    private readonly byTarget = new WeakMap<
        LangiumDocument['references'],
        ReadonlyMap<AstNode, readonly Reference[]>
    >();
    private readonly locator: (uri: URI) => AstNodeLocator;

    constructor(services: LangiumSharedCoreServices) {
        super(services);
        this.locator = (uri) => services.ServiceRegistry.getServices(uri).workspace.AstNodeLocator;
    }

    /** Names come from imports, and none is looked up in the whole workspace. */
    override updateContent(): Promise<void> {
        return Promise.resolve();
    }

    override updateReferences(document: LangiumDocument): Promise<void> {
        this.linked.set(document.uri.toString(), document);
        return Promise.resolve();
    }

    override removeReferences(uri: URI): void {
        this.linked.delete(uri.toString());
    }

    override findAllReferences(target: AstNode, targetPath: string): Stream<ReferenceDescription> {
        const targetUri = AstUtils.getDocument(target).uri;
        return stream(this.linked.values()).flatMap((document) =>
            (this.targetsOf(document).get(target) ?? []).flatMap(({ $refNode }): ReferenceDescription[] => {
                const source = $refNode?.astNode;
                return source
                    ? [
                          {
                              sourceUri: document.uri,
                              sourcePath: this.locator(document.uri).getAstNodePath(source),
                              targetUri,
                              targetPath,
                              segment: CstUtils.toDocumentSegment($refNode),
                              local: AstUtils.getDocument(target) === document
                          }
                      ]
                    : [];
            })
        );
    }

    /** True if another document refers to the node. */
    isNamedOutside(target: AstNode): boolean {
        const own = AstUtils.getDocument(target);
        return [...this.linked.values()].some((document) => document !== own && this.targetsOf(document).has(target));
    }

    override isAffected(document: LangiumDocument, changedUris: Set<string>): boolean {
        return [...this.targetsOf(document).keys()].some((node) => {
            const source = AstUtils.findRootNode(node).$document;
            return source !== undefined && source !== document && changedUris.has(source.uri.toString());
        });
    }

    private targetsOf({ references }: LangiumDocument): ReadonlyMap<AstNode, readonly Reference[]> {
        const known = this.byTarget.get(references);
        if (known) {
            return known;
        }
        const found = new Map<AstNode, Reference[]>();
        for (const reference of references) {
            const target = isReference(reference) ? reference.ref : undefined;
            if (target && isReference(reference)) {
                const same = found.get(target);
                if (same) {
                    same.push(reference);
                } else {
                    found.set(target, [reference]);
                }
            }
        }
        this.byTarget.set(references, found);
        return found;
    }
}
