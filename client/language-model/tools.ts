/** Offers the tools for assistants (server/assistant) as VS Code language model tools. */
import * as vscode from 'vscode';
import {
    answerTool,
    type AskedPolicy,
    type CheckedPolicy,
    ToolError,
    type ToolHost
} from '../../server/assistant/tools.js';
import type { CodePages } from '../code-pages.js';
import type { LanguageServer } from '../language-server.js';
import { registerTool } from './api.js';

export function registerLanguageModelTools(server: LanguageServer, codePages: CodePages): vscode.Disposable {
    const host: ToolHost<vscode.CancellationToken> = {
        check: (policy, token) => check(server, policy, token),
        page: (code) => codePages.of(code)
    };
    const register = <Input>(name: string, message: (input: Input) => string): vscode.Disposable[] =>
        registerTool<Input>(name, {
            message,
            answer: async (input, token) => (await answerTool(name, input, host, token)).text
        });
    return vscode.Disposable.from(
        ...register<{ readonly file?: string }>('guardrail_check', ({ file }) =>
            file === undefined ? vscode.l10n.t('Checking a policy') : vscode.l10n.t('Checking {0}', file)
        ),
        ...register<{ readonly code?: string }>('guardrail_explain', ({ code }) =>
            vscode.l10n.t('Looking up {0}', code ?? '')
        )
    );
}

async function check(
    server: LanguageServer,
    policy: AskedPolicy,
    token: vscode.CancellationToken
): Promise<CheckedPolicy> {
    const { uri } = await documentOf(policy);
    const result = await server.check(uri, token);
    // The findings of a policy without errors are in its result.
    const errors = result ? [] : (await server.diagnostics(uri, token)).filter(({ severity }) => severity === 1);
    return { uri: uri.toString(), errors, result };
}

async function documentOf(policy: AskedPolicy): Promise<vscode.TextDocument> {
    if ('text' in policy) {
        return vscode.workspace.openTextDocument({ language: 'guardrail', content: policy.text });
    }
    const { file } = policy;
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
    throw new ToolError(`There is no file ${file} in the workspace. Paths are relative to a folder of the workspace.`);
}
