/** Adapter for tools of the AI SDK (`ai`): `generateText({ tools: guardTools({ … }, { session }) })`. */
import { type GuardOptions, guarded } from './guard.js';

export type { Approval, GuardOptions, HeldCall } from './guard.js';
export { Stopped } from './guard.js';

/** The part of a tool that this adapter uses. */
interface SdkTool {
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the types of the library are not known here
    readonly execute?: ((input: any, options: any) => unknown) | undefined;
}

/**
 * The same tools, except that their calls are decided first. A call that is stopped fails with the reason, which the
 * library passes to the model. Throws a `TypeError` for a tool without `execute`: it runs elsewhere, where nothing here
 * can stop it.
 */
export function guardTools<T extends { readonly [name: string]: SdkTool }>(tools: T, options: GuardOptions): T {
    return Object.fromEntries(
        Object.entries(tools).map(([name, tool]) => {
            const { execute } = tool;
            if (!execute) {
                throw new TypeError(`the tool ${name} has no \`execute\`, so its calls cannot be stopped here`);
            }
            const guardedExecute = (input: unknown, details: unknown): Promise<unknown> =>
                guarded(options, name, input, () => finalResult(execute.call(tool, input, details)));
            return [name, { ...tool, execute: guardedExecute }];
        })
    ) as T;
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
