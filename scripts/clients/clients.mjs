/** The measured clients: how to install, configure and run each of them without a network. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../.cache/clients/', import.meta.url));

/** The time limit in seconds that the configuration sets for a hook. */
const HOOK_SECONDS = 2;
const CODEX = ['exec', '--skip-git-repo-check'];

/**
 * `configure` returns files of the home folder, for hooks that run `command` before and after each tool; `env` the
 * variables that lead to the model server; `modes` the command line of each mode; `call` a call of the tool that runs shell
 * commands, which hooks call `shell`; `delegate` a call that gives work to a subagent, which hooks call `subagent`.
 */
export const clients = {
    claude: {
        title: 'Claude Code',
        package: '@anthropic-ai/claude-code',
        version: '2.1.332',
        program: 'claude',
        shell: 'Bash',
        call: (command) => ({ name: 'Bash', input: { command, description: 'Creates a file' } }),
        subagent: 'Agent',
        delegate: (prompt) => ({
            name: 'Agent',
            input: { description: 'Works', prompt, subagent_type: 'general-purpose' }
        }),
        configure: (command) => ({
            '.claude/settings.json': json({
                hooks: hooksOf(['PreToolUse', 'PostToolUse'], command, HOOK_SECONDS)
            })
        }),
        env: (address) => ({
            ANTHROPIC_BASE_URL: address,
            ANTHROPIC_API_KEY: 'scripted',
            CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
            // As root, the client refuses to approve everything outside a sandbox.
            IS_SANDBOX: '1'
        }),
        modes: {
            default: ['-p', 'Go.'],
            'auto-approve': ['-p', 'Go.', '--permission-mode', 'bypassPermissions']
        }
    },
    codex: {
        title: 'Codex',
        package: '@openai/codex',
        version: '0.171.0',
        program: 'codex',
        shell: 'Bash',
        call: (cmd) => ({ name: 'exec_command', input: { cmd } }),
        subagent: 'spawn_agent',
        delegate: (message) => ({ name: 'spawn_agent', namespace: 'multi_agent_v1', input: { message } }),
        configure: (command, address) => ({
            '.codex/config.toml': [
                'model = "gpt-5"',
                'model_provider = "scripted"',
                '[model_providers.scripted]',
                'name = "scripted"',
                `base_url = "${address}/v1"`,
                'wire_api = "responses"',
                'requires_openai_auth = false'
            ].join('\n'),
            '.codex/hooks.json': json({ hooks: hooksOf(['PreToolUse', 'PostToolUse'], command, HOOK_SECONDS) })
        }),
        env: () => ({}),
        modes: {
            default: [...CODEX, '--dangerously-bypass-hook-trust', '--sandbox', 'workspace-write', 'Go.'],
            'auto-approve': [
                ...CODEX,
                '--dangerously-bypass-hook-trust',
                '--dangerously-bypass-approvals-and-sandbox',
                'Go.'
            ],
            'default, before the hook is trusted': [...CODEX, '--sandbox', 'workspace-write', 'Go.']
        }
    },
    gemini: {
        title: 'Gemini CLI',
        package: '@google/gemini-cli',
        version: '0.61.0',
        program: 'gemini',
        shell: 'run_shell_command',
        call: (command) => ({ name: 'run_shell_command', input: { command, description: 'Creates a file' } }),
        subagent: 'invoke_agent',
        delegate: (prompt) => ({ name: 'invoke_agent', input: { agent_name: 'generalist', prompt } }),
        configure: (command) => ({
            '.gemini/settings.json': json({
                security: { auth: { selectedType: 'gemini-api-key' } },
                privacy: { usageStatisticsEnabled: false },
                general: { enableAutoUpdate: false },
                // In milliseconds, unlike the others.
                hooks: hooksOf(['BeforeTool', 'AfterTool'], command, HOOK_SECONDS * 1000)
            })
        }),
        env: (address) => ({ GEMINI_API_KEY: 'scripted', GOOGLE_GEMINI_BASE_URL: address }),
        modes: {
            default: ['--skip-trust', '-m', 'gemini-2.5-flash', '-p', 'Go.'],
            'auto-approve': ['--skip-trust', '-m', 'gemini-2.5-flash', '--approval-mode', 'yolo', '-p', 'Go.']
        }
    },
    opencode: {
        title: 'OpenCode',
        package: 'opencode-ai',
        version: '1.18.33',
        program: 'opencode',
        shell: 'bash',
        call: (command) => ({ name: 'bash', input: { command, description: 'Creates a file' } }),
        subagent: 'task',
        delegate: (prompt) => ({
            name: 'task',
            input: { description: 'Works', prompt, subagent_type: 'general' }
        }),
        configure: (command, address) => ({
            '.config/opencode/opencode.json': json({
                model: 'anthropic/scripted',
                small_model: 'anthropic/scripted',
                provider: {
                    anthropic: {
                        options: { baseURL: `${address}/v1`, apiKey: 'scripted' },
                        models: { scripted: { name: 'scripted', tool_call: true } }
                    }
                },
                permission: { bash: 'ask' }
            }),
            '.config/opencode/plugin/hook.js': openCodePlugin(command)
        }),
        env: () => ({
            OPENCODE_DISABLE_MODELS_FETCH: '1',
            OPENCODE_DISABLE_AUTOUPDATE: '1',
            OPENCODE_DISABLE_LSP_DOWNLOAD: '1'
        }),
        modes: {
            default: ['run', '--model', 'anthropic/scripted', 'Go.'],
            'auto-approve': ['run', '--model', 'anthropic/scripted', '--auto', 'Go.']
        }
    }
};

