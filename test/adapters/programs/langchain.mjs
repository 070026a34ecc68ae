import { AIMessage, ToolMessage } from '@langchain/core/messages';
import { fakeModel } from '@langchain/core/testing';
import { createAgent, tool } from 'langchain';
import { z } from 'zod';
import { CALLS, parametersOf } from './scenario.mjs';

/** The text that the model saw for each call. */
export async function run({ guardTools }, { tools, options }) {
    const model = CALLS.reduce(
        (one, [name, args], at) => one.respondWithTools([{ name, args, id: `c${at}` }]),
        fakeModel()
    ).respond(new AIMessage('done'));
    const all = Object.entries(tools).map(([name, one]) =>
        tool(async (input, config) => outputOf(() => one[2](input), config), {
            name,
            description: name,
            schema: parametersOf(z, one)
        })
    );
    const agent = createAgent({ model, tools: guardTools(all, options) });
    const { messages } = await agent.invoke(
        { messages: [{ role: 'user', content: 'Go.' }] },
        { recursionLimit: 4 * CALLS.length }
    );
    return messages.filter((message) => message.type === 'tool').map(({ content }) => String(content));
}

function outputOf(run, { toolCall }) {
    try {
        return run();
    } catch (error) {
        if (!error.message.includes('returned')) {
            throw error;
        }
        return new ToolMessage({ content: error.message, status: 'error', tool_call_id: toolCall.id });
    }
}
