/**
 * Adapter for tools of Strands Agents (`@strands-agents/sdk`): `new Agent({ tools: guardTools([…], { session }) })`.
 */
import type { CallEnd } from '../gateway/mcp-answer.js';
import { endIn, type GuardOptions, guarded } from './guard.js';

export type { Approval, GuardOptions, HeldCall } from './guard.js';
export { Stopped } from './guard.js';

interface Block {
    readonly status: 'success' | 'error';
    readonly content: readonly unknown[];
}

/** The part of a tool that this adapter uses. */
interface Tool {
    readonly name: string;
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the types of the library are not known here
    stream(context: any): AsyncGenerator<any, any, any>;
}

/**
 * The same tools, except that their calls are decided first. A call that is stopped fails with the reason, which the
 * library passes to the model. Progress that a tool reports while it runs is dropped, because its result may be
 * withheld.
 */
export function guardTools<T extends Tool>(tools: readonly T[], options: GuardOptions): T[] {
    return tools.map((tool) => {
        // eslint-disable-next-line require-yield -- see above
        async function* stream(context: { readonly toolUse: { readonly input: unknown } }) {
            return await guarded(
                options,
                tool.name,
                context.toolUse.input,
                () => resultOf(tool.stream(context) as AsyncGenerator<unknown, Block | undefined>),
                endOf
            );
        }
        return Object.create(tool, { stream: { value: stream } }) as T;
    });
}

async function resultOf(running: AsyncGenerator<unknown, Block | undefined>): Promise<Block | undefined> {
    for (;;) {
        const { done, value } = await running.next();
        if (done === true) {
            return value;
        }
    }
}

function endOf(block: Block | undefined): CallEnd {
    if (!block) {
        return { type: 'error' };
    }
    const { status, content } = block;
    const end = content.length === 1 && isJson(content[0]) ? endIn(content[0].json) : endIn(content.map(blockOf));
    return status === 'success' ? end : { ...end, type: 'error' };
}

/** A block as in other libraries: one without text has a type that nothing reads. */
function blockOf(block: unknown): unknown {
    const { text } = block as { readonly text?: unknown };
    return typeof text === 'string'
        ? { type: 'text', text }
        : { type: 'text', text: isJson(block) ? JSON.stringify(block.json) : null };
}

function isJson(block: unknown): block is { readonly json: unknown } {
    return (block as { readonly json?: unknown }).json !== undefined;
}
