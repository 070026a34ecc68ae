/**
 * Tests events as the real clients wrote them (scripts/clients), and as the documentation of the other clients shows
 * them.
 */
import { describe, expect, test } from 'vitest';
import { asksPermission, clientEvent } from '../../../../server/cli/commands/hook/client-event.js';

const CLAUDE = { session_id: 's', transcript_path: '/t', cwd: '/w', prompt_id: 'p', permission_mode: 'default' };
const CODEX = { session_id: 's', turn_id: 't', cwd: '/w', model: 'gpt-5', permission_mode: 'bypassPermissions' };
const GEMINI = { session_id: 's', transcript_path: '/t', cwd: '/w', timestamp: '2026-11-29T21:58:33.246Z' };
const CURSOR = { conversation_id: 's', generation_id: 'g', cursor_version: '2.0.77', workspace_roots: ['/w'] };
const args = { command: 'touch ran' };

test.each<[string, object, unknown]>([
    [
        'Claude Code, before',
        { ...CLAUDE, hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: args, tool_use_id: '0' },
        { type: 'before', session: 's', call: { id: '0', tool: 'Bash', args }, cwd: '/w' }
    ],
    [
        'Claude Code, before a call of a subagent',
        { ...CLAUDE, hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: args, agent_type: 'tester' },
        { type: 'before', session: 's', agent: 'tester', call: { tool: 'Bash', args }, cwd: '/w' }
    ],
    [
        'Claude Code, after',
        {
            ...CLAUDE,
            hook_event_name: 'PostToolUse',
            tool_name: 'Bash',
            tool_input: args,
            tool_use_id: '0',
            tool_response: { stdout: '', interrupted: false }
        },
        {
            type: 'after',
            session: 's',
            call: { id: '0', tool: 'Bash', args },
            end: { type: 'result', result: { stdout: '', interrupted: false } }
        }
    ],
    [
        'Claude Code, after a failure',
        { ...CLAUDE, hook_event_name: 'PostToolUseFailure', tool_name: 'Bash', tool_input: args, error: 'no' },
        { type: 'after', session: 's', call: { tool: 'Bash', args }, end: { type: 'error' } }
    ],
    [
        'Claude Code, a prompt',
        { ...CLAUDE, hook_event_name: 'UserPromptSubmit', prompt: 'Go.' },
        { type: 'says', session: 's', text: 'Go.' }
    ],
    ['Claude Code, the end', { ...CLAUDE, hook_event_name: 'SessionEnd' }, { type: 'pause', session: 's' }],
    ['Claude Code, another event', { ...CLAUDE, hook_event_name: 'PreCompact' }, undefined],
    [
        'Codex, after',
        {
            ...CODEX,
            hook_event_name: 'PostToolUse',
            tool_name: 'Bash',
            tool_input: args,
            tool_use_id: '0',
            tool_response: ''
        },
        { type: 'after', session: 's', call: { id: '0', tool: 'Bash', args }, end: { type: 'result', result: '' } }
    ],
    [
        'Gemini CLI, before',
        { ...GEMINI, hook_event_name: 'BeforeTool', tool_name: 'run_shell_command', tool_input: args },
        { type: 'before', session: 's', call: { tool: 'run_shell_command', args }, cwd: '/w' }
    ],
    [
        'Gemini CLI, after a failure',
        {
            ...GEMINI,
            hook_event_name: 'AfterTool',
            tool_name: 'run_shell_command',
            tool_input: args,
            tool_response: { llmContent: 'x', error: { message: 'no' } }
        },
        { type: 'after', session: 's', call: { tool: 'run_shell_command', args }, end: { type: 'error' } }
    ],
    [
        'Cursor, before a tool of a server',
        { ...CURSOR, hook_event_name: 'preToolUse', tool_name: 'MCP:mail:send', tool_input: '{"to":"a"}' },
        { type: 'before', session: 's', call: { tool: 'MCP:mail:send', args: { to: 'a' } } }
    ],
    [
        'VS Code, before',
        { hookEventName: 'PreToolUse', sessionId: 's', tool_name: 'run_in_terminal', tool_input: args },
        { type: 'before', session: 's', call: { tool: 'run_in_terminal', args } }
    ]
])('%s', (_, written, event) => {
    expect(clientEvent(JSON.stringify(written))).toEqual(event);
});

describe('an event that cannot be read asks for permission:', () => {
    test.each([
        ['nothing', ''],
        ['no JSON', '{'],
        ['a list', '[]'],
        ['no session', JSON.stringify({ hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: {} })],
        ['no tool', JSON.stringify({ hook_event_name: 'PreToolUse', session_id: 's', tool_input: {} })],
        [
            'a list of arguments',
            JSON.stringify({ hook_event_name: 'PreToolUse', session_id: 's', tool_name: 'B', tool_input: [] })
        ],
        [
            'an unknown event about a tool',
            JSON.stringify({ hook_event_name: 'BeforeToolUse', session_id: 's', tool_name: 'B', tool_input: {} })
        ],
        ['no name of the event', JSON.stringify({ session_id: 's', toolName: 'bash', toolArgs: '{}' })],
        ['no name of anything', '{}'],
        ['a name that is not a text', JSON.stringify({ hook_event_name: ['PreToolUse'], session_id: 's' })],
        ['a tool named otherwise', JSON.stringify({ hook_event_name: 'preTool', sessionId: 's', toolName: 'bash' })],
        ['the arguments of a tool', JSON.stringify({ hook_event_name: 'PermissionRequest', tool_input: {} })],
        ['a shell line', JSON.stringify({ hook_event_name: 'beforeShellExecution', command: 'ls' })],
        [
            'the name of a field of all objects',
            JSON.stringify({ ...CLAUDE, hook_event_name: 'constructor', tool_name: 'B' })
        ]
    ])('%s', (_, text) => {
        expect(() => clientEvent(text)).toThrow();
        expect(asksPermission(text)).toBe(true);
    });

    test('but one after a tool does not', () => {
        expect(asksPermission(JSON.stringify({ ...CLAUDE, hook_event_name: 'Stop' }))).toBe(false);
    });
});
