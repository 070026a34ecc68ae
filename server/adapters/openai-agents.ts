/** Adapter for tools of the OpenAI Agents SDK (`@openai/agents`): `tool(guardTool({ … }, { session }))`. */
import { type GuardOptions, guarded, Stopped } from './guard.js';

export type { Approval, GuardOptions, HeldCall } from './guard.js';
export { Stopped } from './guard.js';

/** The options of `tool()` that this adapter uses. */
interface ToolOptions {
    readonly name?: string;
    readonly outputSchema?: unknown;
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the types of the library are not known here
    readonly execute: (input: any, context?: any, details?: any) => unknown;
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    readonly errorFunction?: ((context: any, error: any, details?: any) => unknown) | null;
}

/**
 * The options of `tool()`, changed so that calls are decided first. The adapter changes options because a finished tool
 * does not reveal whether a call failed. If a call is stopped, the model gets the reason, except from a tool without an
 * `errorFunction`, whose errors end the run. Throws a `TypeError` if the tool has no name.
 */
export function guardTool<T extends ToolOptions>(tool: T, options: GuardOptions): T {
    const { execute } = tool;
    // This is the library's own choice: an output with a schema cannot be a text about an error.
    const errorFunction =
        tool.errorFunction === undefined && tool.outputSchema !== undefined ? null : tool.errorFunction;
    const name = tool.name ?? execute.name;
    if (name === '') {
        throw new TypeError('the tool has no name, so the policy cannot know it');
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

/** The wording of the library. */
function textOf(error: unknown): string {
    return `An error occurred while running the tool. Please try again. Error: ${String(error)}`;
}
