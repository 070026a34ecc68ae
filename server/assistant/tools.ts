/**
 * The tools with which an assistant checks the policy that it writes and looks up the meaning of a message: their
 * inputs and outputs. VS Code offers them as language-model tools, any other client gets them through `guardrail mcp`.
 * Their names, descriptions and schemas are in the manifest (`languageModelTools`), where VS Code reads them.
 */
import type { PolicyResult } from '../checker/results/result.js';
import { resultData } from './result-data.js';
import { resultText, type TextError } from './result-text.js';

/** The provider of policies and pages: the extension or the command. `Signal` is its type of cancellation signal. */
export interface ToolHost<Signal> {
    /** Rejects with a `ToolError` if there is no such file, and if it is cancelled. */
    check(policy: AskedPolicy, signal: Signal): Promise<CheckedPolicy>;
    /** The page of a code as Markdown; undefined if there is no such code. */
    page(code: string): Promise<string | undefined>;
}

/** A policy in a file, by a path that ends in `.guardrail`, or the text of a policy without a file. */
export type AskedPolicy = { readonly file: string } | { readonly text: string };

export interface CheckedPolicy {
    readonly uri: string;
    readonly errors: readonly TextError[];
    /** Null if the text has errors, or is not a policy. */
    readonly result: PolicyResult | null;
}

export interface ToolAnswer {
    /** The answer for the model. */
    readonly text: string;
    /** The same answer for programs, in the shape of `RESULT_SCHEMA`. */
    readonly data?: object;
}

/** Thrown if the request cannot be answered. The message is a sentence for the model, which may try again. */
export class ToolError extends Error {}

/** Rejects with a `ToolError` if `input` does not match the tool's schema. */
export async function answerTool<Signal>(
    name: string,
    input: unknown,
    host: ToolHost<Signal>,
    signal: Signal
): Promise<ToolAnswer> {
    switch (name) {
        case 'guardrail_check': {
            const { uri, errors, result } = await host.check(askedPolicy(fieldsOf(input, ['file', 'text'])), signal);
            return { text: resultText(uri, errors, result), data: resultData(errors, result) };
        }
        case 'guardrail_explain': {
            const { code } = fieldsOf(input, ['code']);
            const page = code === undefined ? undefined : await host.page(code);
            if (page === undefined) {
                throw new ToolError(
                    code === undefined
                        ? 'Give `code`, the code to look up, such as GR501.'
                        : `There is no code ${code}. A code is GR and three digits, as in messages.`
                );
            }
            return { text: page };
        }
        default:
            throw new ToolError(`There is no tool ${name}.`);
    }
}

function askedPolicy({ file, text }: { readonly file?: string; readonly text?: string }): AskedPolicy {
    if ((file === undefined) === (text === undefined)) {
        throw new ToolError('Give either `file`, a policy in the workspace, or `text`, the text of a policy.');
    }
    if (file === undefined) {
        return { text: text! };
    }
    // No other kind of file is revealed, to any caller.
    if (!file.endsWith('.guardrail')) {
        throw new ToolError(`${file} is not a policy file: its name does not end in .guardrail.`);
    }
    return { file };
}

/** Models add fields that nobody requested, or write null for a field that they omit. */
function fieldsOf<Name extends string>(input: unknown, names: readonly Name[]): { readonly [name in Name]?: string } {
    if (typeof input !== 'object' || input === null) {
        throw new ToolError('The input must be an object.');
    }
    const fields: { [name in Name]?: string } = {};
    for (const name of names) {
        const value = (input as { readonly [name in Name]?: unknown })[name] ?? undefined;
        if (value !== undefined && typeof value !== 'string') {
            throw new ToolError(`\`${name}\` must be a text.`);
        }
        if (value !== undefined) {
            fields[name] = value;
        }
    }
    return fields;
}
