import { AIMessage } from '@langchain/core/messages';
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
        tool(async (input) => one[2](input), { name, description: name, schema: parametersOf(z, one) })
    );
    const agent = createAgent({ model, tools: guardTools(all, options) });
    const { messages } = await agent.invoke(
        { messages: [{ role: 'user', content: 'Go.' }] },
        { recursionLimit: 4 * CALLS.length }
    );
    return messages.filter((message) => message.type === 'tool').map(({ content }) => String(content));
}
