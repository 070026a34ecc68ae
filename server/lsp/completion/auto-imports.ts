/** Names that other files and packages declare: to choose one adds the import that brings it. */
import type { LangiumDocument, URI } from 'langium';
import { UriUtils } from 'langium';
import type { NodeKindProvider } from 'langium/lsp';
import type { TextEdit } from 'vscode-languageserver';
import * as ast from '../../../language/generated/ast.js';
import { importsOf, isPackagePath, resolveImport } from '../../../language/imports.js';
import { toolName } from '../../../language/inventory.js';
import { BUILTIN_URI } from '../../../language/library/builtin.js';
import { STD_PATH, STD_TEXT, STD_URI } from '../../../language/library/std.js';
import type { Importable } from '../../../language/visible.js';
import { isImportable } from '../../../language/visible.js';
import type { GuardrailLspServices } from '../module.js';
import type { NameRule, NameWriter } from '../names.js';
import { textOf } from '../source-text.js';
import type { Proposal } from './items.js';
import { importProposal, toolDetail } from './items.js';

/** A workspace may have thousands of names; those of one letter more are found when it is typed. */
const MAX_NAMES = 500;

export class AutoImports {
    private readonly kinds: NodeKindProvider;

    constructor(
        private readonly services: GuardrailLspServices,
        private readonly names: NameWriter
    ) {
        this.kinds = services.shared.lsp.NodeKindProvider;
    }

    /** Names for references of the types, which the document does not see. */
    proposals(types: ReadonlySet<string>, document: LangiumDocument): Proposal[] {
        const kinds = KINDS.filter(({ types: some }) => some.some((type) => types.has(type)));
        if (kinds.length === 0) {
            return [];
        }
        const visible = this.services.inventory.of(document);
        const seen = new Set<unknown>(visible.elements.filter((element) => !visible.hidden.has(element)));
        const proposals: Proposal[] = [];
        for (const other of this.others(document)) {
            const path = this.pathTo(other.uri, document);
            const elements = path === undefined ? [] : elementsOf(other).filter((element) => !seen.has(element));
            for (const element of elements) {
                for (const { rule, suffix } of kinds.filter(({ is }) => is(element))) {
                    proposals.push(...this.of(element, rule, suffix ?? '', path!, other, document));
                    if (proposals.length >= MAX_NAMES) {
                        return proposals;
                    }
                }
            }
        }
        return proposals;
    }

    private of(
        element: Importable,
        rule: NameRule,
        suffix: string,
        path: string,
        from: LangiumDocument,
        document: LangiumDocument
    ): Proposal[] {
        const edit = importEdit(document, from.uri, path, this.names.write(element.name, 'Name'));
        const doc = (node: ast.Tool | Importable): string | undefined =>
            this.services.documentation.DocumentationProvider.getDocumentation(node);
        if (ast.isServer(element)) {
            return element.tools
                .filter((tool) => tool.name)
                .map((tool) =>
                    importProposal(this.names.writeQualified(toolName(tool)), this.kinds.getCompletionItemKind(tool), {
                        path,
                        edit,
                        detail: toolDetail(tool),
                        documentation: doc(tool)
                    })
                );
        }
        return [
            importProposal(this.names.write(element.name, rule) + suffix, this.kinds.getCompletionItemKind(element), {
                path,
                edit,
                detail: textOf(element),
                documentation: doc(element)
            })
        ];
    }

    private others(document: LangiumDocument): LangiumDocument[] {
        const { LangiumDocuments, LangiumDocumentFactory } = this.services.shared.workspace;
        const own = document.uri.toString();
        const all = LangiumDocuments.all.filter(({ uri }) => uri.toString() !== own && uri.toString() !== BUILTIN_URI);
        const std = UriUtils.equals(document.uri, STD_URI) ? [] : [STD_URI];
        const missing = std.filter((uri) => !LangiumDocuments.all.some((other) => other.uri.toString() === uri));
        // The packs of the language are a document once somebody imports them.
        this.std ??= missing.length > 0 ? LangiumDocumentFactory.fromString(STD_TEXT, stdUri()) : undefined;
        return [...all, ...(missing.length > 0 && this.std ? [this.std] : [])];
    }

    private std: LangiumDocument | undefined;

    /** As an import in the document names the file; undefined where no import can. */
    private pathTo(uri: URI, document: LangiumDocument): string | undefined {
        if (uri.toString() === STD_URI) {
            return STD_PATH;
        }
        if (uri.path.includes('/node_modules/')) {
            return this.packagePath(uri);
        }
        if (uri.scheme !== document.uri.scheme) {
            return undefined;
        }
        const relative = UriUtils.relative(UriUtils.dirname(document.uri), uri);
        return relative.startsWith('.') ? relative : `./${relative}`;
    }

    /** As another file of the workspace imports it: what a package exports is not for the editor to guess. */
    private packagePath(uri: URI): string | undefined {
        const nodes = this.services.shared.workspace.LangiumDocuments.all.flatMap(importsOf);
        return nodes.find((node) => isPackagePath(node.path) && UriUtils.equals(resolveImport(node), uri))?.path;
    }
}
