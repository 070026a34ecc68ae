/** The tools with which an assistant checks the policy that it writes, and looks up what a message means. */
import * as vscode from 'vscode';
import type { CodePages } from '../code-pages.js';
import type { LanguageServer } from '../language-server.js';
import { registerTool } from './api.js';
import { resultText } from './result-text.js';

/** Of a policy in the workspace its file; of one that is nowhere yet its text. */
interface CheckInput {
    readonly file?: string;
    readonly text?: string;
}

interface ExplainInput {
    readonly code: string;
}

export function registerLanguageModelTools(server: LanguageServer, codePages: CodePages): vscode.Disposable {
    return vscode.Disposable.from(
        ...registerTool<CheckInput>('guardrail_check', {
            message: ({ file }) =>
                file === undefined ? vscode.l10n.t('Checking a policy') : vscode.l10n.t('Checking {0}', file),
            answer: (input, token) => check(server, input, token)
        }),
        ...registerTool<ExplainInput>('guardrail_explain', {
            message: ({ code }) => vscode.l10n.t('Looking up {0}', code),
            answer: ({ code }) => explain(codePages, code)
        })
    );
}

async function check(server: LanguageServer, input: CheckInput, token: vscode.CancellationToken): Promise<string> {
    const { uri } = await documentOf(input);
    const result = await server.check(uri, token);
    // What is found in a policy without errors is in its result.
    const errors = result ? [] : (await server.diagnostics(uri, token)).filter(({ severity }) => severity === 1);
    return resultText(uri.toString(), errors, result);
}

async function documentOf({ file, text }: CheckInput): Promise<vscode.TextDocument> {
    if (text !== undefined) {
        return vscode.workspace.openTextDocument({ language: 'guardrail', content: text });
    }
    if (file === undefined) {
        throw new Error('Give either `file`, a policy in the workspace, or `text`, the text of a policy.');
    }
    const candidates = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => vscode.Uri.joinPath(uri, file));
    for (const uri of candidates) {
        const exists = await vscode.workspace.fs.stat(uri).then(
            () => true,
            () => false
        );
        if (exists) {
            return vscode.workspace.openTextDocument(uri);
        }
    }
    throw new Error(`There is no file ${file} in the workspace. Paths are relative to a folder of the workspace.`);
}

async function explain(codePages: CodePages, code: string): Promise<string> {
    const page = await codePages.of(code);
    if (page === undefined) {
        throw new Error(`There is no code ${code}. Codes are GR and three digits, as messages have them.`);
    }
    return page;
}
