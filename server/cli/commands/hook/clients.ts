/** The clients that support hooks: their configuration, and their known properties (docs/hooks.md). */

export interface HookClient {
    readonly title: string;
    /** False if the entry was written from the client's documentation and never tested. */
    readonly isTested: boolean;
    /** The path of the configuration file, in a project folder and in the user's home folder. */
    readonly file: { readonly project: string; readonly user: string };
    /** The variable that names another place for the files of the home folder whose paths begin so. */
    readonly moved: { readonly variable: string; readonly folder: string } | undefined;
    /**
     * The client's files whose writer can switch the hooks off, or change what they answer, in the form of `PROTECTED`.
     */
    readonly protects: readonly string[];
    /** The form of hooks in the configuration; absent if Guardrail writes the whole file. */
    readonly format?: HookFormat;
    /** The whole file of a client without a form of hooks. */
    readonly text?: (commands: HookCommands) => string;
    /** The configuration of the machine's administrator; absent if hooks cannot be added there. */
    readonly managed?: ManagedHooks;
    /** What switches the hooks off. */
    readonly off: readonly Switch[];
    /** What gets past hooks in the configuration of a folder or a user, as sentences. */
    readonly gaps: readonly string[];
    /** The file in the home folder that lists what the user trusts; without that, the client runs no hooks. */
    readonly trust?: { readonly file: string; readonly scopes: readonly ('project' | 'user')[] };
    /** A step that the user must take before the client runs hooks. */
    readonly afterwards?: string;
}

/** Hooks that the user's own configuration cannot switch off. */
export interface ManagedHooks {
    readonly file: SystemFile;
    /** The list in another file that must name the file, as a URL, so that the client reads it. */
    readonly namedIn?: { readonly file: SystemFile; readonly path: readonly string[] };
    /** Settings that are written beside the hooks. */
    readonly settings: readonly { readonly path: readonly string[]; readonly value: unknown }[];
    /** The whole file, if it is not JSON. */
    readonly text?: (commands: HookCommands) => string;
    /** What gets past the hooks even so. */
    readonly gaps: readonly string[];
}

/** A file of the system, by platform. */
export interface SystemFile {
    readonly linux: string;
    readonly darwin: string;
}

/** The command lines of hooks. */
export interface HookCommands {
    /** The command for events that can block a call. */
    readonly before: string;
    readonly others: string;
}

/** What makes a client leave out hooks, in a file of a folder or of the home folder, or in the environment. */
export type Switch =
    /** A field with another value than `on`. */
    | { readonly file: string; readonly path: readonly string[]; readonly on: boolean }
    /** A list of commands that are left out, even if the administrator configured them. */
    | { readonly file: string; readonly list: readonly string[] }
    /** A variable that is set. */
    | { readonly variable: string };

export interface HookFormat {
    /** The events before a tool runs, which are the only ones that can block it. */
    readonly before: readonly string[];
    readonly others: readonly string[];
    /** The configuration entry for an event. */
    readonly entry: (command: string) => object;
    /** The first lines of a new file. */
    readonly empty: object;
}

/** The client's time limit. It is longer than the hook itself waits, so that the client never decides in its place. */
const SECONDS = 120;

const grouped = (timeout: number) => (command: string) => ({
    matcher: '*',
    hooks: [{ type: 'command', command, timeout }]
});

/**
 * The files of Guardrail itself that an agent must not write, in the form of `HookClient.protects`: a path that begins
 * with `/` is absolute, one that begins with `~/` is in the home folder, and any other is in a project folder. A `/` at
 * the end stands for all that the folder contains. The policy and its imports are protected by their own paths.
 */
export const PROTECTED: readonly string[] = [
    '~/.local/state/guardrail/',
    'guardrail.config.json',
    // Its hook.sh is the hook.
    'node_modules/guardrail/'
];

