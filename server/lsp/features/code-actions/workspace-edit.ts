/** Writes changes in the form that the current client supports. */
import {
    type ClientCapabilities,
    type Range,
    type SnippetTextEdit,
    StringValue,
    type TextDocumentEdit,
    type TextEdit,
    type WorkspaceEdit
} from 'vscode-languageserver';
import type { Changes, Confirmation, Edit, NewFile } from '../../../../language/edits/edit.js';

/** The capabilities that a client reported. */
export interface EditCapabilities {
    readonly documentChanges: boolean;
    readonly snippets: boolean;
    readonly createFiles: boolean;
    /** True if the client asks the author before it applies an edit that is marked for confirmation. */
    readonly confirms: boolean;
}

export function editCapabilities({ workspace }: ClientCapabilities): EditCapabilities {
    const edit = workspace?.workspaceEdit;
    return {
        documentChanges: edit?.documentChanges === true,
        snippets: edit?.documentChanges === true && edit.snippetEditSupport === true,
        createFiles: edit?.documentChanges === true && edit.resourceOperations?.includes('create') === true,
        confirms: edit?.documentChanges === true && edit.changeAnnotationSupport !== undefined
    };
}

/** The text of a file, and its version if it is open. */
export interface KnownText {
    readonly text: string;
    readonly version: number | null;
}

/** The change; undefined if the client does not support it. */
export function workspaceEdit(
    changes: Changes,
    client: EditCapabilities,
    textOf: (uri: string) => KnownText | undefined
): WorkspaceEdit | undefined {
    const files = changes.filter(isNewFile);
    const edits = changes.filter((change): change is Edit => !isNewFile(change));
    if (files.length > 0 && !client.createFiles) {
        return undefined;
    }
    const byFile = new Map<string, Edit[]>();
    edits.forEach((edit) => byFile.set(edit.uri, [...(byFile.get(edit.uri) ?? []), edit]));
    if (!client.documentChanges) {
        return {
            changes: Object.fromEntries(
                [...byFile].map(([uri, all]) => [uri, all.map((edit) => plainEdit(edit, textOf(uri)))])
            )
        };
    }
    const confirmations = client.confirms ? confirmationsOf(edits) : [];
    return {
        ...(confirmations.length > 0 && { changeAnnotations: annotations(confirmations) }),
        documentChanges: [
            ...files.flatMap(({ uri, content }) => [
                { kind: 'create' as const, uri },
                { textDocument: { uri, version: null }, edits: [{ range: START, newText: content }] }
            ]),
            ...[...byFile].map(([uri, all]): TextDocumentEdit => ({
                textDocument: { uri, version: textOf(uri)?.version ?? null },
                edits: all.map((edit) =>
                    client.snippets && edit.hasPlaces
                        ? snippetEdit(edit, textOf(uri))
                        : { ...plainEdit(edit, textOf(uri)), ...annotationOf(edit, confirmations) }
                )
            }))
        ]
    };
}

/** The confirmations without duplicates. */
function confirmationsOf(edits: readonly Edit[]): Confirmation[] {
    return [...new Set(edits.flatMap(({ confirmation }) => confirmation ?? []))];
}

function annotations(confirmations: readonly Confirmation[]): NonNullable<WorkspaceEdit['changeAnnotations']> {
    return Object.fromEntries(
        confirmations.map(({ label, description }, index) => [
            String(index),
            { label, description, needsConfirmation: true }
        ])
    );
}

function annotationOf(
    { confirmation }: Edit,
    confirmations: readonly Confirmation[]
): { readonly annotationId?: string } {
    return confirmation && confirmations.includes(confirmation)
        ? { annotationId: String(confirmations.indexOf(confirmation)) }
        : {};
}

const START: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

export function isNewFile(change: Edit | NewFile): change is NewFile {
    return 'content' in change;
}

/** The new text for a client without support for placeholders. */
export function plainText({ text, hasPlaces }: Edit): string {
    return hasPlaces ? text.replace(/\$\{\d+:([^}]*)\}/g, '$1').replace(/\\([$}\\])/g, '$1') : text;
}

function plainEdit(edit: Edit, known: KnownText | undefined): TextEdit {
    return { range: edit.range, newText: withLineEnds(plainText(edit), known) };
}

function snippetEdit(edit: Edit, known: KnownText | undefined): SnippetTextEdit {
    return { range: edit.range, snippet: StringValue.createSnippet(withLineEnds(edit.text, known)) };
}

function withLineEnds(text: string, known: KnownText | undefined): string {
    return known && /\r\n/.test(known.text) ? text.replace(/\r?\n/g, '\r\n') : text;
}
