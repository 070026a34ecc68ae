import { generateText, isStepCount, stepCountIs, tool } from 'ai';
import { MockLanguageModelV4 } from 'ai/test';
import { z } from 'zod';
import { CALLS, parametersOf } from './scenario.mjs';

const usage = {
    inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 1, text: 1, reasoning: 0 }
};

/** The text that the model saw for each call. */
export async function run({ guardTools }, { tools, options }) {
    let at = 0;
    const model = new MockLanguageModelV4({
        doGenerate: async () => {
            const call = CALLS[at++];
            return call
                ? {
                      content: [
                          {
                              type: 'tool-call',
                              toolCallId: `c${at}`,
                              toolName: call[0],
                              input: JSON.stringify(call[1])
                          }
                      ],
                      finishReason: { unified: 'tool-calls', raw: undefined },
                      usage,
                      warnings: []
                  }
                : {
                      content: [{ type: 'text', text: 'done' }],
                      finishReason: { unified: 'stop', raw: undefined },
                      usage,
                      warnings: []
                  };
        }
    });
    const all = Object.fromEntries(
        Object.entries(tools).map(([name, one]) => [
            name,
            tool({ description: name, inputSchema: parametersOf(z, one), ...parts(name, one[2]) })
        ])
    );
    const most = (isStepCount ?? stepCountIs)(CALLS.length + 2);
    await generateText({ model, tools: guardTools(all, options), prompt: 'Go.', stopWhen: most });
    return model.doGenerateCalls
        .at(-1)
        .prompt.filter(({ role }) => role === 'tool')
        .flatMap(({ content }) => content.map(({ output }) => String(output.value)));
}

function parts(name, run) {
    if (name === 'read') {
        return {
            execute: (input) => run(input).length,
            toModelOutput: ({ input }) => ({ type: 'text', value: `note ${input.name}` })
        };
    }
    if (name !== 'verify') {
        return { execute: run };
    }
    return {
        execute(input) {
            try {
                return run(input);
            } catch (error) {
                if (!error.message.includes('returned')) {
                    throw error;
                }
                return error.message;
            }
        },
        toModelOutput: ({ output }) => ({ type: output.includes('returned') ? 'error-text' : 'text', value: output })
    };
}
