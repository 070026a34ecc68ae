/**
 * For each client: the project's file that names an MCP server, and a call of each tool of its own, none of which needs a
 * network. Where a tool needs what another has made, that one comes first.
 */
const PATCH = ['*** Begin Patch', '*** Add File: patched.txt', '+text', '*** End Patch', ''].join('\n');
const json = (data) => JSON.stringify(data, undefined, 2);

/** A call of each tool of `@modelcontextprotocol/server-filesystem`. */
export const ofServer = (cwd) => ({
    read_file: { path: `${cwd}/notes.txt` },
    read_text_file: { path: `${cwd}/notes.txt` },
    read_media_file: { path: `${cwd}/image.png` },
    read_multiple_files: { paths: [`${cwd}/notes.txt`] },
    write_file: { path: `${cwd}/written.txt`, content: 'text' },
    edit_file: { path: `${cwd}/notes.txt`, edits: [{ oldText: 'first', newText: 'second' }] },
    create_directory: { path: `${cwd}/made` },
    list_directory: { path: `${cwd}/docs` },
    list_directory_with_sizes: { path: `${cwd}/docs` },
    directory_tree: { path: `${cwd}/docs` },
    move_file: { source: `${cwd}/old.txt`, destination: `${cwd}/new.txt` },
    search_files: { path: `${cwd}/docs`, pattern: '*.md' },
    get_file_info: { path: `${cwd}/docs` },
    list_allowed_directories: {}
});

/** `server` is the command that starts the server, which is called `files`. */
export const everyCall = {
    claude: {
        files: ({ command, args }) => ({ '.mcp.json': json({ mcpServers: { files: { command, args } } }) }),
        home: { '.claude/settings.json': json({ enableAllProjectMcpServers: true }) },
        nameOf: (tool) => tool.replace(/^mcp__files__/, ''),
        own: (cwd) => ({
            Agent: { description: 'Works', prompt: 'Work as a subagent.', subagent_type: 'general-purpose' },
            Bash: { command: 'echo made > made.txt', description: 'Creates a file' },
            Read: { file_path: `${cwd}/notes.txt` },
            Edit: { file_path: `${cwd}/notes.txt`, old_string: 'third', new_string: 'fourth' },
            Write: { file_path: `${cwd}/own.txt`, content: 'text' },
            NotebookEdit: {
                notebook_path: `${cwd}/book.ipynb`,
                new_source: '1 + 1',
                cell_type: 'code',
                edit_mode: 'insert'
            },
            Monitor: { description: 'Says a word', timeout_ms: 1000, command: 'echo word' },
            TaskStop: { task_id: 'none' },
            CronCreate: { cron: '0 0 1 1 *', prompt: 'Happy new year' },
            CronList: {},
            CronDelete: { id: 'none' },
            ListAgents: {},
            SendMessage: { to: 'nobody', message: 'Hello' },
            ReportFindings: { findings: [] },
            ScheduleWakeup: { stop: true },
            Skill: { skill: 'none' },
            WebFetch: { url: 'http://127.0.0.1:9/', prompt: 'Read it' },
            WebSearch: { query: 'guardrail' },
            Workflow: { name: 'none', args: { x: 1 } },
            EnterWorktree: { name: 'tree' },
            ExitWorktree: { action: 'remove' }
        })
    },
    codex: {
        model: 'gpt-5.5',
        files: ({ command, args }) => ({
            '.codex/config.toml': `[mcp_servers.files]\ncommand = ${json(command)}\nargs = ${JSON.stringify(args)}\n`
        }),
        nameOf: (tool) => tool.replace(/^mcp__files\/?(?:__)?/, ''),
        own: (cwd) => ({
            exec_command: { cmd: 'echo made > made.txt' },
            write_stdin: { session_id: 1, chars: 'x' },
            apply_patch: PATCH,
            view_image: { path: `${cwd}/image.png` },
            request_user_input: { questions: [] },
            get_goal: {},
            create_goal: { objective: 'Nothing' },
            update_goal: { status: 'complete' },
            'multi_agent_v1/spawn_agent': { message: 'Work as a subagent.' },
            'multi_agent_v1/send_input': { target: 'none', message: 'Hello' },
            'multi_agent_v1/wait_agent': { targets: ['none'], timeout_ms: 1000 },
            'multi_agent_v1/resume_agent': { id: 'none' },
            'multi_agent_v1/close_agent': { target: 'none' },
            list_mcp_resources: {},
            list_mcp_resource_templates: {},
            read_mcp_resource: { server: 'files', uri: 'none://' },
            tool_search: { query: 'spawn agent' }
        })
    },
    gemini: {
        files: ({ command, args }) => ({ '.gemini/settings.json': json({ mcpServers: { files: { command, args } } }) }),
        nameOf: (tool) => tool.replace(/^mcp_files_/, ''),
        own: (cwd) => ({
            update_topic: { title: 'Notes', strategic_intent: 'To read' },
            list_directory: { dir_path: `${cwd}/docs` },
            read_file: { file_path: `${cwd}/notes.txt` },
            grep_search: { pattern: 'A', dir_path: `${cwd}/docs` },
            glob: { pattern: '*.md' },
            replace: {
                file_path: `${cwd}/notes.txt`,
                instruction: 'Count on',
                old_string: 'third',
                new_string: 'fourth'
            },
            write_file: { file_path: `${cwd}/own.txt`, content: 'text' },
            web_fetch: { prompt: 'Read http://127.0.0.1:9/' },
            run_shell_command: { command: 'echo made > made.txt' },
            list_background_processes: {},
            read_background_output: { pid: 1 },
            google_web_search: { query: 'guardrail' },
            write_todos: { todos: [{ description: 'Read', status: 'pending' }] },
            invoke_agent: { agent_name: 'generalist', prompt: 'Work as a subagent.' },
            activate_skill: { name: 'skill-creator' },
            list_mcp_resources: {},
            read_mcp_resource: { uri: 'none://' },
            enter_plan_mode: { reason: 'To read' }
        })
    },
    opencode: {
        files: ({ command, args }) => ({
            'opencode.json': json({ mcp: { files: { type: 'local', command: [command, ...args] } } })
        }),
        nameOf: (tool) => tool.replace(/^files_/, ''),
        own: (cwd) => ({
            bash: { command: 'echo made > made.txt', description: 'Creates a file' },
            read: { filePath: `${cwd}/notes.txt` },
            edit: { filePath: `${cwd}/notes.txt`, oldString: 'third', newString: 'fourth' },
            write: { filePath: `${cwd}/own.txt`, content: 'text' },
            glob: { pattern: '*.md' },
            grep: { pattern: 'A', path: `${cwd}/docs` },
            skill: { name: 'none' },
            task: { description: 'Works', prompt: 'Work as a subagent.', subagent_type: 'general' },
            todowrite: { todos: [{ content: 'Read', status: 'pending', priority: 'low' }] },
            webfetch: { url: 'http://127.0.0.1:9/', format: 'text' },
            apply_patch: { patchText: PATCH }
        })
    }
};
