/** Settings with what is wrong with them: the code of each problem, and the text that it is at. */
import type { Client } from '../../server/settings/settings.js';
import { claude } from '../../server/settings/clients/claude.js';
import { codex } from '../../server/settings/clients/codex.js';
import { cursor } from '../../server/settings/clients/cursor.js';
import { gemini } from '../../server/settings/clients/gemini.js';

export interface SettingsCase {
    readonly client: Client;
    readonly path: string;
    readonly text: string;
    /** The code and the first line of the text that it is at, in order; without the information that a file is read. */
    readonly problems: readonly string[];
    /** The number of rules that the client consults. */
    readonly rules: number;
    readonly of?: 'user';
}

/** One rule of Claude Code and its problems. */
function rule(action: 'allow' | 'ask' | 'deny', text: unknown, ...codes: string[]): SettingsCase {
    const written = JSON.stringify(text);
    const isSkipped = codes.includes('GR702');
    return {
        client: claude,
        path: '.claude/settings.json',
        text: `{"permissions":{"${action}":[${written}]}}`,
        problems: codes.map((code) => `${code} ${written}`),
        rules: isSkipped ? 0 : 1
    };
}

function settings(text: string, rules: number, ...problems: string[]): SettingsCase {
    return { client: claude, path: '.claude/settings.json', text, problems, rules };
}

function rules(text: string, count: number, ...problems: string[]): SettingsCase {
    return { client: codex, path: '.codex/rules/default.rules', text, problems, rules: count };
}

function toml(text: string, count: number, ...problems: string[]): SettingsCase {
    return { client: gemini, path: '.gemini/policies/default.toml', text, problems, rules: count, of: 'user' };
}

const SHELL_RULE = 'toolName = "run_shell_command"\ndecision = "deny"\npriority = 1\n';

