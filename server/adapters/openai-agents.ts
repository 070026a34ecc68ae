/** Tools of the OpenAI Agents SDK (`@openai/agents`), decided by a policy: `tool(guardTool({ … }, { session }))`. */
import { type GuardOptions, guarded, Stopped } from './guard.js';

export type { Approval, GuardOptions, HeldCall } from './guard.js';
export { Stopped } from './guard.js';

/** What this adapter knows of the options of `tool()`. */
interface ToolOptions {
    readonly name?: string;
    readonly outputSchema?: unknown;
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the types of the library are not known here
    readonly execute: (input: any, context?: any, details?: any) => unknown;
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    readonly errorFunction?: ((context: any, error: any, details?: any) => unknown) | null;
}

/**
 * The options of `tool()`, so that the calls of the tool are decided first: the library would hide from a finished tool
 * whether a call failed. The model gets the reason why a call is stopped, except from
 * a tool without an `errorFunction`, whose errors end the run. Throws a `TypeError` if the tool has no name.
 */
export function guardTool<T extends ToolOptions>(tool: T, options: GuardOptions): T {
    const { execute } = tool;
    // The library's own choice: an output that has a form cannot be a text about an error.
    const errorFunction =
        tool.errorFunction === undefined && tool.outputSchema !== undefined ? null : tool.errorFunction;
    const name = tool.name ?? execute.name;
    if (name === '') {
        throw new TypeError('the tool has no name, so that the policy cannot know it');
    }
    return {
        ...tool,
        name,
        execute: (input: unknown, context: unknown, details: unknown) =>
            guarded(options, name, input, () => execute.call(tool, input, context, details)),
        errorFunction: (context: unknown, error: unknown, details: unknown) => {
            if (errorFunction === null) {
                throw error;
            }
            if (error instanceof Stopped) {
                return error.message;
            }
            return errorFunction ? errorFunction(context, error, details) : textOf(error);
        }
    };
}

/** As the library says it. */
function textOf(error: unknown): string {
    return `An error occurred while running the tool. Please try again. Error: ${String(error)}`;
}