/** The variables with which a program of the hook would run other code, or find another gateway or another log. */
const VARIABLES: readonly string[] = [
    ...['LD_PRELOAD', 'LD_AUDIT', 'LD_LIBRARY_PATH', 'DYLD_INSERT_LIBRARIES', 'DYLD_LIBRARY_PATH'],
    ...['XDG_RUNTIME_DIR', 'XDG_STATE_HOME', 'HOME', 'TMPDIR']
];

/** A gap of most clients. */
export const OTHER_HOOKS = 'Another hook or plugin can change a call after it was decided.';

const OPENCODE_START = 'With --pure, OpenCode loads no plugin.';

export const CLIENTS: { readonly [name: string]: HookClient } = {
    claude: {
        title: 'Claude Code',
        isTested: true,
        file: { project: '.claude/settings.local.json', user: '.claude/settings.json' },
        moved: { variable: 'CLAUDE_CONFIG_DIR', folder: '.claude/' },
        protects: [
            '.claude/settings.json',
            '.claude/settings.local.json',
            '~/.claude.json',
            '~/.claude/settings.json',
            '~/.claude/remote-settings.json',
            '/etc/claude-code/'
        ],
        format: {
            before: ['PreToolUse'],
            others: ['PostToolUse', 'PostToolUseFailure', 'UserPromptSubmit', 'Stop', 'SessionEnd'],
            entry: grouped(SECONDS),
            empty: {}
        },
        managed: {
            file: {
                linux: '/etc/claude-code/managed-settings.json',
                darwin: '/Library/Application Support/ClaudeCode/managed-settings.json'
            },
            settings: [{ path: ['allowManagedHooksOnly'], value: true }],
            gaps: []
        },
        off: ['.claude/settings.json', '.claude/settings.local.json'].flatMap((file) =>
            [['disableAllHooks'], ...VARIABLES.map((name) => ['env', name])].map((path) => ({ file, path, on: false }))
        ),
        gaps: [
            'Whoever writes a settings file of Claude Code can set disableAllHooks, or variables of the hooks in env, even in a running session.',
            OTHER_HOOKS
        ]
    },
    codex: {
        title: 'Codex',
        isTested: true,
        file: { project: '.codex/hooks.json', user: '.codex/hooks.json' },
        moved: { variable: 'CODEX_HOME', folder: '.codex/' },
        protects: ['.codex/', '~/.codex/config.toml', '~/.codex/hooks.json', '/etc/codex/'],
        format: {
            before: ['PreToolUse'],
            others: ['PostToolUse', 'UserPromptSubmit', 'Stop'],
            entry: grouped(SECONDS),
            empty: {}
        },
        managed: {
            file: { linux: '/etc/codex/requirements.toml', darwin: '/etc/codex/requirements.toml' },
            settings: [],
            text: codexRequirements,
            gaps: []
        },
        off: ['hooks', 'codex_hooks'].map((name) => ({
            file: '.codex/config.toml',
            path: ['features', name],
            on: true
        })),
        gaps: [
            'Input for a command that already runs (write_stdin) is not decided, unless ~/.codex/config.toml has unified_exec = false under [features].',
            OTHER_HOOKS
        ],
        trust: { file: '.codex/config.toml', scopes: ['project', 'user'] },
        afterwards:
            'Codex runs no hook that you have not trusted, and lets every call through until then: start `codex` here once, and trust the hooks that it lists.'
    },
    gemini: {
        title: 'Gemini CLI',
        isTested: true,
        file: { project: '.gemini/settings.json', user: '.gemini/settings.json' },
        moved: { variable: 'GEMINI_CLI_HOME', folder: '' },
        protects: [
            '.gemini/settings.json',
            '.gemini/.env',
            '~/.gemini/settings.json',
            '~/.gemini/.env',
            '~/.gemini/trustedFolders.json',
            '~/.gemini/trusted_hooks.json',
            '/etc/gemini-cli/'
        ],
        format: {
            before: ['BeforeTool'],
            others: ['AfterTool', 'BeforeAgent', 'AfterAgent', 'SessionEnd'],
            // In milliseconds, unlike the others.
            entry: grouped(SECONDS * 1000),
            empty: {}
        },
        managed: {
            file: {
                linux: '/etc/gemini-cli/settings.json',
                darwin: '/Library/Application Support/GeminiCli/settings.json'
            },
            settings: [{ path: ['hooksConfig', 'enabled'], value: true }],
            gaps: [
                'The settings of a trusted folder, or of the user, can name the hook in hooksConfig.disabled.',
                OTHER_HOOKS
            ]
        },
        off: [
            { file: '.gemini/settings.json', path: ['hooksConfig', 'enabled'], on: true },
            { file: '.gemini/settings.json', list: ['hooksConfig', 'disabled'] }
        ],
        gaps: [
            'Whoever writes a settings file of Gemini CLI can set hooksConfig.enabled or hooksConfig.disabled for the next session, and whoever writes its .env can set variables of the hooks.',
            OTHER_HOOKS
        ],
        trust: { file: '.gemini/trustedFolders.json', scopes: ['project'] },
        afterwards: 'Gemini CLI reads the settings of a folder only if you have trusted the folder.'
    },
    opencode: {
        title: 'OpenCode',
        isTested: true,
        file: { project: '.opencode/plugin/guardrail.js', user: '.config/opencode/plugin/guardrail.js' },
        moved: { variable: 'XDG_CONFIG_HOME', folder: '.config/' },
        protects: [
            'opencode.json',
            'opencode.jsonc',
            '.opencode/opencode.json',
            '.opencode/opencode.jsonc',
            '.opencode/plugin/',
            '.opencode/plugins/',
            '~/.config/opencode/',
            '/etc/opencode/'
        ],
        text: openCodePlugin,
        managed: {
            file: {
                linux: '/etc/opencode/guardrail.js',
                darwin: '/Library/Application Support/opencode/guardrail.js'
            },
            // OpenCode looks for plugins only in folders of the project and the user.
            namedIn: {
                file: {
                    linux: '/etc/opencode/opencode.json',
                    darwin: '/Library/Application Support/opencode/opencode.json'
                },
                path: ['plugin']
            },
            settings: [],
            text: openCodePlugin,
            gaps: [
                OPENCODE_START,
                'With OPENCODE_TEST_MANAGED_CONFIG_DIR, OpenCode reads the configuration of an administrator from elsewhere.',
                OTHER_HOOKS
            ]
        },
        off: [{ variable: 'OPENCODE_PURE' }],
        gaps: [OPENCODE_START, OTHER_HOOKS]
    },
    cursor: {
        title: 'Cursor',
        isTested: false,
        file: { project: '.cursor/hooks.json', user: '.cursor/hooks.json' },
        moved: undefined,
        protects: ['.cursor/hooks.json', '~/.cursor/hooks.json', '/etc/cursor/'],
        format: {
            before: ['preToolUse'],
            others: ['postToolUse', 'postToolUseFailure', 'beforeSubmitPrompt', 'stop', 'sessionEnd'],
            entry: (command) => ({ command, timeout: SECONDS, failClosed: true }),
            empty: { version: 1 }
        },
        managed: {
            file: { linux: '/etc/cursor/hooks.json', darwin: '/Library/Application Support/Cursor/hooks.json' },
            settings: [],
            gaps: [OTHER_HOOKS]
        },
        off: [],
        gaps: [OTHER_HOOKS]
    },
    vscode: {
        title: 'VS Code with Copilot',
        isTested: false,
        file: { project: '.github/hooks/guardrail.json', user: '.copilot/hooks/guardrail.json' },
        moved: undefined,
        protects: [
            '.github/hooks/',
            '.vscode/settings.json',
            '~/.copilot/',
            '~/.config/Code/User/settings.json',
            '~/Library/Application Support/Code/User/settings.json'
        ],
        format: {
            before: ['PreToolUse'],
            others: ['PostToolUse', 'UserPromptSubmit', 'Stop'],
            entry: (command) => ({ type: 'command', command, timeout: SECONDS }),
            empty: {}
        },
        off: [],
        gaps: ['The settings of VS Code can switch hooks off, and not all that do are known here.', OTHER_HOOKS]
    }
};

