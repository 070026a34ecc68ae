/**
 * Runs the real clients with the hooks of `guardrail gateway install`, and a scripted model:
 * `node scripts/clients/installed.mjs [CLIENT…]`, after `npm run build`. It fails if a call passes that must not, if one
 * is blocked that may pass, or if `uninstall` leaves anything behind. It writes `installed.json`, and from it the table
 * of `docs/hooks.md`.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clients, configureClient, runClient } from './clients.mjs';
import { isSubagentOf, startModel, SUBTASK } from './model-server.mjs';
import { writeTables } from './table.mjs';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const RESULTS = new URL('installed.json', import.meta.url);
const REASON = 'this command is forbidden';

/**
 * In each case, something is broken before the call; the case states whether the call may run. With `subagent`, the
 * session makes a call first, and a subagent of it makes the one that counts.
 */
const CASES = {
    'an allowed call': { command: 'touch', mayRun: true },
    'a denied call': { command: 'touch forbidden', mayRun: false },
    'a held call that nobody approves': { command: 'touch careful', mayRun: false },
    'a subagent, allowed': { command: 'touch', subagent: true, mayRun: true },
    'a subagent, denied for what its session did': { command: 'touch later', subagent: true, mayRun: false },
    'the policy has an error': {
        command: 'touch',
        mayRun: false,
        breakIt: ({ policy }) => writeFileSync(policy, 'policy P\nallow nothing\n')
    },
    'the log is not writable': {
        command: 'touch',
        mayRun: false,
        breakIt: ({ state }) => {
            rmSync(state, { recursive: true, force: true });
            writeFileSync(state, 'a file in place of the folder');
        }
    },
    'the hook is missing': {
        command: 'touch',
        mayRun: false,
        breakIt: ({ config }) =>
            writeFileSync(config, readFileSync(config, 'utf8').replaceAll('/hook.', '/no-such-hook.'))
    },
    'Node is missing': {
        command: 'touch',
        mayRun: false,
        breakIt: ({ config }) =>
            writeFileSync(config, readFileSync(config, 'utf8').replaceAll(process.execPath, '/no/such/node'))
    }
};

async function run(name, { command, subagent: isSubagent, breakIt }) {
    const { shell, call, subagent, delegate } = clients[name];
    const folder = mkdtempSync(join(tmpdir(), 'guardrail-client-'));
    const [home, cwd, state] = ['home', 'work', 'state'].map((part) => join(folder, part));
    const [mark, policy] = [join(cwd, 'ran'), join(folder, 'policy.guardrail')];
    writeFileSync(
        policy,
        `policy Client
agent client
human user
server tools { tool ${shell}(command: string, description?: string) tool ${subagent}(${['description', 'prompt', 'subagent_type', 'message', 'agent_name'].map((name) => `${name}?: any`).join(', ')}) }
allow client: tools.*
deny tools.${shell} when command contains "forbidden" because "${REASON}"
deny tools.${shell} when command contains "later" and once tools.${shell} where command contains "-first" because "${REASON}"
require approval by user for tools.${shell} when command contains "careful"
`
    );
    const counted = call(`${command} ${mark}`);
    const model = await startModel(
        isSubagent
            ? (body) =>
                  isSubagentOf(body) ? [counted] : [call(`touch ${mark}-first`), delegate(SUBTASK), call('sleep 3')]
            : [counted]
    );
    configureClient(name, { home, model });
    mkdirSync(cwd, { recursive: true });
    const variables = { XDG_RUNTIME_DIR: folder, XDG_STATE_HOME: state };
    const guardrail = (...args) =>
        execFileSync(process.execPath, [CLI, 'gateway', ...args], {
            cwd,
            env: { ...process.env, HOME: home, ...variables, NO_COLOR: '1' },
            encoding: 'utf8'
        });
    const texts = new Map(filesIn(home).map((file) => [file, readFileSync(file, 'utf8')]));
    const [shown] = /^\S+\.js(on)?$/m.exec(guardrail('install', name, '--user', '--policy', policy, '--wait', '2'));
    const config = resolve(cwd, shown);
    const before = texts.get(config);
    const installed = readFileSync(config, 'utf8');
    breakIt?.({ policy, state, config });
    const { output } = await runClient(name, { mode: 'auto-approve', home, cwd, model, variables });
    model.close();
    // Gemini CLI does not query the model if the hook for the prompt fails.
    assert(model.requests.length > 0 || breakIt, output);
    const heard = JSON.stringify((isSubagent ? model.requests.filter(isSubagentOf) : model.requests).at(-1) ?? '');
    for (const lock of existsSync(state) && !breakIt ? readdirSync(state, { recursive: true }) : []) {
        if (lock.endsWith('.lock')) {
            process.kill(JSON.parse(readFileSync(join(state, lock), 'utf8')).pid);
        }
    }
    if (!breakIt) {
        assert.equal(readFileSync(config, 'utf8'), installed);
        guardrail('uninstall', name, '--user');
        assert.equal(existsSync(config) ? readFileSync(config, 'utf8') : undefined, before);
    }
    const ran = existsSync(mark);
    // Programs that the client started may still be writing.
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    return { ran, heard };
}

const filesIn = (folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));

const names = process.argv.slice(2);
const results = JSON.parse(readFileSync(RESULTS, 'utf8'));
for (const [name, { version }] of Object.entries(clients)) {
    if (names.length > 0 && !names.includes(name)) {
        continue;
    }
    const cases = {};
    for (const [title, one] of Object.entries(CASES)) {
        const { ran, heard } = await run(name, one);
        console.log(name, title, ran ? 'ran' : 'blocked');
        assert.equal(ran, one.mayRun, `${name}: ${title}`);
        assert.equal(heard.includes(REASON), title.includes('denied'), `${name}: the model gets the reason`);
        cases[title] = ran;
    }
    results[name] = { version, cases };
    writeFileSync(RESULTS, `${JSON.stringify(results, undefined, 4)}\n`);
}
await writeTables();
