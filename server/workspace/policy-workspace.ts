/** The policy files of one run, parsed, linked and validated by the language services. */
import type { AstNode, FileSystemNode, LangiumDocument, LangiumDocuments } from 'langium';
import { URI } from 'langium';
import { NodeFileSystemProvider } from 'langium/node';
import { lstat, realpath } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { type Claim, isClaim, type PolicyFile } from '../../language/generated/ast.js';
import { visibleDocuments } from '../../language/files/imports.js';
import { lower } from '../../language/lower/index.js';
import { createGuardrailServices } from '../../language/module.js';
import type { GuardrailServices } from '../../language/names/inventory.js';
import { statementsWithPacks } from '../../language/packs/instances.js';
import type { Policy } from '../model/policy/policy.js';
import { CodedError, EXIT } from './errors.js';
import { readPolicyText } from './policy-text.js';

export type PolicyDocument = LangiumDocument<PolicyFile>;

export class PolicyWorkspace {
    private readonly services;

    constructor(private readonly files: PolicyFileSystem = new PolicyFileSystem()) {
        this.services = createGuardrailServices({ fileSystemProvider: () => files });
    }

    /** Loads a file with its imports; loading it again returns the same document. */
    async load(path: string): Promise<PolicyDocument> {
        const uri = URI.parse(pathToFileURL(path).toString());
        return this.documents.hasDocument(uri) ? this.build(uri) : this.add(uri, readPolicyText(path));
    }

    /** The same for a file that only the file system of this workspace has. */
    async loadUri(uri: URI): Promise<PolicyDocument> {
        return this.add(uri, this.files.readFileSync(uri));
    }

    /**
     * Puts a text in place of the file's contents; an earlier document of the file is no longer part of this workspace.
     */
    async loadTextAt(text: string, path: string): Promise<PolicyDocument> {
        const uri = URI.parse(pathToFileURL(path).toString());
        if (this.documents.hasDocument(uri)) {
            this.documents.deleteDocument(uri);
        }
        return this.add(uri, text);
    }

    /**
     * Loads a text without a file.
     * @param name replaces the path in messages
     * @param file if given, the text is resolved as if it were there
     */
    async loadText(text: string, name: string, scheme: 'text' | 'file' = 'text'): Promise<PolicyDocument> {
        return this.add(URI.from({ scheme, path: `/${name}` }), text);
    }

    get language(): GuardrailServices {
        return this.services.guardrail;
    }

    /** The imports of a document, direct and indirect. */
    importsOf(document: PolicyDocument): PolicyDocument[] {
        return visibleDocuments(document, this.documents).filter(
            (visible) => visible !== document && visible.uri.scheme === document.uri.scheme
        );
    }

    /** The policy of a document that has a `policy` header and, with all its imports, no errors. */
    policyOf(document: PolicyDocument): Policy {
        return lower(document.parseResult.value, this.services.guardrail);
    }

    /** The claims of the document's policy, in order, as written. */
    claimsOf(document: PolicyDocument): readonly Claim[] {
        const inventory = this.services.guardrail.inventory.of(document);
        return statementsWithPacks(document.parseResult.value, inventory).filter((element) => isClaim(element));
    }

    /** The documentation comment of the node, as Markdown. */
    documentationOf(node: AstNode): string | undefined {
        return this.services.guardrail.documentation.DocumentationProvider.getDocumentation(node);
    }

    private async add(uri: URI, text: string): Promise<PolicyDocument> {
        try {
            this.documents.addDocument(this.services.shared.workspace.LangiumDocumentFactory.fromString(text, uri));
        } catch (error) {
            // A recursive-descent parser has one stack frame for each level of nesting, so it may overflow the stack.
            if (error instanceof RangeError) {
                const help = 'Split conditions with `define`, and data into flat lists.';
                throw new CodedError('GR906', 'this text is nested too deeply', help, EXIT.invalid, { cause: error });
            }
            throw error;
        }
        return this.build(uri);
    }

    private async build(uri: URI): Promise<PolicyDocument> {
        const document = this.documents.getDocument(uri) as PolicyDocument;
        await this.services.shared.workspace.DocumentBuilder.build([document], { validation: true });
        return document;
    }

    private get documents(): LangiumDocuments {
        return this.services.shared.workspace.LangiumDocuments;
    }
}

/** Reads imported files, with the same requirements as files that are named: text in UTF-8. */
export class PolicyFileSystem extends NodeFileSystemProvider {
    override readFile(uri: URI): Promise<string> {
        return Promise.resolve().then(() => readPolicyText(uri.fsPath));
    }

    override readFileSync(uri: URI): string {
        return readPolicyText(uri.fsPath);
    }

    async realPath(uri: URI): Promise<URI> {
        return uri.with({ path: URI.file(await realpath(uri.fsPath)).path });
    }

    hasEntry(uri: URI): Promise<boolean> {
        return lstat(uri.fsPath).then(
            () => true,
            () => false
        );
    }

    /** The rest of a folder is never part of a run; only imported files are. */
    override readDirectory(): Promise<FileSystemNode[]> {
        return Promise.resolve([]);
    }
}