const json = (data) => JSON.stringify(data, undefined, 2);

const hooksOf = (events, command, timeout) =>
    Object.fromEntries(
        events.map((event) => [event, [{ matcher: '*', hooks: [{ type: 'command', command, timeout }] }]])
    );

/** In OpenCode, plugins are the hooks: the simplest plugin runs the command, and throws to deny. */
const openCodePlugin = (command) => `import { spawnSync } from 'node:child_process';
const run = (event) => spawnSync(${JSON.stringify(command)}, { shell: true, input: JSON.stringify(event), encoding: 'utf8', timeout: ${HOOK_SECONDS * 1000} });
export const Hook = async () => ({
    'tool.execute.before': async (input, output) => {
        const { stdout, status } = run({ event: 'tool.execute.before', ...input, ...output });
        const answer = stdout === '' ? { permissionDecision: 'allow' } : JSON.parse(stdout).hookSpecificOutput;
        if (status !== 0 || answer.permissionDecision !== 'allow') throw new Error(answer.permissionDecisionReason);
    },
    'tool.execute.after': async (input, output) => void run({ event: 'tool.execute.after', ...input, ...output })
});
`;

/** Installs the client's exact version from npm, once, and returns its program. */
export function installed(name) {
    const { package: library, version, program } = clients[name];
    const folder = join(process.env.GUARDRAIL_CLIENTS ?? cache, `${name}-${version}`);
    const path = join(folder, 'node_modules/.bin', program);
    if (!existsSync(path)) {
        mkdirSync(folder, { recursive: true });
        execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', `${library}@${version}`], {
            stdio: ['ignore', 'ignore', 'inherit']
        });
    }
    return path;
}

/** Writes the configuration into an empty home folder; if `command` is undefined, it has no hooks. */
export function configureClient(name, { home, model, command }) {
    const client = clients[name];
    rmSync(home, { recursive: true, force: true });
    const files = command === undefined ? withoutHooks(client, model) : client.configure(command, model.address);
    for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(home, path)), { recursive: true });
        writeFileSync(join(home, path), text);
    }
}

/** The user trusts a folder, and so its settings. */
export function trustFolder(name, { home, cwd }) {
    if (name === 'codex') {
        const config = `\n[projects.${JSON.stringify(cwd)}]\ntrust_level = "trusted"\n`;
        writeFileSync(join(home, '.codex/config.toml'), config, { flag: 'a' });
    } else if (name === 'gemini') {
        writeFileSync(join(home, '.gemini/trustedFolders.json'), JSON.stringify({ [cwd]: 'TRUST_FOLDER' }));
    }
}

/**
 * Runs a client, and resolves with its output.
 *
 * `inNamespace` are words before its command line.
 */
export async function runClient(name, { mode, home, cwd, model, variables = {}, inNamespace = [], seconds = 60 }) {
    const client = clients[name];
    const env = {
        PATH: process.env.PATH,
        HOME: home,
        NO_PROXY: '127.0.0.1',
        TERM: 'dumb',
        ...client.env(model.address),
        ...variables
    };
    mkdirSync(cwd, { recursive: true });
    const [program, ...args] = [...inNamespace, installed(name), ...client.modes[mode]];
    return new Promise((resolve) => {
        const child = execFile(
            program,
            args,
            { cwd, env, timeout: seconds * 1000, killSignal: 'SIGKILL', maxBuffer: 1e8 },
            (error, stdout, stderr) => resolve({ ended: error?.killed !== true, output: stdout + stderr })
        );
        child.stdin.end();
    });
}

function withoutHooks(client, model) {
    const files = Object.entries(client.configure('true', model.address)).filter(
        ([path]) => !/hooks\.json|plugin/.test(path)
    );
    return Object.fromEntries(
        files.map(([path, text]) => [
            path,
            path.endsWith('.json') ? json({ ...JSON.parse(text), hooks: undefined }) : text
        ])
    );
}
