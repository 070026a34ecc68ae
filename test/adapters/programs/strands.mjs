import { Agent, Model, tool } from '@strands-agents/sdk';
import { z } from 'zod';
import { CALLS, parametersOf } from './scenario.mjs';

class ScriptedModel extends Model {
    at = 0;
    messages = [];
    updateConfig() {}
    getConfig() {
        return { modelId: 'scripted' };
    }
    async *stream(messages) {
        this.messages = messages;
        const call = CALLS[this.at++];
        yield { type: 'modelMessageStartEvent', role: 'assistant' };
        if (call) {
            const start = { type: 'toolUseStart', name: call[0], toolUseId: `c${this.at}` };
            yield { type: 'modelContentBlockStartEvent', start };
            yield {
                type: 'modelContentBlockDeltaEvent',
                delta: { type: 'toolUseInputDelta', input: JSON.stringify(call[1]) }
            };
        } else {
            yield { type: 'modelContentBlockStartEvent' };
            yield { type: 'modelContentBlockDeltaEvent', delta: { type: 'textDelta', text: 'done' } };
        }
        yield { type: 'modelContentBlockStopEvent' };
        yield { type: 'modelMessageStopEvent', stopReason: call ? 'toolUse' : 'endTurn' };
    }
}

/** The text that the model saw for each call. */
export async function run({ guardTools }, { tools, options }) {
    const model = new ScriptedModel();
    const all = Object.entries(tools).map(([name, one]) =>
        tool({ name, description: name, inputSchema: parametersOf(z, one), callback: one[2] })
    );
    const agent = new Agent({ model, tools: guardTools(all, options), printer: false });
    await agent.invoke('Go.');
    return model.messages
        .flatMap(({ content }) => content)
        .filter(({ type }) => type === 'toolResultBlock')
        .map(({ content }) => content.map(({ text, json }) => text ?? JSON.stringify(json)).join('\n'));
}
