/** The same session as a result of AgentDojo, and as a list of events: a mail is read, fetching a page fails, a mail is sent. */

/** In AgentDojo a list is a block of YAML, and the last call was never made. */
const AGENTDOJO = [
    { role: 'system', content: [{ type: 'text', content: 'Help.' }] },
    { role: 'user', content: [{ type: 'text', content: 'What is new?' }] },
    {
        role: 'assistant',
        content: null,
        tool_calls: [
            { function: 'read', args: { folder: 'inbox' }, id: 'same', placeholder_args: null },
            { function: 'fetch', args: { url: 'u' }, id: 'same', placeholder_args: null }
        ]
    },
    {
        role: 'tool',
        content: [{ type: 'text', content: '- body: news' }],
        tool_call_id: 'same',
        tool_call: { function: 'read', args: { folder: 'inbox' }, id: 'same' },
        error: null
    },
    {
        role: 'tool',
        content: [{ type: 'text', content: '' }],
        tool_call_id: 'same',
        tool_call: { function: 'fetch', args: { url: 'u' }, id: 'same' },
        error: 'no route'
    },
    { role: 'assistant', content: null, tool_calls: [{ function: 'send', args: { to: 'bob' }, id: '', args_: null }] },
    {
        role: 'tool',
        content: [{ type: 'text', content: 'sent' }],
        tool_call_id: '',
        tool_call: { function: 'send', args: { to: 'bob' }, id: '' },
        error: null
    },
    { role: 'assistant', content: null, tool_calls: [{ function: 'send', args: { to: 'eve' }, id: '' }] }
];
export const RESULT = {
    suite_name: 'mail',
    pipeline_name: 'model',
    user_task_id: 'user_task_0',
    injection_task_id: null,
    attack_type: null,
    injections: {},
    messages: AGENTDOJO,
    utility: true
};
export const RECORDED = {
    suite: 'mail',
    model: 'model',
    task: 'user_task_0',
    attack: null,
    injections: {},
    events: [
        { user: 'What is new?' },
        { call: 'read', id: '1', args: { folder: 'inbox' } },
        { call: 'fetch', id: '2', args: { url: 'u' } },
        { id: '1', result: '- body: news' },
        { id: '2', error: 'no route' },
        { assistant: 'I write to Bob.' },
        { call: 'send', id: '3', args: { to: 'bob' } },
        { id: '3', result: 'sent' },
        { call: 'send', id: '4', args: { to: 'eve' } }
    ]
};

export const OLD_RESULT = { ...RESULT, messages: AGENTDOJO.map(asText) };

/** Older versions of AgentDojo have texts where newer ones have lists of blocks. */
function asText(message: (typeof AGENTDOJO)[number]): object {
    const { content } = message;
    return { ...message, content: Array.isArray(content) ? content[0]!.content : content };
}
