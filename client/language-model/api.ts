/**
 * The parts of VS Code's API for language models (`vscode.lm`, 1.95) that are used here. The extension also runs in
 * older versions, and is compiled with their types.
 */
import * as vscode from 'vscode';

export interface ToolInvocation<Input> {
    readonly input: Input;
}

/** The type `vscode.LanguageModelToolResult`. */
export type ToolResult = object;

export interface LanguageModelTool<Input> {
    invoke(invocation: ToolInvocation<Input>, token: vscode.CancellationToken): Promise<ToolResult>;
    prepareInvocation(invocation: ToolInvocation<Input>): { readonly invocationMessage: string };
}

interface LanguageModelApi {
    readonly lm?: { registerTool?<Input>(name: string, tool: LanguageModelTool<Input>): vscode.Disposable };
    readonly LanguageModelToolResult?: new (parts: readonly object[]) => ToolResult;
    readonly LanguageModelTextPart?: new (value: string) => object;
}

const api = vscode as LanguageModelApi;

/**
 * Registers the tools; does nothing if such tools are not supported.
 * @param answer returns the text for the model; exceptions are reported to the model
 */
export function registerTool<Input>(
    name: string,
    tool: {
        readonly message: (input: Input) => string;
        readonly answer: (input: Input, token: vscode.CancellationToken) => Promise<string>;
    }
): vscode.Disposable[] {
    const { lm, LanguageModelToolResult: Result, LanguageModelTextPart: TextPart } = api;
    if (!lm?.registerTool || !Result || !TextPart) {
        return [];
    }
    return [
        lm.registerTool<Input>(name, {
            invoke: async ({ input }, token) => new Result([new TextPart(await tool.answer(input, token))]),
            prepareInvocation: ({ input }) => ({ invocationMessage: tool.message(input) })
        })
    ];
}
