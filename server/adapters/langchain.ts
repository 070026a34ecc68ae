/** Adapter for tools of LangChain (`@langchain/core`): `createAgent({ tools: guardTools([…], { session }) })`. */
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
                    endIn(hasArtifact(tool) && Array.isArray(result) ? (result as unknown[])[0] : result)
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

/** A tool with a single text parameter gets the text itself. */
function argumentsOf(input: unknown): unknown {
    return typeof input === 'string' ? { input } : input;
}

function hasArtifact({ responseFormat }: Tool): boolean {
    return responseFormat === 'content_and_artifact';
}
