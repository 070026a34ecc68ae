/**
 * Runs the real clients with the hooks of `guardrail gateway install`, and a scripted model:
 * `node scripts/clients/installed.mjs [CLIENT…]`, after `npm run build`. It fails if a call passes that must not, if one
 * is blocked that may pass, or if `uninstall` leaves anything behind. It writes `installed.json`, and from it the table
 * of `docs/enforcement.md`.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clients, configureClient, runClient } from './clients.mjs';
import { startModel } from './model-server.mjs';
import { writeTables } from './table.mjs';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const RESULTS = new URL('installed.json', import.meta.url);
const REASON = 'this command is forbidden';

/** In each case, something is broken before the call; the case states whether the call may run. */
const CASES = {
    'an allowed call': { command: 'touch', mayRun: true },
    'a denied call': { command: 'touch forbidden', mayRun: false },
    'a held call that nobody approves': { command: 'touch careful', mayRun: false },
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

async function run(name, { command, breakIt }) {
    const { shell, call } = clients[name];
    const folder = mkdtempSync(join(tmpdir(), 'guardrail-client-'));
    const [home, cwd, state] = ['home', 'work', 'state'].map((part) => join(folder, part));
    const [mark, policy] = [join(cwd, 'ran'), join(folder, 'policy.guardrail')];
    writeFileSync(
        policy,
        `policy Client
agent client
human user
server tools { tool ${shell}(command: string, description?: string) }
allow client: tools.*
deny tools.${shell} when command contains "forbidden" because "${REASON}"
require approval by user for tools.${shell} when command contains "careful"
`
    );
    const model = await startModel([call(`${command} ${mark}`)]);
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
    const [shown] = guardrail('install', name, '--user', '--policy', policy, '--wait', '2').split('\n', 1);
    const config = resolve(cwd, shown);
    const before = texts.get(config);
    const installed = readFileSync(config, 'utf8');
    breakIt?.({ policy, state, config });
    const { output } = await runClient(name, { mode: 'auto-approve', home, cwd, model, variables });
    model.close();
    // Gemini CLI does not query the model if the hook for the prompt fails.
    assert(model.requests.length > 0 || breakIt, output);
    const heard = JSON.stringify(model.requests.at(-1) ?? '');
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
        assert.equal(heard.includes(REASON), title === 'a denied call', `${name}: the model gets the reason`);
        cases[title] = ran;
    }
    results[name] = { version, cases };
    writeFileSync(RESULTS, `${JSON.stringify(results, undefined, 4)}\n`);
}
await writeTables();
