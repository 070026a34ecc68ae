/** Runs code actions on in-memory documents, and returns the resulting texts. */
import { DocumentState, URI } from 'langium';
import { expect } from 'vitest';
import type { CodeAction, Diagnostic, Range, WorkspaceEdit } from 'vscode-languageserver';
import { CancellationToken, CodeActionKind } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { problemsIn } from '../../../../server/lsp/features/code-actions/problems.js';
import type { Files, Opened, Server } from '../../support.js';
import { open } from '../../support.js';

/** The server's diagnostics for the document, as a client receives them. */
export function diagnosticsOf({ document, services }: Opened): Diagnostic[] {
    return problemsIn(document, services).map(({ diagnostic }) => diagnostic);
}

export async function actionsAt(
    opened: Opened,
    range: Range,
    diagnostics: Diagnostic[] = [],
    only?: CodeActionKind[]
): Promise<CodeAction[]> {
    const { services, document, params } = opened;
    return services.editing.CodeActions.getCodeActions(document, {
        textDocument: params.textDocument,
        range,
        context: { diagnostics, ...(only && { only }) }
    });
}

/** The quick fixes of a diagnostic. */
export async function fixesFor(opened: Opened, diagnostic: Diagnostic): Promise<CodeAction[]> {
    const found = await actionsAt(opened, diagnostic.range, [diagnostic], [CodeActionKind.QuickFix]);
    return found.filter((action) => action.diagnostics!.includes(diagnostic));
}

/** The texts of the files after the action, which is resolved first. */
export async function textsAfter(opened: Opened, action: CodeAction, files: Files): Promise<Files> {
    const { edit } =
        action.edit || action.data === undefined
            ? action
            : await opened.services.editing.CodeActions.resolve(action, CancellationToken.None);
    expect(edit, `the edit of "${action.title}"`).toBeDefined();
    return applied(edit!, files, opened);
}

function applied(edit: WorkspaceEdit, files: Files, opened: Opened): Files {
    const after: Record<string, string> = { ...files };
    const pathOf = new Map(Object.keys(files).map((path) => [opened.uri(path), path]));
    const root = opened.uri('');
    for (const change of edit.documentChanges ?? []) {
        if ('kind' in change) {
            expect(change.kind).toBe('create');
            pathOf.set(change.kind === 'create' ? change.uri : '', (change as { uri: string }).uri.slice(root.length));
            continue;
        }
        const path = pathOf.get(change.textDocument.uri);
        expect(path, `a change of ${change.textDocument.uri}`).toBeDefined();
        const text = TextDocument.create('memory:', '', 0, after[path!] ?? '');
        after[path!] = TextDocument.applyEdits(
            text,
            change.edits.filter((each) => 'newText' in each)
        );
    }
    return after;
}

/** The number of times each code is reported. */
export function counted(diagnostics: readonly Diagnostic[]): Map<string, number> {
    const counts = new Map<string, number>();
    diagnostics.forEach(({ code }) => counts.set(String(code), (counts.get(String(code)) ?? 0) + 1));
    return counts;
}

/** The errors that are new. */
export function newErrors(before: readonly Diagnostic[], after: readonly Diagnostic[]): string[] {
    const known = counted(before);
    const errors = after.filter(({ severity }) => severity === 1);
    return errors
        .filter(({ code }) => (counted(errors).get(String(code)) ?? 0) > (known.get(String(code)) ?? 0))
        .map(({ code, message }) => `${code} ${typeof message === 'string' ? message : message.value}`);
}

export async function reopened(files: Files, server?: Server): Promise<Opened> {
    return open(files, server);
}

/** Waits until the policy has its results, on a server that checks. */
export async function checked(opened: Opened): Promise<void> {
    const { services, params } = opened;
    const { CheckService } = services.checking;
    await CheckService.check(params.textDocument.uri, CancellationToken.None);
    await opened.shared.workspace.DocumentBuilder.waitUntil(
        DocumentState.Validated,
        URI.parse(params.textDocument.uri)
    );
}
