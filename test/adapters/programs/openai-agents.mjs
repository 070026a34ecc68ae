import { Agent, run as runAgent, setTracingDisabled, tool, Usage } from '@openai/agents';
import { z } from 'zod';
import { CALLS, parametersOf } from './scenario.mjs';

setTracingDisabled(true);

/** The text that the model saw for each call. */
export async function run({ guardTool }, { tools, options }) {
    let at = 0;
    let seen = [];
    const model = {
        async getResponse({ input }) {
            seen = input.filter(({ type }) => type === 'function_call_result');
            const call = CALLS[at++];
            const output = call
                ? {
                      type: 'function_call',
                      callId: `c${at}`,
                      name: call[0],
                      arguments: JSON.stringify(call[1]),
                      status: 'completed'
                  }
                : {
                      type: 'message',
                      role: 'assistant',
                      status: 'completed',
                      content: [{ type: 'output_text', text: 'done' }]
                  };
            return { usage: new Usage(), output: [output] };
        },
        getStreamedResponse() {
            throw new Error('it does not stream');
        }
    };
    const all = Object.entries(tools).map(([name, one]) =>
        tool(guardTool({ name, description: name, parameters: parametersOf(z, one), execute: one[2] }, options))
    );
    const agent = new Agent({ name: 'assistant', instructions: 'Go.', model, tools: all });
    await runAgent(agent, 'Go.', { maxTurns: CALLS.length + 2 });
    return seen.map(({ output }) => (typeof output === 'string' ? output : output.text));
}
