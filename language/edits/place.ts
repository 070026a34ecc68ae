/** Describes a range of a document and its contents, as input for fixes and refactorings. */
import { type AstNode, AstUtils, type CstNode, CstUtils, type LangiumDocument } from 'langium';
import type { Diagnostic, Range } from 'vscode-languageserver-types';
import type { PolicyFile } from '../generated/ast.js';
import type { GuardrailServices, Inventory } from '../names/inventory.js';

export class Place<Services extends GuardrailServices = GuardrailServices> {
    /** The innermost node that covers the range; the file if no node is in the range. */
    readonly node: AstNode;

    constructor(
        readonly document: LangiumDocument,
        readonly range: Range,
        readonly services: Services
    ) {
        this.node = nodeAt(document, this.from, this.to);
    }

    get uri(): string {
        return this.document.uri.toString();
    }

    get text(): string {
        return this.document.textDocument.getText();
    }

    get file(): PolicyFile {
        return this.document.parseResult.value as PolicyFile;
    }

    /** The offset of the start of the range. */
    get from(): number {
        return this.document.textDocument.offsetAt(this.range.start);
    }

    get to(): number {
        return this.document.textDocument.offsetAt(this.range.end);
    }

    /** The text of the range. */
    get marked(): string {
        return this.text.slice(this.from, this.to);
    }

    get inventory(): Inventory {
        return this.services.inventory.of(this.document);
    }

    /** The node that the range marks, if it marks one. */
    get part(): CstNode | undefined {
        const { from, to } = this;
        const root = this.document.parseResult.value.$cstNode;
        let node: CstNode | undefined = root && CstUtils.findLeafNodeAtOffset(root, from);
        while (node?.container && (node.container.offset === from ? node.container.end <= to : false)) {
            node = node.container;
        }
        return node?.offset === from ? node : undefined;
    }

    /** The innermost node of the type that covers the range. */
    at<T extends AstNode>(is: (node: unknown) => node is T): T | undefined {
        return AstUtils.getContainerOfType(this.node, is);
    }
}

/** The place of a diagnostic, as input for fixes. */
export class Problem<Services extends GuardrailServices = GuardrailServices> extends Place<Services> {
    constructor(
        document: LangiumDocument,
        readonly diagnostic: Diagnostic,
        services: Services
    ) {
        super(document, diagnostic.range, services);
    }

    get code(): string {
        return String(this.diagnostic.code);
    }
}

function nodeAt({ parseResult: { value } }: LangiumDocument, from: number, to: number): AstNode {
    const leaf = value.$cstNode && CstUtils.findLeafNodeAtOffset(value.$cstNode, from);
    let node = leaf?.astNode ?? value;
    while (node.$container && (node.$cstNode?.end ?? 0) < to) {
        node = node.$container;
    }
    return node;
}
