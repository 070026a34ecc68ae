/** Adapter for tools of LangChain (`@langchain/core`): `createAgent({ tools: guardTools([…], { session }) })`. */
import { isFields } from '../gateway/json.js';
import type { CallEnd } from '../gateway/mcp-answer.js';
import { endIn, type GuardOptions, guarded, Stopped } from './guard.js';

export type { Approval, GuardOptions, HeldCall } from './guard.js';
export { Stopped } from './guard.js';

/** The part of a tool that this adapter uses: `_call` runs it, after its arguments have been read. */
interface Tool {
    readonly name: string;
    readonly responseFormat?: string;
}

type Call = (input: unknown, manager?: unknown, config?: unknown) => Promise<unknown>;

/**
 * The same tools, except that their calls are decided first. If a call is stopped, the model gets the reason as its
 * result. Throws a `TypeError` for a tool that is not run here, such as a tool of the model's provider.
 */
export function guardTools<T extends Tool>(tools: readonly T[], options: GuardOptions): T[] {
    return tools.map((tool) => {
        const call: unknown = '_call' in tool ? tool._call : undefined;
        if (typeof call !== 'function') {
            throw new TypeError(`the tool ${tool.name} is not run here, so its calls cannot be stopped`);
        }
        const guardedCall: Call = async (input, manager, config) => {
            try {
                const make = (): Promise<unknown> => (call as Call).call(tool, input, manager, config);
                return await guarded(options, tool.name, argumentsOf(input), make, (result) =>
                    // The artifact of the result is not for the model.
                    endOf(hasArtifact(tool) && Array.isArray(result) ? (result as unknown[])[0] : result)
                );
            } catch (error) {
                if (!(error instanceof Stopped)) {
                    throw error;
                }
                return hasArtifact(tool) ? [error.message, undefined] : error.message;
            }
        };
        return Object.create(tool, { _call: { value: guardedCall } }) as T;
    });
}

/** The end of a call that gave this. A message that the tool made itself, or that is part of a command, may be an error. */
function endOf(output: unknown): CallEnd {
    const { update, content, additional_kwargs: others } = isOwn(output) ? output : {};
    const messages = isFields(update) ? update['messages'] : output;
    const hasFailed = [messages].flat().some((one) => isOwn(one) && one['status'] === 'error');
    const isMessage = content !== undefined && Object.keys(others ?? {}).length === 0;
    const end = endIn(isMessage ? content : output);
    return hasFailed ? { ...end, type: 'error' } : end;
}

/** True for what the library passes on as it is: messages and commands. */
function isOwn(output: unknown): output is { readonly [field: string]: unknown } {
    return isFields(output) && output['lc_direct_tool_output'] === true;
}

/** A tool with a single text parameter gets the text itself. */
function argumentsOf(input: unknown): unknown {
    return typeof input === 'string' ? { input } : input;
}

function hasArtifact({ responseFormat }: Tool): boolean {
    return responseFormat === 'content_and_artifact';
}
