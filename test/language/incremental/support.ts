/** Offers two ways to the same document: by edits of an earlier one, and from its text alone. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AstNode, CstNode, FileSystemProvider, LangiumDocument, Reference } from 'langium';
import {
    AstUtils,
    EmptyFileSystemProvider,
    isAstNode,
    isCompositeCstNode,
    isLeafCstNode,
    isReference,
    URI
} from 'langium';
import { globSync } from 'tinyglobby';
import { createGuardrailServices } from '../../../language/module.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Every policy and inventory of the project, by path. */
export const CORPUS: ReadonlyMap<string, string> = new Map(
    globSync(['examples/**/*.guardrail', 'language/**/*.guardrail', 'test/**/*.guardrail', 'bench/*.guardrail'], {
        cwd: root,
        ignore: ['**/node_modules/**']
    })
        .sort()
        .map((path) => [path, readFileSync(root + path, 'utf8')])
);

export interface Workspace {
    /** Writes the text and builds what has changed, as an editor does after a keystroke. */
    edit(path: string, text: string): Promise<LangiumDocument>;
    /** The document built from its text alone. */
    open(path: string, text: string): Promise<LangiumDocument>;
    close(path: string): Promise<void>;
}

export function workspace(): Workspace {
    const texts = new Map([...CORPUS].map(([path, text]) => [uriOf(path).toString(), text]));
    const files = Object.assign(new EmptyFileSystemProvider() as FileSystemProvider, {
        exists: (uri: URI) => Promise.resolve(texts.has(uri.toString())),
        readFile: (uri: URI) => {
            const text = texts.get(uri.toString());
            return text === undefined ? Promise.reject(new Error('absent')) : Promise.resolve(text);
        }
    });
    const { shared } = createGuardrailServices({ fileSystemProvider: () => files });
    const { DocumentBuilder, LangiumDocuments } = shared.workspace;
    return {
        async edit(path, text) {
            const uri = uriOf(path);
            texts.set(uri.toString(), text);
            await DocumentBuilder.update([uri], []);
            return LangiumDocuments.getDocument(uri)!;
        },
        async open(path, text) {
            const uri = uriOf(path);
            texts.set(uri.toString(), text);
            await DocumentBuilder.update([], [uri]);
            const document = await LangiumDocuments.getOrCreateDocument(uri);
            await DocumentBuilder.build([document], { validation: { categories: ['built-in', 'fast'] } });
            return document;
        },
        async close(path) {
            const uri = uriOf(path);
            texts.set(uri.toString(), CORPUS.get(path) ?? '');
            await DocumentBuilder.update([], [uri]);
        }
    };
}

function uriOf(path: string): URI {
    return URI.parse(`file:///corpus/${path}`);
}

/** The contents of a document, as plain data. */
export function knownOf(document: LangiumDocument): Record<string, unknown> {
    const { value, parserErrors, lexerErrors } = document.parseResult;
    return {
        tree: lines(astOf(value, '', undefined)),
        concrete: value.$cstNode ? lines(cstOf(value.$cstNode, value)) : [],
        references: document.references.map((reference) => meaningOf(reference as Reference)).sort(),
        lexer: lexerErrors.map(({ message, offset, line, column, length }) => ({
            message,
            offset,
            line,
            column,
            length
        })),
        parser: parserErrors.map((error) => ({
            message: error.message,
            name: error.name,
            token: placeOf(error.token),
            previous: 'previousToken' in error ? placeOf(error.previousToken as typeof error.token) : undefined
        })),
        // The fixes are computed from the tree, which is compared above.
        diagnostics: document.diagnostics?.map(({ data: _, ...diagnostic }) => diagnostic)
    };
}

function lines(all: Iterable<string>): string[] {
    return [...all];
}

function placeOf(
    token:
        | {
              startOffset: number;
              startLine?: number;
              startColumn?: number;
              endLine?: number;
              endColumn?: number;
              image: string;
              tokenType: { name: string };
          }
        | undefined
): unknown {
    return (
        token &&
        [
            token.tokenType.name,
            token.image,
            token.startOffset,
            token.startLine,
            token.startColumn,
            token.endLine,
            token.endColumn
        ].join(' ')
    );
}

function* astOf(node: AstNode, path: string, container: AstNode | undefined): Generator<string> {
    const { range } = node.$cstNode ?? {};
    yield `${path} ${node.$type} ${JSON.stringify(range)} ${node.$containerProperty ?? ''}@${node.$containerIndex ?? ''} ${node.$container === container}`;
    for (const [name, value] of Object.entries(node).sort(([a], [b]) => (a < b ? -1 : 1))) {
        if (!name.startsWith('$')) {
            for (const [index, one] of (Array.isArray(value) ? (value as unknown[]) : [value]).entries()) {
                if (isReference(one)) {
                    yield `${path}/${name}@${index} -> ${meaningOf(one)}`;
                } else if (isAstNode(one)) {
                    yield* astOf(one, `${path}/${name}@${index}`, node);
                } else if (one !== undefined) {
                    yield `${path}/${name}@${index} = ${JSON.stringify(one)}`;
                }
            }
        }
    }
}

function meaningOf({ $refText, $refNode, ref, error }: Reference): string {
    const target = ref && `${AstUtils.getDocument(ref).uri.path} ${ref.$type} ${ref.$cstNode?.offset}`;
    return `${$refNode?.offset}-${$refNode?.end} ${$refText} ${target ?? error?.message}`;
}

function* cstOf(node: CstNode, file: AstNode): Generator<string> {
    const source = node.grammarSource;
    const { range } = node;
    const place = `${node.offset}-${node.end} ${range.start.line}:${range.start.character}-${range.end.line}:${range.end.character}`;
    const belongs = node.root.astNode === file && (!node.container || node.container.content.includes(node));
    const rule = `${source?.$type} ${source?.$containerProperty}@${source?.$containerIndex}`;
    if (isLeafCstNode(node)) {
        yield `${place} ${rule} ${node.tokenType.name} ${node.hidden} ${belongs} ${node.text}`;
    } else if (isCompositeCstNode(node)) {
        yield `${place} ${rule} ${node.astNode.$type} ${node.astNode.$cstNode === node} ${belongs}`;
        for (const child of node.content) {
            yield* cstOf(child, file);
        }
    }
}
