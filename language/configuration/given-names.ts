/**
 * Finds the declarations that a package or file exports under a name. Other declarations of the same name do not count, even in
 * the same package: they may be older packs at another path, or packs for the package's own tests.
 */
import type { AstNode, LangiumDocument, LangiumDocumentFactory, LangiumDocuments, URI } from 'langium';
import { AstUtils } from 'langium';
import * as ast from '../generated/ast.js';
import { importsOf, resolveImport } from '../files/imports.js';
import { STD_TEXT, STD_URI } from '../library/std.js';
import { type Importable, isImportable, isPrivate } from '../names/visible.js';
import type { Configuration, ConfigurationReader } from './configurations.js';

export interface Documents {
    readonly loaded: LangiumDocuments;
    readonly factory: LangiumDocumentFactory;
}

/** A declaration by its file and the name that it has there. */
interface Place {
    readonly file: URI;
    readonly name: string;
}

/** Answers for one policy. Files that the policy does not import are only parsed. */
export class GivenNames {
    private readonly places = new Map<string, Promise<Place[]>>();

    constructor(
        private readonly documents: Documents,
        private readonly reader: ConfigurationReader
    ) {}

    /**
     * True if `from`, a package or a file as a configuration names it, gives this element by the name, or if the element is in
     * another copy of the same package with the same text.
     */
    async isGiven(
        element: AstNode & { readonly name: string },
        name: string,
        from: string,
        by: Configuration
    ): Promise<boolean> {
        const document = AstUtils.getDocument(element);
        for (const place of await this.placesOf(name, from, by)) {
            if (place.name === element.name && (await this.isSame(document, place.file))) {
                return true;
            }
        }
        return false;
    }

    /** False if nothing that `from` gives or uses has the name, so that no element can be the one that is meant. */
    async isKnown(name: string, from: string, by: Configuration): Promise<boolean> {
        return (await this.placesOf(name, from, by)).length > 0;
    }

    /**
     * The declarations that importing the name from there yields. If there are none, the declarations of that name that the exported
     * ones may use.
     */
    private placesOf(name: string, from: string, by: Configuration): Promise<Place[]> {
        const key = `${name} ${from} ${by.uri.toString()}`;
        const known = this.places.get(key) ?? this.findPlaces(name, from, by);
        this.places.set(key, known);
        return known;
    }

    private async findPlaces(name: string, from: string, by: Configuration): Promise<Place[]> {
        const [main, others] = await this.reader.entriesOf(from, by);
        for (const entries of [main, others]) {
            const offered = await Promise.all(entries.map((entry) => this.offeredBy(entry, name, new Set())));
            if (offered.flat().length > 0) {
                return offered.flat();
            }
        }
        return this.usedBy([...main, ...others], name);
    }

    private async offeredBy(file: URI, name: string, seen: Set<string>): Promise<Place[]> {
        const key = `${name} ${file.toString()}`;
        const root = seen.has(key) ? undefined : await this.rootOf(file);
        seen.add(key);
        if (!root) {
            return [];
        }
        const found = declaredElements(root).some((one) => one.name === name && !isPrivate(one))
            ? [{ file, name }]
            : [];
        for (const node of importsIn(root)) {
            const names = node.named
                ? node.names.flatMap(({ alias, target }) =>
                      target && (alias ?? target.$refText) === name ? [target.$refText] : []
                  )
                : [name];
            const target = names.length > 0 ? await this.targetOf(node, file) : undefined;
            for (const inside of target ? names : []) {
                found.push(...(await this.offeredBy(target!, inside, seen)));
            }
        }
        return found;
    }

    /** The tools of the servers that `from` declares or imports. Their references have no targets. */
    async toolsOf(from: string, by: Configuration): Promise<ast.Tool[]> {
        const files = await this.reachable((await this.reader.entriesOf(from, by)).flat());
        return files.flatMap(({ root }) =>
            ast.isPolicyFile(root) ? root.elements.filter(ast.isServer).flatMap(({ tools }) => tools) : []
        );
    }

    private async usedBy(entries: readonly URI[], name: string): Promise<Place[]> {
        return (await this.reachable(entries))
            .filter(({ root }) => declaredElements(root).some((one) => one.name === name))
            .map(({ file }) => ({ file, name }));
    }

    /** The files and all that they import, directly and indirectly. */
    private async reachable(entries: readonly URI[]): Promise<{ readonly file: URI; readonly root: AstNode }[]> {
        const files = new Map(entries.map((file) => [file.toString(), file]));
        const found = [];
        for (const file of files.values()) {
            const root = await this.rootOf(file);
            for (const node of root ? importsIn(root) : []) {
                const target = await this.targetOf(node, file);
                if (target) {
                    files.set(target.toString(), target);
                }
            }
            found.push(...(root ? [{ file, root }] : []));
        }
        return found;
    }

    /** True if the document is that file, or one with the same place in its package, the same text and the same imports. */
    private async isSame(document: LangiumDocument, original: URI): Promise<boolean> {
        if (document.uri.toString() === original.toString()) {
            return true;
        }
        const [one, other] = await Promise.all([document.uri, original].map((uri) => this.reader.placeInPackage(uri)));
        return one !== undefined && one === other && this.isCopy(document, original, new Set());
    }

    private async isCopy(document: LangiumDocument, original: URI, seen: Set<string>): Promise<boolean> {
        const [key, other] = [document.uri.toString(), original.toString()];
        if (key === other || seen.has(`${key} ${other}`)) {
            return true;
        }
        seen.add(`${key} ${other}`);
        if ((await this.reader.textOf(original)) !== document.textDocument.getText()) {
            return false;
        }
        for (const node of importsOf(document)) {
            const target = resolveImport(node);
            if (target?.toString() !== STD_URI) {
                const imported = target && this.documents.loaded.getDocument(target);
                const meant = await this.targetOf(node, original);
                if (!imported || !meant || !(await this.isCopy(imported, meant, seen))) {
                    return false;
                }
            }
        }
        return true;
    }

    private targetOf({ path = '' }: ast.Import, file: URI): Promise<URI | undefined> {
        return this.reader.fileOf(path, file);
    }

    private rootOf(file: URI): Promise<AstNode | undefined> {
        const loaded = this.documents.loaded.getDocument(file);
        if (loaded) {
            return Promise.resolve(loaded.parseResult.value);
        }
        const { parsed } = this.reader;
        const key = file.toString();
        const known = parsed.get(key) ?? this.parse(file);
        parsed.set(key, known);
        return known;
    }

    private async parse(file: URI): Promise<AstNode | undefined> {
        try {
            const { factory } = this.documents;
            const isStd = file.toString() === STD_URI;
            return (isStd ? factory.fromString(STD_TEXT, file) : await factory.fromUri(file)).parseResult.value;
        } catch {
            return undefined;
        }
    }
}

function declaredElements(root: AstNode): readonly Importable[] {
    return ast.isPolicyFile(root) ? root.elements.filter(isImportable) : [];
}

function importsIn(root: AstNode): readonly ast.Import[] {
    return ast.isPolicyFile(root) ? root.elements.filter(ast.isImport) : [];
}
