/** Tests the plugin that is written for OpenCode, with a recorded tree of sessions and a hook that stores its events. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { openCodePlugin } from '../../../../server/cli/commands/hook/clients.js';
import { folder } from '../../guardrail.js';

/** As OpenCode 1.18.33 describes them; `lost` is a session that it does not know. */
const SESSIONS: Readonly<Record<string, { readonly id: string; readonly parentID?: string }>> = {
    root: { id: 'root' },
    child: { id: 'child', parentID: 'root' },
    grandchild: { id: 'grandchild', parentID: 'child' },
    orphan: { id: 'orphan', parentID: 'lost' }
};

interface Plugin {
    readonly 'tool.execute.before': (call: object, output: object) => Promise<void>;
    readonly 'tool.execute.after': (call: object, output: object) => Promise<void>;
    readonly event: (input: object) => Promise<void>;
}

async function loaded(): Promise<{ plugin: Plugin; events: () => { session_id: string; hook_event_name: string }[] }> {
    const root = folder({ events: '' });
    const [file, events] = ['guardrail.mjs', 'events'].map((name) => join(root, name)) as [string, string];
    writeFileSync(file, openCodePlugin({ before: 'false', others: `{ cat; echo; } >> '${events}'` }));
    const { Guardrail } = (await import(pathToFileURL(file).href)) as {
        readonly Guardrail: (input: object) => Promise<Plugin>;
    };
    const get = ({ path: { id } }: { path: { id: string } }): Promise<object> =>
        Promise.resolve(SESSIONS[id] ? { data: SESSIONS[id] } : { error: { name: 'NotFoundError' } });
    return {
        plugin: await Guardrail({ client: { session: { get } } }),
        events: () =>
            readFileSync(events, 'utf8')
                .split('\n')
                .filter((line) => line !== '')
                .map((line) => JSON.parse(line) as { session_id: string; hook_event_name: string })
    };
}

const call = (sessionID: string): object => ({ tool: 'bash', sessionID, callID: '1', args: { command: 'ls' } });

test('the calls of subagents belong to the session that started them', async () => {
    const { plugin, events } = await loaded();
    for (const session of ['root', 'child', 'grandchild']) {
        await plugin['tool.execute.before'](call(session), { args: { command: 'ls' } });
        await plugin['tool.execute.after'](call(session), { output: '' });
    }
    expect(events().map(({ session_id }) => session_id)).toEqual(Array.from({ length: 6 }, () => 'root'));
});

test('a session whose parents are unknown makes no call', async () => {
    const { plugin, events } = await loaded();
    for (const session of ['orphan', 'lost']) {
        await expect(plugin['tool.execute.before'](call(session), { args: {} })).rejects.toThrow('Guardrail');
    }
    expect(events()).toEqual([]);
});

test('the end of a subagent does not end the calls of its session', async () => {
    const { plugin, events } = await loaded();
    for (const session of ['child', 'root']) {
        await plugin.event({ event: { type: 'session.idle', properties: { sessionID: session } } });
    }
    expect(events()).toEqual([{ hook_event_name: 'Stop', session_id: 'root' }]);
});
