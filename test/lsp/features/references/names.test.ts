/** Tests each name of the language, for any cursor position on it: definition, references, highlights, rename. */
import type { AstNode, LangiumDocument } from 'langium';
import { AstUtils, URI } from 'langium';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { describe, expect, test } from 'vitest';
import type { Location, Position, Range, TextEdit } from 'vscode-languageserver';
import { DocumentHighlightKind } from 'vscode-languageserver';
import type { Opened } from '../../support.js';
import { open } from '../../support.js';
import { cases } from './cases.js';

interface Mark {
    readonly path: string;
    readonly offset: number;
    readonly length: number;
    readonly isDeclaration: boolean;
}

function read(path: string, marked: string): { readonly text: string; readonly marks: readonly Mark[] } {
    const marks: Mark[] = [];
    let text = '';
    for (const part of marked.split(/([«‹][^»›]*[»›])/)) {
        const isMark = /^[«‹]/.test(part);
        const name = isMark ? part.slice(1, -1) : part;
        if (isMark) {
            marks.push({ path, offset: text.length, length: name.length, isDeclaration: part.startsWith('«') });
        }
        text += name;
    }
    return { text, marks };
}

interface OpenedCase {
    readonly opened: Opened;
    readonly marks: readonly Mark[];
    readonly document: (path: string) => LangiumDocument;
    readonly position: (mark: Mark) => Position;
    /** Writes a place as `main.guardrail:12`, with the offset of the name. */
    readonly place: (location: { readonly uri: string; readonly range: Range }) => string;
}

async function openCase(files: (typeof cases)[number]['files']): Promise<OpenedCase> {
    const texts = Object.entries(files).map(([path, marked]) => ({ path, ...read(path, marked) }));
    const opened = await open(Object.fromEntries(texts.map(({ path, text }) => [path, text])));
    const document = (path: string): LangiumDocument =>
        opened.shared.workspace.LangiumDocuments.getDocument(URI.parse(opened.uri(path)))!;
    return {
        opened,
        marks: texts.flatMap(({ marks }) => marks),
        document,
        position: ({ path, offset, length }) => document(path).textDocument.positionAt(offset + length - 1),
        place: ({ uri, range }) => {
            const { textDocument } = opened.shared.workspace.LangiumDocuments.getDocument(URI.parse(uri))!;
            const start = textDocument.offsetAt(range.start);
            return `${uri.split('/').at(-1)}:${start}-${textDocument.offsetAt(range.end)}`;
        }
    };
}

const placeOf = ({ path, offset, length }: Mark): string => `${path}:${offset}-${offset + length}`;
const placesOf = (marks: readonly Mark[]): string[] => marks.map(placeOf).sort();

describe.each(cases)('$title', ({ files }) => {
    test('every place leads to all others', async () => {
        const { opened, marks, document, position, place } = await openCase(files);
        const { lsp } = opened.services;
        const declared = marks.filter(({ isDeclaration }) => isDeclaration);
        for (const mark of marks) {
            const doc = document(mark.path);
            const params = { textDocument: { uri: doc.uri.toString() }, position: position(mark) };
            const at = placeOf(mark);
            const definition = await lsp.DefinitionProvider!.getDefinition(doc, params);
            const links = (definition ?? []).map((link) =>
                place({ uri: link.targetUri, range: link.targetSelectionRange })
            );
            expect(declared.length > 1 ? placesOf(declared) : links, `definition at ${at}`).toEqual(
                expect.arrayContaining(declared.length > 1 ? links : placesOf(declared))
            );
            expect(links.length).toBeGreaterThan(0);
            const context = { includeDeclaration: true };
            const found: Location[] = await lsp.ReferencesProvider!.findReferences(doc, { ...params, context });
            const isAll = declared.length === 1;
            const references = found.map(place).sort();
            expect(isAll ? references : placesOf(marks), `references at ${at}`).toEqual(
                isAll ? placesOf(marks) : expect.arrayContaining(references)
            );
            const highlights = await lsp.DocumentHighlightProvider!.getDocumentHighlight(doc, params);
            for (const { range, kind } of highlights ?? []) {
                const own = marks.find((each) => placeOf(each) === place({ uri: params.textDocument.uri, range }));
                expect(own, `highlight at ${at}`).toBeDefined();
                expect(kind).toBe(own!.isDeclaration ? DocumentHighlightKind.Write : DocumentHighlightKind.Read);
            }
            expect(highlights?.length, `highlights at ${at}`).toBeGreaterThan(0);
            expect(await lsp.HoverProvider!.getHoverContent(doc, params), `hover at ${at}`).toBeDefined();
        }
    });

    test('a rename changes all places, from any of them', async () => {
        const { opened, marks, document, position, place } = await openCase(files);
        const rename = opened.services.lsp.RenameProvider!;
        const newName = 'renamed_';
        for (const mark of marks) {
            const doc = document(mark.path);
            const params = { textDocument: { uri: doc.uri.toString() }, position: position(mark) };
            const range = (await rename.prepareRename(doc, params)) as Range;
            expect(place({ uri: params.textDocument.uri, range })).toBe(placeOf(mark));
            const edit = await rename.rename(doc, { ...params, newName });
            const renamed = Object.entries(edit?.changes ?? {}).map(
                ([uri, edits]) => [uri.split('/').at(-1), apply(opened, uri, edits)] as const
            );
            const expected = Object.entries(files)
                .filter(([, marked]) => /[«‹]/.test(marked))
                .map(([path, marked]) => [path, marked.replace(/[«‹][^»›]*[»›]/g, newName)] as const);
            expect(Object.fromEntries(renamed), `rename at ${placeOf(mark)}`).toEqual(Object.fromEntries(expected));
        }
    });
});

function apply(opened: Opened, uri: string, edits: TextEdit[]): string {
    const { textDocument } = opened.shared.workspace.LangiumDocuments.getDocument(URI.parse(uri))!;
    return TextDocument.applyEdits(textDocument, edits);
}

test('the cases cover every kind of reference in the grammar', async () => {
    const covered = new Set<string>();
    let references: readonly string[] = [];
    for (const { files } of cases) {
        const { opened, marks, document } = await openCase(files);
        expect(opened.document.parseResult.parserErrors.map(({ message }) => message)).toEqual([]);
        const { AstReflection } = opened.shared;
        references = AstReflection.getAllTypes().flatMap((type) =>
            Object.values(AstReflection.getTypeMetaData(type).properties)
                .filter(({ referenceType }) => referenceType !== undefined)
                .map(({ name }) => `${type}.${name}`)
        );
        for (const { path, offset, length } of marks) {
            for (const node of AstUtils.streamAst(document(path).parseResult.value)) {
                for (const { reference, property } of AstUtils.streamReferences(node)) {
                    const cst = '$refNode' in reference ? reference.$refNode : undefined;
                    if (cst && cst.offset <= offset && offset + length <= cst.end) {
                        typesOf(node, AstReflection).forEach((type) => covered.add(`${type}.${property}`));
                    }
                }
            }
        }
    }
    expect(references.length).toBeGreaterThan(60);
    // A reference that belongs to an abstract type does not count: written nodes have other types.
    expect(references.filter((reference) => !covered.has(reference))).toEqual([]);
});

function typesOf(node: AstNode, reflection: Opened['shared']['AstReflection']): string[] {
    return reflection.getAllTypes().filter((type) => reflection.isSubtype(node.$type, type));
}
