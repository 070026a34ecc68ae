/** Tests what the starter policies protect from the agent, for every client whose tools are known. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkPolicy } from '../../../../server/checker/check.js';
import { starterOf } from '../../../../server/cli/commands/init/starter.js';
import { TEMPLATES } from '../../../../server/cli/commands/init/templates.js';
import type { NamedServer } from '../../../../server/cli/tool-lists/inventory.js';
import { readToolLists } from '../../../../server/cli/tool-lists/tool-list.js';
import { createSession, type JsonObject, loadPolicy, type Session } from '../../../../server/gateway/library.js';
import { diagnosticsOf } from '../../../../server/workspace/diagnostics.js';
import { PolicyWorkspace } from '../../../../server/workspace/policy-workspace.js';
import { folder } from '../../guardrail.js';

const FILE = new URL('../../fixtures/mcp-reference-servers.json', import.meta.url);
const SERVERS = (readToolLists(JSON.parse(readFileSync(FILE, 'utf8'))) as readonly NamedServer[]).filter(({ name }) =>
    ['fetch', 'filesystem'].includes(name)
);
const CLIENTS = ['claude', 'codex', 'gemini', 'opencode'];

function written(template: string, clients: readonly string[]): string {
    const of = TEMPLATES.find(({ name }) => name === template)!;
    const { policy, inventory } = starterOf(of, SERVERS, 'Mail', 'servers.json', clients);
    return join(folder({ 'mail.guardrail': policy, 'tools.guardrail': inventory }), 'mail.guardrail');
}

describe.each([...CLIENTS.map((client) => [client]), CLIENTS])('%s %s', (...clients) => {
    test.each(String(clients) !== 'claude' ? ['approval'] : TEMPLATES.map(({ name }) => name))(
        '%s has no problem, and all of its claims hold',
        async (template) => {
            const workspace = new PolicyWorkspace();
            const document = await workspace.load(written(template, clients));
            const said = [document, ...workspace.importsOf(document)].flatMap(diagnosticsOf);
            expect(said.filter(({ severity }) => severity !== 'hint').map(({ message }) => message)).toEqual([]);
            const { claims, findings } = checkPolicy(workspace.policyOf(document));
            expect(
                claims
                    .filter(({ verdict }) => !['holds', 'witnessed'].includes(verdict))
                    .map(({ name, verdict }) => [name, verdict])
            ).toEqual([]);
            expect(findings.map(({ code, message }) => [code, message])).toEqual([]);
        }
    );
});

const WRITES: { readonly [client: string]: readonly [tool: string, args: (file: string) => JsonObject] } = {
    claude: ['Write', (file_path) => ({ file_path, content: 'x' })],
    gemini: ['replace', (file_path) => ({ file_path, instruction: 'x', old_string: 'x', new_string: 'y' })],
    opencode: ['write', (filePath) => ({ filePath, content: 'x' })]
};
const SHELLS: { readonly [client: string]: string } = {
    claude: 'Bash',
    codex: 'Bash',
    gemini: 'run_shell_command',
    opencode: 'bash'
};
const FILES: { readonly [client: string]: readonly string[] } = {
    claude: ['.claude/settings.json', '.claude/settings.local.json', '/home/me/.claude.json', '/etc/claude-code/x/y'],
    codex: ['.codex/config.toml', '/p/.codex/hooks.json', '.codex/rules/a.rules'],
    gemini: ['.gemini/settings.json', '/home/me/.gemini/trustedFolders.json', '.gemini/.env'],
    opencode: [
        '.opencode/opencode.json',
        'opencode.jsonc',
        '.opencode/plugin/a.js',
        '/h/.config/opencode/opencode.json'
    ]
};
const EVERYWHERE = [
    'policy.guardrail',
    '/p/sub/tools.guardrail',
    'guardrail.config.json',
    '/h/.local/state/guardrail/a/hooks.jsonl'
];

/** Other spellings of the same path. */
const spelled = (file: string): string[] => [
    ...[file, file.toUpperCase(), `/p//${file}`, `./${file}`, `${file}/.`],
    ...[file.replace(/\/(?=[^/]*$)/, '/./'), file.replace(/\/(?=[^/]*$)/, '//'), file.replace(/\/(?=[^/]*$)/, '/x/../')]
];

describe.each(CLIENTS)('the policy for %s', (client) => {
    const session = async (): Promise<Session> => createSession(await loadPolicy(written('approval', [client])));

    test('denies writing what decides the calls of the agent, and no other file', async () => {
        const one = await session();
        const files = [...FILES[client]!, ...EVERYWHERE];
        const [tool, args] = WRITES[client] ?? [];
        const passed = !tool
            ? []
            : files
                  .flatMap(spelled)
                  .filter((file) => one.decide({ tool: `${client}.${tool}`, args: args!(file) }).kind !== 'denied');
        expect(passed).toEqual([]);
        const stopped = !tool
            ? []
            : [
                  'src/a.ts',
                  '/p/settings.json',
                  '.vscode/settings.json',
                  'docs/policy.md',
                  '.claudes/a',
                  '../b.ts'
              ].filter((file) => one.decide({ tool: `${client}.${tool}`, args: args!(file) }).kind !== 'allowed');
        expect(stopped).toEqual([]);
    });

    test('denies shell lines that name it, and no others', async () => {
        const one = await session();
        const decided = (command: string): string =>
            one.decide({ tool: `${client}.${SHELLS[client]!}`, args: { command } }).kind;
        const lines = [...FILES[client]!, ...EVERYWHERE].flatMap((file) => [`echo x > ${file}`, `rm -f "${file}"; ls`]);
        const more = [
            'npx guardrail approvals approve 1',
            'guardrail  gateway uninstall claude',
            'sed -i s/a/b/ \\\n policy.guardrail',
            'mv evil.sock /run/user/1000/guardrail-1000/a.sock',
            'cd "/tmp/guardrail-$(id -u)"; ls'
        ];
        const [folder, name] = FILES[client]![0]!.split('/') as [string, string];
        const hidden = [
            ...[`//${name}`, `/./${name}`, `/'${name}'`, `"/${name}"`, `/\\${name}`, `/x/../${name}`].map(
                (rest) => `cp /tmp/x ${folder}${rest}`
            ),
            ...['/*', '/s*.json', '/?onfig', '/{a,b}', '/$NAME', '/`ls`'].map((rest) => `cp /tmp/x ${folder}${rest}`),
            ...[
                `cp -r evil/. ${folder}`,
                `cp -r evil/. ${folder}/`,
                `cd ${folder} && cp /tmp/x a`,
                `ln -s ${folder} x`
            ],
            `rm -rf "${folder}"`
        ];
        expect([...lines, ...more, ...hidden].filter((line) => decided(line) !== 'denied')).toEqual([]);
        const others = [
            'npm test',
            'git status | head',
            'cat $HOME/x',
            'curl https://a.example',
            'npx guardrail check examples',
            // The whole folder of Codex is protected.
            ...(client === 'codex' ? [] : [`cat ${folder}/skills/review.md`, `ls ${folder}ish`]),
            ''
        ];
        expect(others.filter((line) => decided(line) !== 'allowed')).toEqual([]);
    });
});
