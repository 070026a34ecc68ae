/** Adapter for tools of the AI SDK (`ai`): `generateText({ tools: guardTools({ … }, { session }) })`. */
import { answerOfMcp, type CallEnd } from '../gateway/mcp-answer.js';
import { endIn, type GuardOptions, guarded } from './guard.js';

export type { Approval, GuardOptions, HeldCall } from './guard.js';
export { Stopped } from './guard.js';

/** The part of a tool that this adapter uses. */
interface SdkTool {
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the types of the library are not known here
    readonly execute?: ((input: any, options: any) => unknown) | undefined;
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    readonly toModelOutput?: ((options: any) => unknown) | undefined;
}

/** What the model is shown of an output, if the tool converts it itself. */
interface ModelOutput {
    readonly type: string;
    readonly value?: unknown;
    readonly reason?: unknown;
}

/** What a call gave, and what the model is shown of it. */
interface Made {
    readonly output: unknown;
    readonly shown?: ModelOutput;
}

/** The number of calls of a tool whose converted output is kept, because the library converts it again at each step. */
const MOST_KEPT = 1_000;

/**
 * The same tools, except that their calls are decided first. A call that is stopped fails with the reason, which the
 * library passes to the model. Throws a `TypeError` for a tool without `execute`: it runs elsewhere, where nothing here
 * can stop it.
 */
export function guardTools<T extends { readonly [name: string]: SdkTool }>(tools: T, options: GuardOptions): T {
    return Object.fromEntries(
        Object.entries(tools).map(([name, tool]) => {
            const { execute, toModelOutput } = tool;
            if (!execute) {
                throw new TypeError(`the tool ${name} has no \`execute\`, so its calls cannot be stopped here`);
            }
            const kept = new Map<unknown, unknown>();
            const guardedExecute = async (
                input: unknown,
                details?: { readonly toolCallId?: unknown }
            ): Promise<unknown> => {
                const toolCallId = details?.toolCallId;
                const make = async (): Promise<Made> => {
                    const output = await finalResult(execute.call(tool, input, details));
                    const shown = await toModelOutput?.call(tool, { toolCallId, input, output });
                    return { output, ...(shown !== undefined && { shown: shown as ModelOutput }) };
                };
                const { output, shown } = await guarded(options, name, input, make, endOf);
                if (shown && toolCallId !== undefined) {
                    kept.set(toolCallId, shown);
                    if (kept.size > MOST_KEPT) {
                        kept.delete(kept.keys().next().value);
                    }
                }
                return output;
            };
            const decidedOutput = toModelOutput && {
                toModelOutput: (call: { readonly toolCallId: unknown }): unknown =>
                    kept.get(call.toolCallId) ?? toModelOutput.call(tool, call)
            };
            return [name, { ...tool, execute: guardedExecute, ...decidedOutput }];
        })
    ) as T;
}

/** A rule sees both what the tool gave, which may come back with a stored conversation, and what the model is shown. */
function endOf({ output, shown }: Made): CallEnd {
    if (!shown) {
        return endIn(output);
    }
    const end = endIn({ structuredContent: output, content: contentOf(shown) }, answerOfMcp);
    return /^(?:error-|execution-denied)/.test(shown.type) ? { ...end, type: 'error' } : end;
}

function contentOf({ type, value, reason }: ModelOutput): unknown {
    switch (type) {
        case 'text':
        case 'error-text':
            return [{ type: 'text', text: value }];
        case 'json':
        case 'error-json':
            return [{ type: 'text', text: JSON.stringify(value) }];
        case 'execution-denied':
            return [{ type: 'text', text: reason ?? '' }];
        default:
            return type === 'content' ? value : [{ type }];
    }
}

/**
 * If a tool gives its result in steps, only the last one is used: a result that may be withheld must not be shown
 * early.
 */
async function finalResult(result: unknown): Promise<unknown> {
    if (typeof result !== 'object' || result === null || !(Symbol.asyncIterator in result)) {
        return result;
    }
    let last: unknown;
    for await (const step of result as AsyncIterable<unknown>) {
        last = step;
    }
    return last;
}