/** What Codex requires of every session. Its hooks run without being trusted, and no others do. */
function codexRequirements({ before, others }: HookCommands): string {
    const { before: first, others: rest } = CLIENTS['codex']!.format!;
    const hooks = [...first.map((event) => [event, before]), ...rest.map((event) => [event, others])].flatMap(
        ([event, command]) => [
            '',
            `[[hooks.${event}]]`,
            'matcher = "*"',
            `[[hooks.${event}.hooks]]`,
            'type = "command"',
            // The escapes of JSON are those of TOML.
            `command = ${JSON.stringify(command)}`,
            `timeout = ${SECONDS}`
        ]
    );
    return [
        '# Written by `guardrail gateway install codex --managed`; `guardrail gateway uninstall codex --managed` removes it.',
        'allow_managed_hooks_only = true',
        '',
        '[features]',
        'hooks = true',
        '# Without it, the agent could give input to a running command, and no hook would see it.',
        'unified_exec = false',
        ...hooks,
        ''
    ].join('\n');
}

/** The plugin for OpenCode, which runs plugins instead of hooks. An exception before a tool runs blocks the call. */
export function openCodePlugin({ others }: HookCommands): string {
    return `// Written by \`guardrail gateway install opencode\`; \`guardrail gateway uninstall opencode\` removes it.
import { spawn } from 'node:child_process';

const command = ${JSON.stringify(others)};

/** The exit status of the hook, and what it says. */
const report = (event) =>
    new Promise((resolve) => {
        const hook = spawn(command, { shell: true, stdio: ['pipe', 'ignore', 'pipe'] });
        let reason = '';
        hook.stderr.on('data', (chunk) => (reason += chunk));
        hook.on('error', (error) => resolve({ status: null, reason: error.message }));
        hook.on('close', (status) => resolve({ status, reason }));
        hook.stdin.on('error', () => undefined);
        hook.stdin.end(JSON.stringify(event));
    });

export const Guardrail = async ({ client, directory }) => {
    const roots = new Map();

    /** The session that began the work: a subagent has a session of its own, with a parent. */
    const rootOf = async (id) => {
        if (!roots.has(id)) {
            const { data, error } = await client.session.get({ path: { id } });
            if (data?.id !== id) {
                throw new Error(\`Guardrail: OpenCode does not say what the session \${id} belongs to. \${JSON.stringify(error) ?? ''}\`);
            }
            roots.set(id, data.parentID ? await rootOf(data.parentID) : id);
        }
        return roots.get(id);
    };

    return {
        'tool.execute.before': async ({ tool, sessionID, callID }, { args }) => {
            const { status, reason } = await report({
                hook_event_name: 'PreToolUse',
                session_id: await rootOf(sessionID),
                cwd: directory,
                tool_name: tool,
                tool_input: args ?? {},
                tool_use_id: callID
            });
            if (status !== 0) {
                throw new Error(reason.trim() || 'Guardrail did not answer.');
            }
        },
        'tool.execute.after': async ({ tool, sessionID, callID, args }, { output }) => {
            await report({
                hook_event_name: 'PostToolUse',
                session_id: await rootOf(sessionID),
                tool_name: tool,
                tool_input: args ?? {},
                tool_use_id: callID,
                tool_response: output
            });
        },
        event: async ({ event }) => {
            const id = event.properties?.sessionID;
            // The calls of a subagent that ends may be over, but not those of its session.
            if (event.type === 'session.idle' && (await rootOf(id)) === id) {
                await report({ hook_event_name: 'Stop', session_id: id });
            }
        }
    };
};
`;
}
