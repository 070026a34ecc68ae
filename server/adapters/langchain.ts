/** Tools of LangChain (`@langchain/core`), decided by a policy: `createAgent({ tools: guardTools([…], { session }) })`. */
import { type GuardOptions, guarded, Stopped } from './guard.js';

export type { Approval, GuardOptions, HeldCall } from './guard.js';
export { Stopped } from './guard.js';

/** What this adapter knows of a tool: `_call` runs it, after its arguments were read. */
interface Tool {
    readonly name: string;
    readonly responseFormat?: string;
}

type Call = (input: unknown, manager?: unknown, config?: unknown) => Promise<unknown>;

/**
 * The same tools, whose calls are decided first. The model gets the reason why a call is stopped as its result. Throws a
 * `TypeError` for a tool that is not run here, such as one of the provider of the model.
 */
export function guardTools<T extends Tool>(tools: readonly T[], options: GuardOptions): T[] {
    return tools.map((tool) => {
        const call: unknown = '_call' in tool ? tool._call : undefined;
        if (typeof call !== 'function') {
            throw new TypeError(`the tool ${tool.name} is not run here, so that its calls cannot be stopped`);
        }
        const guardedCall: Call = async (input, manager, config) => {
            try {
                const make = (): Promise<unknown> => (call as Call).call(tool, input, manager, config);
                return await guarded(options, tool.name, argumentsOf(input), make, (result) => ({
                    type: 'result',
                    // Its artifact is not for the model.
                    result: hasArtifact(tool) && Array.isArray(result) ? (result as unknown[])[0] : result
                }));
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

/** A tool of one text gets the text itself. */
function argumentsOf(input: unknown): unknown {
    return typeof input === 'string' ? { input } : input;
}

function hasArtifact({ responseFormat }: Tool): boolean {
    return responseFormat === 'content_and_artifact';
}