export const CASES: readonly SettingsCase[] = [
    rule('allow', 'Bash(npm test:*)'),
    rule('allow', 'Bash(npm run build)'),
    rule('allow', 'Bash(git diff *)'),
    rule('allow', 'Read(~/.zshrc)'),
    rule('allow', 'Edit(/src/**)'),
    rule('allow', 'WebFetch(domain:example.com)'),
    rule('allow', 'WebSearch'),
    rule('allow', 'mcp__puppeteer'),
    rule('allow', 'mcp__puppeteer__*'),
    rule('allow', 'mcp__github__get_*'),
    rule('allow', 'Agent(Explore)'),
    rule('deny', 'mcp__*'),
    rule('deny', 'Read(./.env)'),
    rule('deny', 'Edit(.env)'),
    rule('deny', 'Bash(curl:*)'),
    rule('deny', 'Write(.env)', 'GR702'),
    rule('allow', 'Write(src/**)', 'GR702'),
    rule('deny', 'NotebookEdit(*.ipynb)', 'GR702'),
    rule('deny', 'MultiEdit(a)', 'GR702'),
    rule('deny', 'Glob(secrets/**)', 'GR702'),
    rule('deny', 'Read(src:*)', 'GR702'),
    rule('deny', 'bash(rm:*)', 'GR702'),
    rule('deny', 'Bash()', 'GR702'),
    rule('deny', 'Bash(rm', 'GR702'),
    rule('deny', '(rm)', 'GR702'),
    rule('deny', ' ', 'GR702'),
    rule('deny', 7, 'GR702'),
    rule('deny', 'mcp__github(create)', 'GR702'),
    rule('allow', 'mcp__*__search', 'GR702'),
    rule('allow', 'Web*', 'GR702'),
    rule('deny', 'WebFetch(https://example.com)', 'GR702'),
    rule('deny', 'WebSearch(a*)', 'GR702'),
    rule('allow', 'Bash(git * push)', 'GR703'),
    rule('allow', 'Bash(npm run *:*)', 'GR703'),
    rule('deny', 'Bash(rm *:* x)', 'GR703'),
    rule('deny', 'Bash(git push:*)', 'GR703'),
    rule('ask', 'Bash(docker run *)', 'GR703'),
    rule('allow', 'Bash(python:*)', 'GR705'),
    rule('allow', 'Bash(find *)', 'GR705'),
    rule('allow', 'Bash(node*)', 'GR705'),
    rule('deny', 'Edit(!src/**)', 'GR706'),
    rule('allow', 'Tomorrow(x)', 'GR706'),
    settings('', 0, 'GR701 '),
    settings('{"permissions":{"allow":["Bash"],}}', 0, 'GR701 }'),
    settings('// c\n{}', 0, 'GR701 // c'),
    settings('[]', 0, 'GR701 ['),
    settings('{"permissions":{"allowed":["Bash"]}}', 0, 'GR704 "allowed"'),
    settings('{"allowedTools":["Bash"]}', 0, 'GR704 "allowedTools"'),
    settings('{"hooks":{}}', 0, 'GR707 "hooks"'),
    settings('{"permissions":{"defaultMode":"bypassPermissions"}}', 0, 'GR707 "bypassPermissions"'),
    settings('{"permissions":{"defaultMode":"auto"}}', 0, 'GR707 "auto"'),
    settings(
        '{"permissions":{"allow":["Bash(git push --force:*)"],"deny":["Bash(git:*)"]}}',
        2,
        'GR702 "Bash(git push --force:*)"'
    ),
    settings(
        '{"permissions":{"allow":["Bash(rm -rf *)","Bash(rm -r *)"],"ask":["Bash(rm -rf *)"],"deny":["Bash(rm -r*)"]}}',
        4,
        'GR702 "Bash(rm -rf *)"',
        'GR702 "Bash(rm -r *)"',
        'GR702 "Bash(rm -rf *)"'
    ),

    rules('prefix_rule(pattern=["git", ["status", "diff"]])', 1),
    rules('prefix_rule(["ls"], "prompt", justification="why", match=["ls -l"], not_match=[["lsof"]])', 1),
    rules('host_executable(name="git", paths=["/usr/bin/git"])\n', 0),
    rules('prefix_rule(pattern=["cat", ".env"], match=["cat .env.local"])', 0, 'GR701 "cat .env.local"'),
    rules('prefix_rule(pattern=["a"], not_match=["a b"])', 0, 'GR701 "a b"'),
    rules('prefix_rule(pattern=["a"], match=["a \'b"])', 0, 'GR701 "a \'b"'),
    rules('prefix_rule(pattern=["a"], decision="ask")', 0, 'GR701 "ask"'),
    rules('prefix_rule(pattern=["a"], decision="deny")', 0, 'GR701 "deny"'),
    rules('prefix_rule(pattern="a")', 0, 'GR701 "a"'),
    rules('prefix_rule(pattern=[])', 0, 'GR701 []'),
    rules('prefix_rule(pattern=["a", []])', 0, 'GR701 []'),
    rules('prefix_rule(pattern=["a"], reason="b")', 0, 'GR701 "b"'),
    rules('prefix_rule(pattern=["a"], justification="")', 0, 'GR701 ""'),
    rules('prefix_rule(decision="allow")', 0, 'GR701 prefix_rule(decision="allow")'),
    rules('allow(["ls"])', 0, 'GR701 allow(["ls"])'),
    rules('prefix_rule(pattern=["a"', 0, 'GR701 '),
    rules('words = ["a"]\nprefix_rule(pattern=["b"])', 1, 'GR706 words = ["a"]'),
    rules('prefix_rule(pattern=["a"] + ["b"])', 0, 'GR706 prefix_rule(pattern=["a"] + ["b"])'),
    rules('load("x.star", "y")', 0, 'GR701 load("x.star", "y")'),
    rules('prefix_rule(pattern=["python3"])', 1, 'GR705 prefix_rule(pattern=["python3"])'),
    rules(
        'prefix_rule(pattern=["git", "push"], decision="forbidden")',
        1,
        'GR703 prefix_rule(pattern=["git", "push"], decision="forbidden")'
    ),
    rules(
        'prefix_rule(pattern=["git", "log"])\nprefix_rule(pattern=["git"], decision="prompt")',
        2,
        'GR702 prefix_rule(pattern=["git", "log"])'
    ),

    toml(`[[rule]]\n${SHELL_RULE}commandPrefix = "git push"\n`, 1),
    toml(`[[rule]]\n${SHELL_RULE}commandRegex = "git (push|pull)"\n`, 1),
    toml(`[[rule]]\n${SHELL_RULE}commandRegex = "^git"\n`, 0, 'GR702 commandRegex = "^git"'),
    toml(`[[rule]]\n${SHELL_RULE}commandRegex = "(a+)+"\n`, 0, 'GR702 commandRegex = "(a+)+"'),
    toml(`[[rule]]\n${SHELL_RULE}commandRegex = "("\n`, 0, 'GR702 commandRegex = "("'),
    toml(
        '[[rule]]\ntoolName = "write_file"\ncommandPrefix = "x"\ndecision = "deny"\npriority = 1\n',
        0,
        'GR702 commandPrefix = "x"'
    ),
    toml('[[rule]]\ntoolName = "a__b"\ndecision = "deny"\npriority = 1\n', 0, 'GR702 toolName = "a__b"'),
    toml('[[rule]]\ntoolName = "glob"\ndecision = "ask"\npriority = 1\n', 0, 'GR701 decision = "ask"'),
    toml('[[rule]]\ntoolName = "glob"\ndecision = "deny"\npriority = 1000\n', 0, 'GR701 priority = 1000'),
    toml('[[rule]]\ndecision = "deny"\npriority = 1\n', 0, 'GR701 [[rule]]'),
    toml('[[rule]]\ntoolName = "glob"\ndecision = "deny"\npriority = 1\ntool = 2\n', 1, 'GR704 tool = 2'),
    toml('[[rules]]\ntoolName = "glob"\n', 0, 'GR704 rules'),
    toml('[[rule]\n', 0, 'GR701 '),
    {
        client: gemini,
        path: '.gemini/policies/team.toml',
        text: '[[rule]]\ntoolName = "glob"\ndecision = "deny"\npriority = 1\n',
        problems: ['GR701 ['],
        rules: 0
    },

    {
        client: cursor,
        path: '.cursor/permissions.json',
        text: '{"permissions":{"deny":["Shell(rm)"]}, "terminalAllowlist": ["npm test", 3], "autoRun": {}}',
        problems: ['GR704 "permissions"', 'GR702 3', 'GR707 "autoRun"'],
        rules: 1
    },
    {
        client: cursor,
        path: '.cursor/cli.json',
        text: '{"permissions":{"allow":["Shell(git)", "Nothing"],"deny":["Read(.env*)"],"ask":[]}}',
        problems: ['GR705 "Shell(git)"', 'GR706 "Nothing"', 'GR704 "ask"'],
        rules: 2
    }
];
